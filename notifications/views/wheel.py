"""Stand-in until the årshjul is drawn: the same signature, an empty disc."""

from __future__ import annotations

from xml.sax.saxutils import escape

from models.year_sheet import YearSheet


def wheel_svg(sheet: YearSheet) -> str:
    """A complete SVG document."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 900" role="img">'
        f"<title>{escape(sheet.plan_name)}, årshjul</title>"
        '<rect width="900" height="900" fill="#ffffff"/>'
        '<circle cx="450" cy="450" r="400" fill="none" stroke="#333333" stroke-width="60"/></svg>'
    )
