-- One time of asking the enterprises what they will hire.
CREATE TABLE survey_round (
	body       TEXT NOT NULL,
	id         TEXT NOT NULL,
	number     BIGINT NOT NULL,
	title      TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('draft', 'open', 'closed', 'checked', 'modelled', 'reviewed', 'published', 'revised')),
	begins     TEXT NOT NULL, -- quarter from which plans are asked for, 2026Q3
	closes     TEXT NOT NULL, -- last day on which answers are taken
	note       TEXT NOT NULL DEFAULT '', -- what is said to the enterprises
	release_id TEXT NOT NULL DEFAULT '', -- of the forecast made of it
	why        TEXT NOT NULL DEFAULT '', -- it was revised
	revisions  BIGINT NOT NULL DEFAULT 0,
	counted    TEXT NOT NULL DEFAULT '{}', -- JSON: coverage as of the check
	opened_at  TIMESTAMPTZ,
	closed_at  TIMESTAMPTZ,
	checked_at TIMESTAMPTZ,
	changed_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (body, id),
	UNIQUE (body, number)
);

-- What one enterprise is asked in one round, and what it answered.
CREATE TABLE survey_form (
	body        TEXT NOT NULL,
	round_id    TEXT NOT NULL,
	unit_id     TEXT NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('asked', 'answered', 'returned', 'accepted', 'taken')),
	lines       TEXT NOT NULL DEFAULT '[]', -- JSON
	nobody      BOOLEAN NOT NULL DEFAULT FALSE, -- it hires nobody
	remark      TEXT NOT NULL DEFAULT '',
	doubts      TEXT NOT NULL DEFAULT '[]', -- JSON: what looks like a slip
	why         TEXT NOT NULL DEFAULT '', -- it was given back
	weight      BIGINT NOT NULL DEFAULT 0, -- hired in the four quarters before the round opened
	reminded    BIGINT NOT NULL DEFAULT 0,
	reminded_at TIMESTAMPTZ,
	answered_by TEXT NOT NULL DEFAULT '',
	answered_at TIMESTAMPTZ,
	PRIMARY KEY (body, round_id, unit_id),
	FOREIGN KEY (body, round_id) REFERENCES survey_round (body, id)
);

CREATE INDEX survey_form_unit ON survey_form (body, unit_id);
