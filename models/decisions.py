"""What a body may do with an item, how it is put right, and the ärende's number.

Pure: each function answers with the event, or refuses. A refusal changes nothing and says the way out.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TypedDict, Unpack

from models.commands import require_reason, rerun, stands, way_out
from models.errors import RefusedError
from models.events import DISCHARGE, Corrected, Decided, Effect, Numbered, Outcome
from models.process import Step
from models.state import Status, YearState
from models.ways import command, either, emptied, in_field, unticked

PARAGRAPH = re.compile(r"(?:([^\W\d_][\w-]*)\s*)?§?\s*(\d{1,5})(?:\s*/\s*(\d{4}))?", re.UNICODE)
NUMBER = re.compile(r"[^\W\d_]{1,12} ?[ /-]? ?\d{4}[/:-]\d{1,7}( \d{1,4}(\.\d{1,3})?)?", re.UNICODE)
"""`KS 2027/00123`, also with the plan's code after it, and as `KS/2027:123`: registries differ."""
ADDRESS = re.compile(r"https?://[^\s<>\"]{3,}")
CORRECTED = "formuläret ratta; beslutets nummer står på stegets sida."


class Said(TypedDict, total=False):
    """What the minutes say besides body, day and outcome; each is a field of `Decided`."""

    paragraph: str
    reason: str
    changes: str
    diarienummer: str
    note: str
    minutes: str
    minority: bool
    signed_at_once: bool


class Minutes(Said, total=False):
    """The same, and the body that a return goes to, where that is not the one before."""

    back_to: str


def decide(
    state: YearState,
    step: Step,
    body: str,
    outcome: Outcome,
    *,
    on: date,
    today: date,
    by: str,
    not_before: date | None = None,
    **minutes: Unpack[Minutes],
) -> Decided | None:
    """A body's decision on its meeting day. None when this very decision is already registered."""
    slug = state.definition.body(body).slug
    own = state[step.slug]
    for known in own.decisions:
        same = (known.body, known.on, known.outcome) == (slug, on, outcome)
        if same and (known in own.standing or known.outcome.effect is not Effect.PASS):
            _refuse_other_words(state, step, known, minutes)
            return None
    _refuse_out_of_turn(state, step, slug, outcome)
    _refuse_day(state, step, on, today, not_before)
    if minutes.get("back_to") and outcome.effect is not Effect.RETURN:
        raise RefusedError(
            f"Vid {outcome.label} går {step.slug} inte tillbaka till {minutes['back_to']}. "
            f"{emptied('aterremiss_till', 'till')}, eller välj återremiss eller avslag."
        )
    said = _checked(state, step, slug, outcome, on, minutes)
    back_step, back_link = _way_back(state, step, own.link, outcome, minutes.get("back_to", ""))
    return Decided(
        step=step.slug,
        on=on,
        by=by,
        round=own.round,
        link=own.link,
        body=slug,
        outcome=outcome,
        back_step=back_step,
        back_link=back_link,
        **said,
    )


def correct(
    state: YearState,
    wrong: Decided,
    key: str,
    right: Decided | None,
    *,
    today: date,
    by: str,
    reason: str,
) -> Corrected:
    """How a decision was in truth; None for one that was never made. `key` is that of the event to put
    right. What a decision did is changed only while nothing in its step has come after it."""
    step = state.definition.step(wrong.step)
    require_reason(reason, f"att rätta ett beslut i {step.slug}", "varfor")
    if right == wrong:
        raise RefusedError(f"Beslutet i {wrong.body} {wrong.on} är redan registrerat så.")
    if right is not None and right.on > today:
        raise RefusedError(
            f"Beslutsdatum {right.on} ligger i framtiden (i dag är {today}). Kontrollera datumet."
        )
    if right is None or right.outcome is not wrong.outcome:
        _refuse_what_has_followed(state, step, wrong, right)
    days = [other.on for other in state[step.slug].decisions if other != wrong]
    place = state[step.slug].decisions.index(wrong)
    if right is not None:
        before, later = days[:place], days[place:]
        if (before and right.on < before[-1]) or (later and right.on > later[0]):
            raise RefusedError(
                f"Beslutsdatum {right.on} stämmer inte med stegets andra beslut "
                f"({', '.join(map(str, days))}). Kontrollera datumet."
            )
        _refuse_out_of_order(state, step, right)
        said = _checked(
            state,
            step,
            right.body,
            right.outcome,
            right.on,
            Said(
                paragraph=right.paragraph,
                reason=right.reason,
                changes=right.changes,
                # the ärende's number may have been put right since
                diarienummer="" if right.diarienummer == wrong.diarienummer else right.diarienummer,
                note=right.note,
                minutes=right.minutes,
                minority=right.minority,
                signed_at_once=right.signed_at_once,
            ),
            instead_of=wrong,
        )
        right = right.model_copy(update=dict(said))
        if right.outcome.effect is not wrong.outcome.effect:
            back_step, back_link = _way_back(state, step, wrong.link, right.outcome, "")
            right = right.model_copy(update={"back_step": back_step, "back_link": back_link})
    return Corrected(step=step.slug, on=today, by=by, corrects=key, decision=right, reason=reason)


def _refuse_out_of_order(state: YearState, step: Step, right: Decided) -> None:
    """The bodies of an ärende meet in its order, also where they are another step's."""
    way = [slug for slug in state.definition.arende_of(step).steps if slug in state.steps]
    here = way.index(step.slug)
    before = [d for slug in way[:here] for d in state[slug].standing]
    later = [d for slug in way[here + 1 :] for d in state[slug].standing]
    wrong = next((d for d in before if d.on > right.on), None)
    wrong = wrong or next((d for d in later if d.on < right.on), None)
    if wrong is None:
        return
    raise RefusedError(
        f"Beslutsdatum {right.on} stämmer inte med beslutet i {wrong.body} {wrong.on} "
        f"({wrong.step}), som hör till samma ärende. Kontrollera datumet."
    )


def number(
    state: YearState, step: Step, diarienummer: str, *, today: date, by: str, given_before: int
) -> Numbered | None:
    """The ärende's diarienummer. None when it has this one already; another puts the first right."""
    arende = state.definition.arende_of(step)
    wanted = _number(diarienummer)
    if state.numbers.get(arende.slug) == wanted:
        return None
    for other, known in state.numbers.items():
        if known == wanted:
            raise RefusedError(
                f"Diarienumret {wanted} har redan ärendet {other}. Kontrollera numret."
            )
    return Numbered(
        step=step.slug,
        on=today,
        by=by,
        arende=arende.slug,
        diarienummer=wanted,
        number=given_before + 1,
    )


def _refuse_other_words(state: YearState, step: Step, known: Decided, minutes: Minutes) -> None:
    """The same decision told again is harmless; told otherwise it is a correction."""
    said = _checked(state, step, known.body, known.outcome, known.on, minutes, instead_of=known)
    other = [name for name, value in said.items() if value and value != getattr(known, name)]
    if other:
        raise RefusedError(
            f"Beslutet i {known.body} {known.on} är redan registrerat, med annat innehåll. Var det fel: "
            + command("ratta NUMMER (kommunplan arende visar numret).", CORRECTED)
        )


def _refuse_out_of_turn(state: YearState, step: Step, body: str, outcome: Outcome) -> None:
    own = state[step.slug]
    if body not in step.chain:
        chain = " → ".join(step.chain) or "ingen instans"
        raise RefusedError(f"{body} beslutar inte i {step.slug}; där beslutar {chain}.")
    # a body puts off, or sends back, just what is not ready for it to decide
    unready = own.status.is_open and outcome.effect is not Effect.PASS
    if own.status is not Status.AWAITING and not unready:
        raise RefusedError(
            f"{stands(state, step)}; {body} kan inte besluta än. {way_out(state, step)}"
            if own.status is not Status.COMPLETED
            else f"{stands(state, step)}; inget beslut i {body} väntas. {way_out(state, step)}"
        )
    if body != step.chain[own.link]:
        raise RefusedError(
            f"{step.slug} väntar på {step.chain[own.link]}; {body} står inte i tur att besluta. "
            f"Registrera först beslutet i {step.chain[own.link]}."
        )


def _refuse_day(
    state: YearState, step: Step, on: date, today: date, not_before: date | None
) -> None:
    own = state[step.slug]
    if on > today:
        raise RefusedError(
            f"Beslutsdatum {on} ligger i framtiden (i dag är {today}). "
            "Registrera beslutet när sammanträdet har hållits."
        )
    # a check that was late opens the step late: its window counts, where that is known
    began = min(own.opened_on or own.round_began or today, not_before or today)
    if on < began:
        raise RefusedError(
            f"Beslutsdatum {on} ligger före den dag då {step.slug} öppnades ({began}). "
            "Kontrollera datumet."
        )
    if own.decisions and on < own.decisions[-1].on:
        last = own.decisions[-1]
        raise RefusedError(
            f"Beslutsdatum {on} ligger före beslutet i {last.body} ({last.on}). "
            "Kontrollera datumet."
        )
    last_word = own.decisions[-1] if own.decisions else None
    if (
        last_word is not None
        and last_word.outcome.effect is not Effect.PASS
        and last_word.round >= own.round - 1
        and (last_word.body, last_word.on) == (step.chain[own.link], on)
    ):
        raise RefusedError(
            f"{last_word.body} har redan behandlat ärendet {on} ({last_word.outcome.label}) och tar upp det "
            "igen på ett senare sammanträde. Var det registrerat fel: "
            + command("ratta NUMMER.", CORRECTED)
        )


def _checked(
    state: YearState,
    step: Step,
    body: str,
    outcome: Outcome,
    on: date,
    minutes: Said,
    instead_of: Decided | None = None,
) -> Said:
    """What the minutes say, each piece in its form."""
    kind = state.definition.body(body).kind
    flag = "skal" if instead_of is None else "beslutsskal"
    if outcome.effect is Effect.RETURN or outcome is Outcome.VAGRAR:
        # KL 5 kap. 24 and 50 §§: a refusal is reasoned, and a return says what is to be prepared
        require_reason(minutes.get("reason", ""), f"{outcome.label} i {step.slug}", flag=flag)
    if outcome is Outcome.ANDRING and not minutes.get("changes", "").strip():
        raise RefusedError(
            f"Vad ändrades i {step.slug}? Vid {outcome.label} krävs en rad om det, så att de som bygger "
            f"vidare får veta. Ange den {in_field('andring')}."
        )
    if outcome in DISCHARGE and (step.concerns != "ansvarsfrihet" or kind != "fullmaktige"):
        raise RefusedError(
            f"{outcome.label} kan inte {body} i {step.slug}: ansvarsfriheten prövas av fullmäktige i sitt "
            "eget steg (KL 5 kap. 24 §). Välj ett annat utfall."
        )
    discharge = step.concerns == "ansvarsfrihet" and kind == "fullmaktige"
    decides = outcome.effect is Effect.PASS or outcome is Outcome.AVSLAG
    if discharge and decides and outcome not in DISCHARGE:
        raise RefusedError(
            f"{body} beviljar eller vägrar ansvarsfrihet (KL 5 kap. 24 §); {outcome.label} säger inte "
            f"vilket. Välj {Outcome.BEVILJAR} eller {Outcome.VAGRAR}."
        )
    if minutes.get("minority"):
        _refuse_minority(state, step, body, outcome, instead_of)
    address = minutes.get("minutes", "").strip()
    if address and not ADDRESS.fullmatch(address):
        raise RefusedError(
            f"Länken {address!r} till protokollet går inte att använda. Ange en adress som börjar med https://"
        )
    said: Said = {
        "paragraph": _paragraph(minutes.get("paragraph", ""), body, on),
        "reason": minutes.get("reason", ""),
        "changes": minutes.get("changes", ""),
        "diarienummer": _own_number(state, step, minutes.get("diarienummer", "")),
        "note": minutes.get("note", ""),
        "minutes": address,
        "minority": minutes.get("minority", False),
        "signed_at_once": minutes.get("signed_at_once", False),
    }
    return said


def _refuse_minority(
    state: YearState, step: Step, body: str, outcome: Outcome, instead_of: Decided | None
) -> None:
    """KL 5 kap. 50 §: a third of fullmäktige can force bordläggning or återremiss of an item, once."""
    if outcome not in (Outcome.ATERREMISS, Outcome.BORDLAGGNING):
        raise RefusedError(
            f"En minoritet kan inte genomdriva {outcome.label}, bara återremiss och bordläggning "
            f"(KL 5 kap. 50 §). {unticked('minoritet')}."
        )
    if state.definition.body(body).kind != "fullmaktige":
        raise RefusedError(
            f"En minoritet kan genomdriva {outcome.label} bara i fullmäktige (KL 5 kap. 50 §); i {body} "
            f"krävs majoritet. {unticked('minoritet')}."
        )
    for slug in state.definition.arende_of(step).steps:
        for earlier in state[slug].decisions if slug in state.steps else ():
            if earlier.minority and earlier != instead_of:
                raise RefusedError(
                    f"Ärendet har redan en gång fått {earlier.outcome.label} på begäran av en minoritet "
                    f"({earlier.body} {earlier.on}). En andra gång krävs majoritet (KL 5 kap. 50 §): "
                    f"{either('ta bort --minoritet', 'kryssa ur minoritet')} om majoriteten beslutade."
                )


def _way_back(
    state: YearState, step: Step, link: int, outcome: Outcome, wanted: str
) -> tuple[str, int]:
    """Where a return from the link goes: to the one before in the ärende, or the body that is asked for.
    With no link before, to the roles and the same body again. Nowhere, where nothing is returned."""
    if outcome.effect is not Effect.RETURN or (outcome is Outcome.AVSLAG and step.optional):
        return "", 0
    links = state.definition.links_of(state.definition.arende_of(step))
    here = links.index((step, link))
    before = [
        (other, place)
        for other, place in links[: here + 1]
        if other == step or state[other.slug].status is Status.COMPLETED
    ]
    if not wanted:
        target = before[-2] if len(before) > 1 else before[-1]
        return target[0].slug, target[1]
    body = state.definition.body(wanted).slug
    for other, place in reversed(before):
        if other.chain[place] == body:
            return other.slug, place
    known = ", ".join(dict.fromkeys(other.chain[place] for other, place in before))
    raise RefusedError(
        f"{step.slug} kan inte återvisas till {body}; ärendet har inte varit där. Välj bland: {known}."
    )


def _refuse_what_has_followed(
    state: YearState, step: Step, wrong: Decided, right: Decided | None
) -> None:
    own = state[step.slug]
    if own.decisions[-1] != wrong:
        raise RefusedError(
            f"Utfallet i {wrong.body} {wrong.on} kan inte rättas: {step.slug} har flera beslut efter det. "
            "Rätta det senaste först."
        )
    moved = right is None or right.outcome.effect is not wrong.outcome.effect
    if right is not None and wrong.body in step.may_settle:
        moved = moved or right.outcome.settles is not wrong.outcome.settles
    if not moved:
        return
    reopened = [step.slug]
    if wrong.back_step:
        way = state.definition.arende_of(step).steps
        reopened = [*way[way.index(wrong.back_step) : way.index(step.slug)], step.slug]
    acted = [slug for slug in reopened if state[slug].reported or state[slug].overridden]
    if wrong.outcome.effect is Effect.RETURN and acted:
        raise RefusedError(
            f"Utfallet i {wrong.body} {wrong.on} kan inte rättas: i det nya varvet har delar redan lämnats. "
            "Registrera det som gäller när steget är klart igen, eller kör om det."
        )
    built = [later for later in state.definition.steps if _built_on(state, later, step, wrong)]
    if built:
        names = ", ".join(later.slug for later in built)
        raise RefusedError(
            f"Utfallet i {wrong.body} {wrong.on} kan inte rättas: {names} bygger redan på det. "
            f"Rätta först det som är beslutat där, eller gör om: {rerun(step)}"
        )


def _built_on(state: YearState, later: Step, step: Step, wrong: Decided) -> bool:
    """Whether something has been done in the later step since, with the decision for its ground."""
    if step.slug not in later.rests_on or wrong.outcome.effect is not Effect.PASS:
        return False
    own = state[later.slug]
    started = later.starts is not None and later.starts.step == step.slug
    return any(decision.on >= wrong.on for decision in own.decisions) or any(
        started or day > wrong.on for day in own.reported.values()
    )


def _paragraph(text: str, body: str, on: date) -> str:
    """`KS § 74/2027`, whole, of `§ 74` or `74`; RefusedError for another body's or year's."""
    if not text.strip():
        return ""
    match = PARAGRAPH.fullmatch(text.strip())
    if match is None:
        raise RefusedError(
            f"Paragrafen {text!r} går inte att läsa. Skriv som {body} § 74/{on.year}, eller bara 74."
        )
    said, item, year = match.groups()
    if said and said.casefold() != body.casefold():
        raise RefusedError(f"Paragrafen {text} är inte {body}:s. Kontrollera instansen.")
    if year and int(year) != on.year:
        raise RefusedError(
            f"Paragrafen {text} är inte från {on.year}, då {body} sammanträdde. Kontrollera året."
        )
    return f"{body} § {int(item)}/{on.year}"


def _own_number(state: YearState, step: Step, text: str) -> str:
    """The ärende's number, given now or known since before; RefusedError for another than it has."""
    known = state.number_of(step)
    if not text.strip():
        return known
    wanted = _number(text)
    if known and wanted != known:
        raise RefusedError(
            f"Ärendet har diarienummer {known}, inte {wanted}. Är det förra fel: "
            + command(f"diariefor {step.slug} {wanted!r}.", "formuläret diariefor.")
        )
    own = state.definition.arende_of(step).slug
    for other, taken in state.numbers.items():
        if taken == wanted and other != own:
            raise RefusedError(
                f"Diarienumret {wanted} har redan ärendet {other}. Kontrollera numret."
            )
    return wanted


def _number(text: str) -> str:
    wanted = " ".join(text.split())
    if not NUMBER.fullmatch(wanted):
        raise RefusedError(f"Diarienumret {text!r} går inte att läsa. Skriv som KS 2027/00123.")
    return wanted
