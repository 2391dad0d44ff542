"""`kommunplan byt-definition`: a running year goes over to a changed definition, after a preview."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from cli.console import Console
from cli.kor_om import mails
from cli.lines import heading, section
from cli.terminal import (
    By,
    Json,
    Preview,
    Reason,
    Year,
    Yes,
    after,
    author,
    confirmed,
    engine,
    print_json,
    say,
    settings_and_day,
    tell_as_json,
)
from models.errors import RefusedError

if TYPE_CHECKING:
    from views.previews import DefinitionPreview


def byt_definition(
    katalog: Annotated[
        Path | None, Parameter(help="Definitionskatalog; annars inställningarnas")
    ] = None,
    *,
    prov: Preview = False,
    ja: Yes = False,
    karta: Annotated[
        list[str] | None,
        Parameter(
            "--karta", negative="", help="gammalt=nytt, för ett steg som byter namn; kan upprepas"
        ),
    ] = None,
    skal: Reason = "",
    budgetar: Year = None,
    av: By = None,
    som_json: Json = False,
) -> None:
    """Ett pågående år går över till en ändrad definition. Visar först vad som följer, och frågar sedan.

    Ett pågående steg som ändras eller försvinner kräver --karta: steg=steg går vidare som det är,
    gammalt=nytt byter namn, gammalt= avslutas. Det som har hänt står kvar i loggen.
    """
    from tasks.attempts import change_definition, try_definition

    directory = katalog or settings_and_day()[0].definition
    mapping = _mapping(karta or [])
    on = engine()
    found = try_definition(on, directory, mapping, budget_year=budgetar)
    if som_json and prov:
        print_json(found)
        return
    tell_as_json(som_json)
    if not som_json:
        _print(Console(), found, directory)
    if prov:
        say("Inget är ändrat: det här var ett prov.")
        return
    # what is unclear, or not explained, is refused below: no question before that
    asks = skal.strip() and not found.unclear
    if asks and not confirmed("Byta definition?", beforehand=ja):
        return
    done = change_definition(
        on, directory, mapping, by=author(av), reason=skal, budget_year=found.budget_year
    )
    say(f"{done.plan} går nu efter definitionen i {directory}.")
    after(done)


def _mapping(pairs: list[str]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for pair in pairs:
        old, is_pair, new = (part.strip() for part in pair.partition("="))
        if not (old and is_pair):
            raise RefusedError(
                f"--karta {pair} går inte att läsa. Skriv gammalt=nytt, eller gammalt= om steget avslutas."
            )
        if mapping.get(old, new) != new:
            raise RefusedError(
                f"--karta säger två saker om {old}: {mapping[old]!r} och {new!r}. Välj en."
            )
        mapping[old] = new
    return mapping


def _print(console: Console, found: DefinitionPreview, directory: Path) -> None:
    heading(console, f"{found.plan_name}: om året går över till {directory}")
    section(console, "Tillkommer", found.added)
    section(console, "Tas som klara: deras fönster har passerat", found.taken_as_done)
    section(console, "Utgår", found.removed)
    section(console, "Byter namn", [f"{one.before} → {one.after}" for one in found.renamed])
    section(console, "Får andra delar eller instanser", found.changed)
    section(console, "Nya datum", [f"{one.step}: {one.said()}" for one in found.moved])
    section(console, "Mejl", mails(found.mails))
    section(
        console, "Oklart: pågår, och vad det blir måste sägas med --karta", found.unclear, "red"
    )
    if found.changes_nothing:
        say("Inga steg och inga datum blir andra.")
