"""Many steps that should have begun before the year was started: one table, and how to answer said once."""

from __future__ import annotations

import re

from notifications.message import Finished
from tests.notifications.letters import text_of
from tests.tasks.town import Town


def test_eleven_questions_are_one_table_with_one_explanation(town: Town) -> None:
    town.on("2027-03-22").start_year(2028, asks=True)
    [mail] = [one for one in town.mails() if one.subject.startswith("Redan gjort? ")]
    steps = [one.step for one in town.notices() if one.mail_id == mail.id]
    assert mail.subject == f"Redan gjort? {len(steps)} steg i Kommunplan 2028"
    assert len(steps) >= 11
    said = text_of(Finished(mail.message_id, mail.subject, mail.content))
    assert len(re.findall(r"(?m)^ +kommunplan redan-gjort ", said)) == 3
    flat = " ".join(said.split())
    assert [step for step in steps if f": {step}, enligt planen klart " not in flat] == []
    assert len(said.encode()) < 5000
    assert "formuläret ”Redan gjort”" in said
