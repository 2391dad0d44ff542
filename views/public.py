"""The year as anybody may see it: what is left of its sheet when all that is internal is taken away.

Pure. Shown are the steps, their dates, whether they are done, and what a body has decided with its
paragraph: all of it is in the meeting plan, the law or the minutes. Taken away are who is waited for and
what is late or at risk (it points at a person, and is the owner's own judgement), what to do about it,
comments, the reasons of an återremiss (the minutes say it in their own words), vacant roles and mails.
A page that draws the public sheet cannot show the rest, since it is not there.
"""

from __future__ import annotations

from models.text import Text
from views.sheet import MailCounts, StepLine, Tone, YearSheet


def public_sheet(sheet: YearSheet) -> YearSheet:
    """The sheet without what is internal."""
    return sheet.model_copy(
        update={
            "lines": tuple(map(_public, sheet.lines)),
            "unplanned": (),
            "vacant": (),
            "mails": MailCounts(),
            "failed_mails": (),
            "breaches": (),
            "risks": (),
        }
    )


INTERNAL: dict[str, object] = {
    "sentence": Text(),
    "risk": None,
    "against_law": False,
    "next_day": None,
    "days_to_next": None,
    "late": False,
    "blocked_by": (),
    "waits_for": (),
    "awaited": (),
    "marked_by": (),
    "advice": Text(),
    "decisions": (),
    "diarienummer": None,
    "figures": (),
    "missing_figures": (),
    "given_figures": (),
    "parts": (),
    "state_name": "",
    "state_message": Text(),
}
"""What a public line has in the place of what is taken away."""


def _public(line: StepLine) -> StepLine:
    tone = _tone(line)
    awaited = [link.body_name for link in line.links if link.awaited]
    label = f"{tone.value.capitalize()} i {awaited[0]}" if awaited else tone.value.capitalize()
    return line.model_copy(update={**INTERNAL, "tone": tone, "label": label})


def _tone(line: StepLine) -> Tone:
    """Where the step is, whether late or not."""
    if not line.needs_care:
        return line.tone
    if line.completed_on:
        return Tone.DONE
    if any(link.awaited for link in line.links):
        return Tone.AWAITING
    return Tone.OPEN if line.opened_on else Tone.PLANNED
