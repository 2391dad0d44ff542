"""Stand-in until the Gantt is drawn: the same signature, an empty frame."""

from __future__ import annotations

from xml.sax.saxutils import escape

from models.year_sheet import YearSheet


def gantt_svg(sheet: YearSheet) -> str:
    """A complete SVG document."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 600" role="img">'
        f"<title>{escape(sheet.plan_name)}, Gantt</title>"
        '<rect width="1200" height="600" fill="#ffffff" stroke="#333333"/></svg>'
    )
