"""An independent reading of what RFC 5545, 5546 and 6047 ask of our calendar files, written from their text.

Shares nothing with the library that writes them.
"""

from __future__ import annotations

import re
from collections import Counter

Properties = list[tuple[str, dict[str, str], str]]

# 3.6.1: what a VEVENT must and may have once, of all that we write
ONCE = {
    "UID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "SUMMARY",
    "DESCRIPTION",
    "SEQUENCE",
    "STATUS",
    "TRANSP",
    "ORGANIZER",
    "LAST-MODIFIED",
}
OFTEN = {"CATEGORIES"}
# RFC 5546, 3.2.1 and 3.2.5
NEEDED = {
    "PUBLISH": {"UID", "DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "SEQUENCE"},
    "CANCEL": {"UID", "DTSTAMP", "ORGANIZER", "SEQUENCE", "STATUS"},
}


def unfold(content: bytes) -> list[str]:
    """3.1: lines end in CRLF, hold at most 75 octets, and go on after a CRLF and a space."""
    assert content.endswith(b"\r\n")
    lines = content[:-2].split(b"\r\n")
    for line in lines:
        assert len(line) <= 75, f"{len(line)} octets: {line!r}"
        assert b"\r" not in line
        assert b"\n" not in line
        line.decode("utf-8")  # folded between characters, so that a program that reads lines can
        assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", line), "3.1: no control characters"
        assert line.strip(), "no empty line"
    whole: list[str] = []
    for line in lines:
        if line.startswith((b" ", b"\t")):
            whole[-1] += line[1:].decode()
        else:
            whole.append(line.decode())
    return whole


def parse(line: str) -> tuple[str, dict[str, str], str]:
    """3.1: name *(";" param) ":" value, of the parameters that we write: none has a colon or a comma."""
    found = re.fullmatch(r"([A-Z0-9-]+)((?:;[A-Z0-9-]+=[^;:\",\x00-\x1f]+)*):(.*)", line)
    assert found, f"not a content line: {line!r}"
    parameters = dict(one.split("=", 1) for one in found[2].split(";")[1:])
    return found[1], parameters, found[3]


def text(value: str) -> str:
    """3.3.11: backslash, semicolon and comma are escaped, a line break is \\n."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), f"unescaped: {value!r}"
    assert not re.search(r"\\(?![\\;,nN])", re.sub(r"\\\\", "", value)), f"no escape: {value!r}"
    return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)


def read(content: bytes) -> tuple[Properties, list[Properties]]:
    """The calendar's own properties and its events, each checked on the way."""
    assert not content.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    lines = [parse(line) for line in unfold(content)]
    assert lines[0] == ("BEGIN", {}, "VCALENDAR")
    assert lines[-1] == ("END", {}, "VCALENDAR")
    own: Properties = []
    events: list[Properties] = []
    inside: list[str] = []
    for name, parameters, value in lines[1:-1]:
        if name == "BEGIN":
            inside.append(value)
            events += [[]] if value == "VEVENT" else []
        elif name == "END":
            assert inside.pop() == value
        elif not inside:
            assert not events, "3.4: the calendar's properties come before its components"
            own.append((name, parameters, value))
        elif inside == ["VEVENT"]:
            events[-1].append((name, parameters, value))
    assert not inside
    assert any(line[0] == "BEGIN" for line in lines[1:]), "3.6: at least one component"
    return own, events


def check(content: bytes) -> list[dict[str, str]]:
    """Every rule that our files are under; the events by property, texts unescaped."""
    own, events = read(content)
    given = Counter(name for name, _, _ in own)
    assert given["PRODID"] == given["VERSION"] == given["METHOD"] == 1
    assert given["CALSCALE"] <= 1
    values = {name: value for name, _, value in own}
    assert values["VERSION"] == "2.0"
    assert values.get("CALSCALE", "GREGORIAN") == "GREGORIAN"
    method = values["METHOD"]
    found = [_event(event, method) for event in events]
    uids = [event["UID"] for event in found]
    assert len(uids) == len(set(uids)), "an object tells of each UID once"
    if method == "CANCEL":
        assert len(found) == 1
    return found


def _event(event: Properties, method: str) -> dict[str, str]:
    names = Counter(name for name, _, _ in event)
    assert not names.keys() - ONCE - OFTEN, f"not for us: {names.keys() - ONCE - OFTEN}"
    assert all(names[name] <= 1 for name in ONCE)
    assert names.keys() >= NEEDED[method], f"missing: {NEEDED[method] - names.keys()}"
    parameters = {name: given for name, given, _ in event}
    values = {name: value for name, _, value in event}
    for name in ("DTSTART", "DTEND"):  # 3.3.4: a day has no time zone, so no VTIMEZONE is needed
        assert parameters[name] == {"VALUE": "DATE"}
        assert re.fullmatch(r"[0-9]{8}", values[name])
    assert values["DTEND"] > values["DTSTART"], "3.8.2.2: the end is not in it, and is later"
    for name in ("DTSTAMP", "LAST-MODIFIED"):  # 3.8.7.2: in UTC
        assert re.fullmatch(r"[0-9]{8}T[0-9]{6}Z", values[name])
    assert re.fullmatch(r"[0-9]{1,9}", values["SEQUENCE"]), "3.3.8"
    assert int(values["SEQUENCE"]) < 2**31
    assert re.fullmatch(r"mailto:[^@\s]+@[^@\s]+", values["ORGANIZER"])
    assert re.fullmatch(r"[0-9a-f]{32}@[a-z0-9.-]+", values["UID"])
    assert values["TRANSP"] == "TRANSPARENT"
    assert values["STATUS"] == ("CANCELLED" if method == "CANCEL" else "CONFIRMED")
    for name in ("SUMMARY", "DESCRIPTION"):
        values[name] = text(values[name])
    for one in values["CATEGORIES"].split(","):
        text(one)
    return values
