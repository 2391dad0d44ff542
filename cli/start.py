"""`kommunplan start`, and what it starts from: deployments and the definition's schema."""

from __future__ import annotations

import gc
import sys

from cli.terminal import print_document


def start() -> None:
    """Startar allt på den här datorn: databas, Prefect, e-postfångare, årets process (make start)."""
    from running.start import run

    gc.enable()  # this one runs for months
    run()


def prefect_yaml() -> None:
    """Skriver kommunens Prefect-deployments, i prefect.yamls form."""
    from calendars.definition import load_definition
    from flows.forms import deployments
    from tasks.settings import settings

    sys.stdout.write(deployments.prefect_yaml(load_definition(settings().definition)))


def schema() -> None:
    """Skriver definitionsfilens JSON Schema, som redigerare kompletterar och kontrollerar med."""
    from calendars.schema import definition_schema

    print_document(definition_schema())
