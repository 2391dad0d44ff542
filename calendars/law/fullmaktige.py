"""What comes before a meeting of fullmäktige: preparation, notice, the papers on the website.

KL 5:1–2, 5:13–15, 5:26–32, 6:13, 6:38, 6:41, 8:14–16 a.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise

from calendars.law.acts import Act, acts_of, body_acts, first_of, work_act
from calendars.law.case import (
    Case,
    Found,
    Rule,
    at_risk,
    breaks,
    has_broken,
    in_words,
    not_tested,
    will_break,
    worth_knowing,
)
from calendars.law.matters import (
    are,
    audit_reports,
    budget_proposals,
    deciding,
    ends_in,
    goes_on,
    ground,
    handed_over,
    is_a_committee_of_fullmaktige,
    needs_no_preparation,
    publications,
    treated,
)
from calendars.meeting_dates import STATUTORY_NOTICE, dates_of
from calendars.workdays import WORKDAYS
from models.plan import Meeting
from models.process import Concern, Step

FULLMAKTIGES_OWN: tuple[Concern, ...] = ("budget", "skattesats", "arsredovisning", "ansvarsfrihet")
"""KL 5:1 p. 2 and 7: what no other body can decide."""
NEVER_A_COMMITTEES: tuple[Concern, ...] = (
    "budgetforslag",
    "skattesatsforslag",
    "delarsrapport",
    *FULLMAKTIGES_OWN,
)


def decided_by_fullmaktige_alone(case: Case) -> Found:
    """KL 5:1 1 st. p. 2 and 7: budget, tax, årsredovisning and ansvarsfrihet are fullmäktige's; 5:2: they
    cannot be delegated to a nämnd."""
    if not case.bodies("fullmaktige"):
        yield not_tested(
            None,
            'Ingen instans är fullmäktige (slag = "fullmaktige"), så vad de beslutar prövas inte.',
        )
        return
    for concern in FULLMAKTIGES_OWN:
        steps = are(case, concern)
        decided = any(ends_in(case, deciding(case, step)) == "fullmaktige" for step in steps)
        for step in steps:
            yield from _not_by_another(case, step, is_decided=decided)


def _not_by_another(case: Case, step: Step, *, is_decided: bool) -> Found:
    own = case.own(step)
    happened = bool(own and own.completed_on and not own.before_start)
    if not is_decided and not case.is_left_out(step):
        by = case.definition.body(step.chain[-1]).name if step.chain else "ingen instans"
        yield breaks(
            step,
            None,
            f"{step.title}: beslutas av {by}, men det kan bara fullmäktige. Låt beslutskedjan sluta i "
            "fullmäktige.",
            happened=happened,
        )
    for body in step.may_settle:
        if case.kind(body) != "fullmaktige":
            yield will_break(
                step,
                None,
                f"{step.title}: {body} kan avgöra ärendet (kan_avgoras_av), men det kan bara fullmäktige.",
            )


def prepared_by_a_board(case: Case) -> Found:
    """KL 5:26, 6:13 p. 1: no item is decided by fullmäktige that no nämnd, or fullmäktigeberedning, has
    prepared, and in that order. KL 5:29–32 say what needs none. KL 11:8 1 st.: nor does the auditors' budget,
    which the presidium draws up."""
    for step in case.definition.steps:
        kf = _is_for_fullmaktige(case, step)
        if kf is None:
            continue
        acts = _prepared(case, step)
        if not acts:
            yield breaks(
                step,
                kf.day,
                f"{step.title}: ingen styrelse eller nämnd bereder ärendet före fullmäktige. Lägg en sådan "
                "instans i beslutskedjan, eller kräv (hard) ett steg där den tar ärendet.",
                happened=kf.happened,
            )
        elif kf.day is not None:
            yield from _in_that_order(step, kf, acts)


def _in_that_order(step: Step, kf: Act, acts: Iterable[Act]) -> Found:
    days = [act.day for act in acts if act.day is not None]
    last = max(days, default=date.min)
    if kf.day is None or last < kf.day:
        return
    if last == kf.day:
        yield at_risk(
            step,
            kf.day,
            f"{step.title}: beredningen {last} är samma dag som fullmäktige; den ska vara klar innan ärendet "
            "avgörs.",
        )
    else:
        yield breaks(
            step,
            kf.day,
            f"{step.title}: fullmäktige tar ärendet {kf.day}, men beredningen är inte klar förrän {last}.",
            happened=kf.happened,
        )


def the_board_may_comment(case: Case) -> Found:
    """KL 5:28 1 st.: the board may always comment on what another nämnd or a fullmäktigeberedning has
    prepared; 2 st.: and proposes the decision if they have not. 5:27: a nämnd may on what only a beredning
    has prepared. A chance to comment leaves no trace in a plan, so this is a risk and no breach."""
    for step in case.definition.steps:
        kf = _is_for_fullmaktige(case, step)
        if kf is None or kf.happened:
            continue
        steps = ground(case, step)
        acts = _prepared(case, step)
        if not acts or any(body_acts(case, one, "styrelse") for one in steps):
            continue
        only = all(act.body and is_a_committee_of_fullmaktige(case, act.body) for act in acts)
        yield at_risk(
            step,
            kf.day,
            f"{step.title}: bereds av {', '.join(sorted({str(act.body) for act in acts}))}. Styrelsen ska "
            "ges "
            f"tillfälle att yttra sig{' (liksom berörd nämnd, 5 kap. 27 §)' if only else ''}, och inget steg "
            "visar det.",
        )


def _is_for_fullmaktige(case: Case, step: Step) -> Act | None:
    """What fullmäktige do in a step that they decide upon preparation; None of every other step."""
    if case.is_left_out(step) or ends_in(case, step) != "fullmaktige" or needs_no_preparation(step):
        return None
    act = body_acts(case, step, "fullmaktige")
    return None if act is None or act.unknown or act.set_aside else act


def _prepared(case: Case, step: Step) -> list[Act]:
    """What prepares it: bodies of its own chain, else of the steps that it rests on."""
    own = list(_boards(case, step))
    return own or [act for one in ground(case, step)[1:] for act in _boards(case, one)]


def _boards(case: Case, step: Step) -> Iterator[Act]:
    prepares = [
        body
        for body in step.chain
        if case.kind(body) in ("styrelse", "namnd") or is_a_committee_of_fullmaktige(case, body)
    ]
    for body in prepares:
        act = acts_of(case, step, [body])
        if act is not None:
            yield act


def decided_by_more_than_a_committee(case: Case) -> Found:
    """KL 6:38 1 st. 1–2, 6:41: goals, direction and what goes to fullmäktige cannot be delegated to a
    committee, which only prepares."""
    for step in are(case, *NEVER_A_COMMITTEES):
        only_prepares = step.concerns not in FULLMAKTIGES_OWN and goes_on(case, step)
        if ends_in(case, step) == "utskott" and not case.is_left_out(step) and not only_prepares:
            last = case.definition.body(step.chain[-1])
            yield will_break(
                step,
                None,
                f"{step.title}: {last.name} är ett utskott och kan inte besluta i ärendet.",
            )


def notice_a_week_before(case: Case) -> Found:
    """KL 5:13 2 st., 5:15 1 st.: notice and summons at least a week before; never moved forward by lag
    (1930:173). 5:14, 5:15 2 st., 5:52 2 st.: an urgent item by the last vardag before."""
    with_items = _meetings_of_fullmaktige(case)
    for meeting in _known(case):
        steps = with_items.get(meeting.day, [])
        latest = meeting.day - STATUTORY_NOTICE
        # what was entered after it was held says nothing of when it was announced
        if meeting.since is not None and latest < meeting.since <= meeting.day:
            yield breaks(
                steps[0] if steps else None,
                meeting.day,
                f"Fullmäktige {meeting.day} bestämdes {meeting.since}; kungörelse och kallelse skulle ske "
                "senast "
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
        for step in steps:
            yield from _can_be_announced(case, step, meeting.day)


def _can_be_announced(case: Case, step: Step, day: date) -> Found:
    """Whether an item is ready when the meeting is announced: else it is an urgent one."""
    latest = day - STATUTORY_NOTICE
    late = [act.day for act in _prepared(case, step) if act.day and latest < act.day < day]
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
                f"kungörs, senast {latest}.",
                happened=act.happened,
            )


def _public(case: Case, step: Step, concern: Concern, kf: Act, acts: list[Act], what: str) -> Found:
    """Whether it is there when the meeting is announced, and put on the website then."""
    if kf.day is None or not kf.body:
        return
    latest = notice_of(case, kf.body, kf.day)
    day = min((act.day for act in acts if act.day), default=None)
    if day is not None and day > latest:
        yield breaks(
            kf.step,
            latest,
            f"{what} ska finnas på webbplatsen när fullmäktige {kf.day} kungörs, senast {latest}, men "
            "styrelsen "
            f"tar det först {day}.",
            happened=kf.happened or case.has_passed(latest),
        )
    steps = publications(case, concern)
    if not steps:
        yield not_tested(
            step, f"Att det läggs ut på webbplatsen prövas inte: inget steg gäller det ({what})."
        )
    for one in steps:
        yield from _published(case, one, kf.day, latest, what)


def _published(case: Case, step: Step, day: date, latest: date, what: str) -> Found:
    act = work_act(case, step)
    if act.unknown or act.day is None:
        return
    said = f"{what} ska finnas på webbplatsen när fullmäktige {day} kungörs, senast {latest},"
    if act.happened and act.day > latest:
        yield has_broken(step, act.day, f"{said} men lades ut {act.day}.")
    elif not act.happened and case.has_passed(latest):
        yield has_broken(step, latest, f"{said} men att det är utlagt är inte rapporterat.")


def notice_of(case: Case, body: str, day: date) -> date:
    """The day on which a meeting is announced at the latest: a week before (KL 5:13 2 st.), or as long
    before as the municipality has decided for itself (`kungorelse`)."""
    own = timedelta(days=case.definition.body(body).notice)
    return day - max(own, STATUTORY_NOTICE)


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
        "KL-5-1",
        "KL 5 kap. 1 § första stycket 2 och 7, 2 §",
        "Budget, skattesats, årsredovisning och ansvarsfrihet beslutas av fullmäktige och av ingen annan.",
        decided_by_fullmaktige_alone,
    ),
    Rule(
        "KL-5-26",
        "KL 5 kap. 26 och 29–32 §§, 6 kap. 13 §",
        "Ett ärende bereds av styrelsen, en nämnd eller en fullmäktigeberedning innan fullmäktige avgör "
        "det; val, "
        "avsägelser, revisionsberättelsen och presidiets budget för revisorerna behöver inte det.",
        prepared_by_a_board,
    ),
    Rule(
        "KL-5-28",
        "KL 5 kap. 27–28 §§",
        "Styrelsen får yttra sig över vad en annan nämnd eller en fullmäktigeberedning har berett.",
        the_board_may_comment,
    ),
    Rule(
        "KL-6-38",
        "KL 6 kap. 38 § första stycket 1–2, 41 §",
        "Beslut om mål och inriktning, och framställningar till fullmäktige, delegeras inte: ett utskott "
        "bereder.",
        decided_by_more_than_a_committee,
    ),
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
