"""Mail programs show the mails of one ärende together, whatever step they are about."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

from tests.tasks.town import Town


def test_the_mails_of_one_arende_are_one_thread_and_another_steps_are_not(tmp_path: Path) -> None:
    town = Town(tmp_path)
    town.on("2027-10-01").start_year(2028)
    town.on("2027-11-01").check()
    town.on("2027-12-06").check()
    threads: dict[str, set[str]] = {}
    for mail in town.mails():
        message = email.message_from_bytes(mail.content, policy=email.policy.default)
        threads.setdefault(mail.step, set()).add(message["References"])
    town.close()
    del threads[""]  # what holds the day's tasks belongs with nothing
    assert threads["kommunplan-su"] == threads["kommunplan-ks"] == threads["kommunplan-kf"]
    assert threads["skattesats-forslag"] == threads["skattesats-kf"]
    separate = [threads[step] for step in ("kommunplan-su", "skattesats-kf", "delarsrapport")]
    assert all(len(ids) == 1 for ids in separate)
    assert len(set.union(*separate)) == 3
