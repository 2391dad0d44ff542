"""`kommunplan --definition … start` on a real Prefect server: Norrfors' own steps, through the API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from calendars.definition import ORSA, load_definition
from running.demo import demo_settings
from tasks.database import open_database
from tasks.reading import year_sheets
from tests.flows.conftest import Installation

pytestmark = pytest.mark.prefect
NORRFORS = ORSA.parent / "exempel-norrfors"


@pytest.fixture(scope="module")
def norrfors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Started on 1 January 2027, in the middle of the budgetdirektiv: half a minute, so once."""
    settings = demo_settings(tmp_path_factory.mktemp("norrfors") / "var")
    started = Installation(settings, ("--definition", str(NORRFORS)))
    started.start()
    yield started
    assert started.stop() == 0


def test_its_steps_are_named_flows_with_deployments_that_run(norrfors: Installation) -> None:
    definition = load_definition(NORRFORS)
    found = norrfors.server._post("/deployments/filter", {"limit": 200})
    flows = norrfors.server._post("/flows/filter", {"limit": 200})
    names = {flow["id"]: flow["name"] for flow in flows}
    deployed = {deployment["name"]: deployment for deployment in found}
    assert {step.slug for step in definition.steps} < set(deployed)
    assert "bokslut" not in deployed
    for step in definition.steps:
        assert names[deployed[step.slug]["flow_id"]].endswith(f" {step.title}")
        assert deployed[step.slug]["description"].startswith(step.title)
        assert "norrfors" in deployed[step.slug]["tags"]

    # the year that began in November is under way, and a step is driven through its own form
    [year] = year_sheets(open_database(norrfors.settings), date(2027, 1, 1), 2028)
    assert year.municipality == "Norrfors kommun (påhittad)"
    shown = norrfors.server.run_to_end("B01 Budgetdirektiv/budgetdirektiv", {"budgetar": 2028})
    assert (shown.kind, shown.name) == (
        "COMPLETED",
        "Redan gjort?",
    )  # its work began before the start
    answer = {"steg": "budgetdirektiv", "svar": "pagar", "av": "Britta", "budgetar": 2028}
    done = norrfors.server.run_to_end("Redan gjort före starten/redan-gjort", answer)
    assert (done.kind, done.name) == ("COMPLETED", "Klart"), done.message
    shown = norrfors.server.run_to_end("B01 Budgetdirektiv/budgetdirektiv", {"budgetar": 2028})
    assert (shown.kind, shown.name) == ("COMPLETED", "Pågår")
    part = {"steg": "budgetdirektiv", "roll": "budgetchef", "av": "Britta", "budgetar": 2028}
    done = norrfors.server.run_to_end("Rapportera klart/klar", part)
    assert (done.kind, done.name) == ("COMPLETED", "Klart"), done.message
    [year] = year_sheets(open_database(norrfors.settings), date(2027, 1, 1), 2028)
    assert year["budgetdirektiv"].label == "Väntar på KSAU"
