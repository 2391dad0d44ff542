"""What the forms of steps and of occasions share: fields, help texts, and what Prefect shows of a flow."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

from prefect.flows import Flow
from prefect.runtime import flow_run
from pydantic import Field

Text = Annotated[str, Field(min_length=1)]
Link = Annotated[str, Field(pattern=r"^(https?://\S{3,})?$")]
EventNumber = Annotated[int, Field(ge=1)]
BudgetYear = Annotated[int | None, Field(ge=2000, le=2100)]
Number = Annotated[int | None, Field(ge=1, le=9999)]
"""Which of an occasion's: 2 of `storre-avvikelse-2`."""
Gor = Literal["uppdatera", "förhandsgranska nytt varv", "nytt varv"]
UPPDATERA: Final = "uppdatera"
FORHANDSGRANSKA: Final = "förhandsgranska nytt varv"
NYTT_VARV: Final = "nytt varv"

HELP = {
    "budgetar": "Budgetår. Tomt betyder det som pågår.",
    "gor": (
        "Uppdatera är alltid ofarligt: det visar läget på nytt, som när en körning har kraschat eller "
        "e-postservern har varit nere. Förhandsgranska nytt varv säger vad ett nytt varv skulle röra, och "
        "ändrar ingenting. Nytt varv börjar om ett klart steg och kräver skal och av: det som har "
        "beslutats står kvar i historiken, och klara steg som bygger på det ska omprövas."
    ),
    "skal": "Varför steget börjar ett nytt varv. Bara för det; står i loggen.",
    "av": "Vem du är. Krävs när något registreras; står i loggen.",
    "siffror_fran": (
        "Vems siffror som fylls i nedan, som när en del har lämnat dem på papper eller någon rättar sina. "
        "Tomt: hela stegets, som då gäller i stället för delarnas tills en del lämnar nya."
    ),
    "skattesats": "Registreras om den fylls i: kronor per hundra, högst två decimaler, som 22,31.",
    "ramar": "Registreras om de fylls i: ramen i tkr för vart och ett av åren.",
    "bokslutsresultat": (
        "Registreras om det fylls i: årets resultat och balanskravsresultatet i tkr, underskott med minus."
    ),
    "prognos": (
        "Registreras om den fylls i: budget och prognos i tkr för varje enhet. Underskott och större "
        "avvikelser anmäls då av sig själva."
    ),
    "maluppfyllelse": "Registreras om den fylls i: hur många mål som har nåtts.",
    "rubrik": "Vad det gäller. Fylls i för att anmäla något nytt; tomt när ett visas med nummer.",
    "nummer": "Vilket av dem som finns, för att visa det eller köra om det. Tomt när något nytt anmäls.",
}
"""The help texts of the fields that only the forms of steps and occasions have, or word in their own way."""

AnyFlow = TypeVar("AnyFlow", bound=Flow[..., Any])


def shape(
    function: Any,
    slug: str,
    description: str,
    fields: Mapping[str, tuple[Any, Any]],
    helps: Mapping[str, str],
) -> None:
    """Gives the function the name, the text and the fields by which Prefect knows a flow: for each field its
    type and default, `...` for one that must be filled in. Prefect reads the help texts in the docstring."""
    function.__name__ = function.__qualname__ = slug.replace("-", "_")
    lines = "\n".join(f"    {name}: {helps[name]}" for name in fields)
    function.__doc__ = f"{description}\n\nArgs:\n{lines}\n" if fields else description
    function.__signature__ = inspect.Signature(
        [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default=inspect.Parameter.empty if default is ... else default,
                annotation=type_,
            )
            for name, (type_, default) in fields.items()
        ]
    )


def in_two(flow: AnyFlow) -> AnyFlow:
    """Shows a flow's docstring as it is meant: what stands before `Args:` describes it in the UI, and
    Prefect makes the help texts of its form from the rest."""
    flow.description = (flow.description or "").partition("\n\nArgs:")[0]
    return flow


def named(pattern: str) -> Callable[[], str]:
    """A run's name from its form: `{steg}: {roll} klar`, where the step has its number if it has one."""

    def name() -> str:
        given = flow_run.parameters
        number = given.get("nummer")
        steg = f"{given.get('steg')}-{number}" if number else given.get("steg")
        return pattern.format_map({**given, "steg": steg})

    return name
