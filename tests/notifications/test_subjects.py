"""A subject says what is asked or told, by when and of which step, within what a list of mails shows."""

from __future__ import annotations

import re

from notifications.naming import SUBJECT
from notifications.notices import Kind
from tests.notifications.every_mail import every_mail
from tests.notifications.letters import html_of, text_of
from tests.notifications.test_every_letter import everything_told

WITH_A_DAY = (Kind.OPENED, Kind.REMINDER, Kind.OVERDUE, Kind.ESCALATION, Kind.DECISION)
DAY = r"\b(mån|tis|ons|tor|fre|lör|sön) [0-9]{1,2} [a-z]+|i dag|utan dag"
ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
COMMAND = re.compile(r"(?m)^ +kommunplan [^\n]*$|<code.*?</code>", re.DOTALL)


def test_what_and_by_when_stand_first_and_the_step_begins_within_the_first_45_characters() -> None:
    told, _ = everything_told()
    titles = {
        f"{notice.kind} {notice.step}": state.definition.step(notice.step).title_for(
            plan.budget_year
        )
        for notice, state, plan in told
    }
    for name, mail in every_mail().items():
        title = titles.get(" ".join(name.split()[:2]))
        if title is None:
            continue
        seen = mail.subject[:SUBJECT]
        assert title[:6] in seen, mail.subject
        if name.split()[0] in WITH_A_DAY:
            assert re.search(DAY, seen), mail.subject


def test_no_subject_says_the_same_at_its_beginning_in_every_mail() -> None:
    for name, mail in every_mail().items():
        assert not mail.subject.startswith("Kommunplan"), name
        assert " · " not in mail.subject, name


def test_no_mail_writes_a_day_in_figures_but_within_a_command() -> None:
    for name, mail in every_mail().items():
        for said in (mail.subject, text_of(mail), html_of(mail)):
            assert not ISO.findall(COMMAND.sub("", said)), (name, ISO.findall(said))


def test_no_command_line_reaches_who_has_none() -> None:
    for name, mail in every_mail().items():
        kind, *_, who = name.split()
        to_owner = who in ("vakant", "processägare") or "processagare" in name
        if not (to_owner or kind in (Kind.ALREADY_DONE, Kind.MORE_TIME, Kind.NOT_MINE)):
            assert "<code" not in html_of(mail), name
