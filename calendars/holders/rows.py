"""A row that says who holds a role, or who is away, and what is wrong with the rows together. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from calendars.definition import Day
from calendars.faults import unknown, validated
from calendars.holders.people_words import tidied, tidied_person
from models.errors import DefinitionError
from models.mail_choices import Pace, read_choices
from models.plan import Absence, RoleHolder, mailbox
from models.process import ADDRESS, Address, Definition, Entry, Line, Slug


def _person(name: str) -> str:
    """A spreadsheet's formula, a number or a day is nobody's name."""
    if name.lstrip().startswith(("=", "+", "-", "@")):
        raise ValueError(f"namnet får inte börja med {name.lstrip()[0]}")
    if not any(letter.isalpha() for letter in name):
        raise ValueError("ska vara ett namn med bokstäver")
    return name


def _choices(text: str) -> str:
    read_choices(text)
    return text


def _deputy_person(deputy: str) -> str:
    name = deputy.partition("<")[0].strip()
    return deputy if name in ("", deputy) else _person(name) and deputy


class HolderEntry(Entry):
    """Somebody who holds a role; the address may bring the name, as in `Eva Ek <eva@kommun.se>`."""

    role: Slug = Field(alias="roll")
    unit: Slug | None = Field(None, alias="enhet")
    name: Annotated[Line, AfterValidator(_person)] = Field(alias="namn")
    address: Address = Field(alias="adress")
    first_day: Day = Field(alias="fran")
    last_day: Day | None = Field(None, alias="till")
    pace: Annotated[str, AfterValidator(_choices)] = Field(Pace.DAILY.value, alias="utskick")

    @model_validator(mode="before")
    @classmethod
    def _tidy(cls, raw: Any) -> Any:
        return tidied(raw) if isinstance(raw, dict) else raw

    def holder(self, *, example: bool) -> RoleHolder:
        return RoleHolder(
            self.role,
            self.unit,
            self.name,
            self.address,
            self.first_day,
            self.last_day,
            example,
            *read_choices(self.pace),
        )


def holder_of(raw: Mapping[str, Any], definition: Definition) -> RoleHolder:
    """One holder as a person gave it, sound as a row of a file; DefinitionError with every fault."""
    entry = validated(HolderEntry, raw)
    if faults := list(holder_faults([entry], definition)):
        raise DefinitionError(
            [f"{fault.field}: {fault.text}" if fault.field else fault.text for fault in faults]
        )
    return entry.holder(example=False)


class AbsenceEntry(Entry):
    """`deputy` is another holder's address, or `Namn <adress>`."""

    address: Address = Field(alias="adress")
    first_day: Day = Field(alias="fran")
    last_day: Day = Field(alias="till")
    deputy: Annotated[Line, AfterValidator(_deputy_person)] = Field(alias="ersattare")

    @model_validator(mode="before")
    @classmethod
    def _tidy(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        row = {field: value for field, value in tidied(raw).items() if field != "namn"}
        if isinstance(row.get("ersattare"), str):
            row["ersattare"] = tidied_person(row["ersattare"])
        return row

    def absence(self, names: Mapping[str, str], *, example: bool) -> Absence:
        name, address = _deputy(self.deputy, names) or ("", "")
        return Absence(self.address, self.first_day, self.last_day, name, address, example)


class Fault(NamedTuple):
    """What is wrong with one row, by its number from 0, and in which field; None for the row itself."""

    row: int
    field: str | None
    text: str


def holder_faults(rows: Sequence[HolderEntry], definition: Definition) -> Iterator[Fault]:
    seen: set[tuple[object, ...]] = set()
    for number, row in enumerate(rows):
        told = [*role_faults(row.role, row.unit, definition)]
        yield from (Fault(number, *one) for one in told)
        if any(field == "roll" for field, _ in told):
            continue
        if row.last_day is not None and row.last_day < row.first_day:
            yield Fault(number, "till", _backwards(row.last_day, row.first_day))
        same = (row.role, row.unit, mailbox(row.address), row.first_day)
        if same in seen:
            yield Fault(
                number,
                None,
                f"{row.address} står redan som {row.role} från {row.first_day}. Ta bort dubbletten.",
            )
        seen.add(same)


def role_faults(role: str, unit: str | None, definition: Definition) -> Iterator[tuple[str, str]]:
    """What is wrong with a role and its unit, each with its field. A role with units has a holder for each of
    them, and one without has none."""
    roles = {known.slug: known for known in definition.roles}
    if role not in roles:
        yield from (("roll", told) for told in _clauses("okänd roll", role, roles))
        return
    units = roles[role].units
    if unit is None:
        if units:
            yield "enhet", f"saknas; rollen {role} finns för: {', '.join(units)}."
    elif not units:
        yield "enhet", f"rollen {role} har inga enheter. Ta bort fältet."
    elif unit not in units:
        yield from (("enhet", told) for told in _clauses("okänd enhet", unit, units))


def absence_faults(
    rows: Sequence[AbsenceEntry], names: Mapping[str, str], deputies: Iterable[str] = ()
) -> Iterator[Fault]:
    """`names` are those of the holders, by mailbox; `deputies` the mailboxes of others who may be away,
    because they are somebody's deputy. So is who is named as a deputy in the rows."""
    known = {*names, *deputies, *deputy_mailboxes(row.deputy for row in rows)}
    above: dict[str, list[AbsenceEntry]] = defaultdict(list)
    for number, row in enumerate(rows):
        if mailbox(row.address) not in known:
            yield Fault(
                number,
                "adress",
                f"ingen rollinnehavare eller ersättare har adressen {row.address}. "
                "Rätta den eller ta bort raden.",
            )
        yield from (Fault(number, *told) for told in _deputy_faults(row, names))
        own = above[mailbox(row.address)]
        if other := next((one for one in own if _overlap(one, row)), None):
            yield Fault(
                number,
                "fran",
                f"{row.address} är redan frånvarande {other.first_day}–{other.last_day}. "
                "Låt tiderna inte gå in i varandra.",
            )
        own.append(row)
        if ring := _ring(above, row, names):
            yield Fault(
                number,
                "ersattare",
                f"ersättarna går i ring under samma tid: {' → '.join(ring)}. Välj någon annan.",
            )


def _deputy_faults(row: AbsenceEntry, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if _deputy(row.deputy, names) is None:
        yield (
            "ersattare",
            f"{row.deputy!r} är ingen rollinnehavares adress. Skriv en sådan, eller Namn <adress>.",
        )
    if row.last_day < row.first_day:
        yield "till", _backwards(row.last_day, row.first_day)


def deputy_mailboxes(texts: Iterable[str]) -> Iterator[str]:
    """Whom `Namn <adress>` names; nothing of a text that is not so."""
    for text in texts:
        if (deputy := _deputy(text, {})) is not None:
            yield mailbox(deputy[1])


def _ring(
    rows: Mapping[str, Sequence[AbsenceEntry]], row: AbsenceEntry, names: Mapping[str, str]
) -> list[str]:
    """The addresses from the row back to itself, where each is away at some time of the row's; `rows` are
    those of each mailbox."""
    passed, at = [row.address], row
    seen: set[str] = set()
    while deputy := _deputy(at.deputy, names):
        own = mailbox(deputy[1])
        passed.append(deputy[1])
        if own == mailbox(row.address):
            return passed
        after = next((one for one in rows.get(own, ()) if _overlap(one, row)), None)
        if after is None or own in seen:
            return []
        seen.add(own)
        at = after
    return []


def _overlap(one: AbsenceEntry, other: AbsenceEntry) -> bool:
    return one.first_day <= other.last_day and other.first_day <= one.last_day


def _deputy(text: str, names: Mapping[str, str]) -> tuple[str, str] | None:
    """Name and address; None where the text is neither a known address nor both."""
    if (own := mailbox(text)) in names:
        return names[own], text
    match = re.fullmatch(r"(?P<name>[^<>]*[^<>\s])\s*<(?P<address>[^<>]+)>", text)
    if match is None or not re.fullmatch(ADDRESS.strip("^$"), match["address"]):
        return None
    return match["name"].strip(), match["address"]


def _clauses(what: str, value: str, known: Iterable[str]) -> Iterator[str]:
    """The one clause that `unknown` gives, without a place before it."""
    for text in unknown("", [value], known, what):
        yield text.removeprefix(": ")


def _backwards(last: object, first: object) -> str:
    return f"{last} ligger före fran {first}. Sista dagen kommer tidigast samma dag som den första."
