"""`kommunplan status` and `provkor`: where the year stands, and how it would go."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from cli.console import Console
from cli.terminal import AnyYear, Json, Year, print_json, settings_and_day, warn_of_exercise


def status(
    *,
    alla: Annotated[
        bool, Parameter("--alla", negative="", help="Visa också de steg som vilar")
    ] = False,
    budgetar: Year = None,
    som_json: Json = False,
) -> None:
    """Var året står: varje steg, vem som väntas, vad som är sent och vad som är en risk mot lagen."""
    from tasks.database import open_database
    from tasks.reading import year_sheets

    chosen, today = settings_and_day()
    years = year_sheets(open_database(chosen), today, budgetar)
    if som_json:
        print_json(years)
        return
    from cli.tables import print_status

    warn_of_exercise(Console(), chosen)
    print_status(Console(), years, exercise=chosen.clock_file is not None, dormant=alla)


def provkor(*, budgetar: AnyYear = None, som_json: Json = False) -> None:
    """Hela året simulerat, utan Prefect och e-post: vem som får vilket mejl, vilken dag, av vilken regel.

    Alla antas lämna sin del på sista dagen och varje instans besluta på sitt planerade sammanträde.
    """
    from tasks.reading import rehearsal

    chosen, today = settings_and_day()
    year = rehearsal(chosen, budgetar, today)
    if som_json:
        print_json(year)
        return
    from cli.tables import print_rehearsal

    print_rehearsal(Console(), year)
