-- One quarter of one enterprise and kind of work. What was not told is null.
CREATE TABLE outlook_hiring (
	body       TEXT NOT NULL,
	quarter    TEXT NOT NULL CHECK (length(quarter) = 6), -- 2026Q3
	unit_id    TEXT NOT NULL,
	position   TEXT NOT NULL, -- code of the kind of work, list position
	segment    TEXT NOT NULL DEFAULT '',
	planned    BIGINT CHECK (planned >= 0),
	applied    BIGINT CHECK (applied >= 0),
	hired      BIGINT CHECK (hired >= 0),
	departed   BIGINT CHECK (departed >= 0),
	changed_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (body, quarter, unit_id, position)
);

CREATE INDEX outlook_hiring_line ON outlook_hiring (body, unit_id, position, quarter);

-- What an enterprise says that it will hire.
CREATE TABLE outlook_plan (
	body         TEXT NOT NULL,
	quarter      TEXT NOT NULL CHECK (length(quarter) = 6),
	unit_id      TEXT NOT NULL,
	position     TEXT NOT NULL,
	planned      BIGINT NOT NULL CHECK (planned >= 0),
	confidence   TEXT NOT NULL DEFAULT '' CHECK (confidence IN ('', 'high', 'middle', 'low')),
	submitted_on TEXT NOT NULL DEFAULT '', -- a day, 2026-08-10
	changed_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (body, quarter, unit_id, position)
);

-- One run of the forecast. Its rows are written while it computes and seen when it is computed.
CREATE TABLE outlook_release (
	body         TEXT NOT NULL,
	id           TEXT NOT NULL,
	number       BIGINT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('computing', 'failed', 'computed', 'reviewed', 'published')),
	as_of        TEXT NOT NULL, -- the last quarter that was looked at
	year         BIGINT NOT NULL, -- of the graduates that it is about
	terms        TEXT NOT NULL, -- JSON: the rules, with their versions
	backdated    BOOLEAN NOT NULL DEFAULT FALSE, -- later records were left out of account
	revises      TEXT NOT NULL DEFAULT '', -- number of the bulletin in whose place its own stands
	why          TEXT NOT NULL DEFAULT '', -- it does
	summary      TEXT NOT NULL DEFAULT '{}', -- JSON
	done         BIGINT NOT NULL DEFAULT 0,
	steps        BIGINT NOT NULL DEFAULT 0,
	beat_at      TIMESTAMPTZ, -- of the process that computes it
	failure      TEXT NOT NULL DEFAULT '', -- key of a message
	made_by      TEXT NOT NULL,
	made_at      TIMESTAMPTZ NOT NULL,
	reviewed_by  TEXT NOT NULL DEFAULT '',
	reviewed_at  TIMESTAMPTZ,
	published_at TIMESTAMPTZ,
	PRIMARY KEY (body, id),
	UNIQUE (body, number)
);

CREATE TABLE outlook_line (
	body       TEXT NOT NULL,
	release_id TEXT NOT NULL,
	key        TEXT NOT NULL, -- in the address; the same in every release
	level      TEXT NOT NULL CHECK (level IN ('line', 'kind', 'segment', 'total')),
	unit_id    TEXT NOT NULL DEFAULT '',
	position   TEXT NOT NULL DEFAULT '',
	segment    TEXT NOT NULL DEFAULT '',
	label      TEXT NOT NULL, -- to be searched and sorted by: names of the unit, kind, segment
	recent     BIGINT NOT NULL, -- hired in the last four quarters
	ahead      BIGINT NOT NULL, -- expected in the next four
	change     DOUBLE PRECISION NOT NULL, -- of ahead against recent, as a share; 0 where recent is 0
	wape       DOUBLE PRECISION NOT NULL, -- of the backtest; −1 where there is none
	withheld   BOOLEAN NOT NULL, -- not shown outside the secretariat and the enterprise itself
	data       TEXT NOT NULL, -- JSON
	PRIMARY KEY (body, release_id, key),
	FOREIGN KEY (body, release_id) REFERENCES outlook_release (body, id)
);

CREATE TABLE outlook_supply (
	body       TEXT NOT NULL,
	release_id TEXT NOT NULL,
	level      TEXT NOT NULL CHECK (level IN ('programme', 'kind', 'segment', 'occupation', 'grade', 'total')),
	code       TEXT NOT NULL,
	year       BIGINT NOT NULL, -- of graduation
	people     BIGINT NOT NULL, -- expected
	data       TEXT NOT NULL, -- JSON
	PRIMARY KEY (body, release_id, level, code, year),
	FOREIGN KEY (body, release_id) REFERENCES outlook_release (body, id)
);

CREATE TABLE outlook_gap (
	body       TEXT NOT NULL,
	release_id TEXT NOT NULL,
	level      TEXT NOT NULL CHECK (level IN ('kind', 'segment', 'occupation', 'grade', 'programme', 'total')),
	code       TEXT NOT NULL,
	demand     BIGINT NOT NULL,
	supply     BIGINT NOT NULL,
	gap        BIGINT NOT NULL,
	withheld   BOOLEAN NOT NULL,
	data       TEXT NOT NULL, -- JSON
	PRIMARY KEY (body, release_id, level, code),
	CHECK (gap = demand - supply),
	FOREIGN KEY (body, release_id) REFERENCES outlook_release (body, id)
);

-- What a release advises on programmes.
CREATE TABLE outlook_advice (
	body       TEXT NOT NULL,
	release_id TEXT NOT NULL,
	code       TEXT NOT NULL, -- of the list programme
	word       TEXT NOT NULL CHECK (word IN ('add', 'expand', 'keep', 'shrink', 'stop')),
	withheld   BOOLEAN NOT NULL,
	data       TEXT NOT NULL, -- JSON
	PRIMARY KEY (body, release_id, code),
	FOREIGN KEY (body, release_id) REFERENCES outlook_release (body, id)
);

-- All that a release was made from, so that it can be made again.
CREATE TABLE outlook_snapshot (
	body       TEXT NOT NULL,
	release_id TEXT NOT NULL,
	hash       TEXT NOT NULL, -- SHA-256 of the JSON
	data       BYTEA NOT NULL, -- JSON, gzip
	PRIMARY KEY (body, release_id),
	FOREIGN KEY (body, release_id) REFERENCES outlook_release (body, id)
);
