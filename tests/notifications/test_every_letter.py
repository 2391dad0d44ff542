"""Every kind of notice makes a letter for everybody it could go to, whatever the year has come to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from calendars.schedule import plan_year
from calendars.workdays import WORKDAYS
from models.events import (
    AskedAtStart,
    AskedForTime,
    Corrected,
    Disclaimed,
    Event,
    Outcome,
    Raised,
    SetAside,
)
from models.fold import after
from models.plan import YearPlan
from models.process import Definition, TaskKey
from models.state import YearState, not_started
from notifications.announcements import announcements
from notifications.changed_dates import MeetingChange, Rescheduling
from notifications.letters import Letter, Recipient, compose
from notifications.notices import Kind, Notice
from notifications.obligations import obligations
from notifications.rescheduling import MEETINGS, moved_notices
from notifications.wording import one_line
from tests.factories import (
    EKONOMICHEF,
    completed_before_start,
    day,
    decided,
    opened,
    orsa,
    orsa_meetings,
    overridden,
    reopened,
    reported,
)
from tests.notifications.letters import (
    EVA,
    PETRA,
    kommunplan_in_ks,
    ks_decided,
    ks_returned,
    make_plan,
    whole,
)
from tests.notifications.test_started_letters import RATE_DECIDED, resulted

ASKING = (Kind.OPENED, Kind.REMINDER, Kind.OVERDUE, Kind.MOVED, Kind.ESCALATION)
KF_PRESIDIUM = TaskKey(role="kf-presidium")
WRONG = ks_returned()


def a_year_with_everything() -> Iterator[tuple[Event, str]]:
    """Events, and the day up to which nothing more happens: everybody is reminded then."""
    figures = {"resultat": -4200, "balanskravsresultat": -1200}
    yield AskedAtStart(step="uppfoljning-mars", on=day("2027-01-04")), "2027-01-04"
    yield opened("bokslut", "2027-01-04"), "2027-04-06"
    yield resulted("bokslut", "2027-04-06", bokslutsresultat=figures), "2027-04-06"
    yield overridden("bokslut", "2027-04-06"), "2027-04-06"
    yield completed_before_start("bokslutsdag", "2027-04-06"), "2027-04-06"
    part = {
        "by": "Eva Exempel <eva@orsa.example>",
        "task": EKONOMICHEF,
        "reason": "Revisionen dröjer",
    }
    yield (
        AskedForTime(
            step="skatteprognos", on=day("2027-04-06"), round=1, until=day("2027-05-31"), **part
        ),
        "2027-04-06",
    )
    yield Disclaimed(step="skatteprognos", on=day("2027-04-06"), round=1, **part), "2027-04-06"
    yield opened("arsredovisning", "2027-04-06"), "2027-04-06"
    yield opened("atgardsplan-balanskrav", "2027-04-06"), "2027-04-06"
    yield reopened("bokslut", "2027-04-07"), "2027-04-07"
    yield overridden("bokslut", "2027-04-08", round=2), "2027-06-01"
    yield opened("privata-utforare", "2027-06-01"), "2027-06-01"
    yield (
        SetAside(step="privata-utforare", on=day("2027-06-02"), round=1, reason="ej i år"),
        "2027-06-02",
    )
    yield completed_before_start("arsredovisning", "2027-06-02"), "2027-06-02"
    yield opened("ansvarsfrihet", "2027-06-02"), "2027-06-02"
    yield reported("ansvarsfrihet", KF_PRESIDIUM, "2027-06-02"), "2027-06-02"
    yield (
        decided("ansvarsfrihet", "KF", "2027-06-14", outcome=Outcome.BORDLAGGNING, minority=True),
        "2027-06-14",
    )
    yield (
        decided("ansvarsfrihet", "KF", "2027-06-21", outcome=Outcome.VAGRAR, reason="Revisorerna"),
        "2027-06-21",
    )
    for event in kommunplan_in_ks():
        yield event, str(event.on)
    yield WRONG, "2027-10-18"
    put_right = Corrected(
        step="kommunplan-ks",
        on=day("2027-10-19"),
        corrects=WRONG.key,
        decision=ks_decided(),
        reason="fel",
    )
    yield put_right, "2027-10-19"
    never = Corrected(
        step="kommunplan-ks",
        on=day("2027-10-20"),
        corrects=put_right.key,
        decision=None,
        reason="fel",
    )
    yield never, "2027-11-10"
    for event in RATE_DECIDED:
        yield event, str(event.on)
    yield opened("skattesats-skatteverket", "2027-11-29"), "2027-11-29"
    yield (
        Raised(
            step="storre-avvikelse",
            on=day("2027-11-29"),
            number=1,
            token="1",
            title="Omsorg",
            unit="omsorg",
            amount=-2500,
            due=day("2027-12-01"),
            by="Eva Exempel",
        ),
        "2027-12-20",
    )
    yield reopened("skattesats-forslag", "2027-12-20"), "2027-12-20"
    yield reported("skattesats-forslag", EKONOMICHEF, "2027-12-21", round=2), "2027-12-21"
    yield decided("skattesats-forslag", "KS", "2028-01-31", round=2), "2028-03-01"


def a_day_later_for_all(plan: YearPlan, token: str) -> Rescheduling:
    """Every meeting is moved by a day, from what it is in the plan."""
    meetings = tuple(
        MeetingChange(
            one.body or str(one.step),
            bool(one.body),
            "flyttat",
            one.day,
            one.day + timedelta(days=1),
        )
        for one in orsa_meetings()
    )
    return Rescheduling(
        token=token,
        rule=MEETINGS,
        by="Petra Exempel",
        reason="<i>Kurs</i> för `alla`",
        was=plan.steps,
        meetings=meetings[: 1 + len(token)],
    )


def with_others() -> Definition:
    """Orsa, where somebody takes part in some of the steps and somebody is to know of them."""
    others = {
        "attending": ("revisor", "gruppledare@orsa.example"),
        "told": ("kommunchef", "facket@orsa.example"),
    }
    slugs = ("bokslut", "ansvarsfrihet", "kommunplan-ks")
    steps = tuple(
        step.model_copy(update=others) if step.slug in slugs else step for step in orsa().steps
    )
    return orsa().model_copy(update={"steps": steps})


@cache
def everything_told() -> tuple[
    tuple[tuple[Notice, YearState, YearPlan], ...], tuple[YearState, ...]
]:
    """Every notice of that year with the state and plan that it was told from, and all the states."""
    definition = with_others()
    state = not_started(definition)
    log: list[Event] = []
    found: dict[str, tuple[Notice, YearState, YearPlan]] = {}
    states = [state]
    a_day_later = tuple(
        replace(one, day=one.day + timedelta(days=1), moved_from=one.day) for one in orsa_meetings()
    )
    for event, until in a_year_with_everything():
        before, state = state, after(definition, state, log, event)
        log.append(event)
        states.append(state)
        plan = make_plan(state)
        moved = plan_year(state.definition, 2028, a_day_later, state)
        for notice in (
            *announcements(before, state, event, event.on),
            *obligations(state, plan, WORKDAYS, event.on),
            *obligations(state, plan, WORKDAYS, day(until)),
        ):
            found.setdefault(notice.key, (notice, state, plan))
        why = a_day_later_for_all(plan, str(len(log)))
        for notice in moved_notices(state, moved, event.on, why):
            found.setdefault(notice.key, (notice, state, moved))
    return tuple(found.values()), tuple(states)


RECIPIENTS = (
    EVA,
    Recipient("Petra Exempel", PETRA),
    Recipient("Petra Exempel", PETRA, vacant_role="verksamhetsområdeschef, Stadsbyggnadskontoret"),
    Recipient("Processägaren", PETRA, vacant_role="ekonomichef"),
)


def check(letter: Letter) -> None:
    said = whole(letter)
    assert len(letter.when) <= 35
    assert len(letter.subject) <= 90
    assert letter.subject == one_line(letter.subject)
    assert all((letter.paragraphs, letter.todo, letter.why))
    assert all(label and value for label, value in letter.facts), letter.facts
    assert not re.search(r" [.,;:]|  |\.\.|None|\bTrue\b|[a-zåäö][0-9]{1,2} [a-z]", said), said


def test_every_notice_of_a_year_with_everything_in_it_reads_as_swedish() -> None:
    told, _ = everything_told()
    assert {notice.kind for notice, _, _ in told} == set(Kind)
    for notice, state, plan in told:
        check(compose(notice, state, plan, EVA, PETRA))


def test_who_is_asked_is_told_the_deadline_the_meeting_the_statute_and_what_was_decided_before() -> (
    None
):
    told, _ = everything_told()
    seen: Counter[str] = Counter()
    for notice, state, plan in told:
        if notice.kind not in ASKING:
            continue
        step = state.definition.step(notice.step)
        links = plan[step.slug].links[state[step.slug].link :]
        way = state.definition.arende_of(step).steps
        before = [*way[: way.index(step.slug) + 1], *(need.step for need in step.requires)]
        wanted = {
            "deadline": {"Klart senast", "Registreras senast"} if notice.due else set(),
            "meeting": {"Går till", "Sammanträde", "Mötesdag"} if links else set(),
            "statute": {"Lagfrist"}
            if any(
                limit.body in {None, *(link.body for link in links)}
                for limit in plan[step.slug].limits
            )
            else set(),
            "decided before": {"Beslutat före"}
            if any(state[slug].standing for slug in before if slug in state.steps)
            else set(),
        }
        labels = {label for label, _ in compose(notice, state, plan, EVA, PETRA).facts}
        for what, either in wanted.items():
            assert not either or labels & either, (what, notice)
            seen[what] += bool(either)
    assert min(seen[what] for what in ("deadline", "meeting", "statute", "decided before")) > 20


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_kind_makes_a_letter_for_everybody_whatever_the_year_has_come_to(
    data: st.DataObject,
) -> None:
    """Also to a role that has nothing to do with it, and when more has happened since."""
    told, states = everything_told()
    kind = data.draw(st.sampled_from(list(Kind)))
    notice, state, plan = data.draw(st.sampled_from([one for one in told if one[0].kind is kind]))
    if data.draw(st.booleans()):
        state = data.draw(st.sampled_from(states))
        if notice.step not in state.steps:
            return
        plan = make_plan(state)
    keys = [key for step in state.definition.steps for key in state.definition.tasks_of(step)]
    to = data.draw(st.sampled_from([notice.to, *dict.fromkeys(keys)]))
    recipient = data.draw(st.sampled_from(RECIPIENTS))
    check(compose(replace(notice, to=to), state, plan, recipient, PETRA))
