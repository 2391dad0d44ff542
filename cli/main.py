"""The command line `kommunplan`: Swedish, exit code 0, 2 for what a person can mend.

Only what a command needs is imported when it runs; `status` never imports Prefect.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import CycloptsError, Parameter

from cli.arende import arende
from cli.bevisa import bevisa
from cli.bilder import arshjul, gantt
from cli.console import Console
from cli.doing import DOING
from cli.granska import granska
from cli.halsa import halsa
from cli.historik import historik
from cli.inloggningar import inloggningar
from cli.kalender import ics, kalender
from cli.komplettera import add_completion
from cli.kontroll import kontroll, skicka
from cli.lankar import lankar
from cli.logga_in import logga_in
from cli.nasta_ar import nasta_ar
from cli.rapport import rapport, sida
from cli.rollinnehavare import rollinnehavare
from cli.sammantraden import sammantraden
from cli.start import prefect_yaml, schema, start
from cli.status import provkor, status
from cli.terminal import ended, make_app, tell_as_json
from cli.uppdrag import uppdrag
from cli.utskick import utskick
from cli.wording import at_terminal
from models.errors import KommunplanError, RefusedError

READER_GONE = 128 + 13
"""The exit code of a program that SIGPIPE ends, as that of `grep` in the same place."""

app = make_app(
    "kommunplan",
    "Kommunens planeringsår: vad som ska göras, av vem, till när, och vad lagen kräver.",
)
for command in (
    status,
    provkor,
    historik,
    arshjul,
    gantt,
    rapport,
    sida,
    DOING["klar"],
    DOING["beslut"],
    DOING["ratta"],
    DOING["diariefor"],
    arende,
    DOING["anteckna"],
    DOING["sarskilda-skal"],
    DOING["resultat"],
    DOING["oppna"],
    DOING["utga"],
    DOING["kor-om"],
    DOING["star-fast"],
    DOING["redan-gjort"],
    DOING["anmal"],
    uppdrag,
    sammantraden,
    bevisa,
    granska,
    DOING["flytta"],
    nasta_ar,
    rollinnehavare,
    utskick,
    lankar,
    logga_in,
    inloggningar,
    kalender,
    ics,
    kontroll,
    skicka,
    DOING["skicka-om"],
    DOING["skjut-upp"],
    DOING["las-in"],
    DOING["byt-definition"],
    DOING["starta-ar"],
    start,
    halsa,
    prefect_yaml,
    schema,
):
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
    tell_as_json(False)
    code = app(
        words,
        console=Console(),
        exit_on_error=False,
        print_error=False,
        result_action="return_value",
    )
    ended()
    return code


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
        _fail(at_terminal(error))
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
    from cli.usage import in_swedish

    return in_swedish(error)


def _fail(message: str, code: int = 2) -> None:
    Console(stderr=True).print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    raise SystemExit(code)
