-- Requests (权利请求) of persons about their data. What they and whoever answers write
-- is sealed, and goes when the person is erased. "account" and "candidate" are ids.
CREATE TABLE privacy_request (
	id          TEXT PRIMARY KEY,
	body        TEXT NOT NULL,
	number      BIGINT NOT NULL CHECK (number > 0),
	kind        TEXT NOT NULL CHECK (kind IN ('correct', 'erase', 'review')),
	state       TEXT NOT NULL CHECK (state IN ('open', 'accepted', 'refused', 'withdrawn', 'carrying', 'part', 'done')),
	account     TEXT NOT NULL,
	candidate   TEXT NOT NULL,
	unit_id     TEXT NOT NULL, -- that answers; empty: the secretariat
	by_id       TEXT NOT NULL,
	letter      TEXT NOT NULL, -- sealed: the written request on which somebody asked for them; empty: they asked themselves
	subject     TEXT NOT NULL, -- the round that is to be looked over
	words       TEXT NOT NULL, -- sealed
	answer      TEXT NOT NULL, -- sealed
	answered_by TEXT NOT NULL,
	due         TEXT NOT NULL CHECK (length(due) = 10), -- to be answered, or carried out from
	rule_id     TEXT NOT NULL, -- by which that was reckoned
	outcome     TEXT NOT NULL, -- of an erasure, as JSON
	made_at     TIMESTAMPTZ NOT NULL,
	answered_at TIMESTAMPTZ,
	UNIQUE (body, number)
);
CREATE INDEX privacy_request_state ON privacy_request (body, state, due);
CREATE INDEX privacy_request_unit ON privacy_request (body, unit_id, state);
CREATE INDEX privacy_request_account ON privacy_request (account);
CREATE INDEX privacy_request_candidate ON privacy_request (candidate);

-- Who was erased, as keyed hashes: a backup from before still holds them, and they are
-- erased again after a restore. A copy of this stands outside of the database.
CREATE TABLE privacy_erasure (
	hash TEXT PRIMARY KEY,
	body TEXT NOT NULL,
	sort TEXT NOT NULL CHECK (sort IN ('account', 'candidate')),
	at   TIMESTAMPTZ NOT NULL
);
