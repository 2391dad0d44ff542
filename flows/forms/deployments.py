"""The deployments of any definition, in the form of prefect.yaml.

Orsa's are written out in `prefect.yaml`. Another municipality's are made from it: the same driving
flows, and a deployment for each of its own steps and occasions.
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from models.process import Definition, Step
from tasks.settings import PROJECT, Settings

HEAD = """\
# {name}: skriven av kommunplan prefect-yaml. Registrera och kör med KOMMUNPLAN_DEFINITION satt till
# definitionens katalog, och från projektets mapp:
#   prefect deploy --all --no-prompt --prefect-file FIL
"""
EVERY_MORNING = {"cron": "0 6 * * *", "timezone": "Europe/Stockholm"}
"""When a year is started that has begun: any day of the year may be a definition's first."""


def prefect_yaml(chosen: Settings, definition: Definition) -> str:
    """The content of the file that `prefect deploy --all` reads."""
    own = (PROJECT / "prefect.yaml").read_text(encoding="utf-8")
    if chosen.is_orsa:
        return own
    written = yaml.safe_load(own)
    content = {
        "name": definition.municipality.slug,
        "prefect-version": written["prefect-version"],
        "deployments": [
            *(
                _of_step(definition, "steg", step, written["definitions"]["stage"])
                for step in definition.steps
            ),
            *(
                _of_step(definition, "tillfalle", one, written["definitions"]["occasion"])
                for one in definition.occasions
            ),
            *_driving(definition, written["deployments"]),
        ],
    }
    unshared = json.loads(json.dumps(content))  # else YAML would tie what is alike with anchors
    return HEAD.format(name=definition.municipality.name) + yaml.safe_dump(
        unshared, allow_unicode=True, sort_keys=False, width=100
    )


def _of_step(
    definition: Definition, kind: str, step: Step, common: dict[str, Any]
) -> dict[str, Any]:
    return {
        "name": step.slug,
        "entrypoint": f"flows/kommun.py:{step.slug.replace('-', '_')}",
        "tags": [definition.municipality.slug, kind, step.process, step.id, *step.chain],
        **common,
    }


def _driving(definition: Definition, written: list[dict[str, Any]]) -> list[dict[str, Any]]:
    drive = {one["name"]: one for one in written if "drift" in one["tags"]}
    drive["starta-ar"] |= {"schedules": [EVERY_MORNING]}
    tags = [definition.municipality.slug, "drift"]
    first = dict.fromkeys(("name", "entrypoint", "tags"))
    return [{**first, **one, "tags": tags} for one in drive.values()]
