"""The measures: what stands in docs/watching.md, of a year as it is."""

from __future__ import annotations

import re

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from running.metrics import Measures
from tasks.settings import PROJECT
from tests.tasks.conftest import empty_database as empty_database
from tests.tasks.conftest import january as january
from tests.tasks.conftest import make_town as make_town
from tests.tasks.conftest import year as year
from tests.tasks.town import Town


def measured(town: Town) -> dict[tuple[str, ...], float]:
    """As Prometheus reads it: the name and the values of the labels."""
    registry = CollectorRegistry()
    registry.register(Measures(town.settings))
    text = generate_latest(registry).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_measure_is_documented_and_what_is_documented_is_measured(year: Town) -> None:
    year.on("2027-01-05").check()
    document = (PROJECT / "docs" / "watching.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(kommunplan_[a-z_]+)", document, re.MULTILINE))
    assert {name for name, *_ in measured(year)} == named


def test_the_numbers_are_those_of_the_year(year: Town) -> None:
    found = measured(year)
    assert found["kommunplan_check_late",] == 1, "none has run"
    assert ("kommunplan_check_age_seconds",) not in found
    assert found["kommunplan_mails", "2028", "köad"] == 8
    assert found["kommunplan_steps", "2028", "pågår"] == 1
    year.change("UPDATE mail SET status = 'misslyckad' WHERE id = 1")
    year.on("2027-01-05").raise_occasion("uppdrag", "Utred badhuset", by="Kim", token="1")
    found = measured(year)
    assert found["kommunplan_mails", "2028", "misslyckad"] == 1
    assert found["kommunplan_steps", "2028", "pågår"] == 2


def test_of_a_database_that_cannot_be_read_only_that_is_told(year: Town) -> None:
    year.change("UPDATE alembic_version SET version_num = '0004_decisions'")
    assert {name for name, *_ in measured(year)} == {
        "kommunplan_database_usable",
        "kommunplan_disk_free_bytes",
    }
    assert measured(year)["kommunplan_database_usable",] == 0
