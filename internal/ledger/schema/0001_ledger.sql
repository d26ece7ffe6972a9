-- The ledger (账本): double entry, in whole fen. Debits (借) are above zero, credits (贷)
-- below. Rows are added and never changed: what was posted wrongly is reversed by an entry
-- of its own.
CREATE TABLE ledger_account (
	id        TEXT PRIMARY KEY,
	body      TEXT NOT NULL,
	kind      TEXT NOT NULL, -- as its room declares it: plan.pot
	owner     TEXT NOT NULL, -- the id of what it is the account of; empty: of nobody in particular
	unit_id   TEXT NOT NULL, -- the unit that may look at it; empty: none
	title     TEXT NOT NULL, -- the few words by which people know the owner
	currency  TEXT NOT NULL CHECK (currency = 'CNY'),
	opened_at TIMESTAMPTZ NOT NULL,
	UNIQUE (body, kind, owner),
	UNIQUE (body, id)
);
CREATE INDEX ledger_account_unit ON ledger_account (body, unit_id);

-- An entry can be reversed once, and a reversal cannot: its sort is not the one that
-- reverses_sort may be.
CREATE TABLE ledger_entry (
	id            TEXT PRIMARY KEY,
	body          TEXT NOT NULL,
	number        BIGINT NOT NULL CHECK (number > 0),
	at            TIMESTAMPTZ NOT NULL, -- when it was posted; never before the number before it
	day           TEXT NOT NULL CHECK (length(day) = 10), -- the civil day on which it came about
	reason        TEXT NOT NULL CHECK (reason <> ''), -- the key of the word that says why
	words         TEXT NOT NULL, -- what somebody wrote beside it
	rule_id       TEXT NOT NULL, -- the rule that shaped it; empty: none did
	subject       TEXT NOT NULL CHECK (subject <> ''),
	title         TEXT NOT NULL CHECK (title <> ''),
	path          TEXT NOT NULL, -- where the subject can be looked at
	actor         TEXT NOT NULL,
	journal_id    TEXT NOT NULL UNIQUE REFERENCES journal_entry (id),
	sort          TEXT NOT NULL CHECK (sort IN ('entry', 'reversal')),
	reverses      TEXT UNIQUE,
	reverses_sort TEXT,
	UNIQUE (body, number),
	UNIQUE (body, id, sort),
	UNIQUE (body, id),
	CHECK (CASE sort WHEN 'entry' THEN reverses IS NULL AND reverses_sort IS NULL
		ELSE reverses IS NOT NULL AND coalesce(reverses_sort, '') = 'entry' END),
	FOREIGN KEY (body, reverses, reverses_sort) REFERENCES ledger_entry (body, id, sort)
);
CREATE INDEX ledger_entry_at ON ledger_entry (body, at);
CREATE INDEX ledger_entry_subject ON ledger_entry (body, subject);

-- A line moves an account on from the balance that its line before left, which the last
-- key holds it to.
CREATE TABLE ledger_line (
	body       TEXT NOT NULL,
	entry_id   TEXT NOT NULL,
	place      BIGINT NOT NULL CHECK (place > 0),
	account_id TEXT NOT NULL,
	seq        BIGINT NOT NULL CHECK (seq > 0), -- within the account, without gaps
	prior      BIGINT,
	was        BIGINT NOT NULL,
	fen        BIGINT NOT NULL CHECK (fen <> 0 AND fen BETWEEN -9223372036854775807 AND 9223372036854775807),
	balance    BIGINT NOT NULL CHECK (balance BETWEEN -9223372036854775807 AND 9223372036854775807),
	PRIMARY KEY (entry_id, place),
	UNIQUE (entry_id, account_id),
	UNIQUE (account_id, seq),
	UNIQUE (account_id, seq, balance),
	CHECK (balance = was + fen),
	CHECK (CASE seq WHEN 1 THEN prior IS NULL AND was = 0 ELSE coalesce(prior, 0) = seq - 1 END),
	FOREIGN KEY (body, entry_id) REFERENCES ledger_entry (body, id),
	FOREIGN KEY (body, account_id) REFERENCES ledger_account (body, id),
	FOREIGN KEY (account_id, prior, was) REFERENCES ledger_line (account_id, seq, balance)
);
