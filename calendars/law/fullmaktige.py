"""What comes before a meeting of fullmäktige: preparation, notice, the papers on the website.

KL 5:13–15, 5:26, 5:32, 6:13, 6:38, 8:14–16 a, 11:8.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from calendars.law.case import Case, Rule, Severity, in_words
from calendars.meeting_dates import STATUTORY_NOTICE, dates_of
from calendars.workdays import WORKDAYS
from models.process import Step

Found = Iterator[tuple[Severity, Step | None, date | None, str]]


def prepared_by_a_board(case: Case) -> Found:
    """KL 5:26, 6:13: no item is decided by fullmäktige that no board has prepared, and in that order.

    KL 5:32: the revisionsberättelse, and with it the ansvarsfrihet, may be treated without preparation."""
    for step in case.definition.steps:
        if not _is_for_fullmaktige(case, step):
            continue
        day = case.day_of(step, "fullmaktige")
        ground = (step, *map(case.definition.step, step.hard))
        if not any(_has_a_board(case, one) for one in ground):
            yield (
                Severity.BREACH,
                step,
                day,
                f"{step.title}: ingen styrelse eller nämnd bereder ärendet före fullmäktige. Lägg en "
                "sådan instans i beslutskedjan, eller kräv (hard) ett steg där den tar ärendet.",
            )
            continue
        prepared = max((d for one in ground for d in _days_of_boards(case, one)), default=date.min)
        if day is not None and prepared >= day:
            yield (
                Severity.BREACH,
                step,
                day,
                f"{step.title}: fullmäktige tar ärendet {day}, men beredningen är inte klar förrän "
                f"{prepared}.",
            )


def _is_for_fullmaktige(case: Case, step: Step) -> bool:
    """Whether fullmäktige decides in it, upon preparation."""
    if step.slug in case.exempt or not step.chain or step.concerns == "ansvarsfrihet":
        return False
    return case.definition.body(step.chain[-1]).kind == "fullmaktige"


def _has_a_board(case: Case, step: Step) -> bool:
    kinds = (case.definition.body(body).kind for body in step.chain)
    return any(kind in ("styrelse", "namnd") for kind in kinds)


def _days_of_boards(case: Case, step: Step) -> Iterator[date]:
    return filter(None, (case.day_of(step, "styrelse"), case.day_of(step, "namnd")))


def decided_by_more_than_a_committee(case: Case) -> Found:
    """KL 6:38: goals, direction and what goes to fullmäktige cannot be delegated to a committee."""
    concerned = ("budgetforslag", "skattesatsforslag", "budget", "skattesats", "arsredovisning")
    for step in case.definition.steps:
        if step.concerns in concerned and step.chain:
            last = case.definition.body(step.chain[-1])
            if last.kind == "utskott":
                yield (
                    Severity.BREACH,
                    step,
                    None,
                    f"{step.title}: {last.name} är ett utskott och kan inte besluta i ärendet.",
                )


def notice_a_week_before(case: Case) -> Found:
    """KL 5:13, 5:15: notice and summons at least a week before; never moved forward."""
    for day, steps in _meetings_of_fullmaktige(case).items():
        latest = day - STATUTORY_NOTICE
        if not WORKDAYS.is_workday(latest):
            body = case.bodies("fullmaktige")[0].slug
            notice_by = dates_of(case.definition, body, day).notice_by
            yield (
                Severity.RISK,
                steps[0],
                latest,
                f"Kungörelse och kallelse till fullmäktige {day} ska ske senast {in_words(latest)}, "
                f"som inte är en arbetsdag: gör det senast {notice_by}.",
            )


def proposal_public_from_the_notice(case: Case) -> Found:
    """KL 8:14: the board's budget proposal is on the website from the notice of the meeting on."""
    proposals = [
        d for step in case.concerning("budgetforslag") if (d := case.day_of(step, "styrelse"))
    ]
    for step in case.concerning("budget"):
        day = case.day_of(step, "fullmaktige")
        if day is None or not proposals:
            continue
        latest = day - STATUTORY_NOTICE
        if max(proposals) > latest:
            yield (
                Severity.BREACH,
                step,
                latest,
                f"Styrelsens budgetförslag ska finnas på webbplatsen när fullmäktige {day} kungörs, "
                f"senast {latest}, men beslutas först {max(proposals)}.",
            )


def report_public_from_the_notice(case: Case) -> Found:
    """KL 8:15, 8:16 a: so too the annual report and the auditors' reports."""
    for step in case.concerning("arsredovisning"):
        day, handed_over = case.day_of(step, "fullmaktige"), case.day_of(step, "styrelse")
        if day is None or handed_over is None:
            continue
        latest = day - STATUTORY_NOTICE
        if handed_over > latest:
            yield (
                Severity.BREACH,
                step,
                latest,
                f"Årsredovisningen ska finnas på webbplatsen när fullmäktige {day} kungörs, senast "
                f"{latest}, men styrelsen tar den först {handed_over}.",
            )


def papers_in_time(case: Case) -> Found:
    """Practice: manusstopp of a body after the body before it has met, so that its proposal can go in."""
    for step in case.definition.steps:
        if step.slug in case.exempt:
            continue
        links = case.plan[step.slug].links
        for before, after in pairwise(links):
            if before.meeting is None or after.meeting is None:
                continue
            dates = dates_of(case.definition, after.body, after.meeting)
            if before.meeting > dates.dispatch_by:
                yield (
                    Severity.PRACTICE,
                    step,
                    after.meeting,
                    f"{step.title}: {before.body} {before.meeting} är efter utskicket till "
                    f"{after.body} {after.meeting} ({dates.dispatch_by}); handlingarna får sändas i "
                    "efterhand.",
                )


def every_link_has_a_meeting(case: Case) -> Found:
    """Practice: a chain without a meeting cannot be kept; which limit that threatens is said."""
    for step in case.definition.steps:
        if step.slug in case.exempt:
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
                yield (
                    Severity.RISK,
                    step,
                    planned.window_end,
                    f"{step.title}: inget sammanträde i {link.body} passar.{threat}",
                )


def _meetings_of_fullmaktige(case: Case) -> dict[date, list[Step]]:
    days: dict[date, list[Step]] = {}
    for step in case.definition.steps:
        day = case.day_of(step, "fullmaktige") if step.slug not in case.exempt else None
        if day is not None:
            days.setdefault(day, []).append(step)
    return dict(sorted(days.items()))


RULES = (
    Rule(
        "KL-5-26",
        "KL 5 kap. 26 och 32 §§, 6 kap. 13 §",
        "Ett ärende bereds av styrelsen eller en nämnd innan fullmäktige avgör det; revisionsberättelsen "
        "behöver inte det.",
        prepared_by_a_board,
    ),
    Rule(
        "KL-6-38",
        "KL 6 kap. 38 §",
        "Beslut om mål och inriktning, och framställningar till fullmäktige, delegeras inte.",
        decided_by_more_than_a_committee,
    ),
    Rule(
        "KL-5-13",
        "KL 5 kap. 13 och 15 §§",
        "Fullmäktige kungörs och kallas minst en vecka före sammanträdet.",
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
        "KL 8 kap. 15 och 16 a §§",
        "Årsredovisning och revisionsberättelser finns på webbplatsen från kungörelsen.",
        report_public_from_the_notice,
    ),
    Rule("PRAXIS-HANDLINGAR", "praxis", "Handlingarna hinner med utskicket.", papers_in_time),
    Rule(
        "PRAXIS-SAMMANTRADE", "praxis", "Varje led har ett sammanträde.", every_link_has_a_meeting
    ),
)
