"""What a step's or an occasion's flow is called and how it is described, from the definition. Pure."""

from __future__ import annotations

import re

from models.process import Definition, Step, Trigger
from notifications.ladder import working_days

_YEARS_OF_A_TERM = ("första", "andra", "tredje", "sista")
_AMOUNTS = {
    "resultat": "resultatet",
    "balanskravsresultat": "balanskravsresultatet",
    "avvikelse": "avvikelsen",
}


def flow_names(definition: Definition) -> dict[str, str]:
    """`K01 Bokslut` for each slug: numbers after the same letters get the same width, so that names sort
    as the steps do, and the occasions among them."""
    own = (*definition.steps, *definition.occasions)
    parts = {step.slug: _id_parts(step) for step in own}
    width = {
        letters: max(len(number) for other, number, _ in parts.values() if other == letters)
        for letters, _, _ in parts.values()
    }

    def name(step: Step) -> str:
        letters, number, rest = parts[step.slug]
        return f"{letters}{number.zfill(width[letters]) if number else ''}{rest} {step.title}"

    return {step.slug: name(step) for step in own}


def description_of(definition: Definition, step: Step) -> str:
    """What the Prefect UI shows: window and bodies, the definition's own words, and what starts it."""
    decided = f"Beslutas av {' → '.join(step.chain)}." if step.chain else "Inget beslut."
    if step in definition.occasions:
        return f"{step.title}. {decided}\n\n{step.description}\n\n{_raised_by(definition, step)}"
    head = f"{step.title} ({step.window}). {decided}"
    return f"{head}\n\n{step.description}\n\n{_started_by(definition, step)}"


def _id_parts(step: Step) -> tuple[str, str, str]:
    """`T`, `13`, `a`"""
    [(letters, number, rest)] = re.findall(r"^(\D*)(\d*)(.*)$", step.id)
    return letters, number, rest


def _started_by(definition: Definition, step: Step) -> str:
    said = [_start(definition, step.starts) if step.starts else "Öppnas när fönstret börjar."]
    if step.before:
        later = definition.step(step.before.step)
        day = {
            "kungorelse": "när sammanträdet i {} kungörs",
            "utskick": "till utskicket inför {}",
            "dagen-fore": "dagen före sammanträdet i {}",
        }[step.before.day].format(later.chain[-1])
        said.append(f"Ska vara klart {day} ({later.title}).")
    return " ".join(said)


def _start(definition: Definition, starts: Trigger) -> str:
    if starts.term_year:
        return f"Öppnas när fönstret börjar, mandatperiodens {_YEARS_OF_A_TERM[starts.term_year - 1]} år."
    when = _amount(definition, starts) if starts.amount else ""
    if starts.step:
        earlier = definition.step(starts.step).title
        late = f"inte är klart {starts.missing_by}" if starts.missing_by else "är klart"
        when = f"{earlier} {late}"
    if starts.within is None:
        return f"Startas i fönstret, när {when}."
    return f"Startas genast när {when}. {_within(starts.within)}"


def _raised_by(definition: Definition, occasion: Step) -> str:
    starts = occasion.starts
    if starts is None:
        return "Anmäls här."
    if starts.ahead_of:
        return f"Anmäls här, eller av sig självt inför varje sammanträde i {starts.ahead_of}."
    if starts.amount is None and starts.follows is None:
        return f"Anmäls här. {_within(starts.within or 0)}"
    if starts.follows:
        followed = definition.step(starts.follows).title
        when = f"i {starts.years} år efter {followed}"
    else:
        when = f"när {_amount(definition, starts)}"
    said = f"Anmäls här, eller av sig självt {when}."
    return said if starts.within is None else f"{said} {_within(starts.within)}"


def _amount(definition: Definition, starts: Trigger) -> str:
    limits = []
    if starts.below is not None:
        limits.append(f"{starts.below} tkr")
    if starts.below_percent is not None:
        limits.append(f"{starts.below_percent:g} % av budgeten")
    whose = ", ".join(definition.unit(unit).name for unit in starts.units)
    under = f"{_AMOUNTS[starts.amount or '']} ligger under {' eller '.join(limits)}".replace(
        "-", "−"
    )
    return f"{under} för {whose}" if whose else under


def _within(days: int) -> str:
    return f"Ska vara klart inom {working_days(days)}."
