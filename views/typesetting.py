"""Drawings as PNG and the report as PDF, typeset by Typst with the fonts that come with us.

Pure, and alike on every machine: no font of the system, no browser and no library beside the wheel.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import KommunplanError
from notifications.wording import one_line
from views.report import YearReport
from views.wheel import wheel_svg

if TYPE_CHECKING:
    from typst import Compiler

FONTS = Path(__file__).parent / "fonts"
PIXELS_PER_INCH = 144.0
"""Two pixels for each unit of a drawing: sharp on paper and on a screen."""
_DRAWING = b"""
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: 900pt)
"""


class TypesettingError(KommunplanError):
    """Typst saknas: kör `pip install typst`. SVG och HTML går att skriva utan."""

    def __init__(self) -> None:
        super().__init__(
            "Bilder och PDF sätts av Typst, som inte är installerat: kör pip install typst. "
            "SVG, HTML och Excel går att skriva utan."
        )


def png(svg: str) -> bytes:
    """The drawing as a picture, 1800 pixels wide. TypesettingError where Typst is not installed."""
    made = _compiler().compile(_DRAWING, format="png", ppi=PIXELS_PER_INCH, sys_inputs={"svg": svg})
    return _only(made)


def pdf(report: YearReport) -> bytes:
    """The report as tagged PDF (PDF/UA-1) on A4, with bookmarks and page numbers. TypesettingError where
    Typst is not installed."""
    sheet = report.sheet
    inputs = {
        "rapport": json.dumps(_plain(report), ensure_ascii=False),
        "hjul": wheel_svg(sheet, listing=False),
    }
    source = (Path(__file__).parent / "rapport.typ").read_bytes()
    made = _compiler().compile(
        source,
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=["ua-1"],
        timestamp=datetime.combine(sheet.today, time(), UTC),
    )
    return _only(made)


def _only(made: bytes | list[bytes] | None) -> bytes:
    """What was made: one picture, or one document."""
    return made if isinstance(made, bytes) else b"".join(made or ())


@cache
def _compiler() -> Compiler:
    try:
        from typst import Compiler
    except ImportError:
        raise TypesettingError from None
    return Compiler(font_paths=[FONTS], ignore_system_fonts=True)


def _plain(report: YearReport) -> dict[str, object]:
    """The report as Typst reads it: text only, so that nothing somebody wrote is markup."""

    def row(*cells: str) -> list[str]:
        return [one_line(cell) for cell in cells]

    return {
        "titel": one_line(report.title),
        "kommun": one_line(report.sheet.municipality),
        "dag": report.day,
        "datum": [report.sheet.today.year, report.sheet.today.month, report.sheet.today.day],
        "lage": report.sheet.headline,
        "anmarkningar": row(*report.remarks),
        "omsorg": [
            row(f"{t.line.id} {t.line.title}", t.line.tone.value, t.why, t.advice)
            for t in report.care
        ],
        "vantar": [
            row(f"{t.line.id} {t.line.title}", t.awaited, t.deadline) for t in report.waiting
        ],
        "steg": [
            row(
                s.line.id,
                s.line.title,
                s.window,
                s.meeting_day or s.due,
                "; ".join(s.decisions),
                s.limit and f"{s.limit} ({s.citation})",
                s.line.label,
            )
            for s in report.steps
        ],
        "beslut": [
            row(
                d.when,
                d.body,
                f"{d.line.id} {d.line.title}",
                d.outcome if d.stands else f"{d.outcome} (ersatt)",
                d.paragraph,
                d.diarienummer,
            )
            for d in report.decisions
        ],
        "sammantraden": [row(*meeting) for meeting in report.meetings],
    }
