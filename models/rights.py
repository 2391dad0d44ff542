"""Which act which visitor may do. Pure."""

from __future__ import annotations

from models.act import Act
from models.acts.corrections import Correct
from models.acts.decisions import Decide, GiveNumber
from models.acts.notes import Note
from models.acts.parts import AskForTime, Disclaim, ReportPart
from models.visitor import Visitor

_CLERKS = (Decide, Correct, Note, GiveNumber)
_HOLDERS = (ReportPart, AskForTime, Disclaim)


def may(visitor: Visitor, act: Act | type[Act]) -> bool:
    """The owner everything; a clerk what their body has decided; who holds a role their own part."""
    kind = act if isinstance(act, type) else type(act)
    if visitor.is_owner:
        return True
    if issubclass(kind, _CLERKS):
        body = getattr(act, "body", None) if isinstance(act, Act) else None
        return body in visitor.clerk_of if body else bool(visitor.clerk_of)
    if issubclass(kind, _HOLDERS):
        if isinstance(act, (*_HOLDERS,)):
            return any((k.role, k.unit) == (act.role, act.unit) for k in visitor.keys)
        return bool(visitor.keys)
    return False
