"""No module imports itself by way of others, neither at its head nor inside a function."""

from __future__ import annotations

from graphlib import TopologicalSorter

import grimp

ROOMS = ["calendars", "cli", "flows", "models", "notifications", "running", "tasks", "views", "web"]


def test_there_is_no_import_circle() -> None:
    """grimp reads imports inside functions too; those for types alone are none when the program runs."""
    graph = grimp.build_graph(*ROOMS, exclude_type_checking_imports=True, cache_dir=None)
    imported = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    TopologicalSorter(imported).prepare()  # CycleError names the modules of a circle
