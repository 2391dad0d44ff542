"""What a body did with an item, and the number of its ärende. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, ClassVar

from models import choices
from models.act import Happening, Now, StepAct
from models.acts.figures import figures_recorded
from models.acts.minutes import Ruling, diarienummer, refuse_taken, way_back
from models.asked_figures import DECIDED, wanted_with_decision
from models.errors import RefusedError
from models.events import Decided, Numbered
from models.fields import Spread, asked
from models.meeting_days import check_meeting_day
from models.minutes import FIELDS, Minutes
from models.outcomes import Effect, Outcome
from models.process import Step
from models.results import NAMES
from models.state import Status
from models.step_words import stands, way_out
from models.text import Aside, Text, ViewPointer, ask, empty

BETWEEN_MEETINGS = asked(
    "utan_sammantrade",
    "Utan sammanträde",
    "Fattades mellan sammanträdena, av ordföranden (KL 6 kap. 39 §); skriv hur i anteckningen.",
)


class Decide(StepAct):
    """Registrerar vad en instans beslutade. Steget, och det som bygger på det, går vidare direkt.

    Vid återremiss eller avslag går ärendet tillbaka till beredningen, som kan vara ett tidigare steg, och
    nästa sammanträde söks upp; vid bordläggning väntar det på instansens nästa sammanträde.
    """

    name: ClassVar[str] = "beslut"
    title: ClassVar[str] = "Registrera beslut"

    body: Annotated[
        str, asked("instans", "Instans", "Instansen som beslutade, till exempel KS", choices.bodies)
    ]
    outcome: Annotated[
        Outcome, asked("utfall", "Utfall", "Vad instansen beslutade", choices.outcomes)
    ]
    on: Annotated[
        date | None, asked("datum", "Datum", "Sammanträdets dag; annars den planerade")
    ] = None
    minutes: Annotated[Minutes, Spread()] = Minutes.model_construct()
    back_to: Annotated[
        str,
        asked(
            "aterremiss_till",
            "Återremiss till",
            "Instansen som det återvisas till; annars den före",
            choices.bodies_passed,
        ),
    ] = ""
    outside_meeting: Annotated[bool, BETWEEN_MEETINGS] = False
    results: Annotated[
        Mapping[str, Any],
        asked("resultat", "Resultat", "Vad steget gav i siffror.", choices.figures),
    ] = {}

    def rule(self, now: Now) -> Happening:
        """A body's decision on its meeting day; without a day, on the planned one: the one that was without
        the parts, where the next is still ahead. Nothing when this very decision is registered."""
        step = now.definition.step(self.step)
        event = self._decided(now, step)
        if event is None:
            return Happening()
        while now.has(event.key):  # registered before, and struck out
            event = event.model_copy(update={"attempt": event.attempt + 1})
        note = check_meeting_day(now.definition, event, now.meetings, outside=self.outside_meeting)
        figures = figures_recorded(now, step, self.results, by=self.by) if self.results else None
        happening = Happening.of(figures, event, note=note)
        return replace(happening, notes=(*happening.notes, *self._lacks(now, step, event)))

    def _lacks(self, now: Now, step: Step, event: Decided) -> Iterator[Text]:
        """That the figure which was decided is not told: what builds on it is begun without it."""
        if not event.outcome.settles or event.link < len(step.chain) - 1:
            return
        for kind in wanted_with_decision(now.state, step):
            if kind in DECIDED and kind not in self.results:
                yield Text.of(
                    f"{NAMES[kind]} är inte registrerad i {step.slug}, så det som bygger på beslutet saknar "
                    "den. Registrera den: ",
                    ask("resultat", step=step.slug),
                    ".",
                )

    def _day(self, now: Now, step: Step) -> date:
        if self.on is not None:
            return self.on
        links, link = now.plan[step.slug].links, now.state[step.slug].link
        planned = links[link].latest(now.today) if link < len(links) else None
        return planned or now.today

    def _decided(self, now: Now, step: Step) -> Decided | None:
        slug = now.definition.body(self.body).slug
        own, on = now.state[step.slug], self._day(now, step)
        ruling = Ruling(now.state, step, slug, self.outcome, on)
        for known in own.decisions:
            same = (known.body, known.on, known.outcome) == (slug, on, self.outcome)
            if same and (known in own.standing or known.outcome.effect is not Effect.PASS):
                self._refuse_other_words(ruling, known)
                return None
        self._refuse_out_of_turn(now, step, slug)
        self._refuse_day(now, step, on)
        if self.back_to and self.outcome.effect is not Effect.RETURN:
            raise RefusedError(
                f"Vid {self.outcome.label} går {step.slug} inte tillbaka till {self.back_to}. ",
                empty("back_to"),
                ", eller välj återremiss eller avslag.",
            )
        said = ruling.checked(self.minutes)
        back_step, back_link = way_back(now.state, step, own.link, self.outcome, self.back_to)
        return Decided(
            step=step.slug,
            on=on,
            by=self.by,
            round=own.round,
            link=own.link,
            body=slug,
            outcome=self.outcome,
            back_step=back_step,
            back_link=back_link,
            **said.model_dump(),
        )

    def _refuse_other_words(self, ruling: Ruling, known: Decided) -> None:
        """The same decision told again is harmless; told otherwise it is a correction."""
        said = Ruling(
            ruling.state, ruling.step, known.body, known.outcome, known.on, instead_of=known
        ).checked(self.minutes)
        values = [(getattr(said, field.attribute), field.attribute) for field in FIELDS]
        if any(value and value != getattr(known, attribute) for value, attribute in values):
            raise RefusedError(
                f"Beslutet i {known.body} {known.on} är redan registrerat, med annat innehåll. "
                "Var det fel: ",
                ask("ratta"),
                Aside(ViewPointer("arende")),
                ".",
            )

    def _refuse_out_of_turn(self, now: Now, step: Step, body: str) -> None:
        state, own = now.state, now.state[step.slug]
        if body not in step.chain:
            chain = " → ".join(step.chain) or "ingen instans"
            raise RefusedError(f"{body} beslutar inte i {step.slug}; där beslutar {chain}.")
        # a body puts off, or sends back, just what is not ready for it to decide
        unready = own.status.is_open and self.outcome.effect is not Effect.PASS
        if own.status is not Status.AWAITING and not unready:
            why = (
                f"inget beslut i {body} väntas"
                if own.status is Status.COMPLETED
                else f"{body} kan inte besluta än"
            )
            raise RefusedError(f"{stands(state, step)}; {why}. ", way_out(state, step))
        if body != step.chain[own.link]:
            raise RefusedError(
                f"{step.slug} väntar på {step.chain[own.link]}; {body} står inte i tur att besluta. "
                f"Registrera först beslutet i {step.chain[own.link]}."
            )

    def _refuse_day(self, now: Now, step: Step, on: date) -> None:
        own, today = now.state[step.slug], now.today
        if on > today:
            raise RefusedError(
                f"Beslutsdatum {on} ligger i framtiden (i dag är {today}). "
                "Registrera beslutet när sammanträdet har hållits."
            )
        # a check that was late opens the step late: its window counts
        window, _ = step.window.days(now.budget_year)
        began = min(own.opened_on or own.round_began or today, window)
        if on < began:
            raise RefusedError(
                f"Beslutsdatum {on} ligger före den dag då {step.slug} öppnades ({began}). "
                "Kontrollera datumet."
            )
        if not own.decisions:
            return
        last = own.decisions[-1]
        if on < last.on:
            raise RefusedError(
                f"Beslutsdatum {on} ligger före beslutet i {last.body} ({last.on}). "
                "Kontrollera datumet."
            )
        if (
            last.outcome.effect is not Effect.PASS
            and last.round >= own.round - 1
            and (last.body, last.on) == (step.chain[own.link], on)
        ):
            raise RefusedError(
                f"{last.body} har redan behandlat ärendet {on} ({last.outcome.label}) och tar upp det igen "
                "på ett senare sammanträde. Var det registrerat fel: ",
                ask("ratta"),
                ".",
            )


class GiveNumber(StepAct):
    """Ger ett ärende dess diarienummer, som gäller genom alla instanser. Ett nytt rättar ett som var fel."""

    name: ClassVar[str] = "diariefor"
    title: ClassVar[str] = "Diarieför ett ärende"

    diarienummer: Annotated[
        str, asked("diarienummer", "Diarienummer", "Diarienumret, till exempel 'KS 2027/00123'")
    ]

    def rule(self, now: Now) -> Happening:
        """The ärende's diarienummer. Nothing when it has this one already; another puts the first right."""
        step = now.definition.step(self.step)
        arende = now.definition.arende_of(step).slug
        wanted = diarienummer(self.diarienummer)
        if now.state.numbers.get(arende) == wanted:
            return Happening()
        refuse_taken(now.state, "", wanted)
        before = [e for e in now.log if isinstance(e, Numbered) and e.arende == arende]
        return Happening.of(
            Numbered(
                step=step.slug,
                on=now.today,
                by=self.by,
                arende=arende,
                diarienummer=wanted,
                number=len(before) + 1,
            )
        )
