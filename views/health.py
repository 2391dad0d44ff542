"""How the installation is: `kommunplan halsa`. Pure values."""

from __future__ import annotations

from typing import Annotated

from views.shown import Shown, UtcInstant, key


class CheckHealth(Shown):
    """How the daily check has gone."""

    ran_at: Annotated[
        UtcInstant | None, key("senast", "When a check last ended well; null when none has")
    ]
    age_seconds: Annotated[int | None, key("alder_sekunder", "Seconds since then")]
    is_today: Annotated[bool, key("i_dag", "Whether that was today, in Swedish time")]
    is_workday: Annotated[
        bool, key("arbetsdag", "Whether today is a working day; the check runs on the others too")
    ]
    failed_at: Annotated[
        UtcInstant | None,
        key("misslyckades", "When one was last broken off, also if one has ended well since"),
    ]
    error: Annotated[str | None, key("fel", "Why")]


class OutboxHealth(Shown):
    """What the outbox holds."""

    waiting: Annotated[int, key("vantar", "The mails that wait to be sent")]
    oldest_seconds: Annotated[int | None, key("aldst_sekunder", "How long the oldest has waited")]
    failed: Annotated[int, key("misslyckade", "Those that will never arrive as they stand")]
    unwritten: Annotated[
        int,
        key(
            "oskrivna",
            "The letters that could not be written, or that an earlier day has left behind",
        ),
    ]


class HealthPoint(Shown):
    """Something that was looked at."""

    name: Annotated[
        str,
        key(
            "namn",
            "Such as `databasen`, `kontrollen`, `utkorgen`, `loggen` (the chain), `mejlen` (letters that are "
            "not written), `disken`, `vakten`, `svarssidan`, `prefect`, `arbetaren`, `schemat`",
        ),
    ]
    is_well: Annotated[bool | None, key("bra", "Whether it is well; null where it cannot be known")]
    said: Annotated[str, key("laget", "A Swedish sentence")]
    todo: Annotated[str | None, key("gor", "What mends it, in Swedish")]


def point(name: str, is_well: bool | None, said: str, todo: str = "") -> HealthPoint:
    """What was found; without `todo` there is nothing to mend."""
    return HealthPoint(name=name, is_well=is_well, said=said, todo=todo or None)


class HealthReport(Shown):
    """`halsa --json`: how the installation is."""

    is_well: Annotated[bool, key("mar_bra", "Whether nothing needs to be mended")]
    now: Annotated[UtcInstant, key("tid", "When it was looked at, in UTC, as all instants here")]
    database_fault: Annotated[
        str | None,
        key(
            "databasens_fel",
            "Why the database could not be read, or is of another version; what it would have said is then "
            "null, 0 or empty",
        ),
    ]
    budget_years: Annotated[tuple[int, ...], key("budgetar", "The years that are started")]
    check: Annotated[CheckHealth, key("kontrollen", "The daily check")]
    outbox: Annotated[OutboxHealth, key("utkorgen", "The outbox")]
    free_bytes: Annotated[int | None, key("ledigt_byte", "Bytes that are free where the data is")]
    points: Annotated[
        tuple[HealthPoint, ...], key("punkter", "What was looked at, each with what mends it")
    ]
