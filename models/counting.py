"""A number and its noun, that agree: `1 händelse`, `2 händelser`."""

from __future__ import annotations


def counted(count: int, one: str, many: str) -> str:
    """`one` after 1, else `many`; 0 takes the plural, as in Swedish speech."""
    return f"{count} {one if abs(count) == 1 else many}"
