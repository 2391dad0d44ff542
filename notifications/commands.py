"""The commands that a letter gives the process owner to paste, with gaps for what only a person knows.

Pure.
"""

from __future__ import annotations

import re

from models.outcomes import possible
from models.process import Body, Step, TaskKey
from models.results import WRITTEN
from notifications.bodies_ahead import Turn

EXAMPLE_YEAR = 2028
"""The first year in `models.results.WRITTEN`."""


def report(step: Step, key: TaskKey, year: int) -> str:
    """To report one part as done."""
    unit = f" --enhet {key.unit}" if key.unit else ""
    return f"kommunplan klar {step.slug} --roll {key.role}{unit} --budgetar {year}"


def override(step: Step, year: int) -> str:
    """To go on without the parts that are missing."""
    return f'kommunplan klar {step.slug} --alla --skal "…" --budgetar {year}'


def uphold(step: Step, year: int) -> str:
    """To let it stand, though what it rests on has been done anew."""
    return f"kommunplan star-fast {step.slug} --budgetar {year}"


def already_done(step: Step, year: int) -> str:
    """To say that it was done before the year was started, with its decision or day if known."""
    known = f'--beslut "{step.chain[-1]} ÅÅÅÅ-MM-DD § …"' if step.chain else "--datum ÅÅÅÅ-MM-DD"
    return f"kommunplan redan-gjort {step.slug} klart {known} --budgetar {year}"


def under_way(step: Step, year: int) -> str:
    """To say that it was under way when the year was started."""
    return f"kommunplan redan-gjort {step.slug} pagar --budgetar {year}"


ANY_DONE = "kommunplan redan-gjort STEG klart --datum ÅÅÅÅ-MM-DD --budgetar {year}"
ANY_UNDER_WAY = "kommunplan redan-gjort STEG pagar --budgetar {year}"
"""The same of any step, for who is asked about many."""


def questions(year: int) -> str:
    """For a sheet with all that is asked of the year."""
    return f"kommunplan redan-gjort --mall --budgetar {year}"


def rerun(step: Step, year: int) -> str:
    """To do it anew."""
    return f'kommunplan kor-om {step.slug} --skal "…" --budgetar {year}'


def decision(step: Step, turn: Turn, year: int) -> str:
    """The command with its gaps in capitals: pasted as it stands it is refused, never registered."""
    day = str(turn.meeting or "ÅÅÅÅ-MM-DD")
    paragraph = f"{turn.body} § …/{turn.meeting.year if turn.meeting else 'ÅÅÅÅ'}"
    return (
        f"kommunplan beslut {step.slug} {turn.body} UTFALL --datum {day} "
        f'--paragraf "{paragraph}" --budgetar {year}'
    )


def figures(kind: str, budget_year: int) -> str:
    """How the figures are written on the command line, with gaps: pasted as it stands it is refused."""

    def gap(found: re.Match[str]) -> str:
        offset = int(found[0]) - EXAMPLE_YEAR
        return str(budget_year + offset) if found[0] == found["year"] else "…"

    written = re.sub(r"(?P<year>20[0-9]{2}(?=:))|[0-9]+", gap, WRITTEN[kind])
    return f'--resultat "{written}"'


def outcomes(step: Step, body: Body) -> list[str]:
    """What the body can make of the item: of the ansvarsfrihet only fullmäktige, in its own step."""
    discharges = "ansvarsfrihet" in step.concerns and body.kind == "fullmaktige"
    found = possible(discharge=discharges, discusses=body.slug in step.discussing)
    return [one.value for one in found]
