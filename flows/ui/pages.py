"""The owner's pages of a year, as Prefect's artifacts show them: markdown, drawn from the year's sheet.

Pure. What is written by people is escaped: an address or an image in a title must not become one here.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from textwrap import wrap
from urllib.parse import quote

from flows.forms.wording import in_forms
from models.results import NAMES
from notifications.wording import long_day
from views.figures import GivenFigure
from views.gantt import gantt_svg
from views.history import HistoryLine, StepHistory
from views.labels import as_sentence
from views.sheet import StepLine, Tone, YearSheet
from views.wheel import wheel_svg

FOLD = 21
"""Characters in a line of a table's cell."""
A_YEAR_BACK = "&type=span&seconds=-31536000"
"""In the words of the UI's own addresses."""
_MARKUP = re.compile(r"([\\`*_\[\]!|~#])")
_FORM = re.compile(r"\(([a-zåäö-]+)(?=[ ,)])")
"""The form that a piece of advice names: `(beslut)`, `(oppna bokslut)`."""


@dataclass(frozen=True, slots=True)
class Page:
    """An artifact: its key, what it says, and what makes it another version rather than the same year
    looked at on another day."""

    key: str
    text: str
    description: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Deployment:
    id: str
    fields: frozenset[str] = frozenset()
    """Of its form."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the UI shows things: the ids of deployments by name."""

    deployments: Mapping[str, Deployment] = field(default_factory=dict)

    def form(self, name: str, **known: str | int) -> str:
        """The address of a form, with those of its fields filled in that are known; empty where this server
        has none of that name."""
        found = self.deployments.get(name)
        if found is None:
            return ""
        filled = {field: value for field, value in known.items() if field in found.fields}
        values = f"?parameters={quote(json.dumps(filled))}" if filled else ""
        return f"/deployments/deployment/{found.id}/run{values}"

    def runs(self, *tags: str) -> str:
        """Of the whole year: by itself the page shows a week, and a step can be late for longer."""
        return "/runs?" + "&".join(f"tag={quote(tag)}" for tag in tags) + A_YEAR_BACK

    def page(self, key: str) -> str:
        return f"/artifacts/key/{key}"


def year_pages(sheet: YearSheet, places: Places) -> Iterator[Page]:
    """The pages of a year; the table comes last, so that it stands first where the newest does."""
    meaning = _fingerprint(sheet)
    year, plan = sheet.budget_year, plain(sheet.plan_name)
    yield Page(
        f"gantt-{year}",
        _drawing(sheet, "Gantt", gantt_svg(sheet), places),
        f"{plan}: Gantt. {_as_of(sheet)}",
        meaning,
    )
    yield Page(
        f"arshjulet-{year}",
        _drawing(sheet, "Årshjul", wheel_svg(sheet), places),
        f"{plan}: årshjulet. {_as_of(sheet)}",
        meaning,
    )
    yield Page(
        f"att-gora-{year}",
        _care(sheet, places),
        f"{plan}: {_care_count(sheet)}. {_as_of(sheet)}",
        meaning,
    )
    yield Page(
        f"aret-{year}",
        _table_page(sheet, places),
        f"{plan}: {sheet.headline}. {_as_of(sheet)}",
        meaning,
    )


def step_page(sheet: YearSheet, history: StepHistory, places: Places) -> Page:
    """The page of a step: where it stands, what is planned for it until it is opened, and everything that
    has happened in it."""
    line = sheet[history.slug]
    head = [
        f"# {plain(line.id)} {plain(line.title)}",
        f"**{plain(history.label)}.** {plain(str(line.sentence))}",
    ]
    if line.risk:
        heading = "Mot lagen" if line.against_law else "Lagen"
        head.append(f"**{heading}:** {plain(line.risk)}")
    if line.advice:
        head.append(f"**Att göra:** {_advice(line, history.budget_year, places)}")
    happened = "\n".join(_happened(one) for one in history.lines) or "Inget än."
    plan = _plan(sheet, line, places) if _is_ahead(line) else []
    plan += _given(line)
    text = "\n\n".join(
        [*head, _ways(line, history, places), *plan, "## Vad som har hänt", happened]
    )
    return Page(
        step_key(line.slug, history.budget_year),
        text,
        f"{plain(history.plan_name)}, {plain(line.title)}: {plain(history.label)}",
        _digest(history.label, [one for one in history.lines if one.source != "mejl"], *plan),
    )


def _is_ahead(line: StepLine) -> bool:
    """Whether it has not been opened, and is not over either."""
    return line.opened_on is None and line.completed_on is None


def _plan(sheet: YearSheet, line: StepLine, places: Places) -> list[str]:
    """When it is done and by whom, who decides, what it rests on and its limit in law."""
    days = {
        "Fönster": f"{line.window_start} – {line.window_end}",
        "Öppnas": str(line.opens),
        "Sista dag": str(line.deadline or line.due),
    }
    facts = {} if line.tone is Tone.DORMANT else days
    facts |= {
        "Görs av": plain("; ".join(line.parts)),
        "Beslut": ", ".join(
            f"{link.body} {link.meeting or 'saknar sammanträde'}" for link in line.links
        ),
        "Bygger på": _rests_on(sheet, line, places),
    }
    if line.limit:
        law = line.limit
        facts["Lagfrist"] = f"{law.last_day}: {plain(law.what)} ({plain(law.citation)})"
    listed = "\n".join(f"- **{name}:** {said}" for name, said in facts.items() if said)
    return ["## Vad som är planerat", listed]


def _given(line: StepLine) -> list[str]:
    """The step's figures, and who has given what of them and who has not."""
    told = {one.kind: one.text for one in line.figures}
    items = []
    known = {*told, *(one.kind for one in line.given_figures)}
    for kind in filter(known.__contains__, NAMES):
        items.append(f"- **{NAMES[kind]}:** {plain(told.get(kind, 'inget än'))}")
        items += [f"  - {_giver(one)}" for one in line.given_figures if one.kind == kind]
    return ["## Siffror", "\n".join(items)] if items else []


def _giver(one: GivenFigure) -> str:
    if one.on is None:
        return f"{plain(one.name)}: inte lämnat"
    left = "" if one.counts else ", gäller inte längre"
    return f"{plain(one.name)}: {plain(one.text)} ({plain(one.by)}, {one.on}{left})"


def _rests_on(sheet: YearSheet, line: StepLine, places: Places) -> str:
    """The steps that it rests on, each a link to its page."""
    return ", ".join(
        f"{_link(plain(one.id), places.page(step_key(one.slug, sheet.budget_year)))} "
        f"{plain(one.title)}"
        for one in sheet.lines
        if one.slug in line.step.rests_on
    )


def step_key(slug: str, budget_year: int) -> str:
    return f"steg-{slug}-{budget_year}"


def plain(text: str) -> str:
    """What somebody wrote, so that markdown shows it as it is, on one line."""
    escaped = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKUP.sub(r"\\\1", escaped)


def _table_page(sheet: YearSheet, places: Places) -> str:
    parts = [
        _head(sheet, "Året"),
        f"**{sheet.headline}**" if sheet.lines else "Året har inga steg.",
        _links(sheet, places),
    ]
    parts += _steps_by_time(sheet, places)
    parts.append(
        "Under *steg* står dess fönster, under *läge* vem som väntas. *Sista dag* är den dag då något senast "
        "ska ha hänt, med arbetsdagarna dit, och minus när den har passerat. *Lagfrist* är lagens sista dag, "
        "och vem den gäller. Fet stil: sent, risk mot lagen eller att ompröva."
    )
    if sheet.resting:
        names = ", ".join(f"{line.id} {line.title}" for line in sheet.resting)
        parts.append(f"Vilar, eftersom inget har startat dem: {plain(names)}.")
    return "\n\n".join([*parts, *_lacking(sheet)])


def _steps_by_time(sheet: YearSheet, places: Places) -> Iterator[str]:
    """The table of what is ahead, and the one of what is over."""
    over = (Tone.DONE, Tone.LEFT_OUT)
    ahead = [line for line in sheet.shown if line.tone not in over]
    done = [line for line in sheet.shown if line.tone in over]
    for heading, heads, row, lines in (
        ("Nu och framåt", AHEAD_HEADS, _ahead_row, ahead),
        ("Klart", DONE_HEADS, _done_row, done),
    ):
        if lines:
            yield f"## {heading}"
            yield _table(heads, [row(sheet, line, places) for line in lines])


AHEAD_HEADS = ("Steg", "Läge", "Sista dag", "Lagfrist", "Senaste beslut")
DONE_HEADS = ("Steg", "Läge", "Dag", "Lagfrist", "Senaste beslut")


def _step_cell(sheet: YearSheet, line: StepLine, places: Places) -> str:
    page = places.page(step_key(line.slug, sheet.budget_year))
    name = f"{_link(plain(line.id), page)} {_folded(line.title)}"
    return f"{name}<br>{line.window_start} – {line.window_end}"


def _done_row(sheet: YearSheet, line: StepLine, places: Places) -> tuple[str, ...]:
    return (
        _step_cell(sheet, line, places),
        _folded(line.label),
        str(line.completed_on or ""),
        _limit(line),
        _folded(line.last_decision),
    )


def _ahead_row(sheet: YearSheet, line: StepLine, places: Places) -> tuple[str, ...]:
    where = f"**{_folded(line.label)}**" if line.needs_care else _folded(line.label)
    waits = [one for one in line.awaited if one not in line.label]
    left = "" if line.days_left is None else f"<br>{_days(line.days_left)}"
    return (
        _step_cell(sheet, line, places),
        "<br>".join([where, *map(_folded, waits)]),
        f"{line.deadline}{left}" if line.deadline else "",
        _limit(line),
        _folded(line.last_decision),
    )


def _limit(line: StepLine) -> str:
    """The statute's last day and for whom it is, with the day on which that body has decided."""
    if line.limit is None:
        return ""
    decided = [link.decided_on for link in line.links if link.body == line.limit.body]
    whose = f"<br>för {line.limit.body}" if line.limit.body else ""
    when = f":<br>beslut {decided[0]}" if decided and decided[0] else ""
    return f"{line.limit.last_day}{whose}{when}"


def _link(text: str, address: str) -> str:
    """With an arrow, since the UI shows a link as it shows other text, and underlines nothing. What people
    have written stands beside it: in a link the UI shows the marks that escape it."""
    return f"[→ {text}]({address})"


def _days(count: int) -> str:
    return f"{count} {'dag' if abs(count) == 1 else 'dagar'}".replace("-", "−")


def _folded(text: str) -> str:
    """On several lines, since the UI breaks none in a table."""
    return "<br>".join(map(plain, wrap(text, FOLD, break_long_words=False)))


def _care(sheet: YearSheet, places: Places) -> str:
    parts = [_head(sheet, "Att göra"), _links(sheet, places)]
    if not sheet.care:
        parts.append("Inget är sent, i strid med lagen, att ompröva eller att svara på.")
    for heading, belongs in _GROUPS:
        found = [line for line in sheet.care if belongs(line)]
        if found:
            parts.append(f"## {heading}")
        parts += [_care_item(sheet, line, places) for line in found]
    return "\n\n".join([*parts, *_lacking(sheet)])


def _of(tone: Tone) -> Callable[[StepLine], bool]:
    return lambda line: line.tone is tone


_GROUPS: tuple[tuple[str, Callable[[StepLine], bool]], ...] = (
    ("Mot lagen", lambda line: line.tone is Tone.RISK and line.against_law),
    ("Nära en lagfrist", lambda line: line.tone is Tone.RISK and not line.against_law),
    ("Sent", _of(Tone.LATE)),
    ("Att ompröva", _of(Tone.RECONSIDERED)),
    ("Redan gjort?", _of(Tone.ASKED)),
)
"""What stands under which heading."""


def _care_item(sheet: YearSheet, line: StepLine, places: Places) -> str:
    page = places.page(step_key(line.slug, sheet.budget_year))
    said = [
        f"**{_link(plain(line.id), page)} {plain(line.title)}** – {plain(as_sentence(line.label))}"
    ]
    said += [plain(str(text)) for text in (line.sentence, line.risk) if text]
    if line.advice:
        said.append(f"\n  **Gör så här:** {_advice(line, sheet.budget_year, places)}")
    return f"- {' '.join(said)}"


def _advice(line: StepLine, budget_year: int, places: Places) -> str:
    """With each form that it names as a link to it, filled in with the step."""

    def linked(found: re.Match[str]) -> str:
        address = places.form(found[1], **_filled(line, budget_year))
        return f"({_link(found[1], address)}" if address else found[0]

    return _FORM.sub(linked, plain(in_forms(line.advice)))


def _drawing(sheet: YearSheet, what: str, svg: str, places: Places) -> str:
    """The drawing as an image, which the UI shows where it strips what is drawn in the text itself."""
    data = b64encode(svg.encode()).decode()
    key = f"aret-{sheet.budget_year}"
    return "\n\n".join(
        (
            _head(sheet, what),
            f"Samma uppgifter som tabell: {_link(key, places.page(key))}.",
            f"![{what} för {plain(sheet.plan_name)}. {plain(sheet.headline)}. Samma uppgifter finns i "
            f"tabellen {key}.](data:image/svg+xml;base64,{data})",
            _links(sheet, places),
        )
    )


def _head(sheet: YearSheet, what: str) -> str:
    example = " Sammanträdena är påhittade exempel." if sheet.example else ""
    exercise = "**Övning.** " if sheet.exercise else ""
    return (
        f"# {plain(sheet.plan_name)}: {what.lower()}\n\n"
        f"{exercise}{plain(sheet.municipality)}. {_as_of(sheet)}{example}"
    )


def _as_of(sheet: YearSheet) -> str:
    return f"Läget {long_day(sheet.today)}."


def _care_count(sheet: YearSheet) -> str:
    count = len(sheet.care)
    return "inget att åtgärda" if not count else f"{count} att åtgärda"


def _links(sheet: YearSheet, places: Places) -> str:
    year = str(sheet.budget_year)
    pages = [
        _link(name, places.page(f"{key}-{year}"))
        for name, key in (
            ("Tabell", "aret"),
            ("Att göra", "att-gora"),
            ("Årshjul", "arshjulet"),
            ("Gantt", "gantt"),
        )
    ]
    runs = [
        _link("alla steg", places.runs(NOW, year)),
        _link("sent", places.runs("sent", year)),
        _link("lagrisk", places.runs("lagrisk", year)),
    ]
    bodies = {link.body for line in sheet.lines for link in line.links if link.awaited}
    runs += [
        _link(f"väntar på {body}", places.runs(waits_for(body), year)) for body in sorted(bodies)
    ]
    return f"{' · '.join(pages)} · Körningar: {', '.join(runs)}"


NOW = "nu"
"""The tag of the one run of each step that shows where it stands now."""
STEP = "steg:"
"""What the tag of a step's runs begins with."""


def waits_for(body: str) -> str:
    """The tag of what a body is to decide now."""
    return f"väntar:{body}"


def _lacking(sheet: YearSheet) -> list[str]:
    """What the year lacks: meetings, holders, mails that went."""
    parts = []
    if sheet.gaps:
        parts.append(
            "## Planen går inte ihop\n\n" + "\n".join(f"- {plain(one)}" for one in sheet.gaps)
        )
    if sheet.vacant:
        names = "; ".join(sheet.vacant)
        parts.append(f"**Saknar innehavare i dag:** {plain(names)}. Mejlen går till processägaren.")
    if sheet.unsent:
        parts.append(
            f"**{sheet.unsent} mejl gick inte att skicka.** Rätta adressen och skicka igen."
        )
    return parts


def _ways(line: StepLine, history: StepHistory, places: Places) -> str:
    year = str(history.budget_year)
    runs = places.runs(f"{STEP}{history.slug}", year)
    ways = [_link("Året", places.page(f"aret-{year}")), _link("Körningar", runs)]
    forms = {"Stegets formulär": line.step.occasion_of or line.slug}
    forms |= {"Öppna": "oppna"} if _is_ahead(line) else {"Klar": "klar", "Beslut": "beslut"}
    for title, name in forms.items():
        if form := places.form(name, **_filled(line, history.budget_year)):
            ways.append(_link(title, form))
    return " · ".join(ways)


def _filled(line: StepLine, budget_year: int) -> dict[str, str | int]:
    """What a form can be told of the step beforehand."""
    known: dict[str, str | int] = {
        "steg": line.step.occasion_of or line.slug,
        "budgetar": budget_year,
    }
    if line.step.occasion_of:
        known["nummer"] = int(line.slug.rpartition("-")[2])
    for link in line.links:
        if link.awaited:
            known["instans"] = link.body
            if link.meeting:
                known["fran"] = link.meeting.isoformat()
    return known


def _happened(line: HistoryLine) -> str:
    what = plain(line.what)
    if line.number is not None:
        what = f"{what} (nr {line.number})"
    if line.corrected_by is not None:
        what = f"~~{what}~~ rättat av nr {line.corrected_by}"
    who = f" – {plain(line.who)}" if line.who else ""
    said = f": ”{plain(line.said)}”" if line.said else ""
    return f"- **{line.day}** {what}{who}{said}"


def _table(heads: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    """A heading that ends in a colon is of a column of numbers."""
    heads = list(heads)
    marks = ["---:" if head.endswith(":") else "---" for head in heads]
    lines = [[head.rstrip(":") for head in heads], marks, *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _fingerprint(sheet: YearSheet) -> str:
    """Of what the year says, whatever the day it is said on."""
    lines = [
        (
            line.slug,
            line.title,
            line.tone,
            line.label,
            line.round,
            line.first_day,
            line.last_day,
            line.opens,
            line.due,
            line.links,
            line.limit,
            line.deadline,
            line.awaited,
            line.advice,
            line.last_decision,
            bool(line.risk),
        )
        for line in sheet.lines
    ]
    return _digest(
        sheet.plan_name,
        lines,
        sheet.meetings,
        sheet.gaps,
        sheet.vacant,
        sheet.unsent,
        sheet.example,
    )


def _digest(*parts: object) -> str:
    return sha256(repr(parts).encode()).hexdigest()[:32]
