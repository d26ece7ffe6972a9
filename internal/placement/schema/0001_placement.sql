-- Placements (安置). Periods are half-open days: "until" is the day after the last,
-- 9999-12-31 where there is none. "terms" holds nothing personal; names of mentors
-- and of a guardian, and the guardian's phone, stand in "sealed".
CREATE TABLE placement_placement (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	number       BIGINT NOT NULL CHECK (number > 0),
	kind         TEXT NOT NULL CHECK (kind IN ('internship', 'employment')),
	state        TEXT NOT NULL CHECK (state IN ('draft', 'refused', 'checked', 'ready', 'started', 'changed', 'ended', 'withdrawn')),
	candidate_id TEXT NOT NULL,
	school       TEXT NOT NULL,
	enterprise   TEXT NOT NULL,
	post_id      TEXT NOT NULL,
	post_kind    TEXT NOT NULL,
	title        TEXT NOT NULL,
	programme    TEXT NOT NULL,
	origin       TEXT NOT NULL DEFAULT '',
	agreement_id TEXT NOT NULL,
	since        TEXT NOT NULL,
	until        TEXT NOT NULL,
	terms        TEXT NOT NULL,
	sealed       TEXT NOT NULL DEFAULT '',
	verdict      TEXT NOT NULL DEFAULT '',
	breaches     BIGINT NOT NULL DEFAULT 0,
	started_at   TIMESTAMPTZ,
	ended_on     TEXT NOT NULL DEFAULT '',
	why          TEXT NOT NULL DEFAULT '',
	made_at      TIMESTAMPTZ NOT NULL,
	changed_at   TIMESTAMPTZ NOT NULL,
	UNIQUE (body, number),
	CHECK (until > since)
);
CREATE INDEX placement_placement_school ON placement_placement (body, school, state);
CREATE INDEX placement_placement_enterprise ON placement_placement (body, enterprise, state);
CREATE INDEX placement_placement_candidate ON placement_placement (candidate_id);

-- Whoever claims a period of a person locks their row here first.
CREATE TABLE placement_person (
	body         TEXT NOT NULL,
	candidate_id TEXT NOT NULL,
	claims       BIGINT NOT NULL,
	PRIMARY KEY (body, candidate_id)
);

-- The period that each placement takes of its person; one that is withdrawn takes none.
CREATE TABLE placement_claim (
	placement_id TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	candidate_id TEXT NOT NULL,
	since        TEXT NOT NULL,
	until        TEXT NOT NULL,
	CHECK (until > since),
	FOREIGN KEY (body, candidate_id) REFERENCES placement_person (body, candidate_id)
);
CREATE INDEX placement_claim_person ON placement_claim (body, candidate_id, since);

-- How many staff an enterprise has at each kind of post.
CREATE TABLE placement_staff (
	body       TEXT NOT NULL,
	enterprise TEXT NOT NULL,
	post_kind  TEXT NOT NULL,
	staff      BIGINT NOT NULL CHECK (staff >= 0),
	told_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (body, enterprise, post_kind)
);

-- The text of every regulation that a verdict was given under.
CREATE TABLE placement_rule (
	fingerprint TEXT NOT NULL,
	body        TEXT NOT NULL,
	kind        TEXT NOT NULL,
	text        TEXT NOT NULL,
	kept_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (body, fingerprint)
);

-- What one side asks of the other: a change of terms, or an end.
CREATE TABLE placement_request (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	placement_id TEXT NOT NULL REFERENCES placement_placement (id),
	kind         TEXT NOT NULL CHECK (kind IN ('change', 'end')),
	side         TEXT NOT NULL CHECK (side IN ('school', 'enterprise', 'student')),
	why          TEXT NOT NULL,
	day          TEXT NOT NULL,
	terms        TEXT NOT NULL DEFAULT '',
	due          TEXT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('open', 'agreed', 'refused', 'lapsed', 'done')),
	answer       TEXT NOT NULL DEFAULT '',
	asked_at     TIMESTAMPTZ NOT NULL,
	answered_at  TIMESTAMPTZ
);
CREATE INDEX placement_request_of ON placement_request (placement_id);
CREATE INDEX placement_request_due ON placement_request (body, state, due);
CREATE UNIQUE INDEX placement_request_open ON placement_request (placement_id) WHERE state = 'open';

-- What became of an employment after some months.
CREATE TABLE placement_follow (
	placement_id TEXT NOT NULL REFERENCES placement_placement (id),
	month        BIGINT NOT NULL,
	body         TEXT NOT NULL,
	there        BOOLEAN NOT NULL,
	pay_band     TEXT NOT NULL DEFAULT '',
	fits         TEXT NOT NULL DEFAULT '',
	note         TEXT NOT NULL DEFAULT '',
	told_at      TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (placement_id, month)
);
