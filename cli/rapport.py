"""`kommunplan rapport` and `kommunplan sida`: the year as a workbook, on paper, and for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli.bilder import tell_written, the_sheet
from cli.files import write_files
from cli.terminal import Json, Year, tell_as_json
from models.errors import RefusedError


def rapport(
    *,
    excel: Annotated[Path | None, Parameter("--excel", help="Fil att skriva som Excel-bok")] = None,
    html: Annotated[Path | None, Parameter("--html", help="Fil att skriva som webbsida")] = None,
    pdf: Annotated[Path | None, Parameter("--pdf", help="Fil att skriva som PDF, A4")] = None,
    budgetar: Year = None,
    som_json: Json = False,
) -> None:
    """Årets läge att ta med till sammanträdet: att göra, årshjul, steg, beslut. Flera filer går på en gång.

    Rapporten är intern: den visar vem som väntas och vad som är sent. För alla andra finns `sida`.
    """
    tell_as_json(som_json)
    if not (excel or html or pdf):
        raise RefusedError("Ange minst en fil: --excel, --html eller --pdf.")
    from views.html import report_html
    from views.report import report_of
    from views.typesetting import pdf as typeset
    from views.workbook import workbook

    sheet = the_sheet(budgetar)
    report = report_of(sheet)
    written = write_files(
        (excel, lambda: workbook(report)),
        (html, lambda: report_html(report)),
        (pdf, lambda: typeset(report)),
    )
    tell_written(sheet, written)


def sida(
    *,
    till: Annotated[
        Path, Parameter("--till", help="Filen att skriva, till exempel kommunplan.html")
    ],
    budgetar: Year = None,
    som_json: Json = False,
) -> None:
    """Årets tidplan som en webbsida för intranät eller webbplats, i en enda fil.

    På sidan står steg, dagar, lagfrister, vad som är beslutat och vilken instans som står i tur. Personer,
    roller, vad som är sent, kommentarer och skäl står inte där.
    """
    tell_as_json(som_json)
    from views.html import public_html

    sheet = the_sheet(budgetar)
    tell_written(sheet, write_files((till, lambda: public_html(sheet))))
