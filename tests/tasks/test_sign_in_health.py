"""`halsa` about signing in with the municipality's own accounts: what is missing, when the secret expires."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tasks.settings import Settings
from tasks.watch.sign_in_health import sign_in_health
from views.health import HealthPoint

ENTRA = "https://login.microsoftonline.com/0b1c2d3e-0000-4000-8000-0123456789ab/v2.0"
COMPLETE = {"oidc_issuer": ENTRA, "oidc_client_id": "a", "oidc_client_secret": "b"}


def found(today: str = "2028-11-30", **settings: Any) -> list[HealthPoint]:
    return list(sign_in_health(Settings(_env_file=None, **settings), date.fromisoformat(today)))


def test_where_no_provider_is_named_nothing_is_said() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("last", "is_well", "said"),
    [
        ("2028-12-31", True, "gäller till och med 2028-12-31, 31 dagar till."),
        ("2028-12-30", False, "gäller till och med 2028-12-30, 30 dagar till."),
        ("2028-12-01", False, "gäller till och med 2028-12-01, 1 dag till."),
        ("2028-11-30", False, "gäller till och med 2028-11-30, 0 dagar till."),
        ("2028-11-29", False, "gick ut 2028-11-29: ingen kommer in med sitt konto."),
    ],
)
def test_it_warns_thirty_days_before_the_secret_expires(
    last: str, is_well: bool, said: str
) -> None:
    [one] = found(**COMPLETE, oidc_secret_expires=last)
    assert (one.name, one.is_well) == ("inloggningen", is_well)
    assert one.said == f"klientens hemlighet {said}"
    assert ("KOMMUNPLAN_OIDC_CLIENT_SECRET" in (one.todo or "")) == (not is_well)


def test_a_last_day_that_nobody_has_written_is_asked_for() -> None:
    [one] = found(**COMPLETE)
    assert one.is_well is None
    assert "KOMMUNPLAN_OIDC_SECRET_EXPIRES" in (one.todo or "")


@pytest.mark.parametrize("missing", ["oidc_client_id", "oidc_client_secret"])
def test_a_provider_without_a_client_is_a_fault(missing: str) -> None:
    [one] = found(**{**COMPLETE, missing: ""})
    assert one.is_well is False
    assert "KOMMUNPLAN_OIDC_CLIENT_ID" in (one.todo or "")


@pytest.mark.parametrize(
    ("settings", "tenant"),
    [
        (COMPLETE, "0b1c2d3e-0000-4000-8000-0123456789ab"),
        ({**COMPLETE, "oidc_tenant": "en-annan"}, "en-annan"),
        ({"oidc_issuer": "https://inloggning.orsa.se/realms/orsa"}, ""),
        ({}, ""),
    ],
)
def test_of_entra_the_tenant_is_that_of_the_issuer(settings: dict[str, Any], tenant: str) -> None:
    assert Settings(_env_file=None, **settings).oidc_own_tenant == tenant
