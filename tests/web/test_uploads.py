"""Files that are sent with a form: read as they were sent, kept for a while, found by nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web.uploads import KEPT, Uploads, parts_of


@settings(max_examples=100)
@given(
    st.binary(max_size=400),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=30),
)
def test_what_was_sent_is_read_to_the_byte(content: bytes, said: str) -> None:
    request = httpx.Request(
        "POST", "http://o.se", data={"skal": said}, files={"fil": ("möten.xlsx", content)}
    )
    request.read()
    found = {p.name: p for p in parts_of(request.headers["content-type"], request.content)}
    assert found["fil"].content == content
    assert found["fil"].filename == "möten.xlsx"
    assert (found["skal"].content.decode(), found["skal"].filename) == (said, None)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b""),
        ("multipart/form-data; boundary=x", b""),
        ("multipart/form-data; boundary=x", b"--x\r\nno head"),
        ("multipart/form-data; boundary=x", b"--x\r\nA: b\r\n\r\nno name\r\n--x--"),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\ncut",
        ),
    ],
)
def test_what_is_no_form_is_refused(kind: str, body: bytes) -> None:
    with pytest.raises(ValueError, match=r"no|cut"):
        [*parts_of(kind, body)]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Mina dokument\\Möten (1).xlsx", "Möten (1).xlsx"),
        ("..", "fil"),
        ("a<b>\n.csv", "a_b__.csv"),
        ("x" * 300 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_a_name_is_made_safe(tmp_path: Path, name: str, safe: str) -> None:
    uploads = Uploads(tmp_path / "uppladdat")
    place = uploads.keep("abcdefgh1234", name, b"x")
    assert place == f"abcdefgh1234/{safe}"
    assert uploads.find(place) == tmp_path / "uppladdat" / "abcdefgh1234" / safe


@pytest.mark.parametrize("key", ["", "../../x", "kort", "a" * 65])
def test_a_key_that_is_none_keeps_nothing(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        Uploads(tmp_path).keep(key, "x.csv", b"x")


def test_a_file_is_thrown_away_when_it_is_read_in_or_a_day_old(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    old, new = (uploads.keep(key, "x.csv", b"x") for key in ("old-old-old", "new-new-new"))
    before = time.time() - KEPT - 1
    os.utime(tmp_path / "old-old-old", (before, before))
    uploads.keep("one-one-one", "x.csv", b"x")
    assert uploads.find(old) is None
    assert uploads.find(new) is not None
    uploads.forget(new)
    assert uploads.find(new) is None
