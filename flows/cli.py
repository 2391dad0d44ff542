"""The command line `kommunplan`: Swedish, exit code 0, 2 for what a person can mend.

Only what a command needs is imported when it runs; `status` never imports Prefect.
"""

from __future__ import annotations

import getpass
import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import App, CycloptsError, Group, Parameter
from rich.console import Console

from models.errors import KommunplanError, RefusedError
from models.events import Outcome

if TYPE_CHECKING:
    from tasks.actions import Engine
    from tasks.year import Advance

app = App(
    name="kommunplan",
    help="Kommunens planeringsår: vad som ska göras, av vem, till när, och vad lagen kräver.",
    version_flags=(),
    help_on_error=False,
    group_commands=Group("Kommandon"),
    group_arguments=Group("Ord"),
    group_parameters=Group("Ord och flaggor"),
)
app["--help"].group = Group("Hjälp")
app["--help"].help = "Visar den här hjälpen."


def _by_value(name: str) -> str:
    """An outcome is written as the letters and the log have it, not by the name of its constant."""
    return Outcome[name].value if name in Outcome.__members__ else name.lower()


Year = Annotated[int | None, Parameter("--budgetar", help="Budgetår; annars det som pågår")]
By = Annotated[str | None, Parameter("--av", help="Vem som säger det; annars den som är inloggad")]
Json = Annotated[bool, Parameter("--json", negative="", help="Som JSON, i ett format som består")]
Reason = Annotated[str, Parameter("--skal", help="Skäl; står i loggen")]


@app.command(name="status")
def status(*, budgetar: Year = None, som_json: Json = False) -> None:
    """Var året står: varje steg, vem som väntas, vad som är sent och vad som är en risk mot lagen."""
    from tasks.database import open_database
    from tasks.overview import status as overview

    chosen, today = _settings_and_day()
    years = overview(open_database(chosen), today, budgetar)
    if som_json:
        _print_json(years)
        return
    from flows.tables import print_status

    print_status(Console(), years, exercise=chosen.clock_file is not None)


@app.command(name="provkor")
def rehearse(*, budgetar: Year = None, som_json: Json = False) -> None:
    """Hela året simulerat, utan Prefect och e-post: vem som får vilket mejl, vilken dag, av vilken regel.

    Alla antas lämna sin del på sista dagen och varje instans besluta på sitt planerade sammanträde.
    """
    from tasks.overview import rehearsal

    chosen, today = _settings_and_day()
    year = rehearsal(chosen, budgetar, today)
    if som_json:
        _print_json(year)
        return
    from flows.tables import print_rehearsal

    print_rehearsal(Console(), year)


@app.command(name="starta-ar")
def start_year(budgetar: Annotated[int | None, Parameter(help="Budgetår")] = None) -> None:
    """Startar ett budgetårs process, eller det år som pågår i dag. Ofarligt att upprepa."""
    done = _engine(create=True).start_year(budgetar)
    _say(f"Kommunplan {done.budget_year} {'har startat' if done.is_new else 'är igång'}.")
    _after(done)


@app.command(name="las-in")
def load() -> None:
    """Läser in sammanträden och rollinnehavare på nytt från definitionskatalogen."""
    meetings, holders = _engine().load()
    _say(f"{meetings} sammanträden och {holders} rollinnehavare är inlästa.")


@app.command(name="klar")
def report(
    steg: Annotated[str, Parameter(help="Stegets namn, till exempel bokslut")],
    *,
    roll: Annotated[str, Parameter("--roll", help="Rollen vars del är klar")] = "",
    enhet: Annotated[
        str | None, Parameter("--enhet", help="Enhet, om rollen finns för flera")
    ] = None,
    kommentar: Annotated[str, Parameter("--kommentar", help="Kommentar till loggen")] = "",
    alla: Annotated[
        bool,
        Parameter("--alla", negative="", help="Gå vidare utan de delar som saknas (kräver --skal)"),
    ] = False,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
) -> None:
    """En roll har gjort sin del av ett steg. När alla delar är inne går steget vidare direkt."""
    if not (roll or alla):
        raise RefusedError(
            "Ange vems del som är klar med --roll (och --enhet), eller --alla med --skal."
        )
    # the letters and the lists name a part as role:unit
    roll, _, unit = roll.partition(":")
    enhet = enhet or unit or None
    on = _engine()
    if alla:
        done = on.override(steg, by=_author(av), reason=skal, budget_year=budgetar)
    else:
        done = on.report(steg, roll, enhet, by=_author(av), comment=kommentar, budget_year=budgetar)
    _tell_step(on, steg, done)


@app.command(name="beslut")
def decide(
    steg: Annotated[str, Parameter(help="Stegets namn, till exempel kommunplan-ks")],
    instans: Annotated[str, Parameter(help="Instansen som beslutade, till exempel KS")],
    utfall: Annotated[Outcome, Parameter(name_transform=_by_value, help="Vad instansen beslutade")],
    *,
    datum: Annotated[
        date | None, Parameter("--datum", help="Sammanträdets dag; annars den planerade")
    ] = None,
    paragraf: Annotated[str, Parameter("--paragraf", help="Till exempel 'KS § 74/2027'")] = "",
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
) -> None:
    """Registrerar vad en instans beslutade. Det som bygger på beslutet går vidare direkt."""
    on = _engine()
    done = on.decide(
        steg, instans, utfall, by=_author(av), on=datum, paragraph=paragraf, reason=skal,
        budget_year=budgetar,
    )  # fmt: skip
    _tell_step(on, steg, done)


@app.command(name="kor-om")
def rerun(
    steg: Annotated[str, Parameter(help="Stegets namn")],
    *,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
) -> None:
    """Ett klart steg börjar ett nytt varv. Det som beslutats står kvar i historiken."""
    on = _engine()
    import uuid

    done, resting = on.rerun(
        steg, by=_author(av), reason=skal, token=uuid.uuid4().hex, budget_year=budgetar
    )
    if resting:
        _say(
            "Bygger på steget, är klara och ligger kvar; pröva om de står fast: "
            + ", ".join(resting)
        )
    _tell_step(on, steg, done)


@app.command(name="kontroll")
def check() -> None:
    """Den dagliga kontrollen: öppnar, påminner, eskalerar. Ofarlig att köra hur ofta som helst."""
    for done in _engine().check():
        _say(f"Kommunplan {done.budget_year}: {len(done.events)} händelser, {done.mails} nya mejl.")
        _after(done)


@app.command(name="skicka")
def deliver() -> None:
    """Levererar det som väntar i utkorgen, äldst först."""
    import asyncio

    from tasks.delivery import deliver as send

    on = _engine()
    done = asyncio.run(send(on.database, on.settings))
    _say(
        f"{done.sent} skickade, {done.deferred} försöks igen senare, "
        f"{done.failed} gick inte att skicka."
    )
    if done.error:
        _say(f"Servern svarade: {done.error}")
    if done.next_attempt_at:
        _say(f"Nästa försök tidigast {done.next_attempt_at.astimezone():%Y-%m-%d %H.%M}.")


@app.command(name="start")
def start() -> None:
    """Startar allt på den här datorn: databas, Prefect, e-postfångare, årets process (make start)."""
    from flows.start import run

    run()


def main() -> None:
    """Runs the command line; what a person can mend becomes one message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        app(exit_on_error=False, print_error=False)
    except CycloptsError as error:
        _fail(_in_swedish(error))
    except KommunplanError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("Avbrutet.", 130)
    except BrokenPipeError:
        sys.stderr.close()


def _in_swedish(error: CycloptsError) -> str:
    from flows.usage import in_swedish

    return in_swedish(error)


def _fail(message: str, code: int = 2) -> None:
    Console(stderr=True).print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    raise SystemExit(code)


def _say(message: str) -> None:
    Console().print(message, markup=False, highlight=False)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _settings_and_day() -> tuple[Any, date]:
    from tasks.clock import today
    from tasks.settings import settings

    chosen = settings()
    return chosen, today(chosen)


def _engine(*, create: bool = False) -> Engine:
    from tasks.engine import engine

    return engine(create=create)


def _author(given: str | None) -> str:
    try:
        return given or getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "okänd"


def _tell_step(on: Engine, slug: str, done: Advance) -> None:
    name, sentence = on.look(slug, budget_year=done.budget_year)
    _say(f"Kommunplan {done.budget_year}, {slug}: {name}. {sentence}")
    _after(done)


def _after(done: Advance) -> None:
    """Asks Prefect to show what changed and to deliver; without a server that waits for the next check."""
    if not (done.mails or done.stale):
        return
    from tasks.orchestration import ask_for_check

    if ask_for_check():
        mails = f"{done.mails} mejl är på väg. " if done.mails else ""
        _say(f"{mails}Prefect visar det nya läget om en stund.")
    elif done.mails:
        _say(f"{done.mails} mejl väntar i utkorgen. Prefect svarar inte; kör kommunplan skicka.")
