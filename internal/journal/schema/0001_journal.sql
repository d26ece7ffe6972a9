-- What happened, and who did it. Rows are added and never changed. They hold no
-- personal data in clear: that stands in journal_personal, under the person's key.
CREATE TABLE journal_entry (
	id      TEXT PRIMARY KEY,
	body    TEXT NOT NULL,
	at      TIMESTAMPTZ NOT NULL,
	actor   TEXT NOT NULL,
	unit    TEXT NOT NULL,
	action  TEXT NOT NULL,
	subject TEXT NOT NULL,
	data    TEXT NOT NULL -- JSON, kept byte for byte so that it can be chained
);
CREATE INDEX journal_entry_body ON journal_entry (body, id);
CREATE INDEX journal_entry_subject ON journal_entry (subject, id);
CREATE INDEX journal_entry_actor ON journal_entry (body, actor, id);

-- The personal fields of an entry, one row a person, sealed under that person's key.
CREATE TABLE journal_personal (
	entry_id TEXT NOT NULL REFERENCES journal_entry (id),
	person   TEXT NOT NULL,
	sealed   TEXT NOT NULL,
	PRIMARY KEY (entry_id, person)
);

-- Each person's key. Erasing it makes what was sealed under it unreadable for
-- ever, and leaves the record of what happened.
CREATE TABLE journal_key (
	person  TEXT PRIMARY KEY,
	key     BYTEA NOT NULL,
	made_at TIMESTAMPTZ NOT NULL
);

-- Entries that their readers have yet to take in. A row goes once they have.
CREATE TABLE journal_outbox (
	entry_id   TEXT PRIMARY KEY REFERENCES journal_entry (id),
	body       TEXT NOT NULL,
	due_at     TIMESTAMPTZ NOT NULL,
	attempts   BIGINT NOT NULL DEFAULT 0,
	last_error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX journal_outbox_due ON journal_outbox (due_at, entry_id);
