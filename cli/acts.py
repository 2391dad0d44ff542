"""The command of an act, made from its class: a field more is an option more, with its help, completion and
place in `--json`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, EnumType
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

from cyclopts import Parameter

from cli.completers import completer
from cli.naming import Command
from cli.terminal import Json, author, engine, tell_as_json, tell_step
from models.act import Act
from models.errors import RefusedError
from models.fields import Field

if TYPE_CHECKING:  # what does an act is imported when one is done
    from tasks.context import Done

HELP = {
    "by": "Vem som säger det; annars den som är inloggad",
    "budget_year": "Budgetår; annars det som pågår",
    "reason": "Skäl; står i loggen",
    "results": "Till exempel skattesats=22,31; kan upprepas",
}
"""What the recurring options say, where a form says it otherwise."""
_EMPTY = inspect.Parameter.empty
Given = dict[str, Any]
"""What was given on the command line, by the name that it has there."""
Tell = Callable[[Any, Act, "Done"], None]
"""Says what an act did; the engine, the act, what was done."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a command has besides its act: options of its own, what it presets, demands or leaves out, the
    help that is the command line's own, and how it is carried out."""

    extra: tuple[inspect.Parameter, ...] = ()
    preset: Mapping[str, object] = field(default_factory=dict)
    demanded: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    """Required fields of the act that the command can do without: it may do another act instead."""
    without: tuple[str, ...] = ()
    help: str = ""
    helps: Mapping[str, str] = field(default_factory=dict)
    instead: Callable[[Given], Act | None] = lambda _: None
    """Another act, where the options say so."""
    carry_out: Callable[[Act, Given], Done | int | None] | None = None
    """What does it, where that is more than to ask the engine."""
    tell: Tell = lambda on, act, done: tell_year_step(on, act, done)


def command_of(command: Command, shape: Shape | None = None) -> Callable[..., Any]:
    """The function that cyclopts makes a command of."""
    shape = shape or Shape()

    parameters = [*_parameters(command, shape), _json()]
    signature = inspect.Signature(parameters)

    def run(*words: Any, **options: Any) -> int | None:
        bound = signature.bind(*words, **options)
        bound.apply_defaults()
        given = bound.arguments
        as_json = given["som_json"]
        tell_as_json(as_json)
        act = shape.instead(given) or act_of(command, {**given, **_presets(command, shape)})
        if shape.carry_out is not None:
            outcome = shape.carry_out(act, given)
            if outcome is None or isinstance(outcome, int):
                return outcome
            done, on = outcome, engine()
        else:
            on = engine()
            done = on.do(act)
        shape.tell(on, act, done)
        return None

    run.__name__ = run.__qualname__ = "_".join(command.words).replace("-", "_")
    run.__doc__ = shape.help or command.act.__doc__
    run.__signature__ = signature  # type: ignore[attr-defined] # read by cyclopts
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def tell_year_step(on: Any, act: Act, done: Done) -> None:
    """What the figures raised, and where the step stands now."""
    from cli.figures import tell_raised

    tell_raised(on, done)
    tell_step(on, done)


def act_of(command: Command, given: Given) -> Act:
    """The act, of what was given on the command line."""
    said: dict[str, Any] = {}
    for one in command.act.fields():
        name = command.name_of(one.attribute)
        if one.attribute == "by":
            said[one.name] = author(given.get(name))
        elif name in given and given[name] is not None:
            said[one.name] = _read(one, given[name])
    _split_unit(command, said)
    return command.act.of(said)


def _split_unit(command: Command, said: Given) -> None:
    """The letters and the lists name a part as role:unit."""
    names = {one.attribute for one in command.act.fields()}
    if {"role", "unit"} <= names and isinstance(said.get("roll"), str):
        role, _, unit = said["roll"].partition(":")
        said["roll"], said["enhet"] = role, said.get("enhet") or unit or None


def _read(one: Field, value: Any) -> Any:
    if one.attribute == "results":
        from cli.figures import values_of

        return values_of(value)
    if one.attribute == "mapping":
        return pairs_of(value, one.name)
    return value


def pairs_of(written: Iterable[str], name: str) -> dict[str, str]:
    """`gammalt=nytt` of each; RefusedError for what is none, or says two things."""
    mapping: dict[str, str] = {}
    for pair in written:
        old, is_pair, new = (part.strip() for part in pair.partition("="))
        if not (old and is_pair):
            raise RefusedError(
                f"--{name} {pair} går inte att läsa. Skriv gammalt=nytt, eller gammalt= om steget avslutas."
            )
        if mapping.get(old, new) != new:
            raise RefusedError(
                f"--{name} säger två saker om {old}: {mapping[old]!r} och {new!r}. Välj en."
            )
        mapping[old] = new
    return mapping


def _presets(command: Command, shape: Shape) -> Given:
    return {command.name_of(attribute): value for attribute, value in shape.preset.items()}


def _parameters(command: Command, shape: Shape) -> list[inspect.Parameter]:
    """Those without an option in their order, then the act's others, then the command's own; the budget year
    and who asks are last."""
    hidden = {*shape.preset, *shape.without}
    fields = {one.attribute: one for one in command.act.fields() if one.attribute not in hidden}
    last = [fields.pop(name) for name in ("budget_year", "by") if _is_option(name, fields, command)]
    ordered = [fields.pop(name) for name in command.positional if name in fields]
    return [
        *(_parameter(command, shape, one, is_word=True) for one in ordered),
        *(_parameter(command, shape, one) for one in fields.values()),
        *shape.extra,
        *(_parameter(command, shape, one) for one in last),
    ]


def _is_option(name: str, fields: Mapping[str, Field], command: Command) -> bool:
    return name in fields and name not in command.positional


def _parameter(
    command: Command, shape: Shape, one: Field, *, is_word: bool = False
) -> inspect.Parameter:
    name = command.name_of(one.attribute)
    type_, default = _type_and_default(shape, one)
    words = shape.helps.get(one.attribute) or HELP.get(one.attribute) or one.words.help
    options: dict[str, Any] = {"help": words, **_offers(one, type_, command)}
    if is_word and _is_many(one):
        return _made(name, inspect.Parameter.VAR_POSITIONAL, _EMPTY, str, options)
    if is_word:
        return _made(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default, type_, options)
    options["name"] = _flag(name)
    if _is_many(one):
        type_, default, options["negative"] = list[str] | None, None, ""
    elif type_ is bool:
        options["negative"] = ""
    elif _bare(type_) is bool:
        options["negative"] = _flag(f"ej_{name}")
    return _made(name, inspect.Parameter.KEYWORD_ONLY, default, type_, options)


def _type_and_default(shape: Shape, one: Field) -> tuple[Any, Any]:
    """As the command has it, which may demand what the act can do without, or the other way round."""
    type_, default = _type(one), _EMPTY if one.is_required else one.default
    if one.attribute == "by":
        return str | None, None
    if one.attribute in shape.demanded:
        return _bare(type_), _EMPTY
    if one.attribute not in shape.optional:
        return type_, default
    # an empty value would be none of a closed choice's
    return (type_ | None, None) if isinstance(type_, EnumType) else (type_, "")


def _offers(one: Field, type_: Any, command: Command) -> dict[str, Any]:
    """What the shell is to offer: of a closed choice cyclopts knows it."""
    bare = _bare(type_)
    if isinstance(bare, type) and issubclass(bare, Enum):
        return {"name_transform": _by_value(bare)}
    return {} if one.words.choices is None else {"completer": completer(one, command)}


def _is_many(one: Field) -> bool:
    """Whether it is written as pairs, as many as there are."""
    return one.attribute in ("results", "mapping")


def _made(
    name: str, kind: Any, default: Any, type_: Any, options: dict[str, Any]
) -> inspect.Parameter:
    annotation: Any = Annotated[type_, Parameter(**options)]
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


def _flag(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def option(name: str, type_: Any, default: Any, help: str, **options: Any) -> inspect.Parameter:  # noqa: A002
    """An option that is the command's own."""
    if type_ is bool:
        options["negative"] = ""
    options |= {"name": _flag(name), "help": help}
    return _made(name, inspect.Parameter.KEYWORD_ONLY, default, type_, options)


def _json() -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter("som_json", kind, default=False, annotation=Json)


def _type(one: Field) -> Any:
    """As cyclopts converts it: without the checks, which are the act's."""
    type_ = one.type
    while get_origin(type_) is Annotated:
        type_ = get_args(type_)[0]
    bare = {_unchecked(arg) for arg in get_args(type_)}
    if NoneType in bare:
        [own] = bare - {NoneType}
        return own | None
    return type_


def _unchecked(type_: Any) -> Any:
    return get_args(type_)[0] if get_origin(type_) is Annotated else type_


def _bare(type_: Any) -> Any:
    """Without None."""
    own = [one for one in get_args(type_) if one is not NoneType]
    return own[0] if NoneType in get_args(type_) else type_


def _by_value(kind: type[Enum]) -> Callable[[str], str]:
    """A choice is written as the letters and the log have it, not by the name of its constant."""
    known = kind.__members__
    return lambda name: str(known[name].value) if name in known else name.lower().replace("_", "-")
