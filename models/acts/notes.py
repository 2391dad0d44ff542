"""What really happened around a decision, as the law counts from it: kungörelse, justering, anslag, appeal,
laga kraft, that it was carried out; and särskilda skäl that a body has found. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from models import choices
from models.act import Happening, Now, StepAct, YearAct
from models.errors import RefusedError
from models.events import Decided, Noted, ReasonsFound
from models.fields import asked
from models.occurrences import REASONS, Occurrence, ReasonsRow, ReasonsRule, appeal_ends
from models.process import Body, Step
from models.state import YearState
from models.step_words import require_reason
from models.text import empty, give

_AGAIN = "Rätta först det som är fel."
_LISTED = 6
"""Days named at most, of those that are possible."""


class Note(YearAct):
    """Antecknar vad som verkligen hände med ett sammanträde eller ett beslut, och vilken dag: kungjort,
    justerat, anslaget, nedtaget, överklagat, laga kraft, genomfört. Det som följer räknas från den dagen.

    Utan steg gäller det allt som instansen tog upp vid sammanträdet. En dag som blev fel rättas genom att
    den rätta antecknas, med skäl; det som aldrig hände stryks. Båda står kvar i loggen.
    """

    name: ClassVar[str] = "anteckna"
    title: ClassVar[str] = "Anteckna vad som hände"

    what: Annotated[Occurrence, asked("vad", "Vad", "Vad som hände", choices.occurrences)]
    body: Annotated[
        str, asked("instans", "Instans", "Instansen, till exempel KF", choices.bodies_of_step)
    ]
    on: Annotated[date | None, asked("dag", "Dag", "Dagen då det hände; annars i dag")] = None
    meeting: Annotated[
        date | None,
        asked(
            "sammantrade",
            "Sammanträde",
            "Sammanträdets dag; annars det senaste där instansen beslutade, för kungörelse det nästa",
        ),
    ] = None
    step: Annotated[
        str,
        asked(
            "steg",
            "Steg",
            "Bara detta stegs beslut, eller ärende. Krävs för överklagat, laga kraft och genomfört.",
            choices.steps,
        ),
    ] = ""
    withdraw: Annotated[bool, asked("stryk", "Stryk", "Det har aldrig hänt")] = False
    reason: Annotated[
        str, asked("skal", "Skäl", "Varför dagen rättas eller stryks; står i loggen.")
    ] = ""
    note: Annotated[str, asked("anteckning", "Anteckning", "Annat om det; står i loggen.")] = ""

    def rule(self, now: Now) -> Happening:
        """What happened on a day that has been, in the order in which it can. Nothing when it is noted so
        already; another day than before needs a reason."""
        body = now.definition.body(self.body)
        step = now.definition.step(self.step) if self.step.strip() else None
        self._refuse_elsewhere(body, step)
        on = self._day(now.today)
        sitting = _Sitting(now, body, step, self.what, on)
        meeting = sitting.found(self.meeting)
        slug = step.slug if step else ""
        known = now.state.noted.get((slug, body.slug, meeting, self.what))
        if not self.withdraw and known is not None and known.on == on:
            return Happening()
        self._refuse_unexplained(known, f"{body.slug} {meeting}")
        event = Noted(
            step=slug,
            on=now.today if self.withdraw else on,
            by=self.by,
            body=body.slug,
            meeting=meeting,
            what=self.what,
            number=1 + sum(_is_of(one, slug, body.slug, meeting, self.what) for one in now.log),
            withdrawn=self.withdraw,
            reason=self.reason,
            note=self.note,
        )
        then = now.then(event).state
        if step is not None:
            sitting.refuse_unappealable(meeting)
        for one in _touched(then, event):
            Course.of(then, body.slug, meeting, one).refuse_disorder(now)
        return Happening((event,), step=slug, said=tuple(_said(now, then, event)))

    def _day(self, today: date) -> date:
        if self.withdraw and self.on is not None:
            raise RefusedError(
                f"Det som stryks hände aldrig, men dagen {self.on} är angiven. ",
                empty("on"),
                ", eller ange den rätta dagen utan att stryka.",
            )
        on = self.on or today
        if on > today:
            raise RefusedError(
                f"Dagen {on} ligger i framtiden (i dag är {today}). Anteckna det när det har hänt."
            )
        return on

    def _refuse_elsewhere(self, body: Body, step: Step | None) -> None:
        """What cannot happen to what this body does, or not to all of it at once."""
        if self.what.row.of_decision and step is None:
            raise RefusedError(
                f"Vilket beslut gäller det? {self.what.value} antecknas för ett beslut i taget: ange steget ",
                give("step"),
                ".",
            )
        if self.what.row.before_meeting and body.kind != "fullmaktige":
            raise RefusedError(
                f"Bara fullmäktiges sammanträden kungörs (KL 5 kap. 13 §), inte {body.slug}:s. Kontrollera "
                "instansen."
            )
        if step is not None and body.slug not in step.chain:
            chain = " → ".join(step.chain) or "ingen instans"
            raise RefusedError(f"{body.slug} beslutar inte i {step.slug}; där beslutar {chain}.")

    def _refuse_unexplained(self, known: Noted | None, where: str) -> None:
        if known is None and self.withdraw:
            raise RefusedError(
                f"Att {where} är {self.what.value} är inte antecknat, så det finns inget att stryka. "
                "Kontrollera instans, sammanträde och steg."
            )
        if known is not None:
            require_reason(
                self.reason, f"att ändra {where} {self.what.value}, som antecknades till {known.on}"
            )


def _is_of(event: object, step: str, body: str, meeting: date, what: Occurrence) -> bool:
    return isinstance(event, Noted) and (event.step, event.body, event.meeting, event.what) == (
        step,
        body,
        meeting,
        what,
    )


def _touched(state: YearState, event: Noted) -> list[str]:
    """The steps that the note says something of, by what is noted of them alone; none for all the others."""
    if event.step:
        return [event.step]
    own = {step for step, body, meeting, _ in state.noted if (body, meeting) == _place(event)}
    return sorted({"", *own})


def _place(event: Noted) -> tuple[str, date]:
    return event.body, event.meeting


@dataclass(frozen=True, slots=True)
class _Sitting:
    """Which sammanträde is meant by what happened on a day."""

    now: Now
    body: Body
    step: Step | None
    what: Occurrence
    on: date

    def found(self, given: date | None) -> date:
        """The day of it. RefusedError where the body had none, with those that it had."""
        days = sorted(set(self._announced() if self.what.row.before_meeting else self._decided()))
        if given is not None:
            if given not in days:
                raise RefusedError(self._no_such(given), self._those(days))
            return given
        day = self._noted_so(days) or self._nearest(days)
        if day is None:
            raise RefusedError(self._no_such(None), self._those(days))
        return day

    def _noted_so(self, days: Sequence[date]) -> date | None:
        """The day of which it is noted so already."""
        step = self.step.slug if self.step else ""
        noted = {
            day: self.now.state.noted.get((step, self.body.slug, day, self.what)) for day in days
        }
        return next((day for day, one in noted.items() if one and one.on == self.on), None)

    def _nearest(self, days: Sequence[date]) -> date | None:
        if self.what.row.before_meeting:
            return next((day for day in days if day > self.on), None)
        return next((day for day in reversed(days) if day <= self.on), None)

    def _announced(self) -> Iterator[date]:
        held = (meeting.day for meeting in self.now.meetings if meeting.body == self.body.slug)
        yield from held
        yield from self._decided()

    def _decided(self) -> Iterator[date]:
        return (one.on for one in self._decisions())

    def _decisions(self) -> Iterator[Decided]:
        for own in self.now.state.steps.values():
            if self.step is None or own.slug == self.step.slug:
                yield from (one for one in own.decisions if one.body == self.body.slug)

    def refuse_unappealable(self, meeting: date) -> None:
        """KL 13 kap. 2 §: what only prepares, or sends on, cannot be appealed and gets no laga kraft."""
        step = self.step
        if step is None or not self.what.row.of_appeal:
            return
        last = [one for one in self._decisions() if one.on == meeting]
        settles = any(one.outcome.settles and one.link == len(step.chain) - 1 for one in last)
        if not (step.appealable and settles):
            raise RefusedError(
                f"Beslutet i {self.body.slug} {meeting} i {step.slug} kan inte överklagas (KL 13 kap. 2 §), "
                f"så {self.what.value} antecknas inte. Kan det överklagas: sätt overklagas = true i "
                "definitionen."
            )

    def _no_such(self, given: date | None) -> str:
        where = f" i {self.step.slug}" if self.step else ""
        if self.what.row.before_meeting:
            when = f"{given}" if given else f"efter {self.on}"
            return f"{self.body.slug} har inget sammanträde {when}. "
        when = f"{given}" if given else f"till och med {self.on}"
        plan = self.now.definition.plan_of(self.now.budget_year)
        return (
            f"Inget beslut i {self.body.slug}{where} {when} är registrerat i {plan}. "
            "Registrera först beslutet, eller kontrollera dagen. "
        )

    def _those(self, days: list[date]) -> str:
        near = sorted(sorted(days, key=lambda day: abs(day - self.on))[:_LISTED])
        return f"Närmast: {', '.join(map(str, near))}." if near else "Det finns inga än."


@dataclass(frozen=True, slots=True)
class Course:
    """What is noted of a decision, or of all that a body took up on a day."""

    meeting: date
    known: Mapping[Occurrence, date]

    @classmethod
    def of(cls, state: YearState, body: str, meeting: date, step: str = "") -> Course:
        days = {one: state.day_of(one, body, meeting, step) for one in Occurrence}
        return cls(meeting, {one: day for one, day in days.items() if day is not None})

    def refuse_disorder(self, now: Now) -> None:
        """RefusedError where something comes before what it follows on."""
        if (announced := self.known.get(Occurrence.ANNOUNCED)) and announced >= self.meeting:
            raise RefusedError(
                f"Kungörelsen {announced} kommer inte före sammanträdet {self.meeting}. Kontrollera dagen."
            )
        for what in (
            *(Occurrence.SIGNED, Occurrence.POSTED, Occurrence.APPEALED),
            Occurrence.CARRIED_OUT,
        ):
            self._refuse_before(what, self.meeting, f"sammanträdet {self.meeting}")
        self._refuse_before_noted(Occurrence.POSTED, Occurrence.SIGNED)
        self._refuse_before_noted(Occurrence.TAKEN_DOWN, Occurrence.POSTED, needed=True)
        self._refuse_before_noted(Occurrence.IN_FORCE, Occurrence.POSTED, needed=True)
        self._refuse_before_noted(Occurrence.IN_FORCE, Occurrence.APPEALED)
        if Occurrence.IN_FORCE in self.known and Occurrence.APPEALED not in self.known:
            self._refuse_in_time_of_appeal(now)

    def _refuse_before(self, what: Occurrence, first: date, named: str) -> None:
        day = self.known.get(what)
        if day is not None and day < first:
            raise RefusedError(
                f"{what.label[0].upper()}{what.label[1:]} {day}, före {named}. Kontrollera dagen. {_AGAIN}"
            )

    def _refuse_before_noted(
        self, what: Occurrence, earlier: Occurrence, *, needed: bool = False
    ) -> None:
        if what not in self.known:
            return
        first = self.known.get(earlier)
        if first is not None:
            self._refuse_before(what, first, f"{first} då {earlier.label}")
        elif needed:
            raise RefusedError(
                f"Att {what.label} {self.known[what]} räknas från när {earlier.label}, och det är inte "
                f"antecknat. Anteckna först {earlier.value}; ska det strykas, stryk {what.value} först."
            )

    def _refuse_in_time_of_appeal(self, now: Now) -> None:
        """KL 13 kap. 5 §: three weeks, during all of which it is posted."""
        posted, day = self.known[Occurrence.POSTED], self.known[Occurrence.IN_FORCE]
        last = appeal_ends(posted, now.days)
        if day <= last:
            raise RefusedError(
                f"Laga kraft {day} ligger inom överklagandetiden, som går ut {last}: tre veckor från "
                f"anslaget {posted} (KL 13 kap. 5 §). Kontrollera dagen."
            )
        down = self.known.get(Occurrence.TAKEN_DOWN)
        if down is not None and down <= last:
            raise RefusedError(
                f"Anslaget togs ned {down}, före överklagandetidens utgång {last}, så tiden har inte löpt ut "
                "(KL 13 kap. 5 § andra stycket). Anslogs det på nytt: stryk nedtaget, och rätta dagen för "
                "anslaget."
            )


def _said(now: Now, then: YearState, event: Noted) -> Iterator[str]:
    """What was noted, and until when it can be appealed, where that follows."""
    where = f"{event.body} {event.meeting}" + (f", {event.step}" if event.step else "")
    if event.withdrawn:
        yield f"{where}: {event.what.value} är struket; det står kvar i loggen."
        return
    yield f"{where}: {event.what.label} {event.on}."
    posted = then.day_of(Occurrence.POSTED, event.body, event.meeting, event.step)
    if posted is None:
        return
    last = appeal_ends(posted, now.days)
    if event.what is Occurrence.POSTED:
        yield f"Överklagandetiden går ut {last}, tre veckor från anslaget (KL 13 kap. 5 §)."
    if event.what is Occurrence.APPEALED and event.on > last:
        yield f"Överklagandetiden gick ut {last}; domstolen prövar om det kom in för sent."


class FindReasons(StepAct):
    """Antecknar att en instans har funnit särskilda skäl, så att ett steg får vänta så länge som lagen då
    ger. Gäller i granska, på sidorna och i mejlen.

    Fel dag eller instans rättas genom att den rätta antecknas; skäl som aldrig funnits stryks.
    """

    name: ClassVar[str] = "sarskilda-skal"
    title: ClassVar[str] = "Anteckna särskilda skäl"

    rule_name: Annotated[
        ReasonsRule, asked("regel", "Regel", "Vilket lagrum som ger mer tid", choices.reasons)
    ]
    body: Annotated[
        str,
        asked(
            "instans", "Instans", "Instansen som fann dem, till exempel KF", choices.bodies_of_step
        ),
    ]
    on: Annotated[date | None, asked("datum", "Datum", "Dagen då de fanns; annars i dag")] = None
    reason: Annotated[
        str, asked("skal", "Skäl", "Vilka de är, eller varför de stryks.", required=True)
    ] = ""
    withdraw: Annotated[bool, asked("stryk", "Stryk", "De har aldrig funnits")] = False

    def rule(self, now: Now) -> Happening:
        """The reasons, found by the body that the paragraph asks for. Nothing when they are noted so already;
        others take the place of those before."""
        row = REASONS[self.rule_name]
        step, body = now.definition.step(self.step), now.definition.body(self.body)
        known = now.state.reasons.get(row.rule)
        on = now.today if self.withdraw else self.on or now.today
        if self.withdraw and known is None:
            raise RefusedError(
                f"Inga särskilda skäl ({row.citation}) är antecknade, så det finns inget att stryka. De som "
                "står i undantag.toml stryks där."
            )
        if not self.withdraw and self._is_known(known, step, body, on):
            return Happening()
        require_reason(self.reason, f"särskilda skäl i {step.slug}")
        self._refuse_elsewhere(now, row, step, body)
        self._refuse_day(now, on)
        before = [e for e in now.log if isinstance(e, ReasonsFound) and e.rule == row.rule]
        event = ReasonsFound(
            step=step.slug,
            on=on,
            by=self.by,
            rule=row.rule,
            body=body.slug,
            reason=self.reason,
            number=len(before) + 1,
            withdrawn=self.withdraw,
        )
        return Happening((event,), said=(reasons_in_words(event),))

    def _is_known(self, known: ReasonsFound | None, step: Step, body: Body, on: date) -> bool:
        if known is None or (known.step, known.body, known.on) != (step.slug, body.slug, on):
            return False
        return self.reason.strip() in ("", known.reason)

    def _refuse_elsewhere(self, now: Now, row: ReasonsRow, step: Step, body: Body) -> None:
        way = now.definition.arende_of(step).steps
        steps = now.definition.steps
        fit = [one.slug for one in steps if row.concerns.intersection(one.concerns)]
        if not {*way, step.slug}.intersection(fit):
            raise RefusedError(
                f"{row.citation} gäller {row.what}, inte {step.slug}. Välj bland: {', '.join(fit) or '–'}."
            )
        if body.kind != row.kind:
            fit = [one.slug for one in now.definition.bodies if one.kind == row.kind]
            raise RefusedError(
                f"{body.slug} kan inte finna skälen: enligt {row.citation} prövar {', '.join(fit)} om "
                f"{row.what.split()[0]} kan vänta. Kontrollera instansen."
            )

    def _refuse_day(self, now: Now, on: date) -> None:
        if on > now.today:
            raise RefusedError(
                f"Dagen {on} ligger i framtiden (i dag är {now.today}). Anteckna skälen när de har funnits."
            )
        if not self.withdraw and on.year != now.budget_year - 1:
            raise RefusedError(
                f"Budgeten för {now.budget_year} beslutas {now.budget_year - 1}, men dagen är {on}. "
                "Kontrollera dagen och budgetåret."
            )


def reasons_in_words(event: ReasonsFound) -> str:
    """`KF fann särskilda skäl 2027-11-29 (KL 11 kap. 11 §): budgeten till december.`"""
    row = REASONS[event.rule]
    if event.withdrawn:
        return f"De särskilda skälen ({row.citation}) är strukna; de står kvar i loggen."
    return f"{event.body} fann särskilda skäl {event.on} ({row.citation}): {row.what}."
