"""`kommunplan kor-om` and `star-fast`: a new round of a completed step, and what rests on it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from cli.console import Console
from cli.lines import heading, section
from cli.terminal import (
    By,
    Json,
    Preview,
    Reason,
    StepName,
    Year,
    Yes,
    author,
    confirmed,
    engine,
    print_json,
    say,
    tell_as_json,
    tell_step,
)

if TYPE_CHECKING:
    from views.previews import MailToGo, RerunPreview, SupersededDecision


def kor_om(
    steg: StepName,
    *,
    prov: Preview = False,
    ja: Yes = False,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Ett klart steg börjar ett nytt varv. Visar först vad som följer, och frågar sedan.

    Det som beslutats står kvar i historiken, som ersatt. Klara steg som bygger på det förblir klara, och
    de som äger dem får frågan om de står fast (kommunplan star-fast). Att bara föra läget à jour, efter
    ett avbrott eller när e-posten legat nere, är något annat och alltid ofarligt: kommunplan kontroll.
    """
    from tasks.attempts import try_rerun

    on = engine()
    found = try_rerun(on, steg, budget_year=budgetar)
    if som_json and prov:
        print_json(found)
        return
    tell_as_json(som_json)
    if not som_json:
        _print(Console(), found)
    if prov:
        say("Inget är ändrat: det här var ett prov.")
        return
    if skal.strip() and not confirmed("Börja nytt varv?", beforehand=ja):
        return
    done, _ = on.rerun(
        found.step,
        by=author(av),
        reason=skal,
        token=uuid.uuid4().hex,
        budget_year=found.budget_year,
    )
    tell_step(on, found.step, done)


def star_fast(
    steg: StepName,
    *,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Ett klart steg står fast, fast något som det bygger på har gjorts om. Ändrar inget i steget."""
    tell_as_json(som_json)
    on = engine()
    done = on.uphold(steg, by=author(av), reason=skal, budget_year=budgetar)
    if any("/star-fast/" in key for key in done.events):
        say(f"{steg} står fast.")
    else:
        say(f"Ingen frågar om {steg} står fast: inget som det bygger på har gjorts om.")
    tell_step(on, steg, done)


def _print(console: Console, found: RerunPreview) -> None:
    heading(console, f"{found.plan_name}: om {found.step} börjar ett nytt varv")
    section(console, "Blir ersatta", map(_decision, found.superseded))
    asked = "Omprövas: är klara, och någon får svara om de står fast"
    section(console, asked, found.reconsidered)
    section(console, "Väntar sedan på det", found.ahead)
    section(console, "Datum som flyttas", [f"{one.step}: {one.said()}" for one in found.moved])
    section(console, "Mejl", mails(found.mails))
    if not (found.reconsidered or found.ahead):
        say("Inget annat steg bygger på det.")


def _decision(one: SupersededDecision) -> str:
    cited = f" ({one.paragraph})" if one.paragraph else ""
    return f"{one.body} {one.day}: {one.outcome.label}{cited}"


def mails(rows: Iterable[MailToGo]) -> list[str]:
    """Who would get a mail about what, and why, a line each."""
    return [f"{one.name or one.address}: {one.step} ({one.rule})" for one in rows]
