"""What was done before the year was started here: of one step, or of many from a file. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar

from models import choices
from models.act import Happening, Now, StepAct, YearAct
from models.acts.minutes import Ruling
from models.errors import KommunplanError, RefusedError
from models.events import CompletedBeforeStart, Decided, Event, Opened, Overridden
from models.fields import asked
from models.minutes import Minutes
from models.outcomes import Effect, Outcome
from models.process import Step
from models.state import Status, StepState
from models.step_words import stands, way_out
from models.text import Text, ask, empty, give

EARLIEST = timedelta(days=366)
"""How long before its window a step may have been done; what lies further back is a slip of the pen."""
_DECISION = re.compile(
    r"(?P<body>\S+)\s+(?P<day>\d{4}-\d\d-\d\d)(?:\s*§\s*(?P<paragraph>\d[\d/]*))?(?:\s+(?P<outcome>[a-zåäö-]+))?"
)


class StandingAtStart(StrEnum):
    """Hur det stod till med steget när året startades."""

    # Swedish, because Prefect shows it in the form

    DONE = "klart"
    UNDER_WAY = "pagar"


class AlreadyDone(StepAct):
    """Svarar på om ett steg redan var gjort när året startades här, med dag och beslut om de är kända.

    Klart: steget är klart, och ingen får mejl om det. Pågår: steget öppnas nu, och sista dagen räknas från
    svaret. Utan svar väntar steget.
    """

    name: ClassVar[str] = "redan-gjort"
    title: ClassVar[str] = "Redan gjort före starten"

    step: Annotated[
        str, asked("steg", "Steg", "Stegets namn, till exempel bokslut", choices.steps_before_start)
    ]
    standing: Annotated[
        StandingAtStart,
        asked(
            "svar", "Svar", "Klart före starten, eller pågår (pagar)", choices.standings_at_start
        ),
    ]
    on: Annotated[
        date | None, asked("datum", "Datum", "Dagen då det blev klart, om den är känd")
    ] = None
    decisions: Annotated[
        str,
        asked(
            "beslut",
            "Beslut",
            "De som är kända, i ordning: KS 2027-10-18 § 74; KF 2027-11-29 § 112. Utan utfall efter: bifall.",
        ),
    ] = ""

    def rule(self, now: Now) -> Happening:
        """That the step was done, or under way, when the year was started: its decisions, if they are known,
        and with them what the law says of them. The same answer again changes nothing."""
        step = now.definition.step(self.step)
        own = now.state[step.slug]
        if self.on is not None:
            self._refuse_day(now, step, self.on)
        decided = list(self._decided(now, step))
        if self.standing is StandingAtStart.UNDER_WAY:
            return self._under_way(now, step, own, decided)
        return self._done(now, step, own, decided)

    def _under_way(self, now: Now, step: Step, own: StepState, decided: list[Decided]) -> Happening:
        if own.taken_over and own.round == 1:
            return Happening()
        if self.on is not None:
            raise RefusedError(
                f"{step.slug} pågår, och har därför ingen dag då det blev klart. ", empty("on"), "."
            )
        if own.asked_on is None and not (own.before_start and not own.begun_anew):
            self._refuse(now, step)
        if decided and decided[-1].link == len(step.chain) - 1:
            raise RefusedError(
                f"{decided[-1].body} beslutar sist i {step.slug}, som då är klart. Svara ",
                give("standing", StandingAtStart.DONE),
                ".",
            )
        events: list[Event] = [Opened(step=step.slug, on=now.today, by=self.by)]
        if decided:
            why = f"{decided[-1].body} behandlade det {decided[-1].on}"
            events.append(Overridden(step=step.slug, on=now.today, by=self.by, round=1, reason=why))
        return Happening.of(*events, *decided)

    def _done(self, now: Now, step: Step, own: StepState, decided: list[Decided]) -> Happening:
        if decided and decided[-1].link < len(step.chain) - 1:
            raise RefusedError(
                f"{step.chain[-1]} beslutar sist i {step.slug}. Ange det beslutet också, eller svara ",
                give("standing", StandingAtStart.UNDER_WAY),
                ".",
            )
        known = [e for e in now.log if isinstance(e, CompletedBeforeStart) and e.step == step.slug]
        new = [one for one in decided if not now.has(one.key)]
        done = CompletedBeforeStart(
            step=step.slug,
            on=now.today,
            by=self.by,
            done_on=decided[-1].on if decided else self.on,
            number=len(known) + 1,
        )
        if own.status is Status.COMPLETED and known:
            if not new and done.done_on in (None, known[-1].done_on):
                return Happening()  # again, or with no more than is known
            self._refuse_another(now, step, own)
        else:
            self._refuse_unasked(now, step, own)
        return Happening.of(*new, done)

    def _refuse_unasked(self, now: Now, step: Step, own: StepState) -> None:
        """Of what has been done here, or what rests, nobody asks whether it was done before."""
        if own.status is not Status.PLANNED or now.plan[step.slug].dormant:
            self._refuse(now, step)

    def _refuse_another(self, now: Now, step: Step, own: StepState) -> None:
        """What has been told of is put right, not told otherwise."""
        if not own.before_start or own.begun_anew:
            raise RefusedError(
                f"{stands(now.state, step)}, och det är redan sagt när. Var det fel: ",
                ask("ratta"),
                ".",
            )

    def _refuse(self, now: Now, step: Step) -> None:
        raise RefusedError(
            f"{stands(now.state, step)}; ingen frågar om det pågick eller var gjort före starten. ",
            way_out(now.state, step),
        )

    def _refuse_day(self, now: Now, step: Step, day: date) -> None:
        if day > now.today:
            raise RefusedError(
                f"{day} har inte varit än (i dag är {now.today}). Kontrollera datumet."
            )
        first = step.window.days(now.budget_year)[0]
        if day < first - EARLIEST:
            raise RefusedError(
                f"{day} ligger mer än ett år före {step.slug}, som börjar {first}. Kontrollera årtalet."
            )

    def _decided(self, now: Now, step: Step) -> Iterator[Decided]:
        """The decisions as they are written, each in its place in the chain."""
        link, last = -1, date.min
        for text in filter(None, map(str.strip, re.split(r"[;,\n]", self.decisions))):
            body, day, paragraph, outcome = _read(text)
            body = now.definition.body(body).slug
            if body not in step.chain[link + 1 :]:
                chain = " → ".join(step.chain) or "ingen instans"
                raise RefusedError(
                    f"{text}: i {step.slug} beslutar {chain}, i den ordningen. Rätta beslutet."
                )
            self._refuse_day(now, step, day)
            if day < last:
                raise RefusedError(f"{text}: före beslutet {last}. Skriv dem i ordning.")
            link, last = step.chain.index(body, link + 1), day
            ruling = Ruling(now.state, step, body, outcome or _usual(step, body, link), day)
            if ruling.outcome.effect is not Effect.PASS:
                raise RefusedError(
                    f"{text}: efter {ruling.outcome.label} är det inte klart där. Svara ",
                    give("standing", StandingAtStart.UNDER_WAY),
                    " utan det, och registrera beslutet sedan.",
                )
            said = ruling.checked(Minutes(paragraph=paragraph))
            yield Decided(
                step=step.slug,
                on=day,
                by=self.by,
                round=1,
                link=link,
                body=body,
                outcome=ruling.outcome,
                **said.model_dump(),
            )


def _usual(step: Step, body: str, link: int) -> Outcome:
    """What a body does with what is done: it discusses it, proposes it to the next one, or decides."""
    if body in step.discussing:
        return Outcome.OVERLAGT
    return Outcome.FORESLAR if link < len(step.chain) - 1 else Outcome.BIFALL


def _read(text: str) -> tuple[str, date, str, Outcome | None]:
    found = _DECISION.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        outcome = Outcome(found["outcome"]) if found["outcome"] else None
        return found["body"], date.fromisoformat(found["day"]), found["paragraph"] or "", outcome
    except ValueError:
        raise RefusedError(
            f"Beslutet {text!r} går inte att läsa. Skriv instans, dag och om den är känd paragraf, som "
            "KS 2027-10-18 § 74, och ; mellan flera."
        ) from None


class AlreadyDoneOfFile(YearAct):
    """Many answers as one: all of them, or none."""

    name: ClassVar[str] = "redan-gjort-svar"
    title: ClassVar[str] = "Redan gjort, flera steg"

    answers: tuple[tuple[str, AlreadyDone], ...]
    """Each with where it stands in its file."""

    def rule(self, now: Now) -> Happening:
        events: list[Event] = []
        notes: list[Text] = []
        faults: list[str] = []
        for where, answer in self.answers:
            try:
                one = answer.rule(now)
            except KommunplanError as error:
                faults.append(f"{where}: {error}")
                continue
            for event in one.events:
                now = now.then(event)
            events += one.events
            notes += one.notes
        if faults:
            raise RefusedError("Inget är registrerat.\n" + "\n".join(faults))
        return Happening(tuple(events), tuple(notes))


class ReadAlreadyDone(YearAct):
    """Läser svaren på vad som redan var gjort när året startades ur en fil. Alla eller inga.

    Rubriker: steg;svar;datum;beslut. Tomt svar hoppas över.
    """

    name: ClassVar[str] = "redan-gjort-las-in"
    title: ClassVar[str] = "Läs in vad som redan är gjort"

    file: Annotated[Path, asked("fil", "Fil", "CSV eller Excel")]
