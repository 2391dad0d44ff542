"""Whether people will be able to sign in with the municipality's own accounts tomorrow too. Asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from models.counting import counted
from tasks.settings import Settings
from views.health import HealthPoint, point

WARNED_BEFORE = timedelta(days=30)
RENEW = (
    "Gör en ny hemlighet hos inloggningen, och sätt KOMMUNPLAN_OIDC_CLIENT_SECRET och "
    "KOMMUNPLAN_OIDC_SECRET_EXPIRES."
)


def sign_in_health(chosen: Settings, today: date) -> Iterator[HealthPoint]:
    """Nothing where no provider is named; else how long the client's secret lasts."""
    if not chosen.oidc_issuer:
        return
    if not chosen.oidc_is_used:
        yield point(
            "inloggningen",
            False,
            "har en utfärdare men inte klientens id och hemlighet: ingen kan logga in med sitt konto.",
            "Sätt KOMMUNPLAN_OIDC_CLIENT_ID och KOMMUNPLAN_OIDC_CLIENT_SECRET.",
        )
        return
    yield _of_secret(chosen.oidc_secret_expires, today)


def _of_secret(last_day: date | None, today: date) -> HealthPoint:
    if last_day is None:
        return point(
            "inloggningen",
            None,
            "går med kommunens konton, men ingen vet när klientens hemlighet går ut.",
            "Sätt KOMMUNPLAN_OIDC_SECRET_EXPIRES till dess sista dag.",
        )
    left = last_day - today
    if left < timedelta():
        said = f"klientens hemlighet gick ut {last_day}: ingen kommer in med sitt konto."
        return point("inloggningen", False, said, RENEW)
    days = counted(left.days, "dag", "dagar")
    said = f"klientens hemlighet gäller till och med {last_day}, {days} till."
    is_well = left > WARNED_BEFORE
    return point("inloggningen", is_well, said, "" if is_well else RENEW)
