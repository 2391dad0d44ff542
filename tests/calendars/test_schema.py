"""The schema that editors use, and the annotated example, are what the loader reads."""

from __future__ import annotations

import copy
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from calendars.definition import ORSA, load_definition, load_meetings
from calendars.holders.files import load_holders
from calendars.law.case import Case, Severity
from calendars.law.review import review
from calendars.schema import WORDS, definition_schema
from models.state import Status
from views.rehearsal import rehearse

DOCS = ORSA.parent.parent / "docs"
DEFINITIONS = sorted(ORSA.parent.glob("*/definition.toml"))


def complaints(definition: Any) -> list[str]:
    found = jsonschema.Draft202012Validator(definition_schema()).iter_errors(definition)
    return [error.message for error in found]


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(definition_schema())


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.parent.name)
def test_every_definition_names_the_schema_and_follows_it(path: Path) -> None:
    first_line = path.read_text(encoding="utf-8").partition("\n")[0]
    named = path.parent / first_line.removeprefix("#:schema ")
    assert named.resolve() == DOCS / "definition.schema.json"
    assert complaints(read(path)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("valfritt", True),
        ("slag", "fest"),
        ("fonster", {"fran": "march", "till": "mars"}),
        ("slug", "Mål"),
        ("kraver", [{"steg": "tidplan"}]),
        ("varje", {"slag": "vecka"}),
    ],
)
def test_what_the_loader_refuses_in_a_step_the_editor_marks(field: str, value: Any) -> None:
    definition = copy.deepcopy(read(ORSA.parent / "exempel-skogsmark" / "definition.toml"))
    definition["steg"][0][field] = value
    assert complaints(definition)


def test_every_field_has_swedish_words() -> None:
    schema = definition_schema()
    for name, kind in {**schema["$defs"], "Definition": schema}.items():
        for field, shape in kind.get("properties", {}).items():
            assert shape.get("description"), f"{name}.{field}"
            assert "title" not in shape


def test_no_words_are_left_over() -> None:
    schema = definition_schema()
    kinds = {name.removesuffix("InFile"): kind for name, kind in schema["$defs"].items()}
    kinds["Definition"] = schema
    for key in WORDS:
        name, _, field = key.partition(".")
        assert field in kinds[name]["properties"], key


def test_the_annotated_example_is_a_municipality_whose_year_works_out(tmp_path: Path) -> None:
    text = (DOCS / "definition.md").read_text(encoding="utf-8")
    files: dict[str, str] = {}
    for block in re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        named = re.match(r"# (\S+\.toml)\n", block)
        name = named[1] if named else "definition.toml"
        files[name] = files.get(name, "") + block
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert complaints(read(tmp_path / "definition.toml")) == []
    definition = load_definition(tmp_path)
    load_holders(tmp_path, definition)
    year = rehearse(definition, 2028, load_meetings(tmp_path, definition))
    assert year.plan.gaps == ()
    dormant = {slug for slug, dates in year.plan.steps.items() if dates.dormant}
    assert dormant == {"atgardsplan"}  # nothing was negative
    for slug, step in year.state.steps.items():
        assert (step.status is Status.COMPLETED) == (slug not in dormant), slug
    assert definition.plan_of(2028) == "Budget 2028"
    case = Case(definition, year.plan, load_meetings(tmp_path, definition))
    assert [f for f in review(case) if f.severity is Severity.BREACH] == []


def test_the_annotated_example_explains_every_field_and_every_choice() -> None:
    text = (DOCS / "definition.md").read_text(encoding="utf-8")
    schema = definition_schema()
    for name, kind in {**schema["$defs"], "Definition": schema}.items():
        for field, shape in kind.get("properties", {}).items():
            assert re.search(rf"\b{field}\b", text), f"{name}.{field}"
            if field in ("resultat", "dag", "belopp"):
                for choice in choices(shape):
                    assert f"`{choice}`" in text, f"{name}.{field} = {choice}"


def choices(shape: Any) -> list[str]:
    """What may stand in a field that has but a few words to choose from."""
    inner = [*shape.get("anyOf", ()), *([shape["items"]] if "items" in shape else [])]
    return [*shape.get("enum", ()), *(word for one in inner for word in choices(one))]
