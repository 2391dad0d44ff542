"""Writes what the program itself says into the project's papers: `python -m docs.written`, `make written`.

What follows from the definition, the rules, the settings or the models of JSON is written by nobody; a test
holds each file against what is made here. In a paper it stands between `<!-- name -->` and `<!-- /name -->`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pydantic import SecretStr

from calendars.definition import ORSA, load_definition, load_whole_definition
from calendars.law.review import RULES
from calendars.schema import definition_schema
from models.process import Definition, Step
from tasks.settings import PROJECT, Settings
from views.json_docs import json_docs

Rows = Callable[[], Iterable[str]]


def main() -> None:
    for file, content in FILES.items():
        written = content()
        if file.read_text(encoding="utf-8") != written:
            file.write_text(written, encoding="utf-8")
            print(f"{file.relative_to(PROJECT)} is written anew")


def orsa() -> Definition:
    return load_definition(ORSA)


def prefect_yaml() -> str:
    """Orsa's deployments; this process must serve Orsa, as it does where no other is set."""
    from flows.forms import deployments  # Prefect takes a second to import

    return deployments.prefect_yaml(orsa())


def schema() -> str:
    return json.dumps(definition_schema(), ensure_ascii=False, indent=2) + "\n"


def tables(file: Path, **rows: Rows) -> Callable[[], str]:
    """The file as it stands, with the tables of these names made anew."""

    def written() -> str:
        text = file.read_text(encoding="utf-8")
        for name, made in rows.items():
            text = _between(text, name, made())
        return text

    return written


def step_list(process: str) -> Callable[[], str]:
    """The flows that the process's steps are found by, as `flows` lists them below what they import."""
    file = PROJECT / "flows" / STEP_LISTS[process]

    def written() -> str:
        head, imported, _ = file.read_text(encoding="utf-8").partition(IMPORTED)
        rows = (
            f'{step.slug.replace("-", "_")} = STEPS.get("{step.slug}")  # {step.id}, {window(step)}\n'
            for step in orsa().steps
            if step.process == process
        )
        return "".join((head, imported, *rows))

    return written


def _between(text: str, name: str, rows: Iterable[str]) -> str:
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    head, begins, rest = text.partition(begin)
    _, ends, tail = rest.partition(end)
    if not (begins and ends):
        raise ValueError(f"there is no {begin.strip()} … {end}")
    return "".join((head, begin, *(f"{row}\n" for row in rows), end, tail))


def year_rows() -> Iterator[str]:
    definition = orsa()
    yield "| Id | Slug | Step | Window | Decided by | Responsible |"
    yield "|---|---|---|---|---|---|"
    for step in definition.steps:
        if step.process in STEP_LISTS:
            yield f"| {' | '.join(cells(definition, step))} |"


def duty_rows(process: str) -> Rows:
    """The steps of a process that the model's tables leave out, also those that are not used."""

    def rows() -> Iterator[str]:
        definition = load_whole_definition(ORSA)
        yield "| Id | Slug | Step | Window | Decided by | Responsible | Besides the window |"
        yield "|---|---|---|---|---|---|---|"
        for step in definition.steps:
            if step.process == process:
                besides = "; ".join(
                    filter(None, (not_used(step), started_by(step), done_before(step)))
                )
                yield f"| {' | '.join((*cells(definition, step), besides or '–'))} |"

    return rows


def occasion_rows() -> Iterator[str]:
    definition = load_whole_definition(ORSA)
    yield "| Id | Slug | Occasion | Decided by | Responsible | Raised |"
    yield "|---|---|---|---|---|---|"
    for occasion in definition.occasions:
        identity, slug, title, _, bodies, roles = cells(definition, occasion)
        raised = started_by(occasion) or "when somebody reports it"
        told = "; ".join(filter(None, (not_used(occasion), raised)))
        yield f"| {identity} | {slug} | {title} | {bodies} | {roles} | {told} |"


def not_used(step: Step) -> str:
    return "" if step.used else "**off**"


def cells(definition: Definition, step: Step) -> tuple[str, ...]:
    return (
        step.id,
        f"`{step.slug}`",
        step.title,
        window(step),
        decided_by(step),
        responsible(definition, step),
    )


def started_by(step: Step) -> str:
    """What starts it, besides its window."""
    if (starts := step.starts) is None:
        return ""
    days = "a working day" if starts.within == 1 else f"{starts.within} working days"
    at_once = f"done within {days}" if starts.within is not None else ""
    if starts.term_year is not None:
        return f"only in year {starts.term_year} of the term"
    if starts.ahead_of:
        return f"before each meeting of {starts.ahead_of}"
    if starts.follows:
        return f"the {starts.years} years after one with `{starts.follows}`"
    if starts.amount:
        limits = [f"{starts.below} tkr"] if starts.below is not None else []
        limits += [f"{starts.below_percent:g} %"] if starts.below_percent is not None else []
        units = f" of {', '.join(starts.units)}" if starts.units else ""
        what = f"{starts.amount}{units} under {' or '.join(limits)}"
    elif starts.step is None:
        what = "when somebody reports it"
    elif starts.missing_by:
        what = f"when `{starts.step}` is not completed by {starts.missing_by}"
    else:
        what = f"when `{starts.step}` is completed"
    return ", ".join(filter(None, (what, at_once)))


def done_before(step: Step) -> str:
    days = {
        "kungorelse": "the notice of",
        "utskick": "the dispatch before",
        "dagen-fore": "the day before",
    }
    return f"done by {days[step.before.day]} `{step.before.step}`" if step.before else ""


def window(step: Step) -> str:
    if step.own_window is None:
        return "–"
    start, end = step.own_window.start, step.own_window.end
    return start if start == end else f"{start}–{end}"


def decided_by(step: Step) -> str:
    assumed = step.assumption and step.assumption.chain
    return (" → ".join(step.chain) or "–") + ("*" if assumed else "")


def responsible(definition: Definition, step: Step) -> str:
    roles = [definition.role(slug) for slug in step.roles]
    named = [
        f"{role.name} ×{len(role.units)}" if len(role.units) > 1 else role.name for role in roles
    ]
    assumed = step.assumption and step.assumption.responsible
    return ", ".join(named) + ("*" if assumed else "")


def law_rows() -> Iterator[str]:
    yield "| Lagrum | Regel | Id |"
    yield "|---|---|---|"
    for citation in dict.fromkeys(rule.citation for rule in RULES):
        rules = [rule for rule in RULES if rule.citation == citation]
        says = " ".join(rule.says for rule in rules)
        yield f"| {citation} | {says} | {', '.join(f'`{rule.slug}`' for rule in rules)} |"


def settings_rows() -> Iterator[str]:
    yield "| Variabel | Förval | Betyder |"
    yield "|---|---|---|"
    for name, field in Settings.model_fields.items():
        value = field.default
        yield f"| `KOMMUNPLAN_{name.upper()}` | {shown(value)} | {field.description} |"


def shown(value: object) -> str:
    match value:
        case SecretStr():
            return shown(value.get_secret_value())
        case None | "":
            return "–"
        case bool():
            return f"`{str(value).lower()}`"
        case Path():
            return f"`{value.relative_to(PROJECT)}`"
    return f"`{value}`"


STEP_LISTS = {"kommunplan": "kommunplansprocessen.py", "uppfoljning": "uppfoljning.py"}
"""Where the steps of the governance model's two tables are listed, by process."""
IMPORTED = "from flows.steps.made import STEPS\n\n"
README, DOCS = PROJECT / "README.md", PROJECT / "docs"
FILES: Mapping[Path, Callable[[], str]] = {
    # first, as prefect.yaml names what they list
    **{PROJECT / "flows" / name: step_list(process) for process, name in STEP_LISTS.items()},
    PROJECT / "prefect.yaml": prefect_yaml,
    DOCS / "definition.schema.json": schema,
    DOCS / "json.md": json_docs,
    README: tables(README, year=year_rows),
    DOCS / "duties.md": tables(
        DOCS / "duties.md",
        duties=duty_rows("skyldighet"),
        arshjul=duty_rows("arshjul"),
        occasions=occasion_rows,
    ),
    DOCS / "law.md": tables(DOCS / "law.md", law=law_rows),
    DOCS / "server.md": tables(DOCS / "server.md", settings=settings_rows),
}
"""Each file that the program writes, or a part of, and how it makes the whole of its content."""


if __name__ == "__main__":
    main()
