"""What every command shares: the options that recur, and how it speaks to the person at the terminal."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, Group, Parameter

from cli.account import Account
from cli.completers import any_years, started_years, steps
from cli.console import Console
from cli.help import SwedishHelp
from cli.wording import at_terminal
from models.errors import RefusedError
from models.text import Text
from views.labels import as_sentence
from views.shown import Shown

if TYPE_CHECKING:
    from tasks.context import Done
    from tasks.engine import Engine

By = Annotated[str | None, Parameter("--av", help="Vem som säger det; annars den som är inloggad")]
Json = Annotated[bool, Parameter("--json", negative="", help="Som JSON, i ett format som består")]
Year = Annotated[
    int | None,
    Parameter("--budgetar", help="Budgetår; annars det som pågår", completer=started_years),
]
AnyYear = Annotated[
    int | None, Parameter("--budgetar", help="Budgetår; annars det som pågår", completer=any_years)
]
StepName = Annotated[str, Parameter(help="Stegets namn, till exempel bokslut", completer=steps)]
Preview = Annotated[
    bool, Parameter("--prov", negative="", help="Visa bara vad som skulle hända; ändra inget")
]
Yes = Annotated[bool, Parameter("--ja", negative="", help="Svara ja i förväg på frågan")]


HELP = "Visar den här hjälpen."


def make_app(name: str, description: str) -> App:
    """A command with commands of its own, whose help is Swedish."""
    app = App(
        name=name,
        help=description,
        version_flags=(),
        help_on_error=False,
        help_formatter=SwedishHelp(),
        default_parameter=Parameter(show_default=False),
        group_commands=Group("Kommandon"),
        group_arguments=Group("Ord"),
        group_parameters=Group("Ord och flaggor"),
    )
    app["--help"].group = Group("Hjälp")
    app["--help"].help = HELP
    return app


_account: Account | None = None
"""Where what is said and done is kept, while a command that was given --json works."""


def tell_as_json(wanted: bool) -> None:
    """From here on nothing is printed until the command has ended, and then all of it as JSON."""
    global _account
    _account = Account() if wanted else None


def ended() -> None:
    """Prints what the command did, where that is asked for as JSON."""
    if _account is not None:
        print_json(_account.done())
    tell_as_json(False)


def is_json() -> bool:
    """Whether what is said is kept for the JSON."""
    return _account is not None


def say(message: str | Text, *, whole: bool = False, indent: str = "") -> None:
    """On lines of the terminal's width; `whole` leaves that to the terminal, so that a path is one word."""
    told = indent + (message if isinstance(message, str) else at_terminal(message))
    if _account is not None:
        _account.said.append(told)
        return
    Console().print(told, markup=False, highlight=False, soft_wrap=whole)


def print_json(shown: Shown | Sequence[Shown]) -> None:
    """One document, with the keys of docs/json.md."""
    if isinstance(shown, Shown):
        print_document(shown.as_json(at_terminal))
    else:
        print_document([one.as_json(at_terminal) for one in shown])


def print_document(value: object) -> None:
    """What JSON can say, as it is."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def settings_and_day() -> tuple[Any, date]:
    from tasks.clock import today
    from tasks.settings import settings

    chosen = settings()
    return chosen, today(chosen)


def engine(*, create: bool = False) -> Engine:
    from tasks.engine import engine as opened

    return opened(create=create)


def warn_of_exercise(console: Console, chosen: Any) -> None:
    """Says so where the mails do not go to whom they are for."""
    if chosen.mail_to:
        console.print(
            f"PROV: alla mejl går till {chosen.mail_to} (KOMMUNPLAN_MAIL_TO).",
            style="bold yellow",
            highlight=False,
            markup=False,
        )


def author(given: str | None) -> str:
    try:
        return given or getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "okänd"


def confirmed(question: str, *, beforehand: bool) -> bool:
    """Whether the person says yes. Where nobody can be asked, and it was not said beforehand, RefusedError
    with the way out."""
    if beforehand:
        return True
    if _account is not None:
        raise RefusedError(
            f"{question} Med --json ställs ingen fråga, så inget är ändrat. Svara ja i förväg med --ja, "
            "eller visa bara vad som skulle hända med --prov."
        )
    if sys.stdin is None or not sys.stdin.isatty():
        raise RefusedError(
            f"{question} Här finns ingen terminal att svara i, så inget är ändrat. Svara ja i förväg med "
            "--ja, eller visa bara vad som skulle hända med --prov."
        )
    while True:
        try:
            answer = input(f"{question} (ja/nej) ").strip().casefold()
        except EOFError:
            answer = "nej"
        if answer in ("ja", "j"):
            return True
        if answer in ("nej", "n"):
            say("Inget är ändrat.")
            return False


def tell_step(on: Engine, done: Done) -> None:
    """Where the step stands after what was just done."""
    slug, year = done.step, done.year
    name, meaning = on.look(slug, budget_year=year.budget_year)
    sentence = at_terminal(meaning)
    say(f"{year.plan}, {slug}: {as_sentence(name)} {sentence}")
    if _account is not None:
        from views.done import TouchedStep

        _account.steps.append(
            TouchedStep(budget_year=year.budget_year, slug=slug, label=name, explanation=sentence)
        )
    after(done)


def after(done: Done, *, notes: bool = True) -> None:
    """Asks Prefect to show the years and to deliver; without a server that waits for the next check. Its
    notes are said, unless they have been."""
    for change in done.law or ():
        say(change.sentence)
    for note in done.notes if notes else ():
        say(f"Obs: {at_terminal(note)}")
    if _account is not None:
        _account.years += done.years
        _account.law += done.law or ()
    # also where no state has got another name: a part that came in is on the pages and in the runs
    if done.years:
        show(mails=sum(year.mails for year in done.years))


def show(*, mails: int = 0) -> None:
    """Asks Prefect to show the years as they are now, and to deliver so many new mails."""
    from tasks.orchestration import ask_for_check

    is_shown = ask_for_check()
    if _account is not None:
        _account.shown = is_shown
    if is_shown:
        on_their_way = f"{mails} mejl är på väg. " if mails else ""
        say(f"{on_their_way}Prefect visar det nya läget om en stund.")
    elif mails:
        say(f"{mails} mejl väntar i utkorgen. Prefect svarar inte; kör kommunplan skicka.")
