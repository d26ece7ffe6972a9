-- Demand lines (需求条目): what units want, of every kind. "codes" is packed as
-- ;list=code@edition; days are 2026-10-31.
CREATE TABLE demand_line (
	id          TEXT PRIMARY KEY,
	body        TEXT NOT NULL,
	kind        TEXT NOT NULL,
	number      BIGINT NOT NULL CHECK (number > 0),
	unit        TEXT NOT NULL,
	title       TEXT NOT NULL,
	quantity    BIGINT NOT NULL CHECK (quantity > 0),
	wanted_from TEXT NOT NULL DEFAULT '',
	wanted_by   TEXT NOT NULL,
	certainty   TEXT NOT NULL CHECK (certainty IN ('firm', 'likely', 'possible')),
	valid_until TEXT NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('open', 'underway', 'filled', 'closed', 'withdrawn', 'lapsed')),
	codes       TEXT NOT NULL DEFAULT '',
	filled      BIGINT NOT NULL DEFAULT 0 CHECK (filled >= 0),
	outcome     TEXT NOT NULL DEFAULT '',
	like_id     TEXT NOT NULL DEFAULT '',
	filed_at    TIMESTAMPTZ NOT NULL,
	filed_by    TEXT NOT NULL,
	answered_at TIMESTAMPTZ,
	answered_by TEXT NOT NULL DEFAULT '',
	ended_at    TIMESTAMPTZ,
	changed_at  TIMESTAMPTZ NOT NULL,
	UNIQUE (body, kind, number)
);
CREATE INDEX demand_line_state ON demand_line (body, kind, state, id);
CREATE INDEX demand_line_unit ON demand_line (body, unit, kind, id);

-- What a line caused (fills = false) and what filled it.
CREATE TABLE demand_link (
	body     TEXT NOT NULL,
	line_id  TEXT NOT NULL REFERENCES demand_line (id),
	fills    BOOLEAN NOT NULL,
	kind     TEXT NOT NULL,
	subject  TEXT NOT NULL,
	quantity BIGINT NOT NULL CHECK (quantity >= 0),
	at       TIMESTAMPTZ NOT NULL,
	unit     TEXT NOT NULL DEFAULT '',
	words    TEXT NOT NULL DEFAULT '',
	path     TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (line_id, fills, kind, subject)
);

-- What was said to a line's owner.
CREATE TABLE demand_reply (
	id      TEXT PRIMARY KEY,
	body    TEXT NOT NULL,
	line_id TEXT NOT NULL REFERENCES demand_line (id),
	unit    TEXT NOT NULL,
	by_id   TEXT NOT NULL,
	at      TIMESTAMPTZ NOT NULL,
	words   TEXT NOT NULL
);
CREATE INDEX demand_reply_line ON demand_reply (line_id, id);
