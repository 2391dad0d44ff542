"""The signed-in pages as HTML: one style sheet inside each, no script, nothing from elsewhere."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from models.outcomes import Outcome
from models.results import NAMES
from models.visitor import Visitor
from notifications.ladder import working_days
from notifications.wording import long_day, short_day
from views.tone_styles import LOOKS
from web.addresses import Addresses
from web.receipts import Receipt
from web.wording import person, with_days


def _style() -> str:
    """The style sheet, with what follows from elsewhere: which fields an outcome asks for, and what
    each state looks like in the drawings."""
    own = (Path(__file__).parent / "templates" / "rum.css").read_text(encoding="utf-8")
    needs = {
        "andring": [one for one in Outcome if one.row.demands == "changes"],
        "skal": [one for one in Outcome if one.row.demands == "reason"],
        "minoritet": [one for one in Outcome if one.row.by_minority],
    }
    rules = [
        ".beslut:has(.falt-utfall option:checked{}) .falt-{}{{display:none}}".format(
            "".join(f':not([value="{one}"])' for one in outcomes), name
        )
        for name, outcomes in needs.items()
    ]
    looks = [
        f".lage-{tone.name.lower()}::before{{background:{look.fill};border:2px "
        f"{'dashed' if look.dashes else 'solid'} {look.outline}}}"
        for tone, look in LOOKS.items()
    ]
    return own + "\n".join((*rules, *looks))


STYLE = _style()
STYLE_HASH = f"sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}"


def render(
    template: str,
    *,
    visitor: Visitor,
    places: Addresses,
    today: date,
    receipt: Receipt | None = None,
    here: str = "",
    exercise: bool = False,
    **values: object,
) -> str:
    """The page. `here` is which of the three rooms of the menu it is in; in an `exercise` the day is
    not the real one."""
    return _PAGES.get_template(template).render(
        visitor=visitor,
        places=places,
        today=today,
        receipt=receipt,
        here=here,
        exercise=exercise,
        **values,
    )


def week(day: date) -> int:
    return day.isocalendar().week


_PAGES = Environment(
    loader=PackageLoader("web", "templates/rum"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters.update(
    dag=long_day,
    dagar=with_days,
    kort=short_day,
    vecka=week,
    arbetsdagar=working_days,
    person=person,
)
_PAGES.globals.update(kinds=NAMES, style=Markup(STYLE))  # noqa: S704 - our own file
