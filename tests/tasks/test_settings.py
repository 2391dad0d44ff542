"""Settings and the clock: what is wrong is named by its variable, in Swedish."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from models.errors import SettingsError
from tasks import clock
from tasks.settings import Settings, environment_for_prefect, settings


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    """The settings are read once in a process; here, once in each test."""
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("PORT", "hej", "heltal"),
        ("PORT", "0", "minst 1"),
        ("PORT", "65536", "högst 65535"),
        ("SMTP_SECURITY", "ssl", "'ingen', 'starttls' eller 'tls'"),
        ("SMTP_TIMEOUT", "0", "större än 0"),
        ("SMTP_TIMEOUT", "strax", "tal"),
        ("SMTP_CONNECTIONS", "0", "minst 1"),
        ("SMTP_CONNECTIONS", "21", "högst 20"),
        ("SMTP_CATCHER", "kanske", "true eller false"),
        ("SENDER", "kommunplan@orsa.example\nBcc: x@y.se", "e-postadress"),
        ("MAIL_TO", "prov", "e-postadress"),
        ("PROCESS_OWNER", "processägaren", "e-postadress"),
        ("PAGE_URL", "http://svar.orsa.example", "https://"),
        ("PAGE_URL", "svar.orsa.example", "https://"),
        ("PAGE_URL", "https://eva@svar.orsa.example/?a=b", "https://"),
        ("PAGE_URL", "https://svar.orsa.example\nBcc: x", "https://"),
        ("OIDC_ISSUER", "http://login.orsa.example", "https://"),
        ("OIDC_ISSUER", "https://login.microsoftonline.com/common/v2.0", "gäller alla kataloger"),
        (
            "OIDC_ISSUER",
            "https://login.microsoftonline.com/Organizations/v2.0",
            "gäller alla kataloger",
        ),
        ("OIDC_ISSUER", "https://login.microsoftonline.com/consumers/", "gäller alla kataloger"),
        ("OIDC_TENANT", "common", "gäller alla kataloger"),
        ("OIDC_SECRET_EXPIRES", "i höst", "en dag, som 2028-11-30"),
    ],
)
def test_a_bad_setting_is_named_with_its_value_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, allowed: str
) -> None:
    monkeypatch.setenv(f"KOMMUNPLAN_{name}", value)
    with pytest.raises(SettingsError) as raised:
        settings()
    assert str(raised.value).startswith(f"KOMMUNPLAN_{name}={value!r}: ")
    assert allowed in str(raised.value)
    assert "Input" not in str(raised.value)
    assert "should" not in str(raised.value)


def test_every_bad_setting_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMUNPLAN_PORT", "hej")
    monkeypatch.setenv("KOMMUNPLAN_SMTP_PORT", "hopp")
    with pytest.raises(SettingsError) as raised:
        settings()
    assert len(str(raised.value).splitlines()) == 2


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMUNPLAN_SMTP_PASSWORD", "hemligt")
    assert "hemligt" not in repr(settings())


def test_what_runs_in_prefect_has_the_same_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = Settings(
        _env_file=None, data=tmp_path, smtp_password="hemligt", clock_file=tmp_path / "dag"
    )
    for name, value in environment_for_prefect(chosen).items():
        if name.startswith("KOMMUNPLAN_"):
            monkeypatch.setenv(name, value)
    assert settings() == chosen


def with_clock(file: Path) -> Settings:
    return Settings(_env_file=None, clock_file=file)


def test_the_clock_file_is_read_anew_each_time(tmp_path: Path) -> None:
    file = tmp_path / "dag"
    for day in ("2027-03-01", "2027-03-02\n"):
        file.write_text(day)
        assert clock.today(with_clock(file)) == date.fromisoformat(day.strip())


@pytest.mark.parametrize("content", [b"", b"i morgon", b"2027-02-30", b"\xff\xfe", None])
def test_a_clock_file_that_holds_no_day_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "dag"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError, match=rf"KOMMUNPLAN_CLOCK_FILE={file}: .*2027-03-01"):
        clock.today(with_clock(file))


def test_without_a_clock_file_it_is_the_day_in_stockholm() -> None:
    assert abs((clock.today(Settings(_env_file=None)) - clock.now().date()).days) <= 1


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:4200"),
        ("0.0.0.0", "http://127.0.0.1:4200"),  # noqa: S104 - where we reach it
        ("::", "http://[::1]:4200"),
        ("::1", "http://[::1]:4200"),
        ("10.0.0.7", "http://10.0.0.7:4200"),
    ],
)
def test_prefect_is_reached_at_an_address_that_can_be_called(host: str, address: str) -> None:
    chosen = Settings(_env_file=None, host=host)
    assert chosen.prefect_address == address
    assert environment_for_prefect(chosen)["PREFECT_API_URL"] == f"{address}/api"


def test_the_credential_is_the_servers_and_its_clients_and_nobody_elses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "gammal:kvarglömd")
    without = environment_for_prefect(Settings(_env_file=None))
    assert not {"PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"} & set(without)
    credential = "petra:aldrig-gissat:2027"
    chosen = Settings(_env_file=None, ui_credential=SecretStr(credential))
    own = environment_for_prefect(chosen)
    assert own["PREFECT_SERVER_API_AUTH_STRING"] == own["PREFECT_API_AUTH_STRING"] == credential
    assert chosen.prefect_login == ("petra", "aldrig-gissat:2027")
    assert "aldrig" not in repr(chosen)


def test_an_empty_host_is_named_and_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMUNPLAN_HOST", "")
    with pytest.raises(SettingsError, match="KOMMUNPLAN_HOST='': får inte vara tomt"):
        settings()


@pytest.mark.parametrize(
    ("host", "catcher", "url", "is_reachable"),
    [
        ("127.0.0.1", True, "", True),
        ("localhost", True, "", True),
        ("smtp.orsa.example", True, "", False),
        ("127.0.0.1", False, "", False),
        ("smtp.orsa.example", False, "https://svar.orsa.example", True),
    ],
)
def test_the_page_is_reachable_where_it_is_public_or_mail_stays_on_this_machine(
    host: str, catcher: bool, url: str, is_reachable: bool
) -> None:
    chosen = Settings(_env_file=None, smtp_host=host, smtp_catcher=catcher, page_url=url)
    assert chosen.page_is_reachable is is_reachable
