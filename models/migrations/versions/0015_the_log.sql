CREATE TABLE absence (
    id INTEGER NOT NULL,
    address VARCHAR NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE NOT NULL,
    deputy_name VARCHAR NOT NULL,
    deputy_address VARCHAR NOT NULL,
    example BOOLEAN NOT NULL,
    source VARCHAR NOT NULL,
    CONSTRAINT pk_absence PRIMARY KEY (id),
    CONSTRAINT uq_absence_address_first_day UNIQUE (address, first_day),
    CONSTRAINT ck_absence_days CHECK (last_day >= first_day),
    CONSTRAINT ck_absence_source CHECK (source IN ('katalog', 'fil'))
)

CREATE TABLE calendar_feed (
    id INTEGER NOT NULL,
    nonce_hash VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    made_on DATE NOT NULL,
    made_by VARCHAR NOT NULL,
    revoked_on DATE,
    revoked_by VARCHAR NOT NULL,
    CONSTRAINT pk_calendar_feed PRIMARY KEY (id),
    CONSTRAINT ck_calendar_feed_kind CHECK (kind IN ('roll', 'instans')),
    CONSTRAINT ck_calendar_feed_unit CHECK (kind = 'roll' OR unit = ''),
    CONSTRAINT ck_calendar_feed_revoked CHECK ((revoked_on IS NULL) = (revoked_by = '')),
    CONSTRAINT uq_calendar_feed_nonce_hash UNIQUE (nonce_hash)
)

CREATE TABLE chain (
    number INTEGER NOT NULL,
    what VARCHAR NOT NULL,
    "row" VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    head VARCHAR NOT NULL,
    CONSTRAINT pk_chain PRIMARY KEY (number)
)

CREATE INDEX ix_chain_of ON chain (what, "row")

CREATE TABLE check_day (
    day DATE NOT NULL,
    ran_at DATETIME,
    runs INTEGER NOT NULL,
    events INTEGER NOT NULL,
    mails INTEGER NOT NULL,
    failed_at DATETIME,
    error VARCHAR NOT NULL,
    CONSTRAINT pk_check_day PRIMARY KEY (day),
    CONSTRAINT ck_check_day_ran CHECK ((ran_at IS NULL) = (runs = 0)),
    CONSTRAINT ck_check_day_failed CHECK ((failed_at IS NULL) = (error = ''))
)

CREATE TABLE cycle (
    id INTEGER NOT NULL,
    budget_year INTEGER NOT NULL,
    definition VARCHAR NOT NULL,
    started_on DATE NOT NULL,
    started_at DATETIME NOT NULL,
    CONSTRAINT pk_cycle PRIMARY KEY (id),
    CONSTRAINT uq_cycle_budget_year UNIQUE (budget_year)
)

CREATE TABLE holder (
    id INTEGER NOT NULL,
    role VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    first_day DATE NOT NULL,
    last_day DATE,
    example BOOLEAN NOT NULL,
    pace VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    CONSTRAINT pk_holder PRIMARY KEY (id),
    CONSTRAINT uq_holder_role_unit_address_first_day UNIQUE (role, unit, address, first_day),
    CONSTRAINT ck_holder_days CHECK (last_day IS NULL OR last_day >= first_day),
    CONSTRAINT ck_holder_source CHECK (source IN ('katalog', 'fil', 'fil-alla'))
)

CREATE TABLE identity (
    id INTEGER NOT NULL,
    issuer VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    seen_at DATETIME NOT NULL,
    confirmed_by VARCHAR NOT NULL,
    confirmed_at DATETIME,
    CONSTRAINT pk_identity PRIMARY KEY (id),
    CONSTRAINT uq_identity_issuer_subject UNIQUE (issuer, subject),
    CONSTRAINT ck_identity_mailbox CHECK (address = lower(trim(address))),
    CONSTRAINT ck_identity_confirmed CHECK ((confirmed_at IS NULL) = (confirmed_by = ''))
)

CREATE TABLE meeting (
    id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    day DATE NOT NULL,
    example BOOLEAN NOT NULL,
    if_needed BOOLEAN NOT NULL,
    moved_from DATE,
    source VARCHAR NOT NULL,
    CONSTRAINT pk_meeting PRIMARY KEY (id),
    CONSTRAINT uq_meeting_kind_name_day UNIQUE (kind, name, day),
    CONSTRAINT ck_meeting_kind CHECK (kind IN ('instans', 'steg')),
    CONSTRAINT ck_meeting_source CHECK (source IN ('katalog', 'fil', 'hand'))
)

CREATE TABLE meeting_change (
    id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    change VARCHAR NOT NULL,
    day_before DATE,
    day_after DATE,
    if_needed BOOLEAN NOT NULL,
    source VARCHAR NOT NULL,
    reason VARCHAR NOT NULL,
    "by" VARCHAR NOT NULL,
    happened_on DATE NOT NULL,
    recorded_at DATETIME NOT NULL,
    CONSTRAINT pk_meeting_change PRIMARY KEY (id),
    CONSTRAINT ck_meeting_change_change CHECK (change IN ('tillagt', 'flyttat', 'inställt', 'borttaget', 'ändrat')),
    CONSTRAINT ck_meeting_change_before CHECK ((day_before IS NOT NULL) = (change IN ('flyttat', 'inställt', 'borttaget'))),
    CONSTRAINT ck_meeting_change_after CHECK ((day_after IS NOT NULL) = (change IN ('flyttat', 'tillagt', 'ändrat'))),
    CONSTRAINT ck_meeting_change_source CHECK (source IN ('katalog', 'fil', 'hand'))
)

CREATE TABLE sign_in_try (
    state_hash VARCHAR NOT NULL,
    browser_hash VARCHAR NOT NULL,
    nonce VARCHAR NOT NULL,
    verifier VARCHAR NOT NULL,
    goes_to VARCHAR NOT NULL,
    expires_at DATETIME NOT NULL,
    CONSTRAINT pk_sign_in_try PRIMARY KEY (state_hash)
)

CREATE TABLE standstill (
    id INTEGER NOT NULL,
    since DATETIME NOT NULL,
    error VARCHAR NOT NULL,
    CONSTRAINT pk_standstill PRIMARY KEY (id),
    CONSTRAINT ck_standstill_one CHECK (id = 1)
)

CREATE TABLE visit (
    id INTEGER NOT NULL,
    token_hash VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    how VARCHAR NOT NULL,
    began_at DATETIME NOT NULL,
    seen_at DATETIME NOT NULL,
    CONSTRAINT pk_visit PRIMARY KEY (id),
    CONSTRAINT ck_visit_mailbox CHECK (address = lower(trim(address))),
    CONSTRAINT uq_visit_token_hash UNIQUE (token_hash)
)

CREATE TABLE announcement (
    id INTEGER NOT NULL,
    cycle_id INTEGER NOT NULL,
    day DATE NOT NULL,
    after_event INTEGER NOT NULL,
    exercise BOOLEAN NOT NULL,
    content VARCHAR NOT NULL,
    waits BOOLEAN NOT NULL,
    CONSTRAINT pk_announcement PRIMARY KEY (id),
    CONSTRAINT fk_announcement_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycle (id)
)

CREATE TABLE answer_link (
    id INTEGER NOT NULL,
    nonce_hash VARCHAR NOT NULL,
    cycle_id INTEGER NOT NULL,
    step VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    role VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    made_at DATETIME NOT NULL,
    expires_on DATE NOT NULL,
    used_at DATETIME,
    used_for VARCHAR NOT NULL,
    revoked_at DATETIME,
    revoked_by VARCHAR NOT NULL,
    CONSTRAINT pk_answer_link PRIMARY KEY (id),
    CONSTRAINT ck_answer_link_used_for CHECK (used_for IN ('', 'klart', 'mer-tid', 'inte-min')),
    CONSTRAINT ck_answer_link_used CHECK ((used_at IS NULL) = (used_for = '')),
    CONSTRAINT ck_answer_link_revoked CHECK ((revoked_at IS NULL) = (revoked_by = '')),
    CONSTRAINT uq_answer_link_nonce_hash UNIQUE (nonce_hash),
    CONSTRAINT fk_answer_link_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycle (id)
)

CREATE TABLE calendar_entry (
    name VARCHAR NOT NULL,
    cycle_id INTEGER NOT NULL,
    day DATE NOT NULL,
    summary VARCHAR NOT NULL,
    description VARCHAR NOT NULL,
    categories VARCHAR NOT NULL,
    sequence INTEGER NOT NULL,
    cancelled BOOLEAN NOT NULL,
    changed_at DATETIME NOT NULL,
    CONSTRAINT pk_calendar_entry PRIMARY KEY (name),
    CONSTRAINT ck_calendar_entry_sequence CHECK (sequence >= 0),
    CONSTRAINT fk_calendar_entry_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycle (id)
)

CREATE INDEX ix_calendar_entry_cycle_id ON calendar_entry (cycle_id)

CREATE TABLE event (
    id INTEGER NOT NULL,
    cycle_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    happened_on DATE NOT NULL,
    "by" VARCHAR NOT NULL,
    content VARCHAR NOT NULL,
    recorded_at DATETIME NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (id),
    CONSTRAINT uq_event_cycle_id_key UNIQUE (cycle_id, "key"),
    CONSTRAINT uq_event_cycle_id_number UNIQUE (cycle_id, number),
    CONSTRAINT fk_event_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycle (id)
)

CREATE TABLE mail (
    id INTEGER NOT NULL,
    cycle_id INTEGER,
    "key" VARCHAR NOT NULL,
    message_id VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    role VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    queued_on DATE NOT NULL,
    queued_at DATETIME NOT NULL,
    status VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt_at DATETIME NOT NULL,
    claimed_until DATETIME,
    error VARCHAR NOT NULL,
    deferred_at DATETIME,
    handed_at DATETIME,
    sent_at DATETIME,
    bounced BOOLEAN DEFAULT 0 NOT NULL,
    sent_as VARCHAR DEFAULT '' NOT NULL,
    CONSTRAINT pk_mail PRIMARY KEY (id),
    CONSTRAINT ck_mail_status CHECK (status IN ('köad', 'skickad', 'misslyckad', 'ersatt')),
    CONSTRAINT ck_mail_sent CHECK ((status = 'skickad') = (sent_at IS NOT NULL)),
    CONSTRAINT fk_mail_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycle (id),
    CONSTRAINT uq_mail_key UNIQUE ("key"),
    CONSTRAINT uq_mail_message_id UNIQUE (message_id)
)

CREATE INDEX ix_mail_bounced ON mail (address COLLATE NOCASE) WHERE bounced AND status = 'misslyckad'

CREATE INDEX ix_mail_mailbox ON mail (address COLLATE NOCASE) WHERE status = 'köad'

CREATE INDEX ix_mail_queue ON mail (status, id, next_attempt_at, claimed_until)

CREATE TABLE moved_date (
    id INTEGER NOT NULL,
    cycle_id INTEGER NOT NULL,
    change_id INTEGER NOT NULL,
    after_event INTEGER NOT NULL,
    step VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    day_before DATE,
    day_after DATE,
    CONSTRAINT pk_moved_date PRIMARY KEY (id),
    CONSTRAINT fk_moved_date_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycle (id),
    CONSTRAINT fk_moved_date_change_id FOREIGN KEY(change_id) REFERENCES meeting_change (id)
)

CREATE INDEX ix_moved_date_cycle_id ON moved_date (cycle_id)

CREATE TABLE shown (
    cycle_id INTEGER NOT NULL,
    step VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    CONSTRAINT pk_shown PRIMARY KEY (cycle_id, step),
    CONSTRAINT fk_shown_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycle (id)
)

CREATE TABLE calendar_sent (
    id INTEGER NOT NULL,
    mail_id INTEGER NOT NULL,
    entry VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    sequence INTEGER NOT NULL,
    day DATE NOT NULL,
    fingerprint VARCHAR NOT NULL,
    cancelled BOOLEAN NOT NULL,
    CONSTRAINT pk_calendar_sent PRIMARY KEY (id),
    CONSTRAINT uq_calendar_sent_entry_address_sequence UNIQUE (entry, address, sequence),
    CONSTRAINT fk_calendar_sent_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id),
    CONSTRAINT fk_calendar_sent_entry FOREIGN KEY(entry) REFERENCES calendar_entry (name)
)

CREATE INDEX ix_calendar_sent_mail_id ON calendar_sent (mail_id)

CREATE TABLE claim (
    cycle_id INTEGER NOT NULL,
    name VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    CONSTRAINT pk_claim PRIMARY KEY (cycle_id, name),
    CONSTRAINT fk_claim_cycle_id_number FOREIGN KEY(cycle_id, number) REFERENCES event (cycle_id, number),
    CONSTRAINT fk_claim_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycle (id)
)

CREATE TABLE mail_content (
    mail_id INTEGER NOT NULL,
    content BLOB NOT NULL,
    CONSTRAINT pk_mail_content PRIMARY KEY (mail_id),
    CONSTRAINT fk_mail_content_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id)
)

CREATE TABLE notice (
    id INTEGER NOT NULL,
    mail_id INTEGER,
    cycle_id INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    step VARCHAR NOT NULL,
    round INTEGER NOT NULL,
    role VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    rule VARCHAR NOT NULL,
    because VARCHAR NOT NULL,
    mail_key VARCHAR NOT NULL,
    day DATE NOT NULL,
    after_event INTEGER NOT NULL,
    content VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    error VARCHAR NOT NULL,
    failed_at DATETIME,
    CONSTRAINT pk_notice PRIMARY KEY (id),
    CONSTRAINT ck_notice_mailbox CHECK (address = lower(trim(address))),
    CONSTRAINT ck_notice_failed CHECK ((failed_at IS NULL) = (error = '')),
    CONSTRAINT ck_notice_written CHECK (mail_id IS NULL OR error = ''),
    CONSTRAINT fk_notice_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id),
    CONSTRAINT fk_notice_cycle_id FOREIGN KEY(cycle_id) REFERENCES cycle (id),
    CONSTRAINT uq_notice_key UNIQUE ("key")
)

CREATE INDEX ix_notice_ladder ON notice (cycle_id, step, address)

CREATE INDEX ix_notice_mail_id ON notice (mail_id)

CREATE INDEX ix_notice_unwritten ON notice (mail_key) WHERE mail_id IS NULL

CREATE TABLE sign_in_link (
    id INTEGER NOT NULL,
    token_hash VARCHAR NOT NULL,
    address VARCHAR NOT NULL,
    how VARCHAR NOT NULL,
    goes_to VARCHAR NOT NULL,
    made_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    ended_at DATETIME,
    mail_id INTEGER,
    CONSTRAINT pk_sign_in_link PRIMARY KEY (id),
    CONSTRAINT ck_sign_in_link_mailbox CHECK (address = lower(trim(address))),
    CONSTRAINT uq_sign_in_link_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_sign_in_link_mail_id FOREIGN KEY(mail_id) REFERENCES mail (id)
)

CREATE INDEX ix_sign_in_link_address ON sign_in_link (address, made_at)

CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END

CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END

CREATE TRIGGER meeting_change_no_update BEFORE UPDATE ON meeting_change
BEGIN SELECT RAISE(ABORT, 'the log of meetings is append-only'); END

CREATE TRIGGER meeting_change_no_delete BEFORE DELETE ON meeting_change
BEGIN SELECT RAISE(ABORT, 'the log of meetings is append-only'); END

CREATE TRIGGER chain_no_update BEFORE UPDATE ON chain
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END

CREATE TRIGGER chain_no_delete BEFORE DELETE ON chain
BEGIN SELECT RAISE(ABORT, 'the chain is append-only'); END
