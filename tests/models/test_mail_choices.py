"""What a person writes of how often they want which mail."""

from __future__ import annotations

import pytest

from models.mail_choices import Pace, chosen_pace, read_choices, written


@pytest.mark.parametrize(
    ("text", "usual", "choices"),
    [
        ("", Pace.DAILY, ()),
        ("veckovis", Pace.WEEKLY, ()),
        ("Genast", Pace.AT_ONCE, ()),
        ("dagligen, klart aldrig", Pace.DAILY, (("klart", Pace.NEVER),)),
        (
            "beslut=veckovis; nyheter = aldrig",
            Pace.DAILY,
            (("beslut", Pace.WEEKLY), ("nyheter", Pace.NEVER)),
        ),
        ("återremiss dagligen", Pace.DAILY, (("aterremiss", Pace.DAILY),)),
    ],
)
def test_what_is_written_is_read(
    text: str, usual: Pace, choices: tuple[tuple[str, Pace], ...]
) -> None:
    assert read_choices(text) == (usual, choices)
    assert read_choices(written(usual, choices)) == (usual, choices)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ibland", "^ska vara 'genast', 'dagligen', 'veckovis' eller 'aldrig'"),
        ("skvaller aldrig", "skvaller är inget slag av mejl; slagen är 'nyheter', 'uppgifter'"),
        ("aldrig", "aldrig gäller bara det som ingen väntar svar på"),
        ("uppgifter aldrig", "uppgifter aldrig går inte"),
        ("påminnelse aldrig", "paminnelse aldrig går inte"),
        ("klart alltid", "^ska vara"),
    ],
)
def test_what_cannot_be_chosen_is_told_with_the_way_out(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_choices(text)


def test_a_kind_of_its_own_comes_before_the_collective_name_and_that_before_all() -> None:
    usual, choices = read_choices("veckovis, nyheter aldrig, klart genast")
    chosen = {
        kind: chosen_pace(kind, usual, choices, unless_chosen=None)
        for kind in ("klart", "beslut", "paminnelse")
    }
    assert chosen == {"klart": Pace.AT_ONCE, "beslut": Pace.NEVER, "paminnelse": Pace.WEEKLY}
    told = chosen_pace("rattelse", Pace.WEEKLY, (), unless_chosen=Pace.AT_ONCE)
    assert told is Pace.AT_ONCE, "what is urgent stays so until it is chosen otherwise"
