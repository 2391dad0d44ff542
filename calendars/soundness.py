"""Whether a definition holds together: what pydantic cannot see. References, order, the graph as a whole.

Pure. Each fault is a Swedish sentence: step or entry, field, the value, and what is allowed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from calendars.faults import unknown
from calendars.work_time import days_of_work
from models.givers import MUNICIPAL
from models.points import MONTHS
from models.process import USUAL_DAYS, Arende, Definition, Step, TaskKey, Trigger

CALENDARS = range(2024, 2052)
"""Budget years with every calendar there is: leap years and weekdays repeat after 28 years."""
OTHER_DAYS = ("instans", "datum", "kungorelse", "justering", "anslag")
"""Names that `provkor --json` has for something else, beside the day counts."""


def faults_of(definition: Definition) -> Iterator[str]:
    """Every fault of a definition; none of a sound one."""
    for what, slugs in (
        ("instans", [body.slug for body in definition.bodies]),
        ("roll", [role.slug for role in definition.roles]),
        ("enhet", [unit.slug for unit in definition.units]),
        ("steg", [step.slug for step in definition.steps]),
    ):
        yield from _doubles(what, slugs)
    yield from _shared_ids(definition)
    yield from _day_faults(definition)
    yield from _role_faults(definition)
    if not definition.steps:
        yield "steg: det finns inga steg. Ett år behöver minst ett."
    for step in definition.steps:
        yield from _faults_of_step(step, f"steg {step.slug!r}", definition)
    yield from _occasion_faults(definition)
    yield from _arende_faults(definition)
    yield from _unused_faults(definition)
    rings = list(_cycle(definition))
    yield from rings or _never_in_time(definition)
    yield from _superior_ring(definition)


def _role_faults(definition: Definition) -> Iterator[str]:
    """The process owner, the clerks and the roles themselves."""
    units = {unit.slug for unit in definition.units}
    yield from _single("kommun, processagare", definition.municipality.owner, definition)
    for body in definition.bodies:
        yield from _one_holder(f"instans {body.slug!r}, sekreterare", body.clerk, definition)
    for role in definition.roles:
        yield from unknown(f"roll {role.slug!r}, enheter", role.units, units, "okänd enhet")
        yield from _doubles(f"roll {role.slug!r}, enheter: enhet", role.units)
        if role.superior is not None:
            yield from _single(f"roll {role.slug!r}, chef", role.superior, definition)


def _faults_of_step(step: Step, where: str, definition: Definition) -> Iterator[str]:
    yield from _part_and_body_faults(step, where, definition)
    required = [need.step for need in step.requires]
    yield from unknown(f"{where}, kraver", required, definition.step_by_slug, "okänt steg")
    yield from _doubles(f"{where}, kraver: steg", required)
    yield from _step_faults(step, where)
    yield from _assumption_faults(step, where)
    yield from _requirement_faults(step, where, definition)
    yield from _before_faults(step, where, definition)
    yield from _trigger_faults(step, where, definition)
    yield from _step_trigger_faults(step, where)
    yield from _work_time_faults(step, where, definition)


def _day_faults(definition: Definition) -> Iterator[str]:
    """A day count has a name of its own; several rows may share it, each for other bodies."""
    bodies = [body.slug for body in definition.bodies]
    taken = {row.slug for row in USUAL_DAYS}
    for row in definition.days:
        where = f"dag {row.slug!r}"
        yield from unknown(f"{where}, instanser", row.bodies, bodies, "okänd instans")
        if row.slug in taken:
            yield f"{where}: finns för alla instanser. Ange dagarna med {row.slug} i [[instans]]."
        elif row.slug in OTHER_DAYS:
            yield f"{where}: namnet är upptaget. Välj ett annat."
    yield from _days_given_twice(definition)


def _days_given_twice(definition: Definition) -> Iterator[str]:
    given = Counter((row.slug, body) for row in definition.days for body in row.bodies or ("",))
    for (slug, body), count in given.items():
        if count > 1:
            whose = f"för {body!r}" if body else "för alla instanser"
            yield f"dag {slug!r}: finns {count} gånger {whose} men får finnas bara en gång."


def _part_and_body_faults(step: Step, where: str, definition: Definition) -> Iterator[str]:
    """Who works on it and who decides it, of a step and of an occasion alike."""
    bodies = {body.slug for body in definition.bodies}
    for field, named in (
        ("ansvariga", step.parts),
        ("deltar", step.attending),
        ("far_veta", step.told),
    ):
        yield from _key_faults(named, f"{where}, {field}", definition)
    yield from unknown(f"{where}, beslutskedja", step.chain, bodies, "okänd instans")
    yield from _doubles(f"{where}, beslutskedja: instans", step.chain)
    yield from _doubles(f"{where}, resultat:", step.results)
    yield from _doubles(f"{where}, avser:", step.concerns)
    yield from _giver_faults(step, f"{where}, resultat_fran", definition)
    deciding = [limit.body for limit in step.limits if limit.body]
    outside = "beslutskedjan saknar instansen"
    yield from unknown(f"{where}, lagfrister, instans", deciding, step.chain, outside)
    yield from unknown(
        f"{where}, kan_avgoras_av",
        step.may_settle,
        step.chain[:-1],
        "står inte före den sista i beslutskedjan",
    )
    yield from unknown(
        f"{where}, utan_beslut", step.discussing, step.chain, "står inte i beslutskedjan"
    )
    for body in step.discussing:
        if body in (*step.may_settle, *deciding):
            yield (
                f"{where}, utan_beslut: {body!r} ska besluta enligt kan_avgoras_av eller lagfrister. "
                "Ta bort det ena."
            )
    yield from _window_faults(step, where)


def _window_faults(step: Step, where: str) -> Iterator[str]:
    window = step.window
    if step.own_window is None or window.start is None:
        pass
    elif window.weeks is not None:
        yield f"{where}, fonster: veckor gäller ett fönster utan fran. Ta bort ett av dem."
    elif any(last < first for first, last in map(window.days, CALENDARS)):
        yield (
            f"{where}, fonster: till {step.window.end!r} ligger före fran {step.window.start!r}. "
            "Går fönstret över ett årsskifte anges till_ar."
        )


def _step_faults(step: Step, where: str) -> Iterator[str]:
    if step.kind == "beslut" and not step.chain:
        yield f"{where}, beslutskedja: är tom, men steget är ett beslut. Ange minst en instans."
    if step.kind != "beslut" and step.chain:
        yield (
            f"{where}, slag: {step.kind!r} har beslutskedjan {', '.join(step.chain)}. "
            'Ett steg med beslutskedja har slag = "beslut".'
        )
    if step.own_window is None and not (step.starts and step.starts.step):
        yield (
            f"{where}, fonster: saknas. Ange när steget görs, eller vilket steg det följer på: "
            'startas_av = { steg = "…" }.'
        )
    elif step.own_window is None and step.kind == "mote":
        yield f"{where}, fonster: saknas. En mötesdag behöver ett fönster som dagen ligger i. Ange det."
    if not step.roles and not step.chain:
        yield f"{where}, ansvariga: är tom, så ingen kan göra steget klart. Ange minst en roll."


def _assumption_faults(step: Step, where: str) -> Iterator[str]:
    """What we assume is what the step itself does not say: two answers to one question are none."""
    if (assumed := step.assumption) is None:
        return
    given = {
        "ansvariga": (step.responsible, assumed.responsible),
        "beslutskedja": (step.seed_chain, assumed.chain),
    }
    for field, (own, other) in given.items():
        if own and other and own != other:
            yield (
                f"{where}, antagande, {field}: {', '.join(other)} säger emot stegets egna {field} "
                f"({', '.join(own)}). Ta bort det ena."
            )
    if not assumed.responsible and not assumed.chain:
        yield f"{where}, antagande: antar ingenting. Ange ansvariga eller beslutskedja, eller ta bort det."


def _before_faults(step: Step, where: str, definition: Definition) -> Iterator[str]:
    if step.before is None:
        return
    steps = {one.slug: one for one in definition.steps}
    yield from unknown(f"{where}, fore", [step.before.step], steps, "okänt steg")
    if step.before.step == step.slug:
        yield f"{where}, fore: steget kan inte vara klart före sig självt. Välj ett annat steg."
    elif step.before.step in steps and not steps[step.before.step].chain:
        yield f"{where}, fore: {step.before.step!r} har inget sammanträde. Välj ett steg som beslutas."


def _trigger_faults(step: Step, where: str, definition: Definition) -> Iterator[str]:
    """What holds for everything that something starts, a step or an occasion."""
    starts = step.starts
    if starts is None:
        return
    steps = {one.slug for one in definition.steps}
    units = [unit.slug for unit in definition.units]
    asked = filter(None, (starts.step, starts.follows))
    yield from unknown(f"{where}, startas_av, steg", asked, steps, "okänt steg")
    yield from unknown(f"{where}, startas_av, enheter", starts.units, units, "okänd enhet")
    ahead = filter(None, (starts.ahead_of,))
    bodies = {body.slug for body in definition.bodies}
    yield from unknown(f"{where}, startas_av, infor", ahead, bodies, "okänd instans")
    yield from _threshold_faults(starts, where)


def _threshold_faults(starts: Trigger, where: str) -> Iterator[str]:
    if starts.missing_by and not starts.step:
        yield f"{where}, startas_av, saknas: säg vilket steg som ska saknas, med steg."
    has_threshold = (starts.below, starts.below_percent) != (None, None)
    if starts.amount and not has_threshold:
        yield f"{where}, startas_av, belopp: säg vid vilket belopp, med under eller under_procent."
    if has_threshold and not starts.amount:
        yield f"{where}, startas_av, under: säg vilket belopp som ska ligga under, med belopp."


def _step_trigger_faults(step: Step, where: str) -> Iterator[str]:
    """A step is one for the whole municipality and the year: what is asked of each unit, or of each of the
    years that follow, is an occasion's."""
    if (starts := step.starts) is None:
        return
    named = {
        "under_procent": starts.below_percent,
        "enheter": starts.units,
        "foljer": starts.follows,
        "infor": starts.ahead_of,
    }
    if given := [name for name, value in named.items() if value]:
        yield (
            f"{where}, startas_av: {', '.join(given)} gäller tillfällen, inte steg. "
            "Skriv det som ett [[tillfalle]], eller ta bort det."
        )


def _work_time_faults(step: Step, where: str, definition: Definition) -> Iterator[str]:
    """The working days that a step itself asks for, and cannot have in any year: more than it is to be done
    within, or than there are from when what starts it can be done. What the settings give all steps is
    no demand of one, and is told by the plan where it cannot be kept."""
    starts = step.starts
    starter = definition.step_by_slug.get(starts.step or "") if starts else None
    if step.work_days is None or starts is None or starter is None or starts.missing_by is not None:
        return
    if starts.within is not None:
        if starts.within < step.work_days:
            yield (
                f"{where}, arbetsdagar: {step.work_days} är fler än startas_av ger med "
                f"inom = {starts.within}. Ändra ett av dem."
            )
        return
    most = max(
        days_of_work(definition.quiet, starter.window.days(year)[0], step.window.days(year)[1])
        for year in CALENDARS
    )
    if most < step.work_days:
        yield (
            f"{where}, arbetsdagar: {step.work_days} får inte plats. Från det att {starter.slug!r} kan vara "
            f"klart till fönstrets slut är det som mest {most}. Ändra fönstret eller arbetsdagarna."
        )


def _unused_faults(definition: Definition) -> Iterator[str]:
    """What is used cannot wait for what is not; that it requires it falls away by itself."""
    unused = {step.slug for step in definition.steps if not step.used}
    for kind, entries in (("steg", definition.steps), ("tillfalle", definition.occasions)):
        for one in entries:
            for field, slug in _waits_for(one):
                if one.used and slug in unused:
                    yield (
                        f"{kind} {one.slug!r}, {field}: {slug!r} används inte (anvands = false). Stryk den "
                        "raden där, eller skriv den här också."
                    )
    for arende in definition.arenden:
        for slug in unused.intersection(arende.steps):
            yield (
                f"arende {arende.slug!r}, steg: {slug!r} används inte (anvands = false). Ta bort det ur "
                "ärendet, eller stryk den raden."
            )


def _waits_for(one: Step) -> Iterator[tuple[str, str | None]]:
    """What something cannot do without, with the field that says so."""
    if one.starts is not None:
        yield "startas_av, steg", one.starts.step
        yield "startas_av, foljer", one.starts.follows
    if one.before is not None:
        yield "fore", one.before.step


def _occasion_faults(definition: Definition) -> Iterator[str]:
    """An occasion becomes a step, so it has a step's parts and bodies; no calendar starts it."""
    occasions = [occasion.slug for occasion in definition.occasions]
    steps = [step.slug for step in definition.steps]
    yield from _doubles("tillfalle", occasions)
    for occasion in definition.occasions:
        where = f"tillfalle {occasion.slug!r}"
        others = [slug for slug in occasions if slug != occasion.slug]
        yield from _taken_names(occasion, where, (*steps, *others))
        yield from _part_and_body_faults(occasion, where, definition)
        yield from _trigger_faults(occasion, where, definition)
        yield from _what_only_a_step_has(occasion, where)


def _shared_ids(definition: Definition) -> Iterator[str]:
    """Each id that two have, told of the second by its name, so that it is found in the file also where a
    template has made it (`N` makes N1, N2 …)."""
    first: dict[str, str] = {}
    for kind, one in (
        *(("steg", step) for step in definition.steps),
        *(("tillfalle", occasion) for occasion in definition.occasions),
    ):
        name = f"{kind} {one.slug!r}"
        if one.id in first:
            yield f"{name}, id: {one.id!r} har redan {first[one.id]}. Ge ett av dem ett annat id."
        first.setdefault(one.id, name)


def _taken_names(occasion: Step, where: str, slugs: Iterable[str]) -> Iterator[str]:
    """The slugs that look as those of the steps that the occasion becomes."""
    becomes = re.compile(rf"{occasion.slug}(-\d+)?")
    for slug in slugs:
        if becomes.fullmatch(slug):
            yield (
                f"{where}: blir stegen {occasion.slug}-1, {occasion.slug}-2 … och kan inte heta så "
                f"bredvid {slug!r}. Ge ett av dem ett annat namn."
            )


def _what_only_a_step_has(occasion: Step, where: str) -> Iterator[str]:
    if not occasion.parts:
        yield f"{where}, ansvariga: är tom, så ingen får veta det. Ange minst en roll."
    if occasion.starts and occasion.starts.step:
        yield f"{where}, startas_av, steg: ett tillfälle startas inte av ett steg. Gör det till ett steg."
    if occasion.starts and occasion.starts.term_year:
        yield f"{where}, startas_av, mandatar: gäller steg, inte tillfällen. Ta bort det."
    if occasion.requires or occasion.before:
        yield f"{where}: kraver och fore gäller steg, inte tillfällen. Ta bort dem."


def _arende_faults(definition: Definition) -> Iterator[str]:
    steps = {step.slug: step for step in definition.steps}
    yield from _doubles("arende", (arende.slug for arende in definition.arenden))
    taken = [slug for arende in definition.arenden for slug in arende.steps]
    yield from _doubles("arende, steg: steg", taken)
    for arende in definition.arenden:
        yield from unknown(f"arende {arende.slug!r}, steg", arende.steps, steps, "okänt steg")
        if arende.slug in steps and arende.slug not in arende.steps:
            yield f"arende {arende.slug!r}: heter som ett steg som inte hör till det. Ge det ett annat namn."
        yield from _not_required(arende, steps)


def _not_required(arende: Arende, steps: Mapping[str, Step]) -> Iterator[str]:
    """The steps of an ärende that do not wait for the one before."""
    for earlier, later in pairwise(filter(steps.__contains__, arende.steps)):
        if earlier not in steps[later].hard:
            yield (
                f"arende {arende.slug!r}, steg: {later!r} följer på {earlier!r} men kräver det inte. "
                'Lägg till det i kraver med slag = "hard".'
            )


def _key_faults(named: Sequence[str], where: str, definition: Definition) -> Iterator[str]:
    """What is wrong with roles, units of roles and addresses, wherever they are named."""
    units = {role.slug: role.units for role in definition.roles}
    keys = [key for key in map(TaskKey.of, named) if not key.is_address]
    yield from unknown(where, dict.fromkeys(key.role for key in keys), units, "okänd roll")
    for key in keys:
        if key.unit and key.role in units:
            yield from unknown(
                where, [key.unit], units[key.role], f"rollen {key.role} har ingen enhet"
            )
    yield from _doubles(f"{where}: roll", named)


def _giver_faults(step: Step, where: str, definition: Definition) -> Iterator[str]:
    """Whose the figures are: a part of the step, and of what is the municipality's one part alone."""
    known = _parts_in_words(step, {role.slug: role.units for role in definition.roles})
    for kind, part in step.figures_from.items():
        own = [one for one in known if one == part or one.startswith(f"{part}:")]
        if kind not in step.results:
            yield f"{where}: steget ger inte {kind}. Lägg till det i resultat, eller ta bort raden."
        elif not own:
            yield (
                f"{where}, {kind}: {part!r} har ingen del i steget. Välj bland: "
                f"{', '.join(known) or 'inga'}; eller lägg till rollen i ansvariga."
            )
        elif kind in MUNICIPAL and part not in own:
            yield (
                f"{where}, {kind}: {part!r} finns för flera enheter, men uppgiften är kommunens. "
                f"Välj en av dem: {', '.join(own)}; eller en roll utan enheter."
            )


def _parts_in_words(step: Step, units: Mapping[str, Sequence[str]]) -> list[str]:
    """The parts of the step as the definition names them, each unit's by itself."""
    found: list[str] = []
    for part in step.parts:
        own = units.get(part, ())
        found += [f"{part}:{unit}" for unit in own] or [part]
    return found


def _requirement_faults(step: Step, where: str, definition: Definition) -> Iterator[str]:
    steps = definition.step_by_slug
    for slug in step.hard:
        if slug in steps and steps[slug].optional:
            yield (
                f"{where}, kraver: {slug!r} är valfritt och kan inte krävas hårt. "
                'Skriv slag = "mjuk", eller gör steget obligatoriskt.'
            )
    if step.kind == "mbl" and not any(
        step.slug in later.hard for later in definition.steps if later.kind == "beslut"
    ):
        yield (
            f"{where}, slag: förhandlingen ska vara klar före beslutet som den gäller (MBL 11 §). "
            f'Lägg {{ steg = "{step.slug}", slag = "hard", … }} i beslutets kraver.'
        )


def _never_in_time(definition: Definition) -> Iterator[str]:
    """The steps whose window is over, whatever the year, before something that they require can begin."""
    if any(
        slug not in definition.step_by_slug for one in definition.steps for slug in one.rests_on
    ):
        return  # told already
    begins: dict[str, date] = {}
    for step in definition.in_dependency_order:
        window = step.window.days(CALENDARS[0])
        required = [slug for slug in step.hard if slug in begins]
        last = max(required, key=begins.__getitem__, default=None)
        starts_itself = step.window.start is not None and step.starts is None
        if last and starts_itself and begins[last] > window[1]:
            yield (
                f"steg {step.slug!r}, kraver: {last!r} kan börja tidigast {_day(begins[last])}, och fönstret "
                f'är över {_day(window[1])}. Flytta ett av fönstren, eller skriv slag = "mjuk".'
            )
        own = window[0] if starts_itself else date.min
        begins[step.slug] = max([own, *(begins[slug] for slug in required)])


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}"


def _cycle(definition: Definition) -> Iterator[str]:
    graph = {step.slug: [*step.rests_on, *_window_after(step)] for step in definition.steps}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        yield f"steg, kraver: stegen väntar på varandra i en ring: {circle}. Ta bort ett av kraven."


def _window_after(step: Step) -> Iterator[str]:
    """What a step without a window of its own begins after, also where it is started for want of it."""
    if step.own_window is None and step.starts and step.starts.step:
        yield step.starts.step


def _superior_ring(definition: Definition) -> Iterator[str]:
    graph = {role.slug: [role.superior] for role in definition.roles if role.superior}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        yield f"roll, chef: rollerna är chefer över varandra i en ring: {circle}. Ta bort ett fält."


def _doubles(what: str, slugs: Iterable[str]) -> Iterator[str]:
    for slug, count in Counter(slugs).items():
        if count > 1:
            yield f"{what} {slug!r}: finns {count} gånger men får finnas bara en gång."


def _one_holder(where: str, key: TaskKey, definition: Definition) -> Iterator[str]:
    """A role that one person at a time holds: without units, or for the one that is named."""
    if key.unit is None:
        yield from _single(where, key.role, definition, " eller säg vilken enhets: roll:enhet")
    else:
        yield from _key_faults([str(key)], where, definition)


def _single(where: str, slug: str, definition: Definition, besides: str = "") -> Iterator[str]:
    """A role that one person at a time holds for the whole municipality: known, and without units."""
    roles = {role.slug: role for role in definition.roles}
    yield from unknown(where, [slug], roles, "okänd roll")
    if slug in roles and roles[slug].units:
        yield (
            f"{where}: rollen {slug!r} finns en för varje enhet "
            f"({', '.join(roles[slug].units)}). Ange en roll utan enheter{besides}."
        )
