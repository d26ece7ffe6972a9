-- An import (导入): what one person sent in at one time, for one unit.
CREATE TABLE intake_job (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	unit_id    TEXT NOT NULL,
	person_id  TEXT NOT NULL,
	roles      TEXT NOT NULL, -- in which the person acts, with semicolons between them
	state      TEXT NOT NULL CHECK (state IN ('reading', 'ready', 'committing', 'done', 'failed', 'dropped')),
	fault      TEXT NOT NULL DEFAULT '', -- why it failed: a message's key
	files      BIGINT NOT NULL DEFAULT 0,
	made_at    TIMESTAMPTZ NOT NULL,
	changed_at TIMESTAMPTZ NOT NULL,
	beat_at    TIMESTAMPTZ NOT NULL -- when whoever works on it last did
);
CREATE INDEX intake_job_body ON intake_job (body, id);

-- One sheet of an import. A file that could not be read stands here with its fault.
CREATE TABLE intake_file (
	id            TEXT PRIMARY KEY,
	body          TEXT NOT NULL,
	job_id        TEXT NOT NULL REFERENCES intake_job (id) ON DELETE CASCADE,
	number        BIGINT NOT NULL, -- the order in which files are taken
	name          TEXT NOT NULL,
	sheet         TEXT NOT NULL DEFAULT '',
	kind          TEXT NOT NULL DEFAULT '',
	headers       TEXT NOT NULL DEFAULT '[]',
	owner         TEXT NOT NULL DEFAULT '', -- the unit that its title or name tells
	encoding      TEXT NOT NULL DEFAULT '',
	state         TEXT NOT NULL CHECK (state IN ('reading', 'ready', 'refused', 'done')),
	fault         TEXT NOT NULL DEFAULT '', -- why it was refused: a message's key and arguments, as JSON
	row_count     BIGINT NOT NULL DEFAULT 0,
	new_rows      BIGINT NOT NULL DEFAULT 0,
	changed_rows  BIGINT NOT NULL DEFAULT 0,
	same_rows     BIGINT NOT NULL DEFAULT 0,
	decision_rows BIGINT NOT NULL DEFAULT 0,
	refused_rows  BIGINT NOT NULL DEFAULT 0,
	taken_new     BIGINT NOT NULL DEFAULT 0,
	taken_changed BIGINT NOT NULL DEFAULT 0,
	chunks        BIGINT NOT NULL DEFAULT 0,
	next_chunk    BIGINT NOT NULL DEFAULT 0, -- the first that is not yet taken
	UNIQUE (job_id, number)
);

-- A run of a file's rows, cleaned, packed and sealed. Once it is taken, only the
-- rows that were not are left in it.
CREATE TABLE intake_chunk (
	file_id       TEXT NOT NULL REFERENCES intake_file (id) ON DELETE CASCADE,
	number        BIGINT NOT NULL,
	body          TEXT NOT NULL,
	content       BYTEA,
	new_rows      BIGINT NOT NULL,
	changed_rows  BIGINT NOT NULL,
	same_rows     BIGINT NOT NULL,
	decision_rows BIGINT NOT NULL,
	refused_rows  BIGINT NOT NULL,
	PRIMARY KEY (file_id, number)
);

-- The faults of a file by kind, with a few of their places, and what a person
-- chose to do about each.
CREATE TABLE intake_fault (
	file_id TEXT NOT NULL REFERENCES intake_file (id) ON DELETE CASCADE,
	body    TEXT NOT NULL,
	fault   TEXT NOT NULL,
	field   TEXT NOT NULL,
	action  TEXT NOT NULL CHECK (action IN ('fix', 'flag', 'skip')),
	grave   BOOLEAN NOT NULL,
	mends   BIGINT NOT NULL, -- of how many a mend can be offered
	count   BIGINT NOT NULL,
	samples BYTEA,
	choice  TEXT NOT NULL DEFAULT '' CHECK (choice IN ('', 'mend', 'keep', 'skip')),
	PRIMARY KEY (file_id, fault, field, action)
);
