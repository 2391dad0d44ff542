"""`kommunplan skjut-upp` and `skicka-om`: longer time for a step's parts, and mails sent once more."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import uuid4

from cyclopts import Parameter

from cli.completers import roles, steps
from cli.terminal import (
    By,
    Json,
    Reason,
    StepName,
    Unit,
    Year,
    after,
    author,
    engine,
    say,
    tell_as_json,
    tell_step,
)
from models.errors import RefusedError


def skjut_upp(
    steg: StepName,
    till: Annotated[date, Parameter(help="Den nya sista dagen för delarna")],
    *,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """De som har en del i ett pågående steg får längre tid. De får mejl med den nya dagen.

    Sammanträdet ligger fast: högst till dess att handlingarna går ut, eller till lagfristen.
    """
    tell_as_json(som_json)
    from tasks.postponement import postpone

    on = engine()
    done = postpone(on, steg, till, by=author(av), reason=skal, budget_year=budgetar)
    tell_step(on, steg, done)


def skicka_om(
    steg: Annotated[str, Parameter(help="Steget som uppgiften hör till", completer=steps)] = "",
    *,
    roll: Annotated[
        str, Parameter("--roll", help="Bara till den här rollen", completer=roles)
    ] = "",
    enhet: Unit = None,
    misslyckade: Annotated[
        bool,
        Parameter(
            "--misslyckade", negative="", help="Försök igen med mejl som inte gick att skicka"
        ),
    ] = False,
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Skickar en uppgift på nytt till den som har den i dag, eller försöker igen med det som inte gick."""
    tell_as_json(som_json)
    from tasks.mail.resending import resend, resend_failed

    if misslyckade == bool(steg):
        raise RefusedError("Ange antingen ett steg eller --misslyckade. Inget är sänt.")
    on, token = engine(), uuid4().hex
    if misslyckade:
        years, said = resend_failed(on, by=author(av), token=token)
        say(said)
        after(*years)
        return
    role, _, unit = roll.partition(":")
    done = resend(
        on,
        steg,
        role or None,
        enhet or unit or None,
        by=author(av),
        token=token,
        budget_year=budgetar,
    )
    say(f"{done.plan}, {steg}: {done.mails} mejl på nytt.")
    after(done)
