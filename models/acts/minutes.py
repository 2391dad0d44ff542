"""What the rules ask of the minutes of a decision, whether it is registered or put right. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from models.errors import RefusedError
from models.events import Decided
from models.minutes import Minutes
from models.outcomes import Effect, Outcome, possible
from models.process import Step
from models.state import Status, YearState
from models.step_words import require_reason
from models.text import ask, give, untick

_PARAGRAPH = re.compile(r"(?:([^\W\d_][\w-]*)\s*)?§?\s*(\d{1,5})(?:\s*/\s*(\d{4}))?", re.UNICODE)
_NUMBER = re.compile(
    r"[^\W\d_]{1,12} ?[ /-]? ?\d{4}[/:-]\d{1,7}( \d{1,4}(\.\d{1,3})?)?", re.UNICODE
)
"""`KS 2027/00123`, also with the plan's code after it, and as `KS/2027:123`: registries differ."""
_ADDRESS = re.compile(r"https?://[^\s<>\"]{3,}")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a body made of an item on which day; of a correction, `instead_of` which decision."""

    state: YearState
    step: Step
    body: str
    outcome: Outcome
    on: date
    instead_of: Decided | None = None

    @property
    def _kind(self) -> str:
        return self.state.definition.body(self.body).kind

    def checked(self, said: Minutes) -> Minutes:
        """The minutes, each piece in its form. RefusedError for what this body cannot do here, or what
        the outcome demands and nobody has said."""
        self._demanded(said)
        self._refuse_discussion()
        self._refuse_passing_on()
        self._refuse_discharge()
        if said.minority:
            self._refuse_minority()
        return said.model_copy(
            update={
                "minutes": address(said.minutes),
                "paragraph": paragraph(said.paragraph, self.body, self.on),
                "diarienummer": self._own_number(said.diarienummer),
            }
        )

    def _demanded(self, said: Minutes) -> None:
        demands = self.outcome.row.demands
        if not demands or str(getattr(said, demands)).strip():
            return
        label, slug = self.outcome.label, self.step.slug
        if demands == "changes":
            raise RefusedError(
                f"Vad ändrades i {slug}? Vid {label} krävs en rad om det, så att de som bygger vidare får "
                "veta. Ange den ",
                give("changes"),
                ".",
            )
        require_reason("", f"{label} i {slug}", demands)

    def _refuse_discussion(self) -> None:
        """A body that only discusses an item decides nothing, and one that decides does more than that."""
        discusses = self.body in self.step.discussing
        can = possible(discharge=True, discusses=discusses)
        if self.outcome in can:
            return
        does = "överlägger utan att besluta" if discusses else "ska besluta"
        known = f"Välj {', '.join(can)}." if discusses else "Välj ett annat utfall."
        raise RefusedError(
            f"{self.body} {does} i {self.step.slug}, så utfallet kan inte vara {self.outcome.label}. {known}"
        )

    def _refuse_passing_on(self) -> None:
        """No body comes after fullmäktige."""
        if self._kind != "fullmaktige" or not self.outcome.row.passes_on:
            return
        if self.body not in self.step.discussing:
            raise RefusedError(
                f"{self.body} beslutar sist: efter den finns ingen instans att föreslå något för, så "
                f"utfallet kan inte vara {self.outcome.label}. Välj ett annat utfall."
            )

    def _refuse_discharge(self) -> None:
        """KL 5 kap. 24 §: fullmäktige grants or refuses ansvarsfrihet, in a step of its own."""
        discharge = "ansvarsfrihet" in self.step.concerns and self._kind == "fullmaktige"
        of_discharge = self.outcome.row.of_discharge
        if of_discharge and not discharge:
            raise RefusedError(
                f"{self.outcome.label} kan inte {self.body} i {self.step.slug}: ansvarsfriheten prövas av "
                "fullmäktige i sitt eget steg (KL 5 kap. 24 §). Välj ett annat utfall."
            )
        if discharge and self.outcome.decides and not of_discharge:
            known = " eller ".join(one for one in Outcome if one.row.of_discharge)
            raise RefusedError(
                f"{self.body} beviljar eller vägrar ansvarsfrihet (KL 5 kap. 24 §); {self.outcome.label} "
                f"säger inte vilket. Välj {known}."
            )

    def _refuse_minority(self) -> None:
        """KL 5 kap. 50 §: a third of fullmäktige can force bordläggning or återremiss of an item, once."""
        if not self.outcome.row.by_minority:
            raise RefusedError(
                f"En minoritet kan inte genomdriva {self.outcome.label}, bara återremiss och bordläggning "
                "(KL 5 kap. 50 §). ",
                untick("minority"),
                ".",
            )
        if self._kind != "fullmaktige":
            raise RefusedError(
                f"En minoritet kan genomdriva {self.outcome.label} bara i fullmäktige (KL 5 kap. 50 §); i "
                f"{self.body} krävs majoritet. ",
                untick("minority"),
                ".",
            )
        for earlier in self._earlier_in_arende():
            if earlier.minority and earlier != self.instead_of:
                raise RefusedError(
                    f"Ärendet har redan en gång fått {earlier.outcome.label} på begäran av en minoritet "
                    f"({earlier.body} {earlier.on}). En andra gång krävs majoritet (KL 5 kap. 50 §): ",
                    untick("minority"),
                    " om majoriteten beslutade.",
                )

    def _earlier_in_arende(self) -> list[Decided]:
        way = self.state.definition.arende_of(self.step).steps
        return [
            decision
            for slug in way
            if slug in self.state.steps
            for decision in self.state[slug].decisions
        ]

    def _own_number(self, text: str) -> str:
        """The ärende's number, given now or known since before; RefusedError for another than it has."""
        known = self.state.number_of(self.step)
        if not text.strip():
            return known
        wanted = diarienummer(text)
        if known and wanted != known:
            raise RefusedError(
                f"Ärendet har diarienummer {known}, inte {wanted}. Är det förra fel: ",
                ask("diariefor", step=self.step.slug, diarienummer=wanted),
                ".",
            )
        refuse_taken(self.state, self.state.definition.arende_of(self.step).slug, wanted)
        return wanted


def refuse_taken(state: YearState, arende: str, wanted: str) -> None:
    """RefusedError where another ärende has the diarienummer."""
    for other, known in state.numbers.items():
        if known == wanted and other != arende:
            raise RefusedError(
                f"Diarienumret {wanted} har redan ärendet {other}. Kontrollera numret."
            )


def way_back(
    state: YearState, step: Step, link: int, outcome: Outcome, wanted: str
) -> tuple[str, int]:
    """Where a return from the link goes: to the one before in the ärende, or the body that is asked for.
    With no link before, to the roles and the same body again. Nowhere, where nothing is returned."""
    if outcome.effect is not Effect.RETURN or (outcome.row.rejects and step.optional):
        return "", 0
    links = state.definition.links_of(state.definition.arende_of(step))
    here = links.index((step, link))
    before = [
        (other, place)
        for other, place in links[: here + 1]
        if other == step or state[other.slug].status is Status.COMPLETED
    ]
    if not wanted:
        target = before[-2] if len(before) > 1 else before[-1]
        return target[0].slug, target[1]
    body = state.definition.body(wanted).slug
    for other, place in reversed(before):
        if other.chain[place] == body:
            return other.slug, place
    known = ", ".join(dict.fromkeys(other.chain[place] for other, place in before))
    raise RefusedError(
        f"{step.slug} kan inte återvisas till {body}; ärendet har inte varit där. Välj bland: {known}."
    )


def paragraph(text: str, body: str, on: date) -> str:
    """`KS § 74/2027`, whole, of `§ 74` or `74`; RefusedError for another body's or year's."""
    if not text.strip():
        return ""
    match = _PARAGRAPH.fullmatch(text.strip())
    if match is None:
        raise RefusedError(
            f"Paragrafen {text!r} går inte att läsa. Skriv som {body} § 74/{on.year}, eller bara 74."
        )
    said, item, year = match.groups()
    if said and said.casefold() != body.casefold():
        raise RefusedError(f"Paragrafen {text} är inte {body}:s. Kontrollera instansen.")
    if year and int(year) != on.year:
        raise RefusedError(
            f"Paragrafen {text} är inte från {on.year}, då {body} sammanträdde. Kontrollera året."
        )
    return f"{body} § {int(item)}/{on.year}"


def diarienummer(text: str) -> str:
    """With single spaces; RefusedError for what no registry writes."""
    wanted = " ".join(text.split())
    if not _NUMBER.fullmatch(wanted):
        raise RefusedError(f"Diarienumret {text!r} går inte att läsa. Skriv som KS 2027/00123.")
    return wanted


def address(text: str) -> str:
    """Of the minutes; RefusedError for what a browser would not open."""
    wanted = text.strip()
    if wanted and not _ADDRESS.fullmatch(wanted):
        raise RefusedError(
            f"Länken {wanted!r} till protokollet går inte att använda. Ange en adress som börjar med "
            "https://"
        )
    return wanted
