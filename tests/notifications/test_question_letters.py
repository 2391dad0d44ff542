"""Does it stand? Told when its ground is begun anew, asked when that is done, and reminded."""

from __future__ import annotations

from models.events import Event, Resulted
from models.process import TaskKey
from notifications.letters import Letter
from notifications.notices import Kind
from tests.factories import (
    EKONOMICHEF,
    completed_before_start,
    day,
    decided,
    opened,
    reopened,
    reported,
)
from tests.notifications.letters import (
    PETRA,
    announced_letters,
    due_letters,
    kommunplan_in_ks,
    ks_decided,
    whole,
)

OWNER = TaskKey(role="processagare")
KOMMUNCHEF = TaskKey(role="kommunchef")
BEGUN_ANEW: tuple[Event, ...] = (
    completed_before_start("bokslutsdag", "2027-03-12"),
    opened("skatteprognos", "2027-02-01"),
    reported("skatteprognos", EKONOMICHEF, "2027-02-10"),
    reopened("skatteprognos", "2027-03-15", reason="Ny prognos från SKR"),
)
"""Bokslutsdag and planeringsförutsättningar rest on the skatteprognos."""
DONE_ANEW: tuple[Event, ...] = (
    *BEGUN_ANEW,
    reported("skatteprognos", EKONOMICHEF, "2027-03-18", round=2),
)


def asked(on: str, to: TaskKey) -> Letter:
    """The newest letter that asks the role about bokslutsdag on the day."""
    *_, letter = due_letters(DONE_ANEW, on, Kind.RECONSIDER, "bokslutsdag", to)
    return letter


def test_who_has_the_step_is_told_at_once_what_was_begun_anew_and_why() -> None:
    (letter,) = announced_letters(BEGUN_ANEW, Kind.RECONSIDER, KOMMUNCHEF)
    assert letter.subject == "Kan behöva omprövas: Bokslutsdag 2026"
    assert "är klart, men bygger på Preliminär skatteprognos, som görs om." in whole(letter)
    assert (
        "Preliminär skatteprognos öppnades på nytt måndag 15 mars 2027. Skälet var: ”Ny prognos från "
        "SKR”"
    ) in whole(letter)
    assert "Du behöver inte göra något nu. Frågan kommer i ett senare mejl." in letter.todo
    assert "star-fast" not in whole(letter)
    assert not [label for label, _ in letter.facts if label == "Svar senast"]


def test_when_the_ground_is_done_anew_it_is_asked_until_when() -> None:
    letter = asked("2027-03-18", KOMMUNCHEF)
    assert letter.subject == "Svara senast mån 5 april: Bokslutsdag 2026, står det fast?"
    assert "som har gjorts om och nu är klart igen" in whole(letter)
    assert ("Svar senast", "måndag 5 april 2027") in letter.facts
    assert (
        "Har gjorts om",
        "Preliminär skatteprognos, klart igen torsdag 18 mars 2027",
    ) in letter.facts
    assert any("”står fast”" in item and PETRA in item for item in letter.todo)
    assert "kommunplan star-fast" not in whole(letter), "the mail is answered, not the command line"


def test_the_process_owner_gets_the_two_commands_and_who_else_was_asked() -> None:
    letter = asked("2027-03-18", OWNER)
    assert "`kommunplan star-fast bokslutsdag --budgetar 2028`" in whole(letter)
    assert '`kommunplan kor-om bokslutsdag --skal "…" --budgetar 2028`' in whole(letter)
    assert "har fått samma fråga: kommunchef" in whole(letter)


def test_who_has_not_answered_is_reminded() -> None:
    letter = asked("2027-03-31", KOMMUNCHEF)
    assert letter.subject.endswith("Bokslutsdag 2026, står det fast? Påminnelse")
    assert "Det här är en påminnelse: vi behöver veta" in whole(letter)


def test_who_has_not_answered_in_time_is_asked_still() -> None:
    letter = asked("2027-04-06", KOMMUNCHEF)
    assert letter.subject.startswith("Svar saknas sedan mån 5 april: ")
    assert "Sista dagen för svaret var måndag 5 april 2027." in whole(letter)
    assert any("”står fast”" in item for item in letter.todo)


def test_the_figures_of_what_was_done_anew_are_told() -> None:
    proposed = Resulted(
        step="skattesats-forslag",
        on=day("2027-12-01"),
        round=1,
        number=1,
        values={"skattesats": "22.40"},
    )
    events: tuple[Event, ...] = (
        completed_before_start("skattesats-forslag", "2027-10-18"),
        opened("skattesats-kf", "2027-11-01"),
        reported("skattesats-kf", EKONOMICHEF, "2027-11-02"),
        decided("skattesats-kf", "KF", "2027-11-29"),
        reopened("skattesats-forslag", "2027-11-30"),
        proposed,
        reported("skattesats-forslag", EKONOMICHEF, "2027-12-01", round=2),
        decided("skattesats-forslag", "KS", "2027-12-06", round=2),
    )
    (letter,) = due_letters(events, "2027-12-06", Kind.RECONSIDER, "skattesats-kf", EKONOMICHEF)
    assert any(
        label == "Har gjorts om" and value.endswith("Skattesats: 22,40")
        for label, value in letter.facts
    )
    assert "Det som fullmäktige har beslutat gäller tills fullmäktige beslutar" in whole(letter)


def test_what_a_return_began_anew_says_who_returned_it() -> None:
    events = (
        *kommunplan_in_ks(ks_decided()),
        completed_before_start("budgetforslag-webbplats", "2027-10-20"),
        completed_before_start("skattesats-kf", "2027-10-20"),
        opened("kommunplan-kf", "2027-11-01"),
        reported("kommunplan-kf", EKONOMICHEF, "2027-11-02"),
        decided(
            "kommunplan-kf",
            "KF",
            "2027-11-29",
            outcome="aterremiss",
            reason="Räkna om",
            back_step="kommunplan-ks",
        ),
    )
    clerk = TaskKey(role="kommunsekreterare")
    (letter,) = announced_letters(events, Kind.RECONSIDER, clerk)
    assert "öppnades på nytt måndag 29 november 2027, efter återremiss från Kommunfullmäktige." in (
        whole(letter)
    )
