"""Budget and skattesats: KL 11 kap. 8–11 §§, 8 kap. 14 §, and the notice to Skatteverket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from calendars.law.case import Case, Rule, Severity, election_day, new_fullmaktige_from
from models.events import Effect
from models.process import Step

Found = Iterator[tuple[Severity, Step | None, date | None, str]]


def proposal_before_november(case: Case) -> Found:
    """KL 11:8: before the end of October; in November only for särskilda skäl and with a proposed tax."""
    last = date(case.year, 10, 31)
    for step in case.concerning("budgetforslag"):
        day = case.day_of(step, "styrelse")
        if day is None or day <= last:
            continue
        reason = case.exception("KL-11-8")
        if day > date(case.year, 11, 30):
            yield (
                Severity.BREACH,
                step,
                day,
                f"Styrelsens budgetförslag är planerat till {day}; inte ens särskilda skäl räcker "
                "längre än till november månads utgång.",
            )
        elif reason is None:
            yield (
                Severity.BREACH,
                step,
                day,
                f"Styrelsens budgetförslag är planerat till {day}, efter oktober månads utgång. Det "
                "krävs särskilda skäl, och inget undantag (KL-11-8) är registrerat.",
            )
        elif _kind(case, reason.body) != "styrelse":
            yield (
                Severity.BREACH,
                step,
                day,
                f"Undantaget för budgetförslaget är beslutat av {reason.body}; det är styrelsen som "
                "upprättar förslaget och som måste ha funnit särskilda skäl.",
            )
        elif not _tax_proposed_by(case, last):
            yield (
                Severity.BREACH,
                step,
                day,
                "Budgetförslaget får med särskilda skäl vänta till november, men då ska styrelsen "
                "föreslå skattesatsen före oktober månads utgång, och det är inte planerat.",
            )
        else:
            yield (
                Severity.RISK,
                step,
                day,
                f"Budgetförslaget upprättas {day} med stöd av särskilda skäl ({reason.body} "
                f"{reason.day}: {reason.reason}).",
            )


def budget_before_december(case: Case) -> Found:
    """KL 11:10–11: before the end of November, for särskilda skäl before the end of December."""
    for step in case.concerning("budget"):
        day = case.day_of(step, "fullmaktige")
        if day is None or day <= date(case.year, 11, 30):
            continue
        reason = case.exception("KL-11-11")
        if day > date(case.year, 12, 31):
            yield (
                Severity.BREACH,
                step,
                day,
                f"Fullmäktige tar budgeten {day}, efter budgetårets början; ingen undantagsregel finns.",
            )
        elif reason is None:
            yield (
                Severity.BREACH,
                step,
                day,
                f"Fullmäktige tar budgeten {day}, efter november månads utgång. Det krävs särskilda "
                "skäl, och inget undantag (KL-11-11) är registrerat.",
            )
        elif _kind(case, reason.body) != "fullmaktige":
            yield (
                Severity.BREACH,
                step,
                day,
                f"Undantaget för budgeten är beslutat av {reason.body}; det är fullmäktige som "
                "fastställer budgeten och som måste ha funnit särskilda skäl.",
            )
        else:
            yield (
                Severity.RISK,
                step,
                day,
                f"Budgeten fastställs {day} med stöd av särskilda skäl ({reason.body} {reason.day}: "
                f"{reason.reason}). Skattesatsen ska ändå fastställas i november.",
            )


def tax_rate_before_december(case: Case) -> Found:
    """KL 11:11: the tax rate is fixed before the end of November come what may."""
    for step in case.concerning("skattesats"):
        day = case.day_of(step, "fullmaktige")
        if day is not None and day > date(case.year, 11, 30):
            yield (
                Severity.BREACH,
                step,
                day,
                f"Fullmäktige fastställer skattesatsen {day}. Den ska fastställas före november "
                "månads utgång även när budgeten får vänta; inget undantag finns.",
            )


def newly_elected_adopt(case: Case) -> Found:
    """KL 11:10 2 st., 5:9: after a general election the newly elected fullmäktige adopt the budget."""
    if election_day(case.year) is None:
        return
    begins = new_fullmaktige_from(case.year)
    for step in case.concerning("budget"):
        day = case.day_of(step, "fullmaktige")
        if day is not None and day < begins:
            yield (
                Severity.BREACH,
                step,
                day,
                f"Valår: budgeten ska fastställas av nyvalda fullmäktige, som tillträder {begins}; "
                f"mötet {day} hålls av de avgående.",
            )


def outgoing_board_proposes(case: Case) -> Found:
    """KL 6:18: the board's term runs to the turn of the year, so the outgoing one proposes."""
    if election_day(case.year) is None:
        return
    for step in case.concerning("budgetforslag"):
        day = case.day_of(step, "styrelse")
        if day is not None:
            yield (
                Severity.PRACTICE,
                step,
                day,
                f"Valår ({election_day(case.year)}): den avgående styrelsen lägger budgetförslaget "
                f"{day}; nyvalda fullmäktige fastställer budgeten.",
            )


def tax_rate_to_skatteverket(case: Case) -> Found:
    """Lag (1965:269) 3 a §: adopted after October, so the proposal is reported at once."""
    last = date(case.year, 10, 31)
    for step in case.concerning("skattesats"):
        day = case.day_of(step, "fullmaktige")
        if day is None or day <= last:
            continue
        if not _tax_proposed_by(case, last):
            yield (
                Severity.RISK,
                step,
                last,
                f"Fullmäktige fastställer skattesatsen först {day}; då ska förslaget till skattesats "
                f"anmälas till Skatteverket genast efter {last}, men inget förslag är planerat dessförinnan.",
            )
        else:
            yield (
                Severity.PRACTICE,
                step,
                last,
                f"Fullmäktige fastställer skattesatsen först {day}: anmäl förslaget till skattesats "
                f"till Skatteverket genast efter {last}, och den fastställda genast efter beslutet.",
            )


def tax_rate_before_budget(case: Case) -> Found:
    """KL 11:6: the budget states the tax rate, so it cannot be adopted before it."""
    rates = [d for step in case.concerning("skattesats") if (d := case.day_of(step, "fullmaktige"))]
    for step in case.concerning("budget"):
        day = case.day_of(step, "fullmaktige")
        if day is not None and rates and day < min(rates):
            yield (
                Severity.BREACH,
                step,
                day,
                f"Budgeten fastställs {day}, före skattesatsen ({min(rates)}); skattesatsen ska anges "
                "i budgeten.",
            )


def _tax_proposed_by(case: Case, last: date) -> bool:
    days = [case.day_of(step, "styrelse") for step in case.concerning("skattesatsforslag")]
    # what the board proposed in time it has proposed, also where it has been sent back since
    days += [
        decision.on
        for step in case.concerning("skattesatsforslag")
        for decision in (case.state[step.slug].decisions if case.state else ())
        if decision.outcome.effect is Effect.PASS and _kind(case, decision.body) == "styrelse"
    ]
    return any(day is not None and day <= last for day in days)


def _kind(case: Case, body: str) -> str:
    return case.definition.body(body).kind


RULES = (
    Rule(
        "KL-11-8",
        "KL 11 kap. 8 §",
        "Styrelsen upprättar budgetförslaget före oktober månads utgång.",
        proposal_before_november,
    ),
    Rule(
        "KL-11-10",
        "KL 11 kap. 10–11 §§",
        "Fullmäktige fastställer budgeten före november månads utgång.",
        budget_before_december,
    ),
    Rule(
        "KL-11-11",
        "KL 11 kap. 11 §",
        "Skattesatsen fastställs i november, vad som än händer med budgeten.",
        tax_rate_before_december,
    ),
    Rule("KL-11-6", "KL 11 kap. 6 §", "Skattesatsen anges i budgeten.", tax_rate_before_budget),
    Rule(
        "KL-11-10-VAL",
        "KL 11 kap. 10 § andra stycket, 5 kap. 9 §",
        "Ett valår fastställer nyvalda fullmäktige budgeten.",
        newly_elected_adopt,
    ),
    Rule(
        "KL-6-18",
        "KL 6 kap. 18 §",
        "Ett valår lägger den avgående styrelsen budgetförslaget.",
        outgoing_board_proposes,
    ),
    Rule(
        "SKV-3A",
        "lag (1965:269) 3 a §",
        "Skattesatsen, eller efter oktober förslaget till den, anmäls genast till Skatteverket.",
        tax_rate_to_skatteverket,
    ),
)
