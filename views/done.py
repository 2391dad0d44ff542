"""What a command did, in a format that they all share, and what a delivery did. Pure values."""

from __future__ import annotations

from typing import Annotated

from views.law_changes import LawChange
from views.shown import Shown, Slug, SwedishInstant, key


class AddedEvent(Shown):
    """What was added to the log of a year."""

    number: Annotated[
        int,
        key(
            "nummer", "The event's number in the log of the year; `ratta` takes that of a decision"
        ),
    ]
    name: Annotated[str, key("nyckel", "What it is, unique in the year; begins with the step")]


class TouchedYear(Shown):
    """A budget year that a command was about."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    plan_name: Annotated[str, key("plan", "What the municipality calls it: `Kommunplan 2028`")]
    is_new: Annotated[bool, key("nytt", "Whether the year was started just now")]
    events: Annotated[
        tuple[AddedEvent, ...],
        key("handelser", "What was added to its log; empty where it was so already"),
    ]
    mails: Annotated[int, key("mejl", "How many mails were queued")]


class TouchedStep(Shown):
    """Where a step stands after what was done."""

    budget_year: Annotated[int, key("budgetar", "The budget year")]
    slug: Annotated[Slug, key("slug", "The step")]
    label: Annotated[str, key("visning", "The state in words, as in `status`")]
    explanation: Annotated[
        str, key("forklaring", "A Swedish sentence: who is waited for, and until when")
    ]


class CommandDone(Shown):
    """What a command did."""

    said: Annotated[
        tuple[str, ...],
        key(
            "meddelanden",
            "What is said without `--json`: Swedish sentences, whose wording is no promise",
        ),
    ]
    years: Annotated[
        tuple[TouchedYear, ...],
        key("ar", "The budget years that were touched; empty where it was about none"),
    ]
    steps: Annotated[
        tuple[TouchedStep, ...], key("steg", "Where the steps that it was about stand now")
    ]
    law: Annotated[
        tuple[LawChange, ...],
        key(
            "lagen",
            "What it meant for the law: the breaches and risks that came or ceased by it; empty where there "
            "were none",
        ),
    ]
    shown: Annotated[
        bool | None,
        key(
            "prefect",
            "Whether a Prefect server was asked to show it and to deliver; null where there was nothing to "
            "show",
        ),
    ]


class Delivered(Shown):
    """`skicka --json`: what one delivery of the outbox did."""

    sent: Annotated[int, key("skickade", "Accepted by the mail server")]
    deferred: Annotated[int, key("uppskjutna", "Not accepted now; tried again")]
    failed: Annotated[int, key("misslyckade", "Refused for good")]
    error: Annotated[
        str,
        key(
            "fel",
            "What the mail server answered last, of those that did not go; empty where all went",
        ),
    ]
    next_attempt_at: Annotated[
        SwedishInstant | None,
        key(
            "nasta_forsok", "When the next may be tried, in Swedish time; null where nothing waits"
        ),
    ]
    held: Annotated[int, key("hallna", "Held by a delivery that was broken off, or is under way")]
    held_until: Annotated[
        SwedishInstant | None,
        key("hallna_till", "Until when at most, in Swedish time; null where none is"),
    ]
    to_others: Annotated[
        int,
        key(
            "till_andra",
            "To others, which wait while an exercise sends to one address (`KOMMUNPLAN_MAIL_TO`)",
        ),
    ]
    stopped: Annotated[
        bool,
        key(
            "stannade",
            "Whether the server takes none of our mails until somebody mends what `fel` says; all wait",
        ),
    ]
