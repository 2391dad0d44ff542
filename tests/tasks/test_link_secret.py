"""The secret that signs the links: made once, kept from others, and never a short one."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from models.errors import SettingsError
from tasks.links.secret import FILE, link_secret
from tasks.settings import Settings


def settings_in(folder: Path, **overrides: Any) -> Settings:
    return Settings(_env_file=None, data=folder, **overrides)


def test_it_is_made_once_even_by_many_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        [secret] = set(pool.map(link_secret, [settings_in(tmp_path)] * 8))
    assert len(secret) >= 60
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert link_secret(settings_in(tmp_path)) == secret


def test_another_folder_has_another(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    assert link_secret(settings_in(tmp_path)) != link_secret(settings_in(tmp_path / "b"))


def test_the_settings_one_is_used_and_no_file_made(tmp_path: Path) -> None:
    given = "x" * 32
    assert link_secret(settings_in(tmp_path, secret=given)) == given
    assert list(tmp_path.iterdir()) == []


def test_a_short_one_is_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"KOMMUNPLAN_SECRET: .*32 tecken") as raised:
        link_secret(settings_in(tmp_path, secret="hemligt"))
    assert "hemligt" not in str(raised.value)
    (tmp_path / FILE).write_text("kort")
    with pytest.raises(SettingsError, match=f"{FILE}: .*32 tecken"):
        link_secret(settings_in(tmp_path))


@pytest.mark.parametrize("damage", ["folder", "bytes", "nowhere"])
def test_one_that_cannot_be_read_is_named_with_the_way_out(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "borta" if damage == "nowhere" else tmp_path
    if damage == "folder":
        (tmp_path / FILE).mkdir()
    if damage == "bytes":
        (tmp_path / FILE).write_bytes(b"\xff" * 64)
    with pytest.raises(SettingsError, match=f"{FILE} går inte att använda: .*ta bort filen"):
        link_secret(settings_in(folder))
