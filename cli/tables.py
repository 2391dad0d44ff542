"""The status and the rehearsal as tables that fit the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from rich.box import SIMPLE, SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from cli.console import Console
from cli.lines import section
from cli.wording import at_terminal
from models.counting import counted
from models.state import Status
from views.labels import ALREADY_DONE, name_of_state

if TYPE_CHECKING:
    from views.rehearsed_year import PlannedNotice, RehearsedYear
    from views.sheet import MailCounts, StepLine, YearSheet

LIMITS, WIDE, DAYS = 96, 120, 130
"""Columns from which the table has room for limits, for the names in commands, and for the days left."""
LONGEST_WORD = len("Planeringsförutsättningar")
NARROWEST = 35
"""What the other columns need: the id, twelve columns of the state, a day."""
OPEN = [status.value for status in Status if status.is_open]
STYLES = {Status.COMPLETED.value: "green", Status.PLANNED.value: "dim"}
"""Of a step that nothing is wrong with; the others stand out."""


def print_status(
    console: Console, years: Sequence[YearSheet], *, exercise: bool, dormant: bool = False
) -> None:
    """Every year: a table of its steps, and below it what is late, at risk, missing or unsent. Steps that
    nothing starts as things stand are counted, and shown with `dormant`."""
    if exercise:
        console.print("ÖVNING: dagen hämtas ur KOMMUNPLAN_CLOCK_FILE.", style="bold yellow")
    if not years:
        console.print("Inget budgetår är startat. Kör kommunplan starta-ar.")
    for year in years:
        _print_year(console, year, dormant=dormant)


def _print_year(console: Console, year: YearSheet, *, dormant: bool) -> None:
    resting = sum(line.dormant for line in year.lines)
    console.print(_table(console, year, dormant=dormant))
    if resting and not dormant:
        console.print(f"{resting} steg vilar; visa dem med --alla.", style="dim")
    _sections(console, year)
    console.print(_mails(year.mails))
    if year.invented:
        console.print(
            "Sammanträden och rollinnehavare är EXEMPEL: byt mot era egna.", style="yellow"
        )
    console.print()


def _table(console: Console, year: YearSheet, *, dormant: bool) -> Table:
    """The steps; how many columns there are is a matter of how wide the terminal is."""
    table = Table(
        title=f"{year.municipality}, {year.plan_name}, {year.today}",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("", no_wrap=True)
    table.add_column("Steg", overflow="fold", width=_step_width(console))
    table.add_column("Läge", overflow="fold")
    table.add_column("Senast", no_wrap=True)
    if console.width >= DAYS:
        table.add_column("Dagar", justify="right")
    if console.width >= LIMITS:
        table.add_column("Lagfrist", no_wrap=True)
    if console.width >= WIDE:
        table.add_column("I kommandon", no_wrap=True)
    for line in year.lines:
        if dormant or not line.dormant:
            table.add_row(*_cells(console, line))
    return table


def _cells(console: Console, line: StepLine) -> Iterator[str | Text]:
    yield line.id
    yield Text(line.title)  # a title that somebody wrote is no markup
    yield Text(_state(line), style=_style(line))
    yield _said(line.deadline)
    if console.width >= DAYS:
        yield _said(line.days_left)
    if console.width >= LIMITS:
        yield _said(line.limit_day)
    if console.width >= WIDE:
        yield line.slug


def _said(value: object) -> str:
    return "" if value is None else str(value)


def _state(line: StepLine) -> str:
    """Where it stands; of what is only planned, when it opens."""
    is_ahead = line.status == Status.PLANNED.value and not (line.late or _is_asked(line))
    words = at_terminal(line.sentence).rstrip(".") if is_ahead else line.label
    return name_of_state(words, misses_limit=bool(line.risk))


def _is_asked(line: StepLine) -> bool:
    """Whether it is asked if it was done before the year was started."""
    return line.label == ALREADY_DONE


def _sections(console: Console, year: YearSheet) -> None:
    """What is late, at risk, missing or unsent, each under its heading."""
    section(console, "Mot lagen", _broken(year), "bold red")
    for heading, style, lines in (
        ("Nära lagens gräns", "yellow", _risks(year)),
        ("Sent", "red", _sentences(year, lambda one: one.late)),
        ("Pågår", "bold", _sentences(year, _is_under_way)),
        (ALREADY_DONE, "yellow", _asked(year)),
        ("Omprövas", "yellow", _sentences(year, lambda one: bool(one.marked_by))),
        ("Klart, men resultat saknas", "yellow", _figures(year)),
    ):
        told = [f"{one.id} {one.title}: {text}" for one, text in lines]
        section(console, heading, told, style)
    section(console, "Planen går inte ihop", year.unplanned)
    section(console, "Roller utan innehavare", year.vacant)
    failed = [f"{one.address}: {one.subject}. {one.error}" for one in year.failed_mails]
    section(console, "Mejl som inte gick att skicka", failed)


def _is_under_way(line: StepLine) -> bool:
    return line.status in OPEN and not line.late


def _broken(year: YearSheet) -> list[str]:
    """What `granska` finds to break a statute, with the step that it is in."""
    titles = {one.slug: f"{one.id} {one.title}: " for one in year.lines}
    return [f"{titles.get(one.step or '', '')}{one.cited}" for one in year.breaches]


def _risks(year: YearSheet) -> list[tuple[StepLine, str]]:
    """What breaks nothing yet, but is near a limit, or leans on one that is moved."""
    return [(one, one.risk) for one in year.lines if one.risk and not one.against_law]


def _asked(year: YearSheet) -> list[tuple[StepLine, str]]:
    return [(one, at_terminal(one.advice)) for one in year.lines if _is_asked(one)]


def _sentences(year: YearSheet, wanted: Callable[[StepLine], bool]) -> list[tuple[StepLine, str]]:
    return [(one, at_terminal(one.sentence)) for one in year.lines if wanted(one)]


def _figures(year: YearSheet) -> list[tuple[StepLine, str]]:
    """What figures a completed step has not given, and what some of its parts have not."""
    told = [
        (one, [*one.missing_figures, *_not_given(one)])
        for one in year.lines
        if one.status == Status.COMPLETED.value
    ]
    return [
        (one, f"{', '.join(missing)}. Se kommunplan resultat {one.slug}.")
        for one, missing in told
        if missing
    ]


def _not_given(step: StepLine) -> list[str]:
    """`maluppfyllelse från chef, Norr`, of a kind of which others have given theirs and nobody has for the
    whole step."""
    return [
        f"{one.kind} från {one.name}"
        for one in step.given_figures
        if one.on is None
        and one.kind not in step.missing_figures
        and not any(o.part is None and o.kind == one.kind for o in step.given_figures)
    ]


def _mails(mails: MailCounts) -> str:
    replaced = counted(mails.replaced, "ersatt av ett nyare", "ersatta av nyare")
    stale = f", {replaced}" if mails.replaced else ""
    return (
        f"Mejl: {counted(mails.sent, 'skickat', 'skickade')}, {mails.queued} väntar, "
        f"{counted(mails.failed, 'misslyckat', 'misslyckade')}{stale}."
    )


def _step_width(console: Console) -> int | None:
    """Where the terminal is narrow, as wide as the longest word, so that only the state is folded."""
    is_narrow = console.width < LONGEST_WORD + 2 * NARROWEST
    return max(min(LONGEST_WORD, console.width - NARROWEST), 1) if is_narrow else None


def _style(line: StepLine) -> str:
    if line.risk:
        return "bold red"
    if line.late:
        return "red"
    if line.marked_by:
        return "yellow"
    return STYLES.get(line.status, "bold")


def print_rehearsal(console: Console, year: RehearsedYear) -> None:
    """The year's steps, then every mail day for day; mails alike but for the unit on one row."""
    steps = Table(title=f"Provkörning: {year.plan_name}", title_justify="left", box=SIMPLE)
    steps.add_column("", no_wrap=True)
    steps.add_column("Steg")
    for heading in ("Öppnas", "Delar senast", "Beslut", "Lagfrist"):
        steps.add_column(heading, no_wrap=True)
    for step in year.steps:
        decisions = "\n".join(f"{one.body} {one.day or '?'}" for one in step.decisions)
        days = (str(step.opens), str(step.due), decisions, _said(step.limit_day))
        steps.add_row(step.id, step.name, *days)
    console.print(steps)
    console.print(_notices(year.notices))
    console.print(
        f"{len(year.notices)} besked under året; det som kan vänta samlas i ett mejl om dagen."
    )
    section(console, "Planen går inte ihop", year.unplanned)
    section(console, "Anmärkningar", year.remarks)
    section(console, "Kort om tid", year.short_of_time)


def _notices(notices: Iterable[PlannedNotice]) -> Table:
    table = Table(title="Utskick", title_justify="left", box=SIMPLE, pad_edge=False)
    table.add_column("Dag", no_wrap=True)
    for heading in ("Steg", "Slag", "Roll", "Regel"):
        table.add_column(heading, overflow="fold")
    alike = Counter((one.day, one.slug, one.kind, one.role, one.rule) for one in notices)
    for (day, slug, kind, role, rule), units in alike.items():
        whose = f"{role} ×{units}" if units > 1 else role
        table.add_row(str(day), slug, kind, whose, rule)
    return table
