"""Two years are in progress at once: what names no year is done in the one in which it can be."""

from __future__ import annotations

from datetime import date

import pytest

from models.errors import RefusedError
from tests.hands import Hands
from tests.tasks.town import Town


@pytest.fixture
def both(town: Town) -> Hands:
    """10 January 2028: 2028's plans are being carried out, and 2029's year has begun."""
    town.on("2027-12-20").start_year(2028)
    town.on("2028-01-10").start_year(2029)
    return town.on("2028-01-10")


def test_a_part_is_reported_in_the_year_that_waits_for_it(both: Hands) -> None:
    done = both.report("intern-fordelning", "namndordforande", "miljonamnden", by="Nils")
    assert done.budget_year == 2028
    assert both.report("bokslut", "ekonomichef", None, by="Eva").budget_year == 2029


def test_what_is_done_already_is_done_in_its_own_year_too(both: Hands) -> None:
    first = both.report("intern-fordelning", "namndordforande", "miljonamnden", by="Nils")
    again = both.report("intern-fordelning", "namndordforande", "miljonamnden", by="Nils")
    assert first.events
    assert (again.budget_year, again.events) == (2028, ())


def test_what_can_be_done_in_both_is_refused_with_the_years(both: Hands) -> None:
    both.report("bokslut", "ekonomichef", None, by="Eva")
    both.report("bokslut", "kommunchef", None, by="Kim")
    both.override("bokslut", by="Petra", reason="resten kommer", budget_year=2029)
    with pytest.raises(RefusedError, match=r"Det går både i 2028 och i 2029\. Säg vilket år"):
        both.rerun("bokslut", by="Petra", reason="nya siffror")


def test_what_can_be_done_in_none_is_refused_as_in_the_newest(both: Hands) -> None:
    with pytest.raises(
        RefusedError, match=r"^2029: kommunplan-ks är planerat.* Det går inte i 2028 heller\.$"
    ):
        both.report("kommunplan-ks", "ekonomichef", None, by="Eva")


def test_a_refusal_in_a_year_that_was_said_names_it(both: Hands) -> None:
    with pytest.raises(RefusedError, match=r"^Kommunplan 2029: kommunplan-ks är planerat"):
        both.report("kommunplan-ks", "ekonomichef", None, by="Eva", budget_year=2029)


def test_a_year_that_is_over_is_not_asked_about(town: Town) -> None:
    on = town.on("2027-03-10")
    on.start_year(2027, knowingly=True)
    on.start_year(2028)
    done, slug = on.raise_occasion(
        "uppdrag", "Utred badhuset", part="kommunchef", due=date(2027, 9, 1), by="Petra"
    )
    assert (done.budget_year, slug) == (2028, "uppdrag-1")
