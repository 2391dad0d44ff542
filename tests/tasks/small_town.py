"""Orsa with twelve of its steps, for what is tried many times over: it costs half of what a whole one does.

Every kind of step is among them: parts by unit, figures that raise occasions, an ärende through three bodies,
one that is optional, and those that another step starts, or the lack of it.
"""

from __future__ import annotations

import re
from pathlib import Path

from calendars.definition import load_definition
from tests.tasks.town import own_definition

KEPT = (
    "bokslut",
    "skatteprognos",
    "bokslutsdag",
    "uppfoljning-april",
    "skattesats-forslag",
    "kommunplan-su",
    "kommunplan-ks",
    "kommunplan-kf",
    "skattesats-kf",
    "intern-fordelning",
    "atgardsplan-balanskrav",
    "privata-utforare",
)


def small_definition(folder: Path) -> Path:
    """A definition directory with these steps alone, with Orsa's bodies, roles, meetings and holders."""
    directory = own_definition(folder)
    file = directory / "definition.toml"
    blocks = re.split(r"^(?=\[\[\w+\]\]$|# ---)", file.read_text(encoding="utf-8"), flags=re.M)
    kept = [_only_with_kept(block) for block in blocks if _is_kept(block)]
    file.write_text("".join(kept), encoding="utf-8")
    for days in directory.glob("sammantraden-*.toml"):
        text = days.read_text(encoding="utf-8")
        days.write_text(re.sub(r"^mal-och-budgetdag = .*\n", "", text, flags=re.M), "utf-8")
    assert {step.slug for step in load_definition(directory).steps} == set(KEPT)
    return directory


def _is_kept(block: str) -> bool:
    slug = re.search(r'^slug = "([\w-]+)"$', block, re.MULTILINE)
    return not block.startswith("[[steg]]") or bool(slug and slug[1] in KEPT)


def _only_with_kept(block: str) -> str:
    """Without what asks for, or lists, a step that is left out."""

    def need(found: re.Match[str]) -> str:
        return found[0] if found[1] in KEPT else ""

    if block.startswith("[[arende]]"):
        return re.sub(r'"([\w-]+)",? ?(?=.*\]$)', need, block, flags=re.M)
    return re.sub(r'\{ steg = "([\w-]+)", slag[^}]*\},? *', need, block)
