"""The flows by which the year is driven: its start, the daily check, reports and decisions.

Each form is made from its act: its fields, help and rule stand in `models.acts`.
"""

from __future__ import annotations

from typing import Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State

import flows.steps.made  # noqa: F401 - the flows by which what they change is shown
from flows.forms.acts import form_of
from flows.forms.fields import BudgetYear, in_two
from flows.steps.driving import drive
from flows.steps.endings import run_name
from models.acts.corrections import Correct
from models.acts.decisions import Decide, GiveNumber
from models.acts.notes import FindReasons, Note
from models.acts.parts import GoOn, ReportPart
from models.acts.rounds import LeaveOut, OpenEarly, Uphold
from models.acts.takeover import AlreadyDone
from models.acts.years import StartYear, UndoStart
from models.errors import RefusedError
from tasks.context import Done
from tasks.engine import Engine

klar = form_of(ReportPart, "{steg}: {roll} klar")
ga_vidare = form_of(GoOn, "{steg}: går vidare")
oppna = form_of(OpenEarly, "{steg}: öppnas i förtid")
utga = form_of(LeaveOut, "{steg}: utgår")
star_fast = form_of(Uphold, "{steg}: står fast")
beslut = form_of(Decide, "{steg}: {instans}")
ratta = form_of(Correct, "Beslut {handelse} rättas")
diariefor = form_of(GiveNumber, "{steg}: {diarienummer}")
anteckna = form_of(Note, "{instans}: {vad}")
redan_gjort = form_of(AlreadyDone, "{steg}: {svar}")
sarskilda_skal = form_of(FindReasons, "{steg}: särskilda skäl")


@in_two
@flow(name="Starta budgetår", flow_run_name=run_name)
async def starta_ar(
    budgetar: BudgetYear = None, gor: Literal["starta", "ångra"] = "starta", anda: bool = False
) -> State[Any]:
    """Startar ett budgetårs process, eller det år som pågår i dag. Ofarligt att upprepa.

    Steg vars fönster redan har passerat registreras som klara före start, utan mejl. Om dem som skulle ha
    börjat frågas processägaren (redan-gjort), och ingen annan får mejl om dem före svaret.
    Körs av sig själv när processen ska börja; kör för hand för att börja tidigare eller mitt i ett år.

    Args:
        budgetar: Det budgetår som pågår, eller nästa. Tomt betyder det år vars process pågår i dag.
        gor: Ångra tar bort ett år som startats av misstag, så länge ingen har registrerat något i det och
            inget mejl om det har gått. Ange då budgetar.
        anda: Starta också ett annat år, till en övning eller för historiken.
    """

    def undo(on: Engine) -> Done:
        if budgetar is None:
            raise RefusedError("Vilket år startades av misstag? Fyll i budgetar.")
        if anda:
            raise RefusedError("Anda gäller att starta ett år. Ta bort krysset för att ångra.")
        return on.do(UndoStart(budget_year=budgetar))

    if gor == "ångra":
        return await drive(undo)
    return await drive(lambda on: on.do(StartYear(budget_year=budgetar, knowingly=anda)))


@in_two
@flow(name="Daglig kontroll", flow_run_name=run_name)
async def kontroll() -> State[Any]:
    """Öppnar det som ska öppnas, påminner, eskalerar och skickar det som väntar.

    Körs varje dag 06.30 och rättar allt som har missats, till exempel efter dagar då servern
    varit avstängd. Ofarlig att köra när som helst och hur ofta som helst.
    """
    return await drive(lambda on: Done(on.check()), whole=True)
