-- The yearly assessment of members (成员考核): what was counted is frozen with the
-- rule by which it was counted.
CREATE TABLE member_assessment (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	name         TEXT NOT NULL,
	since        TEXT NOT NULL CHECK (length(since) = 10),
	until        TEXT NOT NULL CHECK (until >= since),
	state        TEXT NOT NULL CHECK (state IN ('draft', 'announced', 'concluded')),
	rule_id      TEXT NOT NULL,
	article      TEXT NOT NULL,
	rule         TEXT NOT NULL,
	appeal_until TEXT NOT NULL,
	counted_at   TIMESTAMPTZ NOT NULL,
	made_at      TIMESTAMPTZ NOT NULL,
	UNIQUE (body, name)
);

CREATE TABLE member_result (
	assessment_id TEXT NOT NULL REFERENCES member_assessment (id),
	body          TEXT NOT NULL,
	unit_id       TEXT NOT NULL REFERENCES directory_unit (id),
	figures       TEXT NOT NULL,
	counted       BIGINT NOT NULL,
	adjusted      BIGINT NOT NULL,
	reason        TEXT NOT NULL,
	PRIMARY KEY (assessment_id, unit_id)
);

CREATE TABLE member_appeal (
	id            TEXT PRIMARY KEY,
	body          TEXT NOT NULL,
	assessment_id TEXT NOT NULL REFERENCES member_assessment (id),
	unit_id       TEXT NOT NULL REFERENCES directory_unit (id),
	words         TEXT NOT NULL,
	state         TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'dismissed')),
	answer        TEXT NOT NULL,
	points        BIGINT NOT NULL,
	filed_at      TIMESTAMPTZ NOT NULL,
	UNIQUE (assessment_id, unit_id)
);
