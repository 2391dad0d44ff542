"""Somebody gets a role from a day: the ekonomichef who leaves in May, and who comes after."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.acts.people import ReplaceHolder
from models.errors import KommunplanError
from models.plan import RoleHolder
from models.process import TaskKey
from notifications.recipients import holders_of
from tasks.people.store import stored_staff
from tasks.proof import prove
from tests.tasks.town import Town

NILS = "nils.nord@orsa.example"


def replace(town: Town, on: str, role: str = "ekonomichef", **given: Any) -> tuple[str, ...]:
    said = {"role": role, "holder": "Nils Nord", "address": NILS, "by": "Petra", **given}
    return tuple(map(str, town.on(on).do(ReplaceHolder.model_validate(said)).said))


def holding(town: Town, on: str, role: str = "ekonomichef") -> list[str]:
    with town.database.read() as session:
        staff = stored_staff(session)
    return [one.address for one in holders_of(staff, TaskKey.of(role), date.fromisoformat(on))]


def holders(town: Town) -> set[RoleHolder]:
    with town.database.read() as session:
        return set(stored_staff(session).holders)


def test_one_who_leaves_in_may_has_it_to_the_day_before_and_the_new_one_gets_the_tasks(
    year: Town,
) -> None:
    year.on("2027-03-01").check()
    before = holders(year)
    said = replace(year, "2027-04-20", since="2027-05-17")
    assert said[0] == (
        "Nils Nord har rollen ekonomichef från måndag 17 maj 2027. "
        "Eva Exempel har den till och med dagen före."
    )
    assert holding(year, "2027-05-16") == ["eva.ekonomichef@orsa.example"]
    assert holding(year, "2027-05-17") == [NILS]
    assert {one for one in before if one.role != "ekonomichef"} <= holders(year)
    year.on("2027-05-14").check()
    assert NILS not in {mail.address for mail in year.mails()}
    year.on("2027-05-17").check()
    assert NILS in {mail.address for mail in year.mails()}


def test_again_it_changes_nothing(year: Town) -> None:
    replace(year, "2027-04-20", since="2027-05-17")
    once = holders(year)
    replace(year, "2027-04-20", since="2027-05-17")
    assert holders(year) == once
    assert prove(year.database, ()).is_proven


def test_who_was_to_have_it_later_has_not(year: Town) -> None:
    replace(year, "2027-04-20", since="2027-05-17")
    replace(year, "2027-04-21", since="2027-05-10", holder="Lo Lund", address="lo@orsa.example")
    assert holding(year, "2027-05-09") == ["eva.ekonomichef@orsa.example"]
    assert holding(year, "2027-06-01") == ["lo@orsa.example"]


def test_a_role_that_nobody_has_is_given_too(year: Town) -> None:
    replace(year, "2027-04-20", since="2020-01-01")
    said = replace(
        year, "2027-04-20", since="2020-01-01", holder="Lo Lund", address="lo@orsa.example"
    )
    assert said[0] == "Lo Lund har rollen ekonomichef från onsdag 1 januari 2020."
    assert holding(year, "2027-04-20") == ["lo@orsa.example"]


def test_of_a_role_with_units_it_is_the_unit_s_own(year: Town) -> None:
    units = year.stored().definition.role("verksamhetsomradeschef").units
    others = [f"verksamhetsomradeschef:{unit}" for unit in units[1:]]
    before = [holding(year, "2027-04-20", other) for other in others]
    replace(year, "2027-04-20", f"verksamhetsomradeschef:{units[0]}")
    assert holding(year, "2027-04-20", f"verksamhetsomradeschef:{units[0]}") == [NILS]
    assert [holding(year, "2027-04-20", other) for other in others] == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"role": "kassor"}, "okänd roll"),
        ({"role": "verksamhetsomradeschef"}, "enhet"),
        ({"role": "ekonomichef:omsorg"}, "inga enheter"),
        ({"address": "nils"}, "e-postadress"),
        ({"holder": "42"}, "bokstäver"),
        ({"holder": "=HYPERLINK(1)"}, "får inte börja med ="),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_changed(
    year: Town, given: dict[str, str], said: str
) -> None:
    before = holders(year)
    with pytest.raises(KommunplanError, match=said):
        replace(year, "2027-04-20", **given)
    assert holders(year) == before
