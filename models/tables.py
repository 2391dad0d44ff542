"""The SQLModel tables: what is stored, and the promises that the database itself keeps.

The event log is the only truth of where a year stands: what follows from it is folded, never stored.
Beside it lies what cannot be derived. Triggers refuse any change of what is only added to (`ONLY_ADDED_TO`).
Days are Stockholm's, instants UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    UniqueConstraint,
    text,
)
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, Relationship, SQLModel

SQLModel.metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

ONLY_ADDED_TO = {
    "event": "the event log is append-only",
    "meeting_change": "the log of meetings is append-only",
    "chain": "the chain is append-only",
}
"""The tables that the database lets nobody change or shorten, and what it says to who tries."""


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class CycleRow(SQLModel, table=True):
    """One budget year, with the definition it started with: later edits never rewrite a running year."""

    __tablename__ = "cycle"

    id: int | None = Field(default=None, primary_key=True)
    budget_year: int = Field(unique=True)
    definition: str
    started_on: date
    started_at: datetime = Field(sa_type=Instant)


class EventRow(SQLModel, table=True):
    """One fact of the append-only log. `key` makes the same fact impossible twice."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("cycle_id", "key"), UniqueConstraint("cycle_id", "number"))

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    number: int
    key: str
    kind: str
    step: str
    happened_on: date
    by: str
    content: str
    recorded_at: datetime = Field(sa_type=Instant)


class ChainRow(SQLModel, table=True):
    """One link of the chain that binds what has been stored: a digest of one row, or of the rows of a table,
    and the head of the chain after it (`models.chain`)."""

    __tablename__ = "chain"
    __table_args__ = (Index("ix_chain_of", "what", "row"),)

    number: int = Field(primary_key=True)
    what: str
    row: str
    digest: str
    head: str


class ClaimRow(SQLModel, table=True):
    """Something that one alone may have in a year, with the event that took it: `models.claims` says what.
    Written with the event, and let go with the one that puts it right."""

    __tablename__ = "claim"
    __table_args__ = (
        ForeignKeyConstraint(["cycle_id", "number"], ["event.cycle_id", "event.number"]),
    )

    cycle_id: int = Field(foreign_key="cycle.id", primary_key=True)
    name: str = Field(primary_key=True)
    """`minoritet/kommunplan`, `diarienummer/KS 2027/123`."""
    number: int


class ShownRow(SQLModel, table=True):
    """The name of the state that Prefect last showed for a step."""

    __tablename__ = "shown"

    cycle_id: int = Field(foreign_key="cycle.id", primary_key=True)
    step: str = Field(primary_key=True)
    name: str


class MeetingRow(SQLModel, table=True):
    """A body's sammanträde, or the day of a step that is a meeting. `source` says who may take it away:
    the definition directory, a file that was read in, or a person."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("kind", "name", "day"),
        CheckConstraint("kind IN ('instans', 'steg')", name="kind"),
        CheckConstraint("source IN ('katalog', 'fil', 'hand')", name="source"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    day: date
    example: bool
    if_needed: bool = False
    moved_from: date | None = None
    """The day first planned for it, where a person has moved it."""
    source: str = "katalog"


class MeetingChangeRow(SQLModel, table=True):
    """One change of the meetings; append-only like the event log, so that no date is ever lost."""

    __tablename__ = "meeting_change"
    __table_args__ = (
        CheckConstraint(
            "change IN ('tillagt', 'flyttat', 'inställt', 'borttaget', 'ändrat')", name="change"
        ),
        CheckConstraint(
            "(day_before IS NOT NULL) = (change IN ('flyttat', 'inställt', 'borttaget'))",
            name="before",
        ),
        CheckConstraint(
            "(day_after IS NOT NULL) = (change IN ('flyttat', 'tillagt', 'ändrat'))", name="after"
        ),
        CheckConstraint("source IN ('katalog', 'fil', 'hand')", name="source"),
    )

    id: int | None = Field(default=None, primary_key=True)
    kind: str
    name: str
    change: str
    day_before: date | None = None
    day_after: date | None = None
    if_needed: bool
    source: str
    reason: str = ""
    by: str
    happened_on: date
    recorded_at: datetime = Field(sa_type=Instant)


class MovedDateRow(SQLModel, table=True):
    """A date of a step that a change of the meetings made another, as it was told then: rules that are
    changed later on change nothing of what was said."""

    __tablename__ = "moved_date"

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    change_id: int = Field(foreign_key="meeting_change.id")
    """Of several that were one, the last."""
    after_event: int
    """The number of the year's newest event then; `step` is the name that the step had."""
    step: str
    what: str
    day_before: date | None = None
    day_after: date | None = None


class HolderRow(SQLModel, table=True):
    """Who holds a role from one day to another, both included."""

    __tablename__ = "holder"
    __table_args__ = (
        UniqueConstraint("role", "unit", "address", "first_day"),
        CheckConstraint("last_day IS NULL OR last_day >= first_day", name="days"),
        CheckConstraint("source IN ('katalog', 'fil', 'fil-alla')", name="source"),
    )

    id: int | None = Field(default=None, primary_key=True)
    role: str
    unit: str
    name: str
    address: str
    first_day: date
    last_day: date | None
    example: bool
    pace: str = "dagligen"
    """As the files have it: `models.mail_choices`."""
    source: str = "katalog"
    """The definition directory, or a file that was read in: which the directory then leaves alone. After
    one that replaced them all (`fil-alla`), it leaves every role alone."""


class AbsenceRow(SQLModel, table=True):
    """When a person is away, both days included, and who gets the mails meanwhile."""

    __tablename__ = "absence"
    __table_args__ = (
        UniqueConstraint("address", "first_day"),
        CheckConstraint("last_day >= first_day", name="days"),
        CheckConstraint("source IN ('katalog', 'fil')", name="source"),
    )

    id: int | None = Field(default=None, primary_key=True)
    address: str
    first_day: date
    last_day: date
    deputy_name: str
    deputy_address: str
    example: bool
    source: str = "katalog"


class MailRow(SQLModel, table=True):
    """The outbox: a finished mail and where its delivery stands. `key` makes each mail unique; `step`
    and `role` are empty for one that holds several.

    An `ersatt` mail is not sent any more: newer ones of the same ladders say what it would have said, what it
    reminds of is not missing any more, or it is left of an exercise. It never was, unless it has
    `handed_at`."""

    __tablename__ = "mail"
    __table_args__ = (
        CheckConstraint("status IN ('köad', 'skickad', 'misslyckad', 'ersatt')", name="status"),
        CheckConstraint("(status = 'skickad') = (sent_at IS NOT NULL)", name="sent"),
        # the queue, oldest first, without looking at the rows
        Index("ix_mail_queue", "status", "id", "next_attempt_at", "claimed_until"),
        # whether one to the same mailbox has come back
        Index(
            "ix_mail_bounced",
            text("address COLLATE NOCASE"),
            sqlite_where=text("bounced AND status = 'misslyckad'"),
        ),
        # whether an older one to the same mailbox is in it
        Index(
            "ix_mail_mailbox", text("address COLLATE NOCASE"), sqlite_where=text("status = 'köad'")
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int | None = Field(default=None, foreign_key="cycle.id")
    """NULL for one that is about no year: that with a link to sign in by."""
    key: str = Field(unique=True)
    message_id: str = Field(unique=True)
    step: str
    kind: str
    role: str
    rule: str
    name: str
    address: str
    subject: str
    queued_on: date
    queued_at: datetime = Field(sa_type=Instant)
    status: str = "köad"
    attempts: int = 0
    next_attempt_at: datetime = Field(sa_type=Instant)
    claimed_until: datetime | None = Field(default=None, sa_type=Instant)
    error: str = ""
    deferred_at: datetime | None = Field(default=None, sa_type=Instant)
    """What the clock said when `next_attempt_at` was put off; a clock that was wrong is known by it."""
    handed_at: datetime | None = Field(default=None, sa_type=Instant)
    """When a delivery first got it of which nobody knows how it ended: the server may have the mail. NULL
    where it is certain."""
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    bounced: bool = Field(default=False, sa_column_kwargs={"server_default": text("0")})
    """Whether it failed by coming back, after the server had accepted it."""
    sent_as: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """The Message-ID that the server has put in place of ours, as Microsoft 365 does; empty for our own."""
    stored: MailContentRow = Relationship(sa_relationship_kwargs={"lazy": "joined"})

    @property
    def content(self) -> bytes:
        """What is sent, byte for byte."""
        return self.stored.content


class MailContentRow(SQLModel, table=True):
    """The bytes of a mail. Apart from its row, which is written anew whenever its delivery goes on. Empty
    where they held a link to sign in by, and that can be used no more."""

    __tablename__ = "mail_content"

    mail_id: int = Field(foreign_key="mail.id", primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class StandstillRow(SQLModel, table=True):
    """That the mail server takes no mail of ours, and why: one row, gone once it takes one."""

    __tablename__ = "standstill"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: int | None = Field(default=None, primary_key=True)
    since: datetime = Field(sa_type=Instant)
    error: str


class NoticeRow(SQLModel, table=True):
    """What somebody is to be told, by which rule, and why that person: stored with what it follows from,
    before the letter that tells it is written. `key` is the promise that nobody is told the same thing twice,
    whether alone or collected; an exercise's begin with `prov/`. The name and the address are the person's,
    also where an exercise sends the mail elsewhere; the address as `models.plan.mailbox` has it, so that it
    compares."""

    __tablename__ = "notice"
    __table_args__ = (
        CheckConstraint("address = lower(trim(address))", name="mailbox"),
        CheckConstraint("(failed_at IS NULL) = (error = '')", name="failed"),
        CheckConstraint("mail_id IS NULL OR error = ''", name="written"),
        Index("ix_notice_ladder", "cycle_id", "step", "address"),
        Index("ix_notice_mail_id", "mail_id"),
        Index("ix_notice_unwritten", "mail_key", sqlite_where=text("mail_id IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    mail_id: int | None = Field(default=None, foreign_key="mail.id")
    """The mail that tells it; NULL until its letter is written."""
    cycle_id: int = Field(foreign_key="cycle.id")
    key: str = Field(unique=True)
    kind: str
    step: str
    round: int
    role: str
    body: str
    name: str
    address: str
    rule: str
    because: str
    mail_key: str
    """The key of the mail that is to tell it: notices with the same one go together. Empty where no
    mail does, because the person wants none or did it; `because` says which."""
    day: date
    """The day on which it came about."""
    after_event: int
    """The number of the year's newest event then."""
    content: str = ""
    """Until its letter is written, what that needs to know, as JSON."""
    attempts: int = 0
    """How many times the letter could not be written."""
    error: str = ""
    failed_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it first could not."""


class AnnouncementRow(SQLModel, table=True):
    """What a year has made known to a role, stored with the event that it follows from: gone once it is known
    whom it is told, which is a notice for each of them."""

    __tablename__ = "announcement"

    id: int | None = Field(default=None, primary_key=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    day: date
    """The day on which it came about."""
    after_event: int
    """The number of the year's newest event then."""
    exercise: bool
    """Whether only an exercise is told of it."""
    content: str
    """The notice, as JSON."""
    waits: bool = False
    """Whether somebody is told of it by the letter of a later day; others may have been told."""


class AnswerLinkRow(SQLModel, table=True):
    """A link from a mail to the answer page: one person's, for one part in one round. Of the link
    itself only a hash is kept, so that nobody who reads the database can use it."""

    __tablename__ = "answer_link"
    __table_args__ = (
        CheckConstraint("used_for IN ('', 'klart', 'mer-tid', 'inte-min')", name="used_for"),
        CheckConstraint("(used_at IS NULL) = (used_for = '')", name="used"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by = '')", name="revoked"),
    )

    id: int | None = Field(default=None, primary_key=True)
    nonce_hash: str = Field(unique=True)
    cycle_id: int = Field(foreign_key="cycle.id")
    step: str
    round: int
    role: str
    unit: str
    name: str
    address: str
    made_at: datetime = Field(sa_type=Instant)
    expires_on: date
    """The last day on which it can be used."""
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_for: str = ""
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_by: str = ""


class CalendarEntryRow(SQLModel, table=True):
    """A calendar entry as it was last settled. `sequence` only grows, and no number stands for two
    contents: it is what calendars tell a newer entry from an older one by (RFC 5545, 3.8.7.4)."""

    __tablename__ = "calendar_entry"
    __table_args__ = (CheckConstraint("sequence >= 0", name="sequence"),)

    name: str = Field(primary_key=True)
    """What its UID is made of: `2028/bokslut/sista-dag/ekonomichef`."""
    cycle_id: int = Field(foreign_key="cycle.id", index=True)
    day: date
    summary: str
    description: str
    categories: str
    """With commas between."""
    sequence: int
    cancelled: bool
    changed_at: datetime = Field(sa_type=Instant)


class CalendarSentRow(SQLModel, table=True):
    """An entry, or its cancellation, that went with a mail: what stands in that person's calendar."""

    __tablename__ = "calendar_sent"
    __table_args__ = (
        # nobody gets two contents, or one twice, under the same number
        UniqueConstraint("entry", "address", "sequence"),
        Index("ix_calendar_sent_mail_id", "mail_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    mail_id: int = Field(foreign_key="mail.id")
    entry: str = Field(foreign_key="calendar_entry.name")
    address: str
    sequence: int
    day: date
    fingerprint: str
    """Of what it said."""
    cancelled: bool


class CalendarFeedRow(SQLModel, table=True):
    """A secret address where a role's or a body's calendar can be subscribed to. Of the address itself only
    a hash is kept."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint("kind IN ('roll', 'instans')", name="kind"),
        CheckConstraint("kind = 'roll' OR unit = ''", name="unit"),
        CheckConstraint("(revoked_on IS NULL) = (revoked_by = '')", name="revoked"),
    )

    id: int | None = Field(default=None, primary_key=True)
    nonce_hash: str = Field(unique=True)
    kind: str
    name: str
    """The slug of the role or the body."""
    unit: str
    made_on: date
    made_by: str
    revoked_on: date | None = None
    revoked_by: str = ""


class CheckDayRow(SQLModel, table=True):
    """What the checks of a day did, and when the last of them ended well or not; the day is the clock's,
    the instants those of the wall."""

    __tablename__ = "check_day"
    __table_args__ = (
        CheckConstraint("(ran_at IS NULL) = (runs = 0)", name="ran"),
        CheckConstraint("(failed_at IS NULL) = (error = '')", name="failed"),
    )

    day: date = Field(primary_key=True)
    ran_at: datetime | None = Field(default=None, sa_type=Instant)
    runs: int = 0
    events: int = 0
    mails: int = 0
    failed_at: datetime | None = Field(default=None, sa_type=Instant)
    error: str = ""


class SignInLinkRow(SQLModel, table=True):
    """A link that signs one person in, once, for some minutes. Of the link itself only a hash is kept. The
    row stays for a day after it can be used no more, so that what is asked for can be counted."""

    __tablename__ = "sign_in_link"
    __table_args__ = (
        CheckConstraint("address = lower(trim(address))", name="mailbox"),
        Index("ix_sign_in_link_address", "address", "made_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    address: str
    how: str
    """By what whoever uses it is known: `länk till adressen`."""
    goes_to: str
    """The path of ours where the person was going."""
    made_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was used, or a newer one took its place."""
    mail_id: int | None = Field(default=None, foreign_key="mail.id")
    """The mail that holds it, until that is emptied."""


class VisitRow(SQLModel, table=True):
    """A session of somebody who is signed in: who it is, never what they may. Of what the browser holds only
    a hash is kept. Gone when it has ended."""

    __tablename__ = "visit"
    __table_args__ = (CheckConstraint("address = lower(trim(address))", name="mailbox"),)

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    address: str
    how: str
    began_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    """When it was last used, to within a few minutes."""


class IdentityRow(SQLModel, table=True):
    """An account of the municipality's own sign-in, and whose address it is. Only what somebody has confirmed
    lets anybody in."""

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        CheckConstraint("address = lower(trim(address))", name="mailbox"),
        CheckConstraint("(confirmed_at IS NULL) = (confirmed_by = '')", name="confirmed"),
    )

    id: int | None = Field(default=None, primary_key=True)
    issuer: str
    subject: str
    """`oid` of Entra ID, else `sub`: never an address, which may become somebody else's."""
    address: str
    """What the account says; it only proposes whose it is."""
    seen_at: datetime = Field(sa_type=Instant)
    confirmed_by: str = ""
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)


class SignInTryRow(SQLModel, table=True):
    """A sign-in that has gone to the municipality's own and is to come back, once and soon, to the browser
    that it left."""

    __tablename__ = "sign_in_try"

    state_hash: str = Field(primary_key=True)
    browser_hash: str
    nonce: str
    verifier: str
    goes_to: str
    expires_at: datetime = Field(sa_type=Instant)
