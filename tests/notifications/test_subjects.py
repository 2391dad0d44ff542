"""A mailbox sorted by subject has the year's mails together, and each step's in the order of its life."""

from __future__ import annotations

from notifications.notices import Kind
from tests.notifications.every_mail import every_mail
from tests.notifications.test_every_letter import everything_told

LIFE = (Kind.OPENED, Kind.MOVED, Kind.REMINDER, Kind.OVERDUE, Kind.COMPLETED)
"""What a part of a step is told, first to last."""


def test_every_subject_begins_with_the_plan_and_then_the_step_or_the_kind_of_mail() -> None:
    for name, mail in every_mail().items():
        first = "Driftlarm: " if name.startswith("driftlarm") else "Kommunplan 202"
        assert mail.subject.startswith(first), name
        if first != "Driftlarm: ":
            assert " · " in mail.subject, name


def test_the_mails_of_a_step_stand_together_and_in_the_order_of_its_life() -> None:
    told, _ = everything_told()
    steps = {notice.step for notice, _, _ in told}
    seen = 0
    for step in sorted(steps):
        subjects = {
            kind: min(
                (
                    mail.subject
                    for name, mail in every_mail().items()
                    if name.split()[:4] == [kind, step, "None", "1"]
                    and name.endswith(" innehavare")
                ),
                default=None,
            )
            for kind in LIFE
        }
        known = [subject for subject in subjects.values() if subject]
        assert sorted(known) == known
        seen += len(known)
    assert seen > 25


def test_the_collected_mails_stand_in_the_order_of_their_days() -> None:
    for kind in ("uppgifter", "overlamning"):
        subject = every_mail()[f"{kind} innehavare"].subject
        assert " 2027-10-01: " in subject.partition(" · ")[2], "the day before whatever it is about"
    several = every_mail()["flyttat flera innehavare"].subject
    assert several.startswith("Kommunplan 2028 · Nya datum 2027-10-01: ")
