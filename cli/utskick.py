"""`kommunplan utskick`: what went, what waits, and what goes tomorrow, by which rule and to whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from textwrap import wrap
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

from cyclopts import Parameter

from cli.console import Console
from cli.terminal import Json, print_json, say, settings_and_day, warn_of_exercise
from models.plan import mailbox
from tasks.clock import ZONE

if TYPE_CHECKING:
    from views.sendings import NoticeLine, SentMail, TomorrowsMail, WaitingMail

NARROWEST = 40


def utskick(
    *,
    imorgon: Annotated[
        bool, Parameter("--imorgon", negative="", help="Bara det som går i morgon")
    ] = False,
    dag: Annotated[
        date | None, Parameter("--dag", help="Det som gick den dagen; annars de senaste sju")
    ] = None,
    som_json: Json = False,
) -> None:
    """Vilka mejl som har gått, väntar och går i morgon, till vem, av vilken regel och varför just dit.

    I morgon är morgondagens kontroll på läget som det är nu; ingenting ändras eller skickas.
    """
    from tasks.database import open_database
    from tasks.mail.sendings import sendings

    chosen, today = settings_and_day()
    found = sendings(open_database(chosen), chosen, today, dag)
    if som_json:
        print_json(found)
        return
    console = Console()
    warn_of_exercise(console, chosen)
    if not imorgon:
        _print(console, f"Gick {dag}" if dag else "Gick de senaste sju dagarna", found.went)
        _print(console, "Väntar", found.waiting)
        for line in why_waiting(found.waiting, found.all_go_to):
            say(line)
        for one in found.unwritten:
            say(
                f"{one.letters} mejl av slaget {one.kind} kan inte skrivas ({one.error or 'än'}). "
                "Se kommunplan halsa."
            )
    _print(console, f"Går i morgon, {found.tomorrow.day}", found.tomorrow.mails)


def queue_lines(to_others: int, held: int, until: datetime | None) -> Iterator[str]:
    """What waits though its time has come, and why."""
    if to_others:
        yield f"{to_others} mejl till andra väntar medan KOMMUNPLAN_MAIL_TO är satt."
    if held and until:
        when = until.astimezone(ZoneInfo(ZONE))
        yield f"{held} mejl hålls av en avbruten (eller pågående) leverans till {when:%H.%M}."


def why_waiting(mails: Iterable[WaitingMail], exercise: str | None) -> Iterator[str]:
    """The same, of the mails that wait; `exercise` is the address that all of them go to, if one is set."""
    queued = [mail for mail in mails if mail.status == "köad"]
    ours = [m for m in queued if exercise is None or mailbox(m.address) == mailbox(exercise)]
    held = [mail.held_until for mail in ours if mail.held_until]
    return queue_lines(len(queued) - len(ours), len(held), max(held, default=None))


def _print(
    console: Console, title: str, mails: Sequence[SentMail | WaitingMail | TomorrowsMail]
) -> None:
    from views.sendings import WaitingMail

    console.print(f"{title}: {len(mails)} mejl", style="bold")
    for mail in mails:
        console.print()
        _put(console, _head(mail), 2)
        for reason in _reasons(mail.notices):
            _put(console, reason, 6)
        if isinstance(mail, WaitingMail) and mail.error:
            _put(console, f"Fel: {mail.error}", 6)
    if mails:
        console.print()


def _put(console: Console, text: str, margin: int) -> None:
    """Broken between words only, whatever the terminal's width; what goes on stands further in."""
    for line in wrap(
        text,
        max(console.width, NARROWEST),
        initial_indent=" " * margin,
        subsequent_indent=" " * (margin + 2),
        break_long_words=False,
        break_on_hyphens=False,
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _head(mail: SentMail | WaitingMail | TomorrowsMail) -> str:
    """`2027-03-15 paminnelse till Eva Ek <eva@kommun.se>`"""
    from views.sendings import SentMail, WaitingMail

    to = f"{mail.kind} till {mail.name} <{mail.address}>"
    if isinstance(mail, SentMail):
        return f"{mail.day} {to}"
    if isinstance(mail, WaitingMail):
        tried = f", {mail.attempts} försök" if mail.attempts else ""
        unknown = ", okänt om det gick" if mail.in_doubt else ""
        return f"{mail.queued_on} ({mail.status}{tried}{unknown}) {to}"
    return to


def _reasons(notices: Iterable[NoticeLine]) -> Iterable[str]:
    """By which rule and why to that person; a line for all the steps of which that is the same."""
    steps: dict[tuple[str, str], dict[str, None]] = {}
    for told in notices:
        body = f" ({told.body})" if told.body else ""
        because = f"; {told.because}" if told.because else ""
        alike = f"{told.kind}{body}", f"{told.rule}{because}"
        steps.setdefault(alike, {})[told.step] = None
    for (kind, why), of in steps.items():
        yield f"{', '.join(of)} {kind}: {why}"
