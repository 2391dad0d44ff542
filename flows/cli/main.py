"""The command line `kommunplan`: Swedish, exit code 0, 2 for what a person can mend.

Only what a command needs is imported when it runs; `status` never imports Prefect.
"""

from __future__ import annotations

import gc

# what a command imports lives as long as it: looking for garbage there is a tenth of its time
gc.disable()

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import CycloptsError, Parameter

from flows.cli.arende import arende
from flows.cli.beslut import beslut, diariefor, ratta
from flows.cli.bilder import arshjul, gantt
from flows.cli.byt_definition import byt_definition
from flows.cli.completers import roles
from flows.cli.console import Console
from flows.cli.flytta import flytta
from flows.cli.granska import granska
from flows.cli.halsa import halsa
from flows.cli.historik import historik
from flows.cli.kalender import ics, kalender
from flows.cli.komplettera import add_completion
from flows.cli.kor_om import kor_om, star_fast
from flows.cli.lankar import lankar
from flows.cli.nasta_ar import nasta_ar
from flows.cli.pa_nytt import skicka_om, skjut_upp
from flows.cli.rapport import rapport, sida
from flows.cli.resultat import resultat
from flows.cli.rollinnehavare import rollinnehavare
from flows.cli.sammantraden import sammantraden
from flows.cli.starta_ar import starta_ar
from flows.cli.terminal import AnyYear, By, Json, Reason, StepName, Unit, Year, make_app
from flows.cli.terminal import after as _after
from flows.cli.terminal import author as _author
from flows.cli.terminal import ended as _ended
from flows.cli.terminal import engine as _engine
from flows.cli.terminal import print_json as _print_json
from flows.cli.terminal import say as _say
from flows.cli.terminal import settings_and_day as _settings_and_day
from flows.cli.terminal import tell_as_json as _tell_as_json
from flows.cli.terminal import tell_step as _tell_step
from flows.cli.terminal import warn_of_exercise as _warn_of_exercise
from flows.cli.uppdrag import anmal, uppdrag
from flows.cli.utskick import utskick
from models.counting import counted
from models.errors import KommunplanError, RefusedError

READER_GONE = 128 + 13
"""The exit code of a program that SIGPIPE ends, as that of `grep` in the same place."""

app = make_app(
    "kommunplan",
    "Kommunens planeringsår: vad som ska göras, av vem, till när, och vad lagen kräver.",
)
for command in (
    beslut, ratta, diariefor, arende, resultat, kor_om, star_fast, anmal, uppdrag, byt_definition,
    sammantraden, granska, flytta, nasta_ar, rollinnehavare, utskick, lankar,
    kalender, ics,
    historik, arshjul, gantt, rapport, sida,
    starta_ar,
    halsa,
    skjut_upp, skicka_om,
):  # fmt: skip
    app.command(command)
add_completion(app)


@app.meta.default
def with_definition(
    *words: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    definition: Annotated[
        Path | None,
        Parameter("--definition", help="Definitionskatalog; annars KOMMUNPLAN_DEFINITION"),
    ] = None,
) -> object:
    """Every command, on the definition directory that is given."""
    if definition is not None:
        from tasks.settings import use_definition

        use_definition(definition)
    _tell_as_json(False)
    code = app(
        words, console=Console(), exit_on_error=False, print_error=False,
        result_action="return_value",
    )  # fmt: skip
    _ended()
    return code


@app.command(name="status")
def status(
    *,
    alla: Annotated[
        bool, Parameter("--alla", negative="", help="Visa också de steg som vilar")
    ] = False,
    budgetar: Year = None,
    som_json: Json = False,
) -> None:
    """Var året står: varje steg, vem som väntas, vad som är sent och vad som är en risk mot lagen."""
    from tasks.database import open_database
    from tasks.views.overview import status as overview

    chosen, today = _settings_and_day()
    years = overview(open_database(chosen), today, budgetar)
    if som_json:
        _print_json(years)
        return
    from flows.cli.tables import print_status

    _warn_of_exercise(Console(), chosen)
    print_status(Console(), years, exercise=chosen.clock_file is not None, dormant=alla)


@app.command(name="provkor")
def rehearse(*, budgetar: AnyYear = None, som_json: Json = False) -> None:
    """Hela året simulerat, utan Prefect och e-post: vem som får vilket mejl, vilken dag, av vilken regel.

    Alla antas lämna sin del på sista dagen och varje instans besluta på sitt planerade sammanträde.
    """
    from tasks.views.overview import rehearsal

    chosen, today = _settings_and_day()
    year = rehearsal(chosen, budgetar, today)
    if som_json:
        _print_json(year)
        return
    from flows.cli.tables import print_rehearsal

    print_rehearsal(Console(), year)


@app.command(name="las-in")
def load(*, som_json: Json = False) -> None:
    """Läser in sammanträden och rollinnehavare på nytt från definitionskatalogen."""
    _tell_as_json(som_json)
    loaded = _engine().load()
    _say(
        f"{counted(loaded.meetings, 'sammanträde', 'sammanträden')} och {loaded.holders} rollinnehavare är "
        "inlästa."
    )
    if not loaded.meetings:
        _say("Varning: katalogen har inga sammanträden, så inga beslut kan planeras.")
    if not loaded.holders:
        _say("Varning: katalogen har inga rollinnehavare, så alla mejl går till processägaren.")
    for line in loaded.left_alone:
        _say(f"Lämnat orört: {line}")


@app.command(name="klar")
def report(
    steg: StepName,
    *,
    roll: Annotated[str, Parameter("--roll", help="Rollen vars del är klar", completer=roles)] = "",
    enhet: Unit = None,
    kommentar: Annotated[str, Parameter("--kommentar", help="Kommentar till loggen")] = "",
    alla: Annotated[
        bool,
        Parameter("--alla", negative="", help="Gå vidare utan de delar som saknas (kräver --skal)"),
    ] = False,
    resultat: Annotated[
        list[str] | None,
        Parameter("--resultat", negative="", help="Till exempel skattesats=22,31; kan upprepas"),
    ] = None,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """En roll har gjort sin del av ett steg. När alla delar är inne går steget vidare direkt."""
    _tell_as_json(som_json)
    if not (roll or alla):
        raise RefusedError(
            "Ange vems del som är klar med --roll (och --enhet), eller --alla med --skal."
        )
    from flows.cli.resultat import tell_raised, values_of

    values = values_of(resultat or [])
    if alla and values:
        raise RefusedError(
            f"--alla går vidare utan delar; registrera resultatet för sig: kommunplan resultat {steg} …"
        )
    # the letters and the lists name a part as role:unit
    roll, _, unit = roll.partition(":")
    enhet = enhet or unit or None
    on = _engine()
    if alla:
        done = on.override(steg, by=_author(av), reason=skal, budget_year=budgetar)
    else:
        done = on.report(
            steg, roll, enhet, by=_author(av), comment=kommentar, results=values,
            budget_year=budgetar,
        )  # fmt: skip
    tell_raised(on, done)
    _tell_step(on, steg, done)


@app.command(name="oppna")
def open_early(
    steg: StepName,
    *,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Öppnar ett steg före dess tid, eller ett som vilar: en instans tar upp ärendet tidigare i år."""
    _tell_as_json(som_json)
    on = _engine()
    done = on.open_early(steg, by=_author(av), reason=skal, budget_year=budgetar)
    _tell_step(on, steg, done)


@app.command(name="utga")
def set_aside(
    steg: StepName,
    *,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Ett valfritt steg görs inte i år. Ångras med kor-om."""
    _tell_as_json(som_json)
    on = _engine()
    done = on.set_aside(steg, by=_author(av), reason=skal, budget_year=budgetar)
    _tell_step(on, steg, done)


@app.command(name="kontroll")
def check(*, som_json: Json = False) -> None:
    """Den dagliga kontrollen: öppnar, påminner, eskalerar. Ofarlig att köra hur ofta som helst."""
    _tell_as_json(som_json)
    years = _engine().check()
    for done in years:
        events = counted(len(done.events), "händelse", "händelser")
        _say(f"{done.plan}: {events}, {counted(done.mails, 'nytt', 'nya')} mejl.")
    _after(*years)


@app.command(name="skicka")
def deliver(*, som_json: Json = False) -> None:
    """Levererar det som väntar i utkorgen, äldst först."""
    import asyncio
    from zoneinfo import ZoneInfo

    from flows.cli.utskick import queue_lines
    from tasks.clock import ZONE
    from tasks.mail.delivery import deliver as send

    on = _engine()
    done = asyncio.run(send(on.database, on.settings, all_now=True))
    if som_json:
        _print_json(done.as_json())
        return
    _say(
        f"{counted(done.sent, 'skickat', 'skickade')}, {done.deferred} försöks igen senare, "
        f"{done.failed} gick inte att skicka."
    )
    if done.error:
        _say(f"Servern svarade: {done.error}")
    for line in queue_lines(done.waiting.to_others, done.waiting.held, done.waiting.held_until):
        _say(line)
    if done.next_attempt_at and done.waiting.free:
        when = done.next_attempt_at.astimezone(ZoneInfo(ZONE))
        _say(f"Nästa försök tidigast {when:%Y-%m-%d %H.%M}, eller när du kör kommunplan skicka.")


@app.command(name="start")
def start() -> None:
    """Startar allt på den här datorn: databas, Prefect, e-postfångare, årets process (make start)."""
    from flows.running.start import run

    gc.enable()  # this one runs for months
    run()


@app.command(name="prefect-yaml")
def print_deployments() -> None:
    """Skriver kommunens Prefect-deployments, i prefect.yamls form."""
    from calendars.definition import load_definition
    from flows.forms.deployments import prefect_yaml
    from tasks.settings import settings

    chosen = settings()
    sys.stdout.write(prefect_yaml(chosen, load_definition(chosen.definition)))


@app.command(name="schema")
def print_schema() -> None:
    """Skriver definitionsfilens JSON Schema, som redigerare kompletterar och kontrollerar med."""
    from calendars.schema import definition_schema

    _print_json(definition_schema())


def main() -> None:
    """Runs the command line; what a person can mend becomes one message and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    try:
        for word in sys.argv[1:]:
            if not _is_text(word):
                raise RefusedError(f"{word!r} går inte att läsa som text (UTF-8).")
        code = app.meta(
            console=Console(), exit_on_error=False, print_error=False, result_action="return_value"
        )
        sys.stdout.flush()
        raise SystemExit(code if isinstance(code, int) else 0)
    except CycloptsError as error:
        _fail(_in_swedish(error))
    except KommunplanError as error:
        _fail(str(error))
    except KeyboardInterrupt:
        _fail("Avbrutet.", 130)
    except BrokenPipeError:  # what is printed is read no more: `kommunplan status | head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(READER_GONE) from None


def _is_text(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _in_swedish(error: CycloptsError) -> str:
    from flows.cli.usage import in_swedish

    return in_swedish(error)


def _fail(message: str, code: int = 2) -> None:
    Console(stderr=True).print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    raise SystemExit(code)
