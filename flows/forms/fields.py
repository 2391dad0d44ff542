"""What the forms of steps and of occasions share: fields, help texts, and what Prefect shows of a flow."""

from __future__ import annotations

import inspect
from collections.abc import Callable
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
    "text": "Mer om det; står i mejlet till den ansvariga. Tomt betyder den vanliga texten.",
    "enhet": "Enheten som det gäller.",
    "ansvarig": "Den som ska göra det. Tomt betyder den som brukar.",
    "instans": "Instansen som det återrapporteras till eller beslutas i. Tomt betyder de som brukar.",
    "senast": "Sista dagen. Tomt betyder den vanliga tiden.",
    "belopp_tkr": "Beloppet i tkr om det finns ett, underskott med minus.",
    "nummer": "Vilket av dem som finns, för att visa det eller köra om det. Tomt när något nytt anmäls.",
}
"""The help text of each field, which Prefect reads from a docstring."""

AnyFlow = TypeVar("AnyFlow", bound=Flow[..., Any])
Function = TypeVar("Function", bound=Callable[..., Any])


def with_help(function: Function) -> Function:
    """Puts the help texts of the function's fields into its docstring, for `@flow` to find there."""
    fields = inspect.signature(function).parameters
    lines = "\n".join(f"    {name}: {HELP[name]}" for name in fields)
    function.__doc__ = f"{inspect.getdoc(function) or ''}\n\nArgs:\n{lines}\n"
    return function


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
