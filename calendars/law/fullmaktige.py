"""What comes before a meeting of fullmäktige: the notice, and the papers on the website.

KL 5:13–15, 8:14–16 a; and practice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from datetime import date, timedelta
from itertools import pairwise

from calendars.law.acts import Deed, body_acts, first_of, work_act
from calendars.law.case import (
    Case,
    Found,
    Rule,
    Severity,
    at_risk,
    breaks,
    has_broken,
    in_words,
    not_tested,
    worth_knowing,
)
from calendars.law.matters import (
    are,
    audit_reports,
    budget_proposals,
    handed_over,
    needs_no_preparation,
    publications,
    treated,
)
from calendars.law.preparation import prepared_by
from calendars.meeting_dates import STATUTORY_NOTICE, dates_of
from calendars.workdays import WORKDAYS
from models.occurrences import Occurrence
from models.plan import Meeting
from models.process import Concern, Step

SATURDAY = 5


def notice_a_week_before(case: Case) -> Found:
    """KL 5:13 2 st., 5:15 1 st.: notice and summons at least a week before; never moved forward by lag
    (1930:173). 5:14, 5:15 2 st., 5:52 2 st.: an urgent item by the last vardag before."""
    with_items = _meetings_of_fullmaktige(case)
    late: set[date] = set()
    for meeting in _known(case):
        steps = with_items.get(meeting.day, [])
        if _announced(case, str(meeting.body), meeting.day) is None:
            for said in _as_planned(case, meeting, steps):
                late |= {meeting.day} if said.severity is Severity.BREACH else set()
                yield said
        for step in steps:
            yield from _can_be_announced(case, step, meeting.day)
    yield from _announced_in_time(case)
    yield from _announced_by_items(case)
    yield from _not_noted(case, late)


def _as_planned(case: Case, meeting: Meeting, steps: Sequence[Step]) -> Found:
    """Of a meeting of which nobody has said when it was announced: whether it can be, and could."""
    latest = meeting.day - STATUTORY_NOTICE
    # what was entered after it was held says nothing of when it was announced
    if meeting.since is not None and latest < meeting.since <= meeting.day:
        yield breaks(
            steps[0] if steps else None,
            meeting.day,
            f"Fullmäktige {meeting.day} bestämdes {meeting.since}; kungörelse och kallelse skulle ske senast "
            f"{in_words(latest)}, minst en vecka före.",
            happened=case.today is not None and case.today >= meeting.day,
        )
    elif steps and not WORKDAYS.is_workday(latest) and not case.has_passed(latest):
        notice_by = dates_of(case.definition, str(meeting.body), meeting.day).notice_by
        yield at_risk(
            steps[0],
            latest,
            f"Kungörelse och kallelse till fullmäktige {meeting.day} ska ske senast {in_words(latest)}, "
            f"som inte är en arbetsdag: gör det senast {notice_by}.",
        )


def _announced(case: Case, body: str, day: date) -> date | None:
    """When the meeting was announced, where that is noted."""
    if case.state is None:
        return None
    return case.state.day_of(Occurrence.ANNOUNCED, body, day)


def _announced_in_time(case: Case) -> Found:
    """What is noted of the meetings: each was announced at least a week before."""
    for (slug, body, day, what), noted in (case.state.noted if case.state else {}).items():
        latest = day - STATUTORY_NOTICE
        if what is Occurrence.ANNOUNCED and not slug and noted.on > latest:
            yield has_broken(
                next(iter(_decided_at(case, body, day)), None),
                noted.on,
                f"Fullmäktige {day} kungjordes {noted.on}, efter {in_words(latest)}, minst en vecka före.",
            )


def _decided_at(case: Case, body: str, day: date) -> Iterator[Step]:
    """The steps in which the body decided on the day."""
    for step in case.definition.steps:
        own = case.own(step)
        if own and any((one.body, one.on) == (body, day) for one in own.decisions):
            yield step


def _announced_by_items(case: Case) -> Found:
    """KL 5:14: an item that was announced by itself, too late for a week, because it was urgent."""
    for (slug, _, day, what), noted in (case.state.noted if case.state else {}).items():
        if what is not Occurrence.ANNOUNCED or slug not in case.definition.step_by_slug:
            continue
        step, last = case.definition.step(slug), WORKDAYS.back(day - timedelta(days=1))
        said = f"{step.title} kungjordes {noted.on} till fullmäktige {day}"
        if noted.on > last:
            # a Saturday is a vardag to some, and a day off to lag (1930:173)
            is_saturday = noted.on == last + timedelta(days=1) and not _is_holy(noted.on)
            told = f"{said}, efter vardagen före ({in_words(last)})."
            yield at_risk(step, noted.on, told) if is_saturday else has_broken(step, noted.on, told)
        elif noted.on > day - STATUTORY_NOTICE:
            yield at_risk(
                step,
                noted.on,
                f"{said}, mindre än en vecka före: bara ett ärende som är så brådskande att det inte hinner "
                "kungöras i tid får det (5 kap. 14 §).",
            )


def _is_holy(day: date) -> bool:
    return day.weekday() != SATURDAY or WORKDAYS.holiday_name(day) is not None


def _not_noted(case: Case, late: Set[date]) -> Found:
    """The meetings at which something has been decided, and of which nobody has said when they were
    announced; but for those that cannot have been in time."""
    held = {
        (decision.on, decision.body)
        for own in (case.state.steps.values() if case.state else ())
        for decision in own.decisions
        if case.kind(decision.body) == "fullmaktige"
    }
    days = [
        str(day)
        for day, body in sorted(held)
        if day not in late and _announced(case, body, day) is None
    ]
    if days:
        yield not_tested(
            None,
            f"När fullmäktige kungjordes är inte antecknat: {', '.join(days)}. Anteckna det (kungjort).",
        )


def _can_be_announced(case: Case, step: Step, day: date) -> Found:
    """Whether an item is ready when the meeting is announced: else it is an urgent one."""
    latest = day - STATUTORY_NOTICE
    late = [act.day for act in prepared_by(case, step) if act.day and latest < act.day < day]
    if late and not needs_no_preparation(step):
        yield at_risk(
            step,
            day,
            f"{step.title}: bereds {max(late)}, efter kungörelsen av fullmäktige {day} (senast {latest}). "
            "Som "
            "brådskande ärende ska det tillkännages senast vardagen före (5 kap. 14 §).",
        )


def _known(case: Case) -> list[Meeting]:
    """The meetings of fullmäktige in the year, and others for which the year has items."""
    with_items = _meetings_of_fullmaktige(case)
    bodies = {body.slug for body in case.bodies("fullmaktige")}
    return sorted(
        (
            m
            for m in case.meetings
            if m.body in bodies and (m.day.year == case.year or m.day in with_items)
        ),
        key=lambda m: m.day,
    )


def proposal_public_from_the_notice(case: Case) -> Found:
    """KL 8:14: the board's budget proposal is on the website from the notice of the meeting on."""
    proposals = [act for act in budget_proposals(case) if act.day is not None]
    for step in are(case, "budget"):
        kf = first_of(treated(case, step))
        if kf is None or kf.day is None or not kf.body:
            continue
        yield from _public(case, step, "budget", kf, proposals, "Styrelsens budgetförslag")


def report_public_from_the_notice(case: Case) -> Found:
    """KL 8:15: so too the årsredovisning, from the notice of the meeting at which it is to be approved."""
    for step in are(case, "arsredovisning"):
        kf = first_of(treated(case, step))
        if kf is None or kf.day is None or not kf.body:
            continue
        over = [act for act in handed_over(case, step) if act.day is not None]
        yield from _public(case, step, "arsredovisning", kf, over, "Årsredovisningen")


def audit_public_from_the_notice(case: Case) -> Found:
    """KL 8:16 a: and the revisionsberättelser, from the notice of the meeting at which they are treated."""
    steps = audit_reports(case)
    kf = first_of(act for step in are(case, "ansvarsfrihet") for act in treated(case, step))
    if not steps:
        yield not_tested(
            None,
            "Om revisionsberättelsen finns på webbplatsen från kungörelsen prövas inte: inget steg är den.",
        )
    if kf is None or kf.day is None or not kf.body:
        return
    latest = notice_of(case, kf.body, kf.day)
    for step in steps:
        act = work_act(case, step)
        # where fullmäktige treat it in the step, its day is theirs and not the auditors'
        if not step.chain and act.day is not None and act.day > latest:
            yield breaks(
                step,
                act.day,
                f"Revisionsberättelsen lämnas {act.day}, men ska finnas på webbplatsen när fullmäktige "
                f"{kf.day} "
                f"kungörs, {_when(case, kf.body, kf.day)}.",
                happened=act.happened,
            )


def _public(
    case: Case, step: Step, concern: Concern, kf: Deed, acts: list[Deed], what: str
) -> Found:
    """Whether it is there when the meeting is announced, and put on the website then."""
    if kf.day is None or not kf.body:
        return
    latest = notice_of(case, kf.body, kf.day)
    day = min((act.day for act in acts if act.day), default=None)
    if day is not None and day > latest:
        yield breaks(
            kf.step,
            latest,
            f"{what} ska finnas på webbplatsen när fullmäktige {kf.day} kungörs, "
            f"{_when(case, kf.body, kf.day)}, men styrelsen tar det först {day}.",
            happened=kf.happened or case.has_passed(latest),
        )
    steps = publications(case, concern)
    if not steps:
        yield not_tested(
            step, f"Att det läggs ut på webbplatsen prövas inte: inget steg gäller det ({what})."
        )
    for one in steps:
        yield from _published(case, one, kf.day, kf.body, what)


def _published(case: Case, step: Step, day: date, body: str, what: str) -> Found:
    act, latest = work_act(case, step), notice_of(case, body, day)
    if act.unknown or act.day is None:
        return
    said = (
        f"{what} ska finnas på webbplatsen när fullmäktige {day} kungörs, {_when(case, body, day)},"
    )
    if act.happened and act.day > latest:
        yield has_broken(step, act.day, f"{said} men lades ut {act.day}.")
    elif not act.happened and case.has_passed(latest):
        yield has_broken(step, latest, f"{said} men att det är utlagt är inte rapporterat.")


def notice_of(case: Case, body: str, day: date) -> date:
    """The day on which a meeting is announced: the one that is noted, else the latest: a week before (KL 5:13
    2 st.), or as long before as the municipality has decided for itself (`kungorelse`)."""
    announced = _announced(case, body, day)
    if announced is not None:
        return announced
    own = timedelta(days=case.definition.body(body).notice)
    return day - max(own, STATUTORY_NOTICE)


def _when(case: Case, body: str, day: date) -> str:
    """The same in words: `2027-11-20`, or `senast 2027-11-22` where no day is noted."""
    latest = notice_of(case, body, day)
    return str(latest) if _announced(case, body, day) else f"senast {latest}"


def papers_in_time(case: Case) -> Found:
    """Practice: manusstopp of a body after the body before it has met, so that its proposal can go in."""
    for step in case.definition.steps:
        if case.is_left_out(step):
            continue
        links = case.plan[step.slug].links
        for before, after in pairwise(links):
            if before.meeting is None or after.meeting is None:
                continue
            dates = dates_of(case.definition, after.body, after.meeting)
            if before.meeting > dates.dispatch_by:
                yield worth_knowing(
                    step,
                    after.meeting,
                    f"{step.title}: {before.body} {before.meeting} är efter utskicket till "
                    f"{after.body} {after.meeting} ({dates.dispatch_by}); handlingarna får sändas i "
                    "efterhand.",
                )


def every_link_has_a_meeting(case: Case) -> Found:
    """Practice: a chain without a meeting cannot be kept; which limit that threatens is said."""
    for step in case.definition.steps:
        if case.is_left_out(step):
            continue
        planned = case.plan[step.slug]
        for link in planned.links:
            if link.meeting is None:
                limit = next((lim for lim in planned.limits if lim.body == link.body), None)
                threat = (
                    f" Lagfristen {limit.last_day} ({limit.citation}) kan då brytas."
                    if limit
                    else ""
                )
                yield at_risk(
                    step,
                    planned.window_end,
                    f"{step.title}: inget sammanträde i {link.body} passar.{threat}",
                )


def _meetings_of_fullmaktige(case: Case) -> dict[date, list[Step]]:
    """The days of fullmäktige that are ahead of items of the year, with the steps."""
    days: dict[date, list[Step]] = {}
    for step in case.definition.steps:
        act = None if case.is_left_out(step) else body_acts(case, step, "fullmaktige")
        if act is not None and act.day is not None and not act.happened:
            days.setdefault(act.day, []).append(step)
    return dict(sorted(days.items()))


RULES = (
    Rule(
        "KL-5-13",
        "KL 5 kap. 13 § andra stycket, 14 och 15 §§",
        "Fullmäktige kungörs och kallas minst en vecka före sammanträdet, också ett som flyttas eller "
        "läggs till; "
        "ett brådskande ärende senast vardagen före.",
        notice_a_week_before,
    ),
    Rule(
        "KL-8-14",
        "KL 8 kap. 14 §",
        "Styrelsens budgetförslag finns på webbplatsen från kungörelsen.",
        proposal_public_from_the_notice,
    ),
    Rule(
        "KL-8-15",
        "KL 8 kap. 15 §",
        "Årsredovisningen finns på webbplatsen från kungörelsen.",
        report_public_from_the_notice,
    ),
    Rule(
        "KL-8-16A",
        "KL 8 kap. 16 a §",
        "Revisionsberättelserna finns på webbplatsen från kungörelsen.",
        audit_public_from_the_notice,
    ),
    Rule("PRAXIS-HANDLINGAR", "praxis", "Handlingarna hinner med utskicket.", papers_in_time),
    Rule(
        "PRAXIS-SAMMANTRADE", "praxis", "Varje led har ett sammanträde.", every_link_has_a_meeting
    ),
)
