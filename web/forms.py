"""The forms of the page, as they were filled in: read, checked, and said to the engine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import parse_qsl

from models.acts.parts import MissesMeetingError
from models.errors import RefusedError
from tasks.links.act import Answerer
from tasks.links.issue import LinkUsedError
from tasks.links.view import TaskView
from web.figures import read_figures

LONGEST_TEXT = 1000
"""Characters."""
CORRECTION = "ratta"
"""The answer that gives the part's figures anew, once the part is done."""


@dataclass(slots=True)
class SentForm:
    """What was filled in, and what is wrong with it, by the id of the field."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    misses_meeting: bool = False
    """Whether the person has been told which meeting the day misses, and may ask all the same."""

    @property
    def answer(self) -> str:
        return self.values.get("svar", "")

    def kept(self, answer: str, name: str) -> str:
        """What was written in a field of the form that was sent."""
        return self.values.get(name, "") if self.answer == answer else ""

    @property
    def signature(self) -> str:
        return self.values.get("formular", "")

    def _text(self, name: str, what: str, required: str = "") -> str:
        """The text, checked; `required` is what to say where it is missing."""
        text = self.values.get(name, "").strip()
        if required and not text:
            self.errors[f"{self.answer}-{name}"] = required
        if len(text) > LONGEST_TEXT:
            self.errors[f"{self.answer}-{name}"] = (
                f"{what} är {len(text)} tecken. Korta till högst {LONGEST_TEXT}."
            )
        return text

    def _day(self) -> date:
        try:
            return date.fromisoformat(self.values.get("dag", "").strip())
        except ValueError:
            self.errors["mer-tid-dag"] = "Ange vilken dag din del kan vara klar, som 2027-03-31."
            return date.min

    def say(self, answerer: Answerer, view: TaskView) -> bool:
        """Says it to the engine. False, with `errors` set, where the person has to mend something or the
        year stands so that it cannot be said; LinkUsedError where the link has said it already."""
        self.misses_meeting = False
        try:
            match self.answer:
                case "klart":
                    self._report(answerer, view)
                case "mer-tid":
                    self._ask_for_time(answerer)
                case "inte-min":
                    self._disclaim(answerer)
                case str(answer) if answer == CORRECTION:
                    self._correct(answerer, view)
                case _:
                    self.errors["klart-kommentar"] = "Välj ett av svaren nedan."
        except LinkUsedError:
            raise
        except MissesMeetingError as error:
            self.misses_meeting = True
            self.errors["mer-tid-anda"] = f"{error} Kryssa i rutan om du vill fråga ändå."
        except RefusedError as error:
            first = {
                "mer-tid": "mer-tid-dag",
                "inte-min": "inte-min-skal",
                CORRECTION: f"{CORRECTION}-skal",
            }
            self.errors[first.get(self.answer, "klart-kommentar")] = str(error)
        return not self.errors

    def _report(self, answerer: Answerer, view: TaskView) -> None:
        results = self._figures(view)
        comment = self._text("kommentar", "Kommentaren")
        if not self.errors:
            answerer.report(comment=comment, results=results)

    def _correct(self, answerer: Answerer, view: TaskView) -> None:
        results = self._figures(view)
        needed = "Steget är klart. Skriv varför siffrorna ändras." if view.is_done else ""
        reason = self._text("skal", "Skälet", needed)
        if not results and not self.errors:
            self.errors[f"{CORRECTION}-skal"] = "Fyll i de siffror som ska gälla."
        if not self.errors:
            answerer.correct(results=results, reason=reason)

    def _figures(self, view: TaskView) -> dict[str, object]:
        """The figures that were filled in; what is wrong with them stands at their fields."""
        results, wrong = read_figures(view, self.values)
        self.errors |= {f"{self.answer}-{name}": fault for name, fault in wrong.items()}
        return results

    def _ask_for_time(self, answerer: Answerer) -> None:
        until = self._day()
        reason = self._text("skal", "Skälet", "Skriv varför du behöver mer tid.")
        if not self.errors:
            knowingly = bool(self.values.get("anda"))
            answerer.ask_for_time(until=until, reason=reason, knowingly=knowingly)

    def _disclaim(self, answerer: Answerer) -> None:
        reason = self._text("skal", "Texten", "Skriv varför, och vems uppgiften är om du vet det.")
        if not self.errors:
            answerer.disclaim(reason=reason)


def read_form(body: bytes) -> SentForm:
    """The form as a browser sends it; ValueError for anything else."""
    pairs = parse_qsl(
        body.decode("ascii"),
        keep_blank_values=True,
        strict_parsing=True,
        errors="strict",
        max_num_fields=500,
    )
    return SentForm(dict(pairs))
