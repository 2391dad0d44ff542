"""docs/json.md is what the models say."""

from __future__ import annotations

from pathlib import Path

from views.json_docs import json_docs

PAGE = Path(__file__).parents[2] / "docs" / "json.md"


def test_the_page_is_written_from_the_models() -> None:
    """Write it anew with `python -m views.json_docs > docs/json.md`."""
    assert PAGE.read_text(encoding="utf-8") == json_docs()
