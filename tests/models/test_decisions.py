"""What a body may do with an item and what follows, what the minutes say of it, and the way back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.errors import RefusedError, UnknownError
from models.events import Effect, Event, Numbered, Outcome
from models.state import Status
from tests.factories import (
    EKONOMICHEF,
    day,
    make_body,
    make_decision,
    make_definition,
    opened,
    reported,
    storby,
)
from tests.models.growing_year import PARTS, SKATT, Year, in_kf, told
from tests.rules import number

# --- Every outcome and its effect ---


EFFECTS = {
    "bifall bifall-med-andring foreslar-nasta-instans godkanner lagger-till-handlingarna": Effect.PASS,
    "overlagt": Effect.PASS,
    "beviljar-ansvarsfrihet vagrar-ansvarsfrihet": Effect.PASS,
    "avslag aterremiss": Effect.RETURN,
    "bordlaggning utgar": Effect.DEFER,
}


@pytest.mark.parametrize(("values", "effect"), EFFECTS.items())
def test_each_outcome_has_its_effect(values: str, effect: Effect) -> None:
    assert {Outcome(value).effect for value in values.split()} == {effect}


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words_and_settles_or_passes_on(outcome: Outcome) -> None:
    assert outcome.label
    assert outcome.row.verb
    passes_on = outcome in (Outcome.FORESLAR, Outcome.OVERLAGT)
    assert outcome.settles == (outcome.effect is Effect.PASS and not passes_on)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.BIFALL, {}),
        (Outcome.ANDRING, {"changes": "ramen för skolan höjs"}),
        (Outcome.GODKANNER, {}),
        (Outcome.TILL_HANDLINGARNA, {}),
    ],
)
def test_what_passes_gives_the_turn_to_the_next_body(outcome: Outcome, said: Any) -> None:
    year = Year(*SKATT)
    year.decide("skatt", "KS", "2027-10-18", outcome, **said)
    assert year.state.awaited_body(storby().step("skatt")) == "KF"
    year.decide("skatt", "KF", "2027-11-29", outcome, **said)
    own = year.state["skatt"]
    assert (own.status, own.completed_on) == (Status.COMPLETED, date(2027, 11, 29))


def test_who_proposes_gives_the_turn_to_who_decides_and_fullmaktige_propose_to_nobody() -> None:
    year = Year(*SKATT)
    year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR)
    assert year.state.awaited_body(storby().step("skatt")) == "KF"
    with pytest.raises(RefusedError, match="KF beslutar sist"):
        year.decide("skatt", "KF", "2027-11-29", Outcome.FORESLAR)


@pytest.mark.parametrize("outcome", [Outcome.BORDLAGGNING, Outcome.UTGAR])
def test_what_is_deferred_keeps_the_turn(outcome: Outcome) -> None:
    year = Year(*SKATT)
    year.decide("skatt", "KS", "2027-10-18", outcome)
    assert year.state.awaited_body(storby().step("skatt")) == "KS"
    assert (year.state["skatt"].round, year.state["skatt"].standing) == (1, ())


def test_bifall_med_andring_is_a_new_version_and_says_what_was_changed() -> None:
    year = Year(*SKATT)
    assert year.state["skatt"].version == 1
    event = year.decide("skatt", "KS", "2027-10-18", Outcome.ANDRING, changes="höjs 10 öre")
    assert event.changes == "höjs 10 öre"
    assert year.state["skatt"].version == 2


@pytest.mark.parametrize("changes", ["", "  \n"])
def test_bifall_med_andring_without_what_was_changed_is_refused(changes: str) -> None:
    assert told(
        lambda: Year(*SKATT).decide("skatt", "KS", "2027-10-18", Outcome.ANDRING, changes=changes)
    ) == (
        "Vad ändrades i skatt? Vid bifall med ändring krävs en rad om det, så att de som bygger vidare "
        "får veta. Ange den med --andring."
    )


def test_an_avslag_of_an_optional_proposal_is_the_end_of_it() -> None:
    definition = make_definition(steg=[make_decision("satsning", "KS", valfri=True)])
    year = Year(
        opened("satsning", "2027-10-01"),
        reported("satsning", EKONOMICHEF, "2027-10-04"),
        definition=definition,
    )
    year.decide("satsning", "KS", "2027-10-18", Outcome.AVSLAG, reason="inget utrymme")
    own = year.state["satsning"]
    assert (own.status, own.set_aside, own.reason) == (Status.COMPLETED, True, "inget utrymme")


def test_a_body_that_may_settle_ends_the_chain_and_a_proposal_of_it_goes_on() -> None:
    definition = make_definition(
        steg=[make_decision("omfordelning", "KS", "KF", kan_avgoras_av=["KS"])]
    )
    parts: list[Event] = [
        opened("omfordelning", "2027-10-01"),
        reported("omfordelning", EKONOMICHEF, "2027-10-04"),
    ]
    year = Year(*parts, definition=definition)
    year.decide("omfordelning", "KS", "2027-10-18", Outcome.BIFALL)
    assert year.state["omfordelning"].status is Status.COMPLETED
    assert [decision.body for decision in year.state["omfordelning"].standing] == ["KS"]
    year = Year(*parts, definition=definition)
    year.decide("omfordelning", "KS", "2027-10-18", Outcome.FORESLAR)
    assert year.state.awaited_body(definition.step("omfordelning")) == "KF"


def test_a_body_that_only_discusses_gives_the_turn_to_the_next_and_decides_nothing() -> None:
    definition = make_definition(steg=[make_decision("budget", "KS", "KF", utan_beslut=["KS"])])
    parts: list[Event] = [
        opened("budget", "2027-10-01"),
        reported("budget", EKONOMICHEF, "2027-10-04"),
    ]
    year = Year(*parts, definition=definition)
    assert told(lambda: year.decide("budget", "KS", "2027-10-18", Outcome.BIFALL)) == (
        "KS överlägger utan att besluta i budget, så utfallet kan inte vara bifall. "
        "Välj overlagt, bordlaggning, utgar."
    )
    year.decide("budget", "KS", "2027-10-18", Outcome.OVERLAGT)
    assert year.state.awaited_body(definition.step("budget")) == "KF"
    assert told(lambda: year.decide("budget", "KF", "2027-11-29", Outcome.OVERLAGT)) == (
        "KF ska besluta i budget, så utfallet kan inte vara överläggning utan beslut. "
        "Välj ett annat utfall."
    )
    year.decide("budget", "KF", "2027-11-29", Outcome.BIFALL)
    assert year.state["budget"].status is Status.COMPLETED


def test_a_step_that_is_only_discussed_is_completed_by_that() -> None:
    definition = make_definition(steg=[make_decision("debatt", "KF", utan_beslut=["KF"])])
    parts: list[Event] = [
        opened("debatt", "2027-10-01"),
        reported("debatt", EKONOMICHEF, "2027-10-04"),
    ]
    year = Year(*parts, definition=definition)
    year.decide("debatt", "KF", "2027-11-29", Outcome.OVERLAGT)
    assert year.state["debatt"].completed_on == date(2027, 11, 29)


# --- Ansvarsfrihet ---


def discharge(**overrides: Any) -> Year:
    fields: dict[str, Any] = {"avser": "ansvarsfrihet", **overrides}
    definition = make_definition(
        instans=[make_body("KS", slag="styrelse"), make_body("KF", slag="fullmaktige")],
        steg=[make_decision("ansvarsfrihet", "KF", **fields), make_decision("x", "KS", **fields)],
    )
    return Year(
        *(opened(slug, "2027-06-01") for slug in ("ansvarsfrihet", "x")),
        *(reported(slug, EKONOMICHEF, "2027-06-02") for slug in ("ansvarsfrihet", "x")),
        definition=definition,
    )


def test_kf_grants_the_ansvarsfrihet_in_its_own_step() -> None:
    year = discharge()
    year.decide("ansvarsfrihet", "KF", "2027-06-21", Outcome.BEVILJAR)
    assert year.state["ansvarsfrihet"].status is Status.COMPLETED


def test_a_refused_ansvarsfrihet_is_reasoned() -> None:
    assert told(
        lambda: discharge().decide("ansvarsfrihet", "KF", "2027-06-21", Outcome.VAGRAR)
    ) == ("Det krävs ett skäl för vägrar ansvarsfrihet i ansvarsfrihet. Ange det med --skal.")
    year = discharge()
    year.decide("ansvarsfrihet", "KF", "2027-06-21", Outcome.VAGRAR, reason="budgeten överskreds")
    assert year.state["ansvarsfrihet"].status is Status.COMPLETED


@pytest.mark.parametrize("outcome", [Outcome.BEVILJAR, Outcome.VAGRAR])
@pytest.mark.parametrize(
    ("slug", "body", "avser"),
    [("ansvarsfrihet", "KF", "arsredovisning"), ("x", "KS", "ansvarsfrihet")],
    ids=["i ett annat steg", "av en annan instans"],
)
def test_the_ansvarsfrihet_is_kfs_in_its_own_step(
    slug: str, body: str, avser: str, outcome: Outcome
) -> None:
    year = discharge(avser=avser)
    message = told(lambda: year.decide(slug, body, "2027-06-21", outcome, reason="skäl"))
    assert message == (
        f"{outcome.label} kan inte {body} i {slug}: ansvarsfriheten prövas av fullmäktige i sitt eget "
        "steg (KL 5 kap. 24 §). Välj ett annat utfall."
    )


# --- What the minutes say ---


@pytest.mark.parametrize(
    "written",
    ["74", "§ 74", "§74", "KS § 74", "ks 74", "KS § 74/2027", "§ 74/2027", " KS §  074 / 2027 "],
)
def test_a_paragraph_is_kept_whole_however_it_is_written(written: str) -> None:
    event = Year(*SKATT).decide("skatt", "KS", "2027-10-18", Outcome.BIFALL, paragraph=written)
    assert event.paragraph == "KS § 74/2027"


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("KF § 74/2027", "Paragrafen KF § 74/2027 är inte KS:s. Kontrollera instansen."),
        (
            "KS § 74/2026",
            "Paragrafen KS § 74/2026 är inte från 2027, då KS sammanträdde. Kontrollera året.",
        ),
        (
            "sjuttiofyra",
            "Paragrafen 'sjuttiofyra' går inte att läsa. Skriv som KS § 74/2027, eller bara 74.",
        ),
        (
            "§ 74-75",
            "Paragrafen '§ 74-75' går inte att läsa. Skriv som KS § 74/2027, eller bara 74.",
        ),
    ],
)
def test_a_paragraph_of_another_body_or_year_is_refused(written: str, message: str) -> None:
    year = Year(*SKATT)
    assert message == told(
        lambda: year.decide("skatt", "KS", "2027-10-18", Outcome.BIFALL, paragraph=written)
    )


@pytest.mark.parametrize(
    "written",
    ["KS 2027/00123", "KS 2027/00123 041", "KS/2027:123", "KS2027-123", "Ksn 2027/1 04.1"],
)
def test_registries_write_their_numbers_differently(written: str) -> None:
    year = Year(*SKATT)
    year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR, diarienummer=f"  {written} ")
    assert year.state.number_of(storby().step("skatt")) == written


@pytest.mark.parametrize("written", ["123", "2027/00123", "KS 27/123", "KS 2027", "KS 2027/x"])
def test_what_is_no_diarienummer_is_refused(written: str) -> None:
    year = Year(*SKATT)
    assert (
        told(lambda: year.decide("skatt", "KS", "2027-10-18", Outcome.BIFALL, diarienummer=written))
        == f"Diarienumret {written!r} går inte att läsa. Skriv som KS 2027/00123."
    )


def test_the_minutes_are_an_address_and_the_note_is_one_line() -> None:
    event = Year(*SKATT).decide(
        "skatt",
        "KS",
        "2027-10-18",
        Outcome.BIFALL,
        minutes="https://orsa.example/ks-74.pdf",
        note="reservation av\ntvå ledamöter",
        signed_at_once=True,
    )
    assert event.minutes == "https://orsa.example/ks-74.pdf"
    assert event.note == "reservation av två ledamöter"
    assert event.signed_at_once


@pytest.mark.parametrize("address", ["protokollet", "ftp://orsa.example/x", "https://a b"])
def test_an_address_that_cannot_be_followed_is_refused(address: str) -> None:
    year = Year(*SKATT)
    assert told(
        lambda: year.decide("skatt", "KS", "2027-10-18", Outcome.BIFALL, minutes=address)
    ) == (
        f"Länken {address!r} till protokollet går inte att använda. "
        "Ange en adress som börjar med https://"
    )


# --- One ärende, one number ---


def test_a_number_holds_for_all_the_steps_of_the_arende() -> None:
    year = Year(*PARTS)
    year.decide("plan-su", "SU", "2027-10-05", Outcome.FORESLAR, diarienummer="KS 2027/00123")
    event = year.decide("plan-ks", "KS", "2027-10-18", Outcome.FORESLAR)
    assert event.diarienummer == "KS 2027/00123"
    assert year.state.number_of(storby().step("plan-kf")) == "KS 2027/00123"
    assert year.state.number_of(storby().step("skatt")) == ""


def test_another_number_in_the_same_arende_is_refused_with_the_way_out() -> None:
    year = Year(*PARTS)
    year.decide("plan-su", "SU", "2027-10-05", Outcome.FORESLAR, diarienummer="KS 2027/00123")
    assert told(
        lambda: year.decide(
            "plan-ks", "KS", "2027-10-18", Outcome.FORESLAR, diarienummer="KS 2027/00124"
        )
    ) == (
        "Ärendet har diarienummer KS 2027/00123, inte KS 2027/00124. Är det förra fel: "
        "kommunplan diariefor plan-ks 'KS 2027/00124'."
    )


def test_the_number_of_another_arende_is_refused() -> None:
    year = Year(*PARTS, *SKATT)
    year.decide("plan-su", "SU", "2027-10-05", Outcome.FORESLAR, diarienummer="KS 2027/00123")
    message = "Diarienumret KS 2027/00123 har redan ärendet plan. Kontrollera numret."
    assert message == told(
        lambda: year.decide(
            "skatt", "KS", "2027-10-18", Outcome.FORESLAR, diarienummer="KS 2027/00123"
        )
    )
    assert message == told(lambda: give_number(year, "skatt", "KS 2027/00123"))


def give_number(year: Year, slug: str, wanted: str) -> Numbered | None:
    event = number(
        year.state, storby().step(slug), wanted, today=day("2027-10-20"), by="kim", log=year.log
    )
    year.happens(event)
    return event


def test_a_wrong_number_is_put_right_by_another_and_the_same_again_is_harmless() -> None:
    year = Year(*PARTS)
    first = give_number(year, "plan-ks", "KS 2027/00123")
    assert give_number(year, "plan-su", "KS 2027/00123") is None
    second = give_number(year, "plan-kf", "KS 2027/00321")
    assert first is not None
    assert second is not None
    assert first.key != second.key
    assert dict(year.state.numbers) == {"plan": "KS 2027/00321"}


# --- The way back ---


def test_a_return_in_kf_goes_to_ks_whose_step_begins_a_new_round() -> None:
    year = in_kf()
    event = year.decide("plan-kf", "KF", "2027-11-01", Outcome.ATERREMISS, reason="räkna om")
    assert (event.back_step, event.back_link) == ("plan-ks", 0)
    assert year.standing() == [("plan-su", 1, 1), ("plan-ks", 2, 0), ("plan-kf", 2, 0)]
    assert year.state["plan-ks"].status is Status.REOPENED
    assert year.state["plan-ks"].reason == "räkna om"
    assert year.state["plan-su"].status is Status.COMPLETED
    assert year.state.missing(storby().step("plan-ks")) == (EKONOMICHEF,)
    assert year.state.missing(storby().step("plan-kf")) == (EKONOMICHEF,)


def test_after_a_return_the_arende_goes_its_way_again() -> None:
    year = in_kf()
    year.decide("plan-kf", "KF", "2027-11-01", Outcome.ATERREMISS, reason="räkna om")
    year.happens(reported("plan-ks", EKONOMICHEF, "2027-11-03", round=2))
    year.happens(reported("plan-kf", EKONOMICHEF, "2027-11-03", round=2))
    assert told(lambda: year.decide("plan-kf", "KF", "2027-11-29", Outcome.BIFALL)) == (
        "plan-kf pågår; KF kan inte besluta än. Först måste bli klart: plan-ks."
    )
    year.decide("plan-ks", "KS", "2027-11-15", Outcome.FORESLAR)
    year.decide("plan-kf", "KF", "2027-11-29", Outcome.BIFALL)
    assert year.state["plan-kf"].status is Status.COMPLETED
    assert [str(d.on) for d in year.state["plan-ks"].decisions] == ["2027-10-18", "2027-11-15"]
    assert [str(d.on) for d in year.state["plan-ks"].standing] == ["2027-11-15"]


def test_a_return_can_be_sent_further_back_and_takes_what_lies_between_with_it() -> None:
    year = in_kf()
    event = year.decide(
        "plan-kf", "KF", "2027-11-01", Outcome.ATERREMISS, reason="nya mål", back_to="su"
    )
    assert (event.back_step, event.back_link) == ("plan-su", 0)
    assert year.standing() == [("plan-su", 2, 0), ("plan-ks", 2, 0), ("plan-kf", 2, 0)]
    assert all(year.state[slug].standing == () for slug, *_ in year.standing())


def test_a_return_can_be_sent_to_the_roles_and_the_same_body() -> None:
    year = in_kf()
    event = year.decide(
        "plan-kf", "KF", "2027-11-01", Outcome.ATERREMISS, reason="x", back_to="Instans KF"
    )
    assert (event.back_step, event.back_link) == ("plan-kf", 0)
    assert year.standing() == [("plan-su", 1, 1), ("plan-ks", 1, 1), ("plan-kf", 2, 0)]


def test_a_return_where_nothing_came_before_goes_to_the_roles_and_the_same_body() -> None:
    year = Year(*PARTS)
    event = year.decide("plan-su", "SU", "2027-10-05", Outcome.AVSLAG, reason="underfinansierad")
    assert (event.back_step, event.back_link) == ("plan-su", 0)
    assert (year.state["plan-su"].status, year.state["plan-su"].round) == (Status.IN_PROGRESS, 2)


def test_a_return_within_a_chain_keeps_what_stands_before_the_body_it_goes_to() -> None:
    year = Year(*SKATT)
    year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR)
    event = year.decide("skatt", "KF", "2027-11-01", Outcome.ATERREMISS, reason="x")
    assert (event.back_step, event.back_link) == ("skatt", 0)
    assert year.state["skatt"].standing == ()


def test_a_return_to_where_the_arende_has_not_been_is_refused() -> None:
    year = Year(*PARTS)
    year.decide("plan-su", "SU", "2027-10-05", Outcome.FORESLAR)
    assert told(
        lambda: year.decide(
            "plan-ks", "KS", "2027-10-18", Outcome.ATERREMISS, reason="x", back_to="KF"
        )
    ) == ("plan-ks kan inte återvisas till KF; ärendet har inte varit där. Välj bland: SU, KS.")
    with pytest.raises(UnknownError, match="Instansen 'AU' finns inte"):
        year.decide("plan-ks", "KS", "2027-10-18", Outcome.ATERREMISS, reason="x", back_to="AU")


# --- A minority in fullmäktige (KL 5 kap. 50 §) ---


def test_a_minority_in_kf_on_1_november_2027_cannot_force_it_again_on_the_29th() -> None:
    year = in_kf()
    year.decide("plan-kf", "KF", "2027-11-01", Outcome.BORDLAGGNING, minority=True)
    message = (
        "Ärendet har redan en gång fått bordläggning på begäran av en minoritet (KF 2027-11-01). "
        "En andra gång krävs majoritet (KL 5 kap. 50 §): ta bort --minoritet om majoriteten beslutade."
    )
    for outcome in (Outcome.BORDLAGGNING, Outcome.ATERREMISS):
        assert message == told(
            lambda outcome=outcome: year.decide(  # type: ignore[misc]
                "plan-kf", "KF", "2027-11-29", outcome, reason="x", minority=True
            )
        )
    year.decide("plan-kf", "KF", "2027-11-29", Outcome.ATERREMISS, reason="majoriteten")


def test_the_once_is_the_arendes_whatever_round_it_is_in() -> None:
    year = in_kf()
    year.decide("plan-kf", "KF", "2027-11-01", Outcome.ATERREMISS, reason="x", minority=True)
    for slug in ("plan-ks", "plan-kf"):
        year.happens(reported(slug, EKONOMICHEF, "2027-11-03", round=2))
    year.decide("plan-ks", "KS", "2027-11-15", Outcome.FORESLAR)
    assert "återremiss på begäran av en minoritet (KF 2027-11-01)" in told(
        lambda: year.decide("plan-kf", "KF", "2027-11-29", Outcome.BORDLAGGNING, minority=True)
    )


def test_another_arende_has_its_own_once() -> None:
    year = in_kf()
    year.decide("plan-kf", "KF", "2027-11-01", Outcome.BORDLAGGNING, minority=True)
    for event in SKATT:
        year.happens(event)
    year.decide("skatt", "KS", "2027-10-18", Outcome.FORESLAR)
    event = year.decide("skatt", "KF", "2027-11-01", Outcome.ATERREMISS, reason="x", minority=True)
    assert event.minority


def test_a_minority_that_was_registered_wrongly_does_not_use_up_the_once() -> None:
    year = in_kf()
    wrong = year.decide("plan-kf", "KF", "2027-11-01", Outcome.BORDLAGGNING, minority=True)
    year.correct(wrong, minority=False)
    assert year.decide("plan-kf", "KF", "2027-11-29", Outcome.BORDLAGGNING, minority=True)


def test_a_minority_outside_kf_is_refused() -> None:
    year = Year(*PARTS)
    assert told(
        lambda: year.decide(
            "plan-su", "SU", "2027-10-05", Outcome.ATERREMISS, reason="x", minority=True
        )
    ) == (
        "En minoritet kan genomdriva återremiss bara i fullmäktige (KL 5 kap. 50 §); i SU krävs "
        "majoritet. Ta bort --minoritet."
    )


@pytest.mark.parametrize("outcome", [Outcome.BIFALL, Outcome.AVSLAG, Outcome.UTGAR])
def test_a_minority_can_force_nothing_but_bordlaggning_and_aterremiss(outcome: Outcome) -> None:
    year = in_kf()
    assert told(
        lambda: year.decide("plan-kf", "KF", "2027-11-01", outcome, reason="x", minority=True)
    ) == (
        f"En minoritet kan inte genomdriva {outcome.label}, bara återremiss och bordläggning "
        "(KL 5 kap. 50 §). Ta bort --minoritet."
    )
