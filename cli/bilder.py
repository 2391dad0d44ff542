"""`kommunplan arshjul` and `kommunplan gantt`: the year as a drawing, in a file or in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cli.console import Console
from cli.files import write_files
from cli.terminal import Json, Year, print_json, say, settings_and_day, tell_as_json

if TYPE_CHECKING:
    from views.sheet import YearSheet

Svg = Annotated[Path | None, Parameter("--svg", help="Fil att skriva som SVG (skalbar, för webb)")]
Png = Annotated[Path | None, Parameter("--png", help="Fil att skriva som PNG (bild, för dokument)")]


def arshjul(
    *, svg: Svg = None, png: Png = None, budgetar: Year = None, som_json: Json = False
) -> None:
    """Årshjulet som bild: stegen som bågar efter läge, sammanträden, lagfrister och i dag.

    Utan fil visas i stället tidplanen här i terminalen: ett hjul av tecken går inte att läsa.
    """
    from views.wheel import wheel_svg

    _draw(wheel_svg, svg, png, budgetar, as_json=som_json)


def gantt(
    *, svg: Svg = None, png: Png = None, budgetar: Year = None, som_json: Json = False
) -> None:
    """Årets tidplan, ett steg på varje rad: här i terminalen, eller som bild i en fil."""
    from views.gantt import gantt_svg

    _draw(gantt_svg, svg, png, budgetar, as_json=som_json)


def the_sheet(budget_year: int | None) -> YearSheet:
    """The sheet of the year that is asked for, or of the one in progress."""
    from tasks.database import open_database
    from tasks.reading import current_sheet

    chosen, today = settings_and_day()
    return current_sheet(open_database(chosen), chosen, today, budget_year)


def _draw(
    drawing: Callable[[YearSheet], str],
    svg: Path | None,
    png: Path | None,
    budget_year: int | None,
    *,
    as_json: bool,
) -> None:
    sheet = the_sheet(budget_year)
    to_files = svg is not None or png is not None
    if as_json and not to_files:
        from views.timetable import timetable

        print_json(timetable(sheet))
        return
    tell_as_json(as_json)
    if not to_files:
        from cli.gantt_table import print_gantt

        print_gantt(Console(), sheet)
        return
    from views.typesetting import png as rendered

    drawn = drawing(sheet)
    tell_written(sheet, write_files((svg, lambda: drawn), (png, lambda: rendered(drawn))))


def tell_written(sheet: YearSheet, paths: list[Path]) -> None:
    for path in paths:
        say(f"{sheet.plan_name}: {path} är skriven.", whole=True)
