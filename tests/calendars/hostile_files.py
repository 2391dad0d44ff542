"""Files that claim to be more than they are, or are more than anybody has; each is made when it is asked for.

python -m tests.calendars.hostile_files NAME     reads one, and prints its seconds and megabytes
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from calendars.definition import load_definition
from calendars.holders.files import read_staff_file
from calendars.meeting_plans.files import read_meeting_file
from models.errors import DefinitionError
from tests.factories import orsa

HALF_A_GIGABYTE = 500_000_000


def _book(change: Callable[[Workbook], object]) -> bytes:
    book = Workbook()
    for row in (["Instans", "Datum"], ["KS", "2027-03-22"]):
        book.worksheets[0].append(row)
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _touched(cell: str) -> bytes:
    def change(book: Workbook) -> None:
        book.worksheets[0][cell] = " "

    return _book(change)


def _rewritten(part: str, old: bytes, new: Callable[[], bytes]) -> bytes:
    """The workbook with a piece of one part exchanged."""
    book = ZipFile(BytesIO(_book(lambda _: None)))
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as made:
        for name in book.namelist():
            content = book.read(name)
            made.writestr(name, content.replace(old, new(), 1) if name == part else content)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def _in_sheet(xml: Callable[[], bytes]) -> bytes:
    return _rewritten(SHEET, b"</sheetData>", lambda: xml())


def _many_rows(count: int) -> bytes:
    return b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (n, n) for n in range(9, count + 9))


def _pdf(content: bytes, pages: int = 1) -> bytes:
    stream = zlib.compress(content)
    kids = b" ".join(b"3 0 R" for _ in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, one)
    start = len(made)
    made += b"xref\n0 6\n0000000000 65535 f \n"
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    return made + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


def _ics(events: int, more: str = "") -> bytes:
    one = f"BEGIN:VEVENT\r\nUID:%d\r\nDTSTART;VALUE=DATE:20270322\r\nSUMMARY:KS\r\n{more}END:VEVENT\r\n"
    body = "".join(one % number for number in range(events))
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{body}END:VCALENDAR\r\n".encode()


FILES: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "last row": ("plan.xlsx", lambda: _touched("A1048576")),
    "last column": ("plan.xlsx", lambda: _touched("XFD2")),
    "last cell": ("plan.xlsx", lambda: _touched("XFD1048576")),
    "half a gigabyte in a sheet": (
        "plan.xlsx",
        lambda: _in_sheet(lambda: b" " * HALF_A_GIGABYTE + b"</sheetData>"),
    ),
    "twenty megabytes of space": (
        "plan.xlsx",
        lambda: _in_sheet(lambda: b" " * 19_000_000 + b"</sheetData>"),
    ),
    "many touched rows": (
        "plan.xlsx",
        lambda: _in_sheet(lambda: _many_rows(30_000) + b"</sheetData>"),
    ),
    "too many touched rows": (
        "plan.xlsx",
        lambda: _in_sheet(lambda: _many_rows(300_000) + b"</sheetData>"),
    ),
    "all merged": (
        "plan.xlsx",
        lambda: _in_sheet(
            lambda: b'</sheetData><mergeCells><mergeCell ref="A5:XFD1048576"/></mergeCells>'
        ),
    ),
    "a link over all": (
        "plan.xlsx",
        lambda: _in_sheet(
            lambda: (
                b'</sheetData><hyperlinks><hyperlink ref="A1:XFD1048576" location="a"/></hyperlinks>'
            )
        ),
    ),
    "entities that grow": (
        "plan.xlsx",
        lambda: _rewritten(
            SHEET,
            b"<worksheet",
            lambda: b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 100_000 + b'">]><worksheet',
        ),
    ),
    "many styles": (
        "plan.xlsx",
        lambda: _rewritten(
            "xl/styles.xml",
            b"<fonts",
            lambda: b"<fonts>" + b"<font/>" * 500_000 + b"</fonts><fonts",
        ),
    ),
    "a long text": ("plan.csv", lambda: b"instans;datum\nKS;" + b"15, " * 1_000_000),
    "a long name": (
        "plan.csv",
        lambda: b"instans;datum\n" + b"Kommunstyrelse " * 120_000 + b";1/2",
    ),
    "many rows": ("plan.csv", lambda: b"instans;datum\n" + b"KS;2027-03-22\n" * 300_000),
    "many unknown bodies": (
        "plan.csv",
        lambda: (
            b"instans;datum\n" + b"".join(b"N\xc3\xa4mnd %d;2027-03-22\n" % n for n in range(4_900))
        ),
    ),
    "many columns": ("plan.csv", lambda: b"2027;" + b"mars;" * 900_000),
    "many headings": ("plan.csv", lambda: b"2027;KS;KF\n" * 4_900),
    "many grids": ("plan.csv", lambda: b"2027;mars;april\nKS;15;12\n" * 2_400),
    "many spaces": ("plan.txt", lambda: b"a  " * 1_600_000),
    "one line of spaces": ("plan.txt", lambda: b"KS 15 mars 2027" + b" " * 1_900_000 + b"x"),
    "parentheses": ("plan.csv", lambda: b"2027;mars\nKS;15" + b"(" * 1_000_000),
    "a key with room in it": (
        "plan.txt",
        lambda: b"KS: 15 mars 2027\nx =" + b" " * 1_900_000 + b"y\n*" + b" " * 50_000 + b"1",
    ),
    "quotation marks": ("plan.csv", lambda: b'"' * 1_999_999),
    "many digits": ("plan.csv", lambda: b"instans;datum\nKS;" + b"1" * 1_000_000),
    "many events": ("plan.ics", lambda: _ics(50_000)),
    "all the events that are read": ("plan.ics", lambda: _ics(990)),
    "nested calendars": (
        "plan.ics",
        lambda: b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 900 + b"END:VEVENT\r\n" * 900,
    ),
    "a long description": ("plan.ics", lambda: _ics(1, f"DESCRIPTION:{'inte om ' * 200_000}\r\n")),
    "nested toml": ("plan.toml", lambda: b"ar = " + b"[" * 400_000),
    "many names in toml": ("plan.toml", lambda: b"a." * 200_000 + b"a = 1"),
    "a long number in toml": ("plan.toml", lambda: b"ar = " + b"9" * 400_000),
    "many days in toml": (
        "plan.toml",
        lambda: b"ar = 2027\n[sammantraden]\nKS = [" + b"2027-03-22," * 40_000 + b"]",
    ),
    "a large pdf": ("plan.pdf", lambda: _pdf(b" " * HALF_A_GIGABYTE)),
    "many words in a pdf": (
        "plan.pdf",
        lambda: _pdf(b"BT /F 9 Tf " + b"(a) Tj 5 0 Td " * 100_000 + b"ET"),
    ),
    "many pages": ("plan.pdf", lambda: _pdf(b"BT /F 9 Tf (a) Tj ET", 50_000)),
    "holders: last row": ("chefer.xlsx", lambda: _touched("A1048576")),
    "holders: many rows": (
        "chefer.csv",
        lambda: (
            b"roll;namn;adress;fran\n" + b"ekonomichef;Eva;eva@orsa.example;2027-01-01\n" * 100_000
        ),
    ),
    "holders: all the rows that are read": (
        "chefer.csv",
        lambda: b"roll;namn;adress;fran\n" + b"trollkarl;Eva;eva@orsa.example;snart\n" * 4_900,
    ),
    "holders: absences": (
        "borta.csv",
        lambda: (
            b"adress;fran;till;ersattare\n"
            + b"e@orsa.example;2027-01-01;2027-01-02;Bo <b@orsa.example>\n" * 4_900
        ),
    ),
    "definition: nested": ("definition.toml", lambda: b"a = " + b"{a = " * 50_000),
    "definition: many lines": ("definition.toml", lambda: b"[[steg]]\n" * 500_000),
    "definition: many steps": ("definition.toml", lambda: b"[[steg]]\n" * 4_900),
}


def read(name: str, folder: Path) -> str:
    """What is said of the file: nothing where it is read."""
    file, made = FILES[name]
    path = folder / file
    path.write_bytes(made())
    return said_of(path)


def said_of(path: Path) -> str:
    try:
        if path.name == "definition.toml":
            load_definition(path.parent)
        elif path.name.startswith(("chefer", "borta")):
            read_staff_file(path, orsa())
        else:
            read_meeting_file(path, orsa())
    except DefinitionError as error:
        return str(error)
    return ""


def measured(name: str) -> tuple[float, float]:
    """The seconds of CPU and the megabytes that reading the file takes, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / FILES[name][0]
        path.write_bytes(FILES[name][1]())
        # what making the file took is over; the peak is set back to what stands now
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before = _peak()
        start = time.process_time()
        said_of(path)
        return time.process_time() - start, _peak() - before


def main(names: Sequence[str]) -> None:
    """A line of JSON for each file."""
    orsa()
    for name in names:
        if os.fork() == 0:
            seconds, megabytes = measured(name)
            print(json.dumps([name, seconds, megabytes]), flush=True)  # noqa: T201
            os._exit(0)
        os.wait()


def _peak() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main(sys.argv[1:] or list(FILES))
