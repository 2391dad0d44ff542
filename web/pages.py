"""The pages as HTML: escaped, with the one style sheet inside, and nothing that asks anybody else."""

from __future__ import annotations

from base64 import b64encode
from datetime import date
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from notifications.ladder import working_days
from notifications.wording import long_day
from tasks.links.view import TaskView
from web.figures import result_fields
from web.forms import LONGEST_TEXT, SentForm

STYLE = (Path(__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")
STYLE_HASH = f"sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}"


def task_page(view: TaskView, form: SentForm, *, token: str, signature: str, today: date) -> str:
    """The task, with the forms while it waits for an answer, else with what was answered."""
    return _PAGES.get_template("task.html.j2").render(
        view=view,
        form=form,
        token=token,
        signature=signature,
        today=today,
        groups=result_fields(view),
        longest=LONGEST_TEXT,
    )


def message_page(title: str, *paragraphs: str) -> str:
    """A page that says one thing and names nobody."""
    return _PAGES.get_template("message.html.j2").render(title=title, paragraphs=paragraphs)


def page(template: str, **shown: object) -> str:
    """Any other page of ours, by the name of its template."""
    return _PAGES.get_template(template).render(shown)


_PAGES = Environment(
    loader=PackageLoader("web"),
    undefined=StrictUndefined,
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters.update(dag=long_day, arbetsdagar=working_days)
_PAGES.globals.update(style=Markup(STYLE))  # noqa: S704 - our own file
