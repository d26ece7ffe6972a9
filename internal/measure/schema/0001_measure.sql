-- Standards (建设标准): a tree of rows, loaded from a file and never changed; a new
-- edition is a standard of its own.
CREATE TABLE measure_standard (
	id       TEXT PRIMARY KEY,
	body     TEXT NOT NULL,
	name     TEXT NOT NULL,
	edition  TEXT NOT NULL,
	source   TEXT NOT NULL,
	sha256   TEXT NOT NULL, -- of the file
	watched  BOOLEAN NOT NULL, -- its rows that must not be hit are looked at daily
	made_at  TIMESTAMPTZ NOT NULL,
	UNIQUE (body, name, edition)
);
CREATE TABLE measure_row (
	standard_id TEXT NOT NULL REFERENCES measure_standard (id),
	place       BIGINT NOT NULL, -- in the order of the tree
	code        TEXT NOT NULL,
	parent      TEXT NOT NULL,
	depth       BIGINT NOT NULL,
	kind        TEXT NOT NULL CHECK (kind IN ('group', 'quantitative', 'qualitative', 'veto')),
	name        TEXT NOT NULL,
	name_en     TEXT NOT NULL,
	point       TEXT NOT NULL,
	calculator  TEXT NOT NULL,
	unit        TEXT NOT NULL,
	threshold   TEXT NOT NULL,
	evidence    TEXT NOT NULL,
	source      TEXT NOT NULL,
	PRIMARY KEY (standard_id, code)
);

-- Reports: the values of a standard within days, live until they are frozen.
CREATE TABLE measure_period (
	id          TEXT PRIMARY KEY,
	body        TEXT NOT NULL,
	standard_id TEXT NOT NULL REFERENCES measure_standard (id),
	name        TEXT NOT NULL,
	from_day    TEXT NOT NULL CHECK (length(from_day) = 10),
	to_day      TEXT NOT NULL CHECK (length(to_day) = 10 AND to_day >= from_day),
	frozen_at   TIMESTAMPTZ,
	frozen_by   TEXT NOT NULL,
	vocabulary  TEXT NOT NULL, -- the edition of the acts that were counted
	made_at     TIMESTAMPTZ NOT NULL,
	UNIQUE (body, standard_id, name)
);

-- Values as they were frozen; a row of the standard has one or more.
CREATE TABLE measure_value (
	period_id TEXT NOT NULL REFERENCES measure_period (id),
	code      TEXT NOT NULL,
	place     BIGINT NOT NULL,
	label     TEXT NOT NULL,
	value     TEXT NOT NULL, -- a fraction, 7/2; empty: it has none
	by_hand   BOOLEAN NOT NULL,
	PRIMARY KEY (period_id, code, place)
);

-- The acts behind frozen values, each with the mark of all that it says.
CREATE TABLE measure_record (
	period_id TEXT NOT NULL REFERENCES measure_period (id),
	code      TEXT NOT NULL,
	act_id    TEXT NOT NULL REFERENCES act_act (id),
	sha256    TEXT NOT NULL,
	PRIMARY KEY (period_id, code, act_id)
);

-- What people said themselves: figures by hand, and statements that are reviewed.
CREATE TABLE measure_entry (
	period_id TEXT NOT NULL REFERENCES measure_period (id),
	code      TEXT NOT NULL,
	value     TEXT NOT NULL,
	words     TEXT NOT NULL,
	person    TEXT NOT NULL,
	at        TIMESTAMPTZ NOT NULL,
	verdict   TEXT NOT NULL CHECK (verdict IN ('', 'met', 'partly', 'not_met')),
	reviewer  TEXT NOT NULL,
	PRIMARY KEY (period_id, code)
);

-- Warnings: a row that must not be hit is, from its first day until it is not.
CREATE TABLE measure_warning (
	id          TEXT PRIMARY KEY,
	body        TEXT NOT NULL,
	standard_id TEXT NOT NULL REFERENCES measure_standard (id),
	code        TEXT NOT NULL,
	name        TEXT NOT NULL,
	value       TEXT NOT NULL,
	raised_at   TIMESTAMPTZ NOT NULL,
	cleared_at  TIMESTAMPTZ
);
CREATE UNIQUE INDEX measure_warning_stands ON measure_warning (standard_id, code) WHERE cleared_at IS NULL;
CREATE INDEX measure_warning_body ON measure_warning (body, id);
