"""No test may hang on the developer's own settings: neither the environment's nor those of `.env`."""

from __future__ import annotations

import os

import pytest

from tasks.settings import Settings


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith("KOMMUNPLAN_")]:
        del os.environ[name]
    Settings.model_config["env_file"] = None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The real servers first: with two workers the rest of the tests run beside them."""
    items.sort(key=lambda item: item.get_closest_marker("prefect") is None)
