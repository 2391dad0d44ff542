"""The bytes of a file that is read in: there, not too many, and of a kind that we read. Reads the file."""

from __future__ import annotations

from pathlib import Path

from calendars.tables.limits import BYTES
from models.errors import DefinitionError

ZIP = b"PK\x03\x04"
PDF = b"%PDF"
_SAVE_AS = "Öppna den där den är gjord, och spara eller exportera den som .xlsx eller CSV (UTF-8)."
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": f"är ett äldre Excel- eller Word-format (.xls, .doc). {_SAVE_AS}",
    b"{\\rtf": "är ett RTF-dokument. Kopiera tabellen till Excel, och spara den som .xlsx eller CSV.",
    b"\x89PNG": "är en bild. Skriv av tabellen i Excel, eller be om den som .xlsx eller CSV.",
    b"\xff\xd8\xff": "är en bild. Skriv av tabellen i Excel, eller be om den som .xlsx eller CSV.",
}
_IN_ZIP = {
    b"mimetypeapplication/vnd.oasis.opendocument": "är ett LibreOffice-dokument (.ods, .odt)",
    b"word/document.xml": "är ett Word-dokument",
    b"Index/Document.iwa": "är ett Numbers-dokument",
}
_WEB_PAGE = "är en webbsida. Kopiera tabellen till Excel, och spara den som .xlsx eller CSV."
NO_WORKBOOK = (
    "är ingen läsbar Excel-arbetsbok. Öppna den i Excel och spara om den som .xlsx, eller som CSV."
)


def read_content(path: Path) -> bytes:
    """The file's bytes; DefinitionError where there are none, or too many, or of a foreign kind."""
    content = _bytes_of(path)
    if len(content) > BYTES:
        raise DefinitionError([f"{path.name}: är större än 5 MB. Kontrollera att det är rätt fil."])
    if what := _foreign(content):
        raise DefinitionError([f"{path.name}: {what}"])
    if path.suffix.lower() in {".xlsx", ".xlsm"} and not content.startswith(ZIP):
        raise DefinitionError([f"{path.name}: {NO_WORKBOOK}"])
    return content


def _bytes_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(BYTES + 1)
    except FileNotFoundError:
        raise DefinitionError([f"{path}: filen finns inte. Kontrollera sökvägen."]) from None
    except IsADirectoryError:
        raise DefinitionError([f"{path}: är en mapp. Ange en fil."]) from None
    except PermissionError:
        raise DefinitionError(
            [f"{path}: får inte läsas. Ge programmet rätt att läsa filen."]
        ) from None
    except (OSError, ValueError):  # a name that no file can have is a ValueError
        raise DefinitionError([f"{path}: går inte att läsa. Kontrollera sökvägen."]) from None


def _foreign(content: bytes) -> str | None:
    """What a file is that is none of ours, and the way out."""
    for start, what in _FOREIGN.items():
        if content.startswith(start):
            return what
    if content.startswith(ZIP):
        for mark, what in _IN_ZIP.items():
            if mark in content:
                return f"{what}. {_SAVE_AS}"
    if content.lstrip()[:15].lower().startswith((b"<!doctype html", b"<html")):
        return _WEB_PAGE
    return None
