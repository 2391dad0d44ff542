"""Budget and skattesats: KL 11 kap. 6–11 §§, 5 kap. 9 §, 6 kap. 18 §, and the notice to Skatteverket."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from calendars.law.acts import Deed, Timeliness, first_of, held_to, standing, work_act
from calendars.law.case import (
    Case,
    ExceptionDecided,
    Found,
    Judgement,
    Rule,
    Severity,
    at_risk,
    breaks,
    election_day,
    has_broken,
    in_words,
    new_fullmaktige_from,
    not_tested,
    will_break,
    worth_knowing,
)
from calendars.law.matters import (
    are,
    budget_proposals,
    decided_by_fullmaktige,
    may_be,
    notices_of_the_rate,
    rate_proposals,
    rates,
)
from calendars.workdays import WORKDAYS
from models.process import Concern, Step

AT_ONCE = 2
"""Working days that *genast* is taken to be at most, where the plan says no other last day (our reading)."""
FINE = (Timeliness.KEPT, Timeliness.UNKNOWN, Timeliness.NO_CALENDAR, Timeliness.LEANS)


def proposal_before_november(case: Case) -> Found:
    """KL 11:8 1 st.: before the end of October; 2 st.: in November for särskilda skäl, with a proposed rate.
    The law asks when it was drawn up: a later round, as after an återremiss, is no new proposal."""
    last, what = date(case.year, 10, 31), "Styrelsens budgetförslag"
    act = first_of(budget_proposals(case))
    if act is None:
        yield not_tested(
            None,
            f"{what} prövas inte: inget steg är det (avser = budgetforslag), och ingen styrelse bereder "
            "budgeten.",
        )
        return
    stands, reason = standing(case, act, last), case.exception("KL-11-8")
    if reason is None or stands in FINE:
        excused = "till november, med skattesatsen föreslagen i oktober"
        yield from _without_reasons(held_to(case, act, last, what), "KL-11-8", excused)
    elif case.kind(reason.body) != "styrelse":
        yield _wrong_body(act, reason, "budgetförslaget", "styrelsen som upprättar förslaget")
    elif not proposed_by(case, last):
        yield breaks(
            act.step,
            act.day,
            "Budgetförslaget får med särskilda skäl vänta till november, men då ska styrelsen föreslå "
            "skattesatsen före oktober månads utgång, och det är varken gjort eller planerat.",
            happened=case.has_passed(last),
        )
    else:
        november = date(case.year, 11, 30)
        yield from held_to(case, act, november, f"{what} (inte ens särskilda skäl räcker längre)")
        if standing(case, act, november) is Timeliness.KEPT:
            yield at_risk(
                act.step,
                act.day,
                f"Budgetförslaget upprättas {act.day} med stöd av särskilda skäl ({reason.body} "
                f"{reason.day}: {reason.reason}).",
            )


def budget_before_december(case: Case) -> Found:
    """KL 11:10 1 st.: before the end of November; 11:11: for särskilda skäl before the end of December."""
    last, what = date(case.year, 11, 30), "Budgeten"
    act = first_of(decided_by_fullmaktige(case, "budget"))
    if act is None:
        yield from _nobody_decides(case, "Budgeten", "budget", last)
        return
    stands, reason = standing(case, act, last), case.exception("KL-11-11")
    if reason is None or stands in FINE:
        excused = "till december, med skattesatsen fastställd i november"
        yield from _without_reasons(held_to(case, act, last, what), "KL-11-11", excused)
    elif case.kind(reason.body) != "fullmaktige":
        yield _wrong_body(act, reason, "budgeten", "fullmäktige som fastställer budgeten")
    else:
        december = date(case.year, 12, 31)
        yield from held_to(case, act, december, f"{what} (ingen undantagsregel räcker längre)")
        if standing(case, act, december) is Timeliness.KEPT:
            yield at_risk(
                act.step,
                act.day,
                f"Budgeten fastställs {act.day} med stöd av särskilda skäl ({reason.body} {reason.day}: "
                f"{reason.reason}). Skattesatsen ska ändå fastställas i november.",
            )


def tax_rate_before_december(case: Case) -> Found:
    """KL 11:11 1 st.: the rate is fixed before the end of November come what may; 2 st.: another one may be
    fixed with a budget in December, so only the first is asked about."""
    last = date(case.year, 11, 30)
    act = first_of(rates(case))
    if act is None:
        yield from _nobody_decides(case, "Skattesatsen", "skattesats", last)
        return
    yield from held_to(case, act, last, "Skattesatsen (inget undantag finns)")


def newly_elected_adopt(case: Case) -> Found:
    """KL 11:10 2 st., 5:9: after a general election the newly elected fullmäktige adopt the budget; also one
    that the outgoing ones have adopted before."""
    if election_day(case.year) is None:
        return
    begins = new_fullmaktige_from(case.year)
    acts = decided_by_fullmaktige(case, "budget")
    dated = [act for act in acts if act.day is not None]
    if not dated or any(act.day and act.day >= begins for act in dated):
        return
    act = max(dated, key=lambda one: one.day or date.min)
    yield breaks(
        act.step,
        act.day,
        f"Valår: budgeten ska fastställas av nyvalda fullmäktige, som tillträder {begins}; mötet "
        f"{act.day} hålls av de avgående.",
        happened=act.happened,
    )


def outgoing_board_proposes(case: Case) -> Found:
    """KL 6:18 1 st.: the board's term runs to the turn of the year, so the outgoing one proposes; 2 st.: or
    to the meeting at which the new fullmäktige elect the next, their first."""
    begins = new_fullmaktige_from(case.year)
    act = first_of(budget_proposals(case))
    if election_day(case.year) is None or act is None or act.day is None:
        return
    said = f"Valår ({election_day(case.year)}): den avgående styrelsen lägger budgetförslaget {act.day}"
    if act.day >= begins:
        said += (
            ", om inte fullmäktige har bestämt att styrelsens mandattid räknas från det sammanträde då den "
            "väljs"
        )
    yield worth_knowing(act.step, act.day, f"{said}; nyvalda fullmäktige fastställer budgeten.")


def tax_rate_to_skatteverket(case: Case) -> Found:
    """Lag (1965:269) 3 a §: 1 st., the rate at once when the budget is adopted; 2 st., the board's proposal
    at once where no rate is fixed by the end of October, and then the rate as soon as it is fixed."""
    last = date(case.year, 10, 31)
    rate = first_of(rates(case))
    if rate is None or rate.unknown:
        return
    if not rate.by(last):
        yield from _proposal_is_told(case, rate, last)
    steps, what = notices_of_the_rate(case, proposed=False), "Den fastställda skattesatsen"
    if not steps:
        yield not_tested(
            rate.step, f"{what} anmäls genast till Skatteverket; inget steg gäller det."
        )
    if rate.happened and rate.day is not None:
        yield from _told_at_once(case, steps, rate.day, what)


def _proposal_is_told(case: Case, rate: Deed, last: date) -> Found:
    first = (
        f"Skattesatsen fastställs först {rate.day}" if rate.day else "Skattesatsen är inte planerad"
    )
    if not proposed_by(case, last):
        yield at_risk(
            rate.step,
            last,
            f"{first}; då ska förslaget till skattesats anmälas till Skatteverket genast efter {last}, men "
            "inget förslag är planerat dessförinnan.",
        )
        return
    steps, what = notices_of_the_rate(case, proposed=True), "Förslaget till skattesats"
    if not steps:
        yield not_tested(
            rate.step, f"{what} anmäls genast till Skatteverket; inget steg gäller det."
        )
    is_told = bool(steps) and all(work_act(case, step).happened for step in steps)
    if not is_told and not rate.happened:
        yield worth_knowing(
            rate.step,
            last,
            f"{first}: anmäl förslaget till skattesats till Skatteverket genast efter {last}, och den "
            "fastställda genast efter beslutet.",
        )
    if case.has_passed(last):
        yield from _told_at_once(case, steps, last, what)


def _told_at_once(case: Case, steps: Iterable[Step], since: date, what: str) -> Found:
    """What is to be said of notices of what is so since a day."""
    for step in steps:
        act, planned = work_act(case, step), case.plan[step.slug]
        latest = max(planned.due, WORKDAYS.add(since, AT_ONCE))
        if act.happened and not act.by(latest):
            yield has_broken(
                step,
                act.day,
                f"{what} anmäldes till Skatteverket {act.day}, inte genast efter {since}.",
            )
        elif act.day is not None and not act.happened and case.has_passed(latest):
            yield has_broken(
                step,
                latest,
                f"{what} ska anmälas till Skatteverket genast efter {since}, och det är inte rapporterat.",
            )


def tax_rate_before_budget(case: Case) -> Found:
    """KL 11:6 1 st.: the budget states the tax rate, so it cannot be adopted before it."""
    act = first_of(decided_by_fullmaktige(case, "budget"))
    rate = first_of(decided_by_fullmaktige(case, "skattesats"))
    if act is None or rate is None or act.day is None or rate.day is None:
        return
    if act.day < rate.day and "skattesats" not in act.step.results:
        yield breaks(
            act.step,
            act.day,
            f"Budgeten fastställs {act.day}, före skattesatsen ({rate.day}); skattesatsen ska anges i "
            "budgeten.",
            happened=act.happened,
        )


def _nobody_decides(case: Case, what: str, concern: Concern, last: date) -> Found:
    """No step in which fullmäktige decide it: a duty of theirs that the plan leaves out."""
    maybe = may_be(case, concern) or may_be(case, "budget")
    hint = f" {maybe.title} kan vara den." if maybe else ""
    yield not_tested(
        maybe,
        f"{what} prövas inte: inget steg där fullmäktige beslutar är den (avser = {concern}).{hint}",
    )
    if case.bodies("fullmaktige") and not maybe and not are(case, "budget", "skattesats"):
        yield will_break(
            None,
            last,
            f"{what} ska fastställas av fullmäktige senast {in_words(last)}; inget steg är det.",
        )


def _without_reasons(found: Found, rule: str, until: str) -> Found:
    """The breaches with what could have excused them."""
    for said in found:
        is_breach = said.severity is Severity.BREACH
        more = f" Särskilda skäl ger tid {until}; inget undantag ({rule}) är registrerat."
        yield replace(said, text=said.text + more) if is_breach else said


def _wrong_body(act: Deed, reason: ExceptionDecided, what: str, whose: str) -> Judgement:
    return breaks(
        act.step,
        act.day,
        f"Undantaget för {what} är beslutat av {reason.body}; det är {whose} och som måste ha funnit "
        "särskilda skäl.",
        happened=act.happened,
    )


def proposed_by(case: Case, last: date) -> bool:
    """Whether the board has proposed the rate by the day, or is planned to (KL 11:8 2 st.)."""
    act = first_of(rate_proposals(case))
    return act is not None and (act.unknown or act.by(last))


RULES = (
    Rule(
        "KL-11-8",
        "KL 11 kap. 8 §",
        "Styrelsen upprättar budgetförslaget före oktober månads utgång (1 st.); av särskilda skäl i "
        "november, "
        "med skattesatsen föreslagen i oktober (2 st.). Ett nytt varv efter återremiss är inget nytt "
        "förslag.",
        proposal_before_november,
    ),
    Rule(
        "KL-11-10",
        "KL 11 kap. 10–11 §§",
        "Fullmäktige fastställer budgeten före november månads utgång (10 § 1 st.); av särskilda skäl före "
        "december månads utgång (11 §).",
        budget_before_december,
    ),
    Rule(
        "KL-11-11",
        "KL 11 kap. 11 §",
        "Skattesatsen fastställs i november, vad som än händer med budgeten (1 st.); den får ändras med "
        "budgeten i december (2 st.).",
        tax_rate_before_december,
    ),
    Rule(
        "KL-11-6",
        "KL 11 kap. 6 § första stycket",
        "Skattesatsen anges i budgeten.",
        tax_rate_before_budget,
    ),
    Rule(
        "KL-11-10-VAL",
        "KL 11 kap. 10 § andra stycket, 5 kap. 9 §",
        "Ett valår fastställer nyvalda fullmäktige budgeten, också en som de avgående har fastställt.",
        newly_elected_adopt,
    ),
    Rule(
        "KL-6-18",
        "KL 6 kap. 18 §",
        "Ett valår lägger den avgående styrelsen budgetförslaget (1 st.), om inte den nya har valts till "
        "fullmäktiges första sammanträde (2 st.).",
        outgoing_board_proposes,
    ),
    Rule(
        "SKV-3A",
        "lag (1965:269) 3 a §",
        "Skattesatsen, eller efter oktober förslaget till den, anmäls genast till Skatteverket.",
        tax_rate_to_skatteverket,
    ),
)
