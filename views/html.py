"""The report and the public page as HTML: one file each, with nothing from outside and no script. Pure."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from notifications.wording import long_day, one_line
from views.gantt import gantt_svg
from views.public import public_sheet
from views.report import YearReport, report_of
from views.sheet import YearSheet
from views.step_dates import day_attributes, day_words
from views.svg import attributes
from views.tone_styles import LOOKS
from views.wheel import wheel_svg

PAGES = Environment(
    loader=PackageLoader("views", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=lambda value: value if hasattr(value, "__html__") else one_line(str(value)),
    trim_blocks=True,
    lstrip_blocks=True,
)


def report_html(report: YearReport) -> str:
    """The report as a page that prints on A4."""
    return _page("rapport.html.j2", report.sheet, r=report, gantt=gantt_svg(report.sheet))


def public_html(sheet: YearSheet) -> str:
    """The year for the intranet or the website: only what `public_sheet` lets through."""
    seen = public_sheet(sheet)
    return _page("sida.html.j2", seen, r=report_of(seen))


def _page(template: str, sheet: YearSheet, **values: object) -> str:
    return PAGES.get_template(template).render(
        sheet=sheet,
        wheel=wheel_svg(sheet, listing=False),
        looks=LOOKS,
        today=long_day(sheet.today),
        updated=sheet.today.isoformat(),
        day=lambda one: day_words(sheet, one),
        dates=lambda line: attributes(**day_attributes(line)),
        **values,
    )
