"""Whether those who have a part get the time that they should."""

from __future__ import annotations

from calendars.law.case import Case, Found, Rule, worth_knowing


def there_is_time(case: Case) -> Found:
    """Practice: the working days of the definition, and parts that are in by manusstopp."""
    for step in case.definition.steps:
        planned = case.plan[step.slug]
        if planned.short_of_time and not case.is_left_out(step):
            yield worth_knowing(step, planned.due, planned.short_of_time)


RULES = (
    Rule(
        "PRAXIS-ARBETSTID",
        "praxis",
        "Den som har en del får sina arbetsdagar, och delarna är klara till manusstopp.",
        there_is_time,
    ),
)
