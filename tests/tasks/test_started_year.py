"""The year as it is read without the models of the tables: by the definition that it has now."""

from __future__ import annotations

from datetime import date

from tasks.started_year import started_year
from tests.hands import change_definition
from tests.tasks.town import Town, own_definition, replaced


def test_what_has_been_raised_is_in_it(town: Town) -> None:
    on = town.on("2027-10-04")
    on.start_year(2028)
    on.raise_occasion("uppdrag", "Utred badhuset", by="Kim", token="1", due=date(2028, 3, 1))
    found = started_year(town.path, 2028)
    assert found is not None
    assert found.definition.step("uppdrag-1").title == "Uppdrag: Utred badhuset"
    assert found.state == town.stored()


def test_a_change_of_the_definition_is_in_it(town: Town) -> None:
    on = town.on("2027-10-04")
    on.start_year(2028)
    changed = own_definition(town.path.parent)
    replaced(changed / "definition.toml", 'titel = "Internkontroll"', 'titel = "Intern kontroll"')
    change_definition(on, changed, {}, by="Kim", reason="Nytt namn")
    found = started_year(town.path, 2028)
    assert found is not None
    assert found.definition.step("internkontroll").title == "Intern kontroll"
