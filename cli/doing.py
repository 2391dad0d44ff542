"""The commands that do something: each made from its act, with what it says afterwards.

A command that shows first what would follow has `--prov`, and asks before it does it unless told `--ja`.
"""

from __future__ import annotations

import inspect
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.acts import Given, Shape, command_of, option
from cli.completers import started_years
from cli.console import Console
from cli.naming import COMMANDS, Command
from cli.terminal import (
    Preview,
    Yes,
    after,
    author,
    confirmed,
    engine,
    print_json,
    say,
    settings_and_day,
    show,
    tell_as_json,
    tell_step,
)
from models.act import Act
from models.acts.all import ACTS
from models.acts.corrections import Correct
from models.acts.figures import Record
from models.acts.links import MakeFeed
from models.acts.mails import ResendFailed
from models.acts.meetings import CancelMeeting, ImportMeetings, MoveMeeting
from models.acts.parts import GoOn
from models.acts.rounds import Rerun
from models.acts.takeover import ReadAlreadyDone
from models.acts.years import ChangeDefinition, StartYear, UndoStart
from models.counting import counted
from models.errors import RefusedError
from models.occasions import ASSIGNMENT
from models.text import Text
from views.shown import Shown

if TYPE_CHECKING:
    from tasks.context import Done
    from tasks.engine import Engine

ALREADY_SO = "Det var redan så; ingenting är ändrat."


def _keyword(name: str, annotation: Any) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=False, annotation=annotation)


PROV, JA = _keyword("prov", Preview), _keyword("ja", Yes)


# --- Parts and decisions ---


def _go_on_instead(given: Given) -> Act | None:
    if not given.pop("alla"):
        if given.get("roll"):
            given.pop("skal")
            return None
        raise RefusedError(
            "Ange vems del som är klar med --roll (och --enhet), eller --alla med --skal."
        )
    if given.get("resultat"):
        raise RefusedError(
            "--alla går vidare utan delar; registrera resultatet för sig: kommunplan resultat "
            f"{given['steg']} …"
        )
    return GoOn(
        step=given["steg"],
        reason=given["skal"],
        by=author(given["av"]),
        budget_year=given["budgetar"],
    )


def _tell_decided(on: Engine, act: Act, done: Done) -> None:
    from cli.figures import tell_raised

    tell_raised(on, done)
    tell_step(on, done)
    _tell_lawful(done)
    for number, key in zip(done.year.numbers, done.year.events, strict=True):
        if "/beslut/" in key:
            say(f"Beslutet har nummer {number}. Blev det fel: kommunplan ratta {number}.")


def _tell_corrected(on: Engine, act: Act, done: Done) -> None:
    if isinstance(act, Correct):
        what = "struket" if act.withdraw else "rättat"
        say(f"Beslut {act.event_number} är {what}; det står kvar i loggen.")
    tell_step(on, done)


def _tell_numbered(on: Engine, act: Act, done: Done) -> None:
    from tasks.reading import arenden

    found = arenden(on.database, on.today, done.step, done.year.budget_year).arenden[0]
    told = "har nu" if any("/diariefort/" in key for key in done.year.events) else "har redan"
    steps = ", ".join(step.slug for step in found.steps)
    say(f"{done.year.plan}: {found.name} ({steps}) {told} diarienummer {found.diarienummer}.")
    after(done)


def _tell_noted(on: Engine, act: Act, done: Done) -> None:
    _say_each([*(done.said or [ALREADY_SO])])
    _tell_lawful(done)
    after(done)


def _tell_lawful(done: Done) -> None:
    """That what was registered changed nothing for the law: what it did is told with all the rest."""
    if done.law == ():
        from views.law_changes import NOTHING_NEW

        say(NOTHING_NEW)


def _record_or_show(act: Act, given: Given) -> Done | None:
    """Without figures to register, or when told to, what is registered is shown."""
    from cli.figures import show_results

    if not isinstance(act, Record):
        raise TypeError(type(act).__name__)
    if given["visa"] and given["varden"]:
        raise RefusedError(
            f"--visa ändrar inget, men {given['varden'][0]} är ett värde att registrera. Ange det ena."
        )
    if given["varden"]:
        return engine().do(act)
    tell_as_json(False)
    show_results(engine(), act.step, act.budget_year, som_json=given["som_json"])
    return None


def _tell_recorded(on: Engine, act: Act, done: Done) -> None:
    from cli.figures import show_results, tell_raised
    from cli.terminal import is_json

    tell_raised(on, done)
    if not is_json():
        show_results(on, done.step, done.year.budget_year)
    after(done)


# --- Rounds ---


def _rerun(act: Act, given: Given) -> Done | int:
    from cli.previews import print_rerun

    if not isinstance(act, Rerun):
        raise TypeError(type(act).__name__)
    on = engine()
    found = on.try_(act)
    if given["prov"] and given["som_json"]:
        return _as_json(found)
    if not given["som_json"]:
        print_rerun(Console(), found)
    if given["prov"]:
        say("Inget är ändrat: det här var ett prov.")
        return 0
    if act.reason.strip() and not confirmed("Börja nytt varv?", beforehand=given["ja"]):
        return 0
    return on.do(act.model_copy(update={"step": found.step, "budget_year": found.budget_year}))


def _tell_upheld(on: Engine, act: Act, done: Done) -> None:
    if any("/star-fast/" in key for key in done.year.events):
        say(f"{done.step} står fast.")
    else:
        say(f"Ingen frågar om {done.step} står fast: inget som det bygger på har gjorts om.")
    tell_step(on, done)


# --- Meetings ---


def _try_or_move(act: Act, given: Given) -> Done | int:
    """The exit code of a trial is 1 where it would break the law."""
    if not given["prov"]:
        return engine().do(act)
    from cli.previews import print_meeting
    from tasks.meetings.what_if import try_meeting

    if not isinstance(act, MoveMeeting | CancelMeeting):
        raise TypeError(type(act).__name__)
    found = try_meeting(*settings_and_day(), act)
    tell_as_json(False)
    if given["som_json"]:
        print_json(found)
    else:
        print_meeting(Console(), found)
    return 1 if found.breaks_the_law else 0


def _try_or_read(act: Act, given: Given) -> Done | int:
    """The exit code of a trial is 1 where it would break the law."""
    if not given["prov"]:
        return engine().do(act)
    from cli.previews import print_import

    if not isinstance(act, ImportMeetings):
        raise TypeError(type(act).__name__)
    found = engine().try_(act)
    tell_as_json(False)
    if given["som_json"]:
        print_json(found)
    else:
        print_import(Console(), found)
    return 1 if any("nytt brott" in one.news for one in found.law) else 0


def _tell_moved(on: Engine, act: Act, done: Done) -> None:
    _say_each([*done.said, *done.follows, *done.notes])
    after(done, notes=False)


def _say_each(lines: list[str | Text], indent: str = "") -> None:
    for line in lines:
        say(line, indent=indent)


def _tell_changed(on: Engine, act: Act, done: Done) -> None:
    _say_each([*(done.said or [ALREADY_SO])])
    _say_each([*done.notes, *done.follows], indent="  ")
    after(done, notes=False)


# --- The year ---


def _change_definition(act: Act, given: Given) -> Done | int:
    from cli.previews import print_definition

    if not isinstance(act, ChangeDefinition):
        raise TypeError(type(act).__name__)
    on = engine()
    directory = act.directory or on.settings.definition
    found = on.try_(act)
    if given["prov"] and given["som_json"]:
        return _as_json(found)
    if not given["som_json"]:
        print_definition(Console(), found, directory)
    if given["prov"]:
        say("Inget är ändrat: det här var ett prov.")
        return 0
    # what is unclear, or not explained, is refused below: no question before that
    asks = act.reason.strip() and not found.unclear
    if asks and not confirmed("Byta definition?", beforehand=given["ja"]):
        return 0
    return on.do(act.model_copy(update={"budget_year": found.budget_year}))


def _tell_definition(on: Engine, act: Act, done: Done) -> None:
    directory = getattr(act, "directory", None) or on.settings.definition
    say(f"{done.year.plan} går nu efter definitionen i {directory}.")
    after(done)


def _read_instead(given: Given) -> Act | None:
    file = given.pop("fil")
    if given["mall"]:
        file = file or Path("-")  # printed, not read
    elif file is None and given["steg"] and given["svar"]:
        return None
    if file is None or given["steg"]:
        raise RefusedError(
            "Ange antingen ett steg och klart eller pagar, eller --fil med svaren. --mall ger en fil att "
            "fylla i."
        )
    return ReadAlreadyDone(file=file, by=author(given["av"]), budget_year=given["budgetar"])


def _answer_or_print(act: Act, given: Given) -> Done | int:
    if not given["mall"]:
        return engine().do(act)
    from tasks.taking_over import sheet_of_questions

    tell_as_json(False)
    sys.stdout.write(sheet_of_questions(engine(), given["budgetar"]))
    return 0


def _tell_answered(on: Engine, act: Act, done: Done) -> None:
    if isinstance(act, ReadAlreadyDone):
        steps = {key.partition("/")[0] for key in done.year.events}
        told = counted(len(steps), "steg är besvarat", "steg är besvarade")
        say(f"{done.year.plan}: {told}." if steps else ALREADY_SO)
        _tell_lawful(done)
        after(done)
        return
    tell_step(on, done)
    _tell_lawful(done)


def _undo_instead(given: Given) -> Act | None:
    undone = given.pop("angra")
    if undone is None:
        return None
    if given["budgetar"] is not None or given["anda"]:
        raise RefusedError(f"--angra {undone} tar bort ett år och startar inget. Ange det för sig.")
    return UndoStart(budget_year=undone)


def _start(act: Act, given: Given) -> Done:
    return engine(create=isinstance(act, StartYear)).do(act)


def _tell_started(on: Engine, act: Act, done: Done) -> None:
    for line in done.said:
        say(line)
    if not isinstance(act, StartYear):
        show()
        return
    say(f"{done.year.plan} {'har startat' if done.year.is_new else 'är igång'}.")
    if done.year.is_new and act.budget_year is not None:
        say(f"Var det fel år: kommunplan starta-ar --angra {act.budget_year}.")
    after(done)


# --- Mails, links, calendars, directory ---


def _failed_instead(given: Given) -> Act | None:
    failed = given.pop("misslyckade")
    if failed == bool(given["steg"]):
        raise RefusedError("Ange antingen ett steg eller --misslyckade. Inget är sänt.")
    return ResendFailed(by=author(given["av"])) if failed else None


def _tell_said(on: Engine, act: Act, done: Done) -> None:
    for line in done.said:
        say(line)
    if done.years:
        after(done)


def _tell_revoked(on: Engine, act: Act, done: Done) -> None:
    for line in done.said or [ALREADY_SO]:
        say(line)


def _tell_held(on: Engine, act: Act, done: Done) -> None:
    for line in done.said:
        say(line)
    say(
        "Den som har fått en roll får dess öppna uppgifter vid nästa kontroll (kommunplan kontroll)."
    )


def _make_feed(act: Act, given: Given) -> None:
    from tasks.calendars.feed import FeedMade

    if not isinstance(act, MakeFeed):
        raise TypeError(type(act).__name__)
    tell_as_json(False)
    on = engine()
    made = on.do(act)
    if not isinstance(made, FeedMade):
        raise TypeError(type(made).__name__)
    feed = made.feed
    if given["som_json"]:
        print_json(feed)
        return
    say(f"Kalender {feed.number}, {feed.title}:")
    sys.stdout.write(f"{feed.address}\n")  # whole, however narrow the terminal
    say(
        "I Outlook: Lägg till kalender, Prenumerera från webben. Den som har adressen kan läsa kalendern; "
        f"den visas inte igen. Dra tillbaka den med kommunplan kalender aterkalla {feed.number}."
    )
    if not on.settings.page_is_public:
        say(
            "Adressen går bara att nå från den här datorn. Sätt KOMMUNPLAN_PAGE_URL, och skapa en ny."
        )


def _as_json(found: Shown) -> int:
    """What would follow, and nothing else."""
    tell_as_json(False)
    print_json(found)
    return 0


_TRIAL = """
    Med --prov: vart ärendena går i stället, varje datum som flyttas, vad det då blir för ont om tid till,
    varje regel som bryts, och vem som får vilket mejl. Provet avslutas med 1 om det bryter mot lagen.
"""
_MOVE_HELP = f"Flyttar ett sammanträde med de ärenden som är planerade till det.\n{_TRIAL}"
_SHAPES = {
    "klar": Shape(
        extra=(
            option("alla", bool, False, "Gå vidare utan de delar som saknas (kräver --skal)"),
            option("skal", str, "", "Skäl; står i loggen"),
        ),
        optional=("role",),
        instead=_go_on_instead,
    ),
    "beslut": Shape(tell=_tell_decided),
    "ratta": Shape(
        helps={
            "event_number": "Beslutets nummer; kommunplan arende visar det",
            "reason": "Instansens skäl",
        },
        tell=_tell_corrected,
    ),
    "diariefor": Shape(tell=_tell_numbered),
    "anteckna": Shape(tell=_tell_noted),
    "sarskilda-skal": Shape(tell=_tell_noted),
    "resultat": Shape(
        extra=(option("visa", bool, False, "Visa bara vad som är registrerat"),),
        helps={"results": "Till exempel skattesats=22,31; utan värden visas de"},
        help="""Registrerar vad ett steg gav i siffror, eller visar det bredvid det som det bygger på.

    Skrivs som slag=värde: skattesats=22,31 ramar=2028:512000,2029:520000 (tkr)
    bokslutsresultat=resultat:4200,balanskravsresultat:3900
    prognos=enhet-a:210000:212500 (enhet:budget:prognos) maluppfyllelse=uppfyllda:12,delvis:5,ej:3
    """,
        carry_out=_record_or_show,
        tell=_tell_recorded,
    ),
    "utga": Shape(help="Ett valfritt steg görs inte i år. Ångras med kor-om."),
    "kor-om": Shape(
        extra=(PROV, JA),
        without=("results",),
        help="""Ett klart steg börjar ett nytt varv. Visar först vad som följer, och frågar sedan.

    Det som beslutats står kvar i historiken, som ersatt. Klara steg som bygger på det förblir klara, och
    de som äger dem får frågan om de står fast (kommunplan star-fast). Att bara föra läget à jour, efter
    ett avbrott eller när e-posten legat nere, är något annat och alltid ofarligt: kommunplan kontroll.
    """,
        carry_out=_rerun,
    ),
    "star-fast": Shape(tell=_tell_upheld),
    "anmal": Shape(tell=lambda on, act, done: tell_step(on, done)),
    "flytta": Shape(extra=(PROV,), help=_MOVE_HELP, carry_out=_try_or_move, tell=_tell_moved),
    "sammantraden-lagg-till": Shape(tell=_tell_changed),
    "sammantraden-stall-in": Shape(
        extra=(PROV,),
        help=f"Ställer in ett sammanträde. Vilar ett pågående år på det krävs --skal.\n{_TRIAL}",
        carry_out=_try_or_move,
        tell=_tell_changed,
    ),
    "sammantraden-las-in": Shape(extra=(PROV,), carry_out=_try_or_read, tell=_tell_changed),
    "rollinnehavare-las-in": Shape(tell=_tell_held),
    "rollinnehavare-byt": Shape(tell=_tell_held),
    "skicka-om": Shape(
        extra=(
            option("misslyckade", bool, False, "Försök igen med mejl som inte gick att skicka"),
        ),
        optional=("step",),
        help="Skickar en uppgift på nytt till den som har den i dag, eller försöker igen med det som inte "
        "gick.",
        instead=_failed_instead,
        tell=_tell_said,
    ),
    "las-in": Shape(
        help="Läser in sammanträden och rollinnehavare på nytt från definitionskatalogen.",
        tell=_tell_said,
    ),
    "byt-definition": Shape(
        extra=(PROV, JA),
        help="""Ett pågående år går över till en ändrad definition. Visar först vad som följer, och frågar
    sedan.

    Ett pågående steg som ändras eller försvinner kräver --karta: steg=steg går vidare som det är,
    gammalt=nytt byter namn, gammalt= avslutas. Det som har hänt står kvar i loggen.
    """,
        carry_out=_change_definition,
        tell=_tell_definition,
    ),
    "redan-gjort": Shape(
        extra=(
            option(
                "fil", Path | None, None, "CSV eller Excel med rubrikerna steg;svar;datum;beslut"
            ),
            option("mall", bool, False, "Skriv en fil att fylla i, med de steg som frågas om"),
        ),
        optional=("step", "standing"),
        helps={"step": "Steget; utelämnas med --fil", "standing": "klart eller pagar"},
        instead=_read_instead,
        carry_out=_answer_or_print,
        tell=_tell_answered,
    ),
    "starta-ar": Shape(
        extra=(
            option(
                "angra",
                int | None,
                None,
                "Ta bort ett år som just har startats av misstag",
                completer=started_years,
            ),
        ),
        helps={"budget_year": "Budgetår: det som pågår eller nästa; annars det som pågår"},
        help="""Startar ett budgetårs process, eller det år som pågår i dag. Ofarligt att upprepa.

    Ett år som startats av misstag kan tas bort med --angra, så länge ingen har registrerat något i det och
    inget mejl om det har gått.
    """,
        instead=_undo_instead,
        carry_out=_start,
        tell=_tell_started,
    ),
    "aterkalla-lank": Shape(tell=_tell_revoked),
    "kalender-skapa": Shape(carry_out=_make_feed),
    "kalender-aterkalla": Shape(tell=_tell_revoked),
}
"""What a command has of its own, by its act."""

DOING = {
    name: command_of(command, _SHAPES.get(name))
    for name, command in COMMANDS.items()
    if not command.always and name != "angra-start"
}
"""The command of each act."""
NEW_ASSIGNMENT = command_of(
    Command(ACTS["anmal"], ("uppdrag", "nytt"), ("heading",), COMMANDS["anmal"].names),
    Shape(
        preset={"occasion": ASSIGNMENT},
        demanded=("part", "due"),
        without=("unit", "amount"),
        helps={"part": "Ansvarig roll, eller roll:enhet"},
        help="För in ett uppdrag. Den ansvariga får mejl nu och påminnelser före sista dagen.",
        tell=lambda on, act, done: tell_step(on, done),
    ),
)
MOVE_A_MEETING = command_of(
    COMMANDS["flytta"],
    Shape(
        help="Flyttar ett sammanträde. Vilar ett pågående år på det krävs --skal.",
        tell=_tell_changed,
    ),
)
