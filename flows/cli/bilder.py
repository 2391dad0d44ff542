"""`kommunplan arshjul` and `kommunplan gantt`: the year as a drawing, in a file or in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console

from flows.cli.files import write_files
from flows.cli.terminal import Year, say, settings_and_day
from models.year_sheet import YearSheet

Svg = Annotated[Path | None, Parameter("--svg", help="Fil att skriva som SVG (skalbar, för webb)")]
Png = Annotated[Path | None, Parameter("--png", help="Fil att skriva som PNG (bild, för dokument)")]


def arshjul(*, svg: Svg = None, png: Png = None, budgetar: Year = None) -> None:
    """Årshjulet som bild: stegen som bågar efter läge, sammanträden, lagfrister och i dag.

    Utan fil visas i stället tidplanen här i terminalen: ett hjul av tecken går inte att läsa.
    """
    from notifications.views.wheel import wheel_svg

    _draw(wheel_svg, svg, png, budgetar)


def gantt(*, svg: Svg = None, png: Png = None, budgetar: Year = None) -> None:
    """Årets tidplan, ett steg på varje rad: här i terminalen, eller som bild i en fil."""
    from notifications.views.gantt import gantt_svg

    _draw(gantt_svg, svg, png, budgetar)


def the_sheet(budget_year: int | None) -> YearSheet:
    """The sheet of the year that is asked for, or of the one in progress."""
    from tasks.database import open_database
    from tasks.views.year_sheet import current_sheet

    chosen, today = settings_and_day()
    return current_sheet(open_database(chosen), chosen, today, budget_year)


def _draw(
    drawing: Callable[[YearSheet], str], svg: Path | None, png: Path | None, budget_year: int | None
) -> None:
    sheet = the_sheet(budget_year)
    if svg is None and png is None:
        from flows.cli.gantt_table import print_gantt

        print_gantt(Console(), sheet)
        return
    from notifications.views.typesetting import png as rendered

    drawn = drawing(sheet)
    tell_written(sheet, write_files((svg, lambda: drawn), (png, lambda: rendered(drawn))))


def tell_written(sheet: YearSheet, paths: list[Path]) -> None:
    for path in paths:
        say(f"{sheet.plan_name}: {path} är skriven.")
