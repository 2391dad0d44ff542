"""Who decides, and who prepares what fullmäktige decide: KL 5:1–2, 5:26–34, 6:13, 6:38, 6:41."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from calendars.law.acts import Deed, acts_of, body_acts
from calendars.law.case import Case, Found, Rule, at_risk, breaks, not_tested, will_break
from calendars.law.matters import (
    are,
    deciding,
    ends_in,
    goes_on,
    ground,
    is_a_committee_of_fullmaktige,
    needs_no_preparation,
)
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
    decided = {
        concern: any(
            ends_in(case, deciding(case, step)) == "fullmaktige" for step in are(case, concern)
        )
        for concern in FULLMAKTIGES_OWN
    }
    for step in are(case, *FULLMAKTIGES_OWN):
        is_decided = all(decided.get(concern, True) for concern in step.concerns)
        yield from _not_by_another(case, step, is_decided=is_decided)


def _not_by_another(case: Case, step: Step, *, is_decided: bool) -> Found:
    own = case.own(step)
    happened = bool(own and own.completed_on and not own.before_start)
    if not is_decided and not case.is_left_out(step):
        by = case.definition.body(step.deciding[-1]).name if step.deciding else "ingen instans"
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
        acts = prepared_by(case, step)
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


def _in_that_order(step: Step, kf: Deed, acts: Iterable[Deed]) -> Found:
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
        acts = prepared_by(case, step)
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


def _is_for_fullmaktige(case: Case, step: Step) -> Deed | None:
    """What fullmäktige do in a step that they decide upon preparation; None of every other step."""
    if case.is_left_out(step) or ends_in(case, step) != "fullmaktige" or needs_no_preparation(step):
        return None
    act = body_acts(case, step, "fullmaktige")
    return None if act is None or act.unknown or act.set_aside else act


def prepared_by(case: Case, step: Step) -> list[Deed]:
    """What prepares it: bodies of its own chain, else of the steps that it rests on."""
    own = list(_boards(case, step))
    return own or [act for one in ground(case, step)[1:] for act in _boards(case, one)]


def _boards(case: Case, step: Step) -> Iterator[Deed]:
    prepares = [
        body
        for body in step.deciding
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
        only_prepares = not set(step.concerns) & set(FULLMAKTIGES_OWN) and goes_on(case, step)
        if ends_in(case, step) == "utskott" and not case.is_left_out(step) and not only_prepares:
            last = case.definition.body(step.deciding[-1])
            yield will_break(
                step,
                None,
                f"{step.title}: {last.name} är ett utskott och kan inte besluta i ärendet.",
            )


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
)
