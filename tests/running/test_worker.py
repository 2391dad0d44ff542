"""What the worker runs and what it refuses, and when it is to be started anew. The real one: tests/flows."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse

from calendars.definition import ORSA
from flows.drift import kontroll
from flows.forms.deployments import PULL_STEP
from models.errors import RefusedError
from running.own_flows import flow_of, own_flows
from running.sources import Sources
from tasks.settings import PROJECT

CHECK = "flows/drift.py:kontroll"
OURS = own_flows()


def asked(
    run: dict[str, Any] | None = None, *, has_command: bool = False, **deployment: Any
) -> object:
    """What is run of the check's deployment, with these differences from what is registered."""
    registered = {
        "entrypoint": CHECK,
        "pull_steps": [{PULL_STEP: {"directory": str(PROJECT)}}],
        "job_variables": {},
    }
    return flow_of(
        OURS,
        FlowRun(flow_id=uuid4(), **(run or {})),
        DeploymentResponse(name="kontroll", flow_id=uuid4(), **{**registered, **deployment}),
        has_command=has_command,
    )


def test_a_registered_deployment_is_run_by_its_own_flow() -> None:
    assert asked() is kontroll
    assert asked(pull_steps=None) is kontroll
    assert asked(pull_steps=[{PULL_STEP: {"directory": f"{PROJECT}/"}}]) is kontroll


def test_every_deployment_of_the_definition_is_known_by_its_entrypoint() -> None:
    assert {CHECK, "flows/kommunplansprocessen.py:bokslut", "flows/kommun.py:uppdrag"} <= set(OURS)


@pytest.mark.parametrize(
    ("deployment", "said"),
    [
        (
            {"entrypoint": "flows/drift.py:drive"},
            "flows/drift.py:drive är inget av kommunplans egna",
        ),
        ({"entrypoint": "/srv/annat.py:flow"}, "/srv/annat.py:flow är inget av kommunplans egna"),
        ({"entrypoint": "flows/../flows/drift.py:kontroll"}, "inget av kommunplans egna flöden"),
        ({"entrypoint": None}, "inget av kommunplans egna flöden"),
        ({"job_variables": {"command": "touch x"}}, "jobbvariablerna command skulle"),
        ({"job_variables": {"env": {"PYTHONPATH": "/srv"}}}, "jobbvariablerna env skulle"),
        (
            {"pull_steps": [{"prefect.deployments.steps.run_shell_script": {"script": "id"}}]},
            "pull",
        ),
        ({"pull_steps": [{PULL_STEP: {"directory": "/etc"}}]}, "pull_steps"),
        ({"pull_steps": [{PULL_STEP: {"directory": str(PROJECT), "requires": "x"}}]}, "pull_steps"),
        ({"pull_steps": [{PULL_STEP: {"directory": str(PROJECT)}}] * 2}, "pull_steps"),
    ],
)
def test_anything_else_is_refused(deployment: dict[str, Any], said: str) -> None:
    with pytest.raises(RefusedError, match="Körs inte: ") as refused:
        asked(**deployment)
    assert said in str(refused.value)


def test_a_command_is_refused_wherever_it_stands() -> None:
    with pytest.raises(RefusedError, match="arbetaren kör inga kommandon"):
        asked(has_command=True)


def test_job_variables_of_a_single_run_are_refused() -> None:
    with pytest.raises(RefusedError, match="jobbvariablerna working_dir"):
        asked({"job_variables": {"working_dir": "/etc"}})


def test_a_run_of_no_deployment_is_refused() -> None:
    with pytest.raises(RefusedError, match="hör inte till något av kommunplans formulär"):
        flow_of(OURS, FlowRun(flow_id=uuid4()), None, has_command=False)


# --- What it was made from ---


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one package and a `.env`, and a definition outside of it."""
    shutil.copytree(ORSA, tmp_path / "definition")
    package = tmp_path / "project" / "flows"
    (package / "steps").mkdir(parents=True)
    for name in ("__init__.py", "drift.py", "steps/mall.j2"):
        (package / name).write_text("")
    (tmp_path / "project" / ".env").write_text("KOMMUNPLAN_PORT=4200\n")
    return tmp_path / "project"


def made_from(project: Path) -> Sources:
    return Sources.of(project.parent / "definition", project)


def test_nothing_has_changed_by_being_run(project: Path) -> None:
    sources = made_from(project)
    (project / "flows" / "__pycache__").mkdir()
    (project / "flows" / "__pycache__" / "drift.pyc").write_text("")
    (project / "flows" / ".drift.py.swp").write_text("")
    (project / "var").mkdir()
    (project / "var" / "kommunplan.db").write_text("")
    assert sources.changed == ""


@pytest.mark.parametrize(
    "name", ["flows/drift.py", "flows/steps/mall.j2", ".env", "../definition/definition.toml"]
)
def test_a_file_that_is_written_again_is_a_change(project: Path, name: str) -> None:
    sources = made_from(project)
    path = project / name
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    assert Path(sources.changed).resolve() == path.resolve()


def test_a_file_that_comes_or_goes_is_a_change(project: Path) -> None:
    sources = made_from(project)
    (project / "flows" / "nytt.py").write_text("")
    assert sources.changed.endswith("flows/nytt.py")
    sources = made_from(project)
    (project.parent / "definition" / "definition.toml").unlink()
    assert sources.changed.endswith("definition.toml")
    sources = made_from(project)
    (project / ".env").unlink()
    assert sources.changed.endswith(".env")
