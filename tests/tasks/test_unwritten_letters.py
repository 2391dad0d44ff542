"""A template that fails costs neither what is registered nor any other letter, is told, and is written when
it is mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from jinja2 import ChoiceLoader, DictLoader

from models.events import Outcome
from models.tables import NoticeRow
from notifications import wording
from notifications.notices import Kind
from tasks import clock
from tasks.mail.notices import CONTENT
from tasks.mail.sendings import sendings
from tasks.watch.health import health
from tests.hands import move_meeting
from tests.notifications.conftest import Serve
from tests.notifications.servers import Inbox
from tests.tasks.conftest import MakeTown
from tests.tasks.deliveries import run
from tests.tasks.town import Town, text

BROKEN = "{% block headline %}{{ what_is_not_there }}{% endblock %}"
Break = Callable[..., None]


@pytest.fixture
def templates(monkeypatch: pytest.MonkeyPatch) -> Break:
    """`templates("beslut")` breaks that template, and `templates()` mends them all."""
    whole = wording.LETTERS.loader
    assert whole is not None

    def only_these_are_broken(*names: str) -> None:
        broken = DictLoader({f"{name}.j2": BROKEN for name in names})
        monkeypatch.setattr(wording.LETTERS, "loader", ChoiceLoader([broken, whole]))

    return only_these_are_broken


@pytest.fixture(scope="module")
def march(tmp_path_factory: pytest.TempPathFactory) -> Path:
    town = Town(tmp_path_factory.mktemp("march"))
    town.on("2027-01-04").start_year(2028)
    on = town.on("2027-03-01")
    on.check()
    on.report("uppfoljning-mars", "ekonomichef", None, by="Eva")
    town.close()
    return town.path


@pytest.fixture
def year(make_town: MakeTown, march: Path) -> Town:
    """On 1 March: SU is awaited in uppfoljning-mars."""
    return make_town(like=march)


def decide(town: Town) -> tuple[str, ...]:
    """SU decides; the notes of it. Everybody wants each mail at once."""
    town.change("UPDATE holder SET pace = 'genast'")
    done = town.on("2027-03-02").decide(
        "uppfoljning-mars", "SU", Outcome.FORESLAR, by="Kim", on=date(2027, 3, 2)
    )
    return done.notes


def kinds(town: Town, known: int) -> list[str]:
    """Of the mails that have come since there were so many."""
    return [mail.kind for mail in town.mails()[known:]]


def finding(town: Town) -> tuple[str, str] | None:
    """What the health check says of letters, and what to do."""
    found = health(town.settings, clock.now())
    said = [(one.said, one.todo or "") for one in found.points if one.name == "mejlen"]
    assert not (said and found.is_well)
    return said[0] if said else None


def test_a_broken_template_costs_neither_the_decision_nor_any_other_letter(
    year: Town, templates: Break
) -> None:
    known, events = len(year.mails()), len(year.log())
    templates("beslut")
    notes = decide(year)
    assert len(year.log()) > events
    assert year.stored().steps["uppfoljning-mars"].decisions[-1].body == "SU"
    assert kinds(year, known) == ["oppnat"]  # to the clerk of KS, whose turn it is
    assert {one.kind for one in year.unwritten()} == {"beslut"}
    assert notes == ("2 mejl kunde inte skrivas; kommunplan halsa säger varför.",)


def test_the_health_check_tells_which_letters_for_how_many_why_and_what_to_do(
    year: Town, templates: Break
) -> None:
    assert finding(year) is None
    templates("beslut")
    decide(year)
    found = finding(year)
    assert found is not None
    said, todo = found
    assert said.startswith(
        "2 mejl av slaget uppgifter till 2 personer kan inte skrivas sedan i dag kl. "
    )
    assert said.endswith("(1 försök): UndefinedError: 'what_is_not_there' is undefined.")
    assert "Det som är registrerat står fast. Rätta mallen" in todo
    assert health(year.settings, clock.now()).outbox.unwritten == 2
    (told,) = sendings(year.database, year.settings, date(2027, 3, 2)).unwritten
    assert (told.kind, told.letters, told.people, told.attempts) == ("uppgifter", 2, 2, 1)
    year.on("2027-03-03").check()
    year.on("2027-03-04").check()
    said, _ = finding(year) or ("", "")
    assert "(3 försök)" in said
    templates()
    year.on("2027-03-04").check()
    assert finding(year) is None


@pytest.mark.parametrize("by", ["the next check", "the next act", "the next delivery"])
def test_once_mended_it_is_written_once_as_it_would_have_been(
    year: Town,
    make_town: MakeTown,
    march: Path,
    tmp_path: Path,
    templates: Break,
    serve: Serve,
    by: str,
) -> None:
    untroubled = make_town(like=march, data=tmp_path / "untroubled")
    decide(untroubled)
    templates("beslut")
    decide(year)
    templates()
    match by:
        case "the next check":
            year.on("2027-03-02").check()
        case "the next act":
            year.on("2027-03-02").number("bokslut", "KS 2027/00012", by="Petra")
        case "the next delivery":
            clock_file = tmp_path / "clock"
            clock_file.write_text("2027-03-02")
            inbox = Inbox()
            run(year, serve(inbox), clock_file=clock_file)
            assert len(inbox.mails) == len(untroubled.mails())
    assert year.unwritten() == []
    year.on("2027-03-02").check()
    wanted = {mail.key: mail for mail in untroubled.mails()}
    found = {mail.key: mail for mail in year.mails()}
    assert found.keys() == wanted.keys()
    for key, mail in found.items():
        assert mail.message_id == wanted[key].message_id
        assert mail.subject == wanted[key].subject
        assert lines(mail.content, "References") == lines(wanted[key].content, "References")
        if mail.kind == "beslut":
            assert text(mail) == text(wanted[key])
    assert {one.key for one in year.notices()} == {one.key for one in untroubled.notices()}


def lines(content: bytes, name: str) -> list[bytes]:
    """The header of that name."""
    return [line for line in content.split(b"\r\n") if line.startswith(name.encode())]


def test_it_says_how_it_stood_though_more_has_happened_since(year: Town, templates: Break) -> None:
    templates("beslut")
    decide(year)
    later = year.on("2027-04-13")
    later.check()
    templates()
    known = len(year.mails())
    later.check()
    late = year.mails()[known:]
    assert {mail.kind for mail in late} == {"beslut"}
    assert {mail.queued_on for mail in late} == {date(2027, 4, 13)}
    assert all("2 mars 2027" in text(mail) for mail in late)


def test_what_all_letters_share_can_be_broken_too(year: Town, templates: Break) -> None:
    known = len(year.mails())
    templates("common")
    decide(year)
    assert kinds(year, known) == []
    assert {one.kind for one in year.unwritten()} == {"beslut", "oppnat"}
    templates()
    year.on("2027-03-02").check()
    assert sorted(kinds(year, known)) == ["beslut", "beslut", "oppnat"]


def test_a_reminder_that_cannot_be_written_lays_no_older_one_aside(
    year: Town, templates: Break
) -> None:
    """Nor does it, written late, lay a newer one aside: it is laid aside itself."""
    year.on("2027-03-15").check()
    year.on("2027-03-31").check()
    before = {mail.key: mail.status for mail in year.mails()}
    templates("uppgifter", "paminnelse", "forsenat", "eskalering")
    year.on("2027-04-05").check()
    assert {one.kind for one in year.unwritten()} & {"paminnelse", "forsenat", "eskalering"}
    known = {mail.key: mail.status for mail in year.mails()}
    assert {key: known[key] for key in before} == before
    late = {one.key for one in year.unwritten()}
    templates()
    year.on("2027-05-03").check()
    told = {one.key: one.mail_id for one in year.notices()}
    assert late <= told.keys()
    newest: dict[tuple[str, str, str], str] = {}
    for one in year.notices():
        if one.kind in ("paminnelse", "forsenat"):
            newest[one.step, one.role, one.address] = one.key
    status = {mail.id: mail.status for mail in year.mails()}
    assert newest
    assert not set(newest.values()) & late
    assert {status[told[key] or 0] for key in newest.values()} == {"köad"}


def test_a_mail_about_the_calendar_alone_can_fail_and_is_written_when_mended(
    year: Town, make_town: MakeTown, march: Path, tmp_path: Path, templates: Break
) -> None:
    untroubled = make_town(like=march, data=tmp_path / "untroubled")
    for town in (untroubled, year):
        on = town.on("2027-03-02")
        on.report("arsredovisning", "ekonomichef", None, by="Eva")
        known = len(town.mails())
        if town is year:
            templates("kalender")
        move_meeting(on, "SU", date(2027, 3, 30), date(2027, 4, 6), by="Petra", reason="krock")
        templates()
    wanted = [mail.address for mail in untroubled.mails()[known:] if mail.kind == "kalender"]
    assert wanted
    assert "kalender" not in kinds(year, known)
    assert "mejl av slaget kalender" in (finding(year) or ("",))[0]
    year.on("2027-03-02").check()
    assert finding(year) is None
    assert [mail.address for mail in year.mails()[known:] if mail.kind == "kalender"] == wanted
    year.on("2027-03-02").check()
    assert kinds(year, known).count("kalender") == len(wanted)


def test_an_exercise_that_is_over_leaves_nothing_to_write(
    make_town: MakeTown, march: Path, templates: Break
) -> None:
    exercise = make_town(like=march, mail_to="ovning@orsa.example")
    templates("beslut")
    decide(exercise)
    assert len(exercise.unwritten()) == 2
    templates()
    real = Town(exercise.settings.data)
    real.on("2027-03-02").check()
    assert real.unwritten() == []
    assert not [mail for mail in real.mails() if mail.kind == "beslut"]
    real.close()


def test_an_undone_start_takes_what_was_not_written_with_it(town: Town, templates: Break) -> None:
    templates("oppnat")
    town.on("2027-03-10").start_year(2028)
    assert town.unwritten()
    town.on("2027-03-10").undo_start(2028)
    assert town.tables()["notice"] == []


def test_a_notice_is_kept_whole_until_its_letter_is_written(year: Town, templates: Break) -> None:
    everything = [kind.value for kind in Kind] + ["common", "uppgifter", "nya-datum", "overlamning"]
    templates(*everything)
    decide(year)
    on = year.on("2027-03-16")
    on.check()
    move_meeting(on, "SU", date(2027, 3, 30), date(2027, 3, 31), by="Petra", reason="krock")
    rows = year.unwritten()
    assert {one.kind for one in rows} >= {"beslut", "oppnat", "flyttat"}
    for row in rows:
        if row.kind != "kalender":
            told = CONTENT.validate_json(row.content)
            assert CONTENT.dump_json(told).decode() == row.content
            assert (told.notice.kind.value, told.notice.step) == (row.kind, row.step)
    templates()
    on.check()
    assert year.unwritten() == []
    assert {one.content for one in stored(year)} == {""}


def stored(town: Town) -> list[NoticeRow]:
    from sqlmodel import select

    with town.database.read() as session:
        return list(session.exec(select(NoticeRow)))
