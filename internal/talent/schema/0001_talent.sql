-- Programmes (专业点): what a school teaches, and how many it plans to take each year.
CREATE TABLE talent_programme (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	ref        TEXT NOT NULL DEFAULT '',
	school     TEXT NOT NULL,
	code       TEXT NOT NULL,
	name       TEXT NOT NULL,
	level      TEXT NOT NULL DEFAULT '',
	years      BIGINT NOT NULL DEFAULT 0 CHECK (years >= 0),
	plan       BIGINT NOT NULL DEFAULT 0 CHECK (plan >= 0),
	founded    BIGINT NOT NULL DEFAULT 0,
	enrolled   BIGINT NOT NULL DEFAULT 0 CHECK (enrolled >= 0),
	changed_at TIMESTAMPTZ NOT NULL,
	UNIQUE (body, school, code)
);
CREATE UNIQUE INDEX talent_programme_ref ON talent_programme (body, ref) WHERE ref <> '';

-- Candidates (候选人). "sealed" holds identity number, phone, birth and gender
-- under the house's key; "identity" is the keyed hash by which the number is
-- found; "adult_from" is the first whole month of full age, as 2029-06. Wishes
-- and skills are packed: "450203;450105" and "SAF04:1:course;COA02:2".
CREATE TABLE talent_candidate (
	id              TEXT PRIMARY KEY,
	body            TEXT NOT NULL,
	ref             TEXT NOT NULL DEFAULT '',
	school          TEXT NOT NULL,
	number          TEXT NOT NULL DEFAULT '',
	name            TEXT NOT NULL,
	programme       TEXT NOT NULL DEFAULT '',
	programme_code  TEXT NOT NULL DEFAULT '',
	level           TEXT NOT NULL DEFAULT '',
	class           TEXT NOT NULL DEFAULT '',
	entered         TEXT NOT NULL DEFAULT '',
	graduates       BIGINT NOT NULL DEFAULT 0,
	status          TEXT NOT NULL DEFAULT 'studying',
	region          TEXT NOT NULL DEFAULT '',
	score           BIGINT CHECK (score BETWEEN 0 AND 1000),
	certificate     TEXT NOT NULL DEFAULT '',
	want_kinds      TEXT NOT NULL DEFAULT '',
	want_regions    TEXT NOT NULL DEFAULT '',
	want_pay        BIGINT NOT NULL DEFAULT 0 CHECK (want_pay >= 0),
	accept_shift    BOOLEAN NOT NULL DEFAULT FALSE,
	accept_overseas BOOLEAN NOT NULL DEFAULT FALSE,
	skills          TEXT NOT NULL DEFAULT '',
	sealed          TEXT NOT NULL DEFAULT '',
	identity        TEXT NOT NULL DEFAULT '',
	adult_from      TEXT NOT NULL DEFAULT '',
	consent_at      TIMESTAMPTZ,
	guardian_at     TIMESTAMPTZ,
	changed_at      TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX talent_candidate_ref ON talent_candidate (body, ref) WHERE ref <> '';
CREATE UNIQUE INDEX talent_candidate_number ON talent_candidate (body, number, school) WHERE number <> '';
CREATE INDEX talent_candidate_identity ON talent_candidate (body, identity) WHERE identity <> '';
CREATE INDEX talent_candidate_list ON talent_candidate (body, school, id);
CREATE INDEX talent_candidate_programme ON talent_candidate (body, programme, id);
CREATE INDEX talent_candidate_status ON talent_candidate (body, status, id);
CREATE INDEX talent_candidate_order ON talent_candidate (body, id);

-- Positions (岗位). "skills" is packed as code:level:weight:must.
CREATE TABLE talent_position (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	ref        TEXT NOT NULL DEFAULT '',
	enterprise TEXT NOT NULL,
	kind       TEXT NOT NULL DEFAULT '',
	title      TEXT NOT NULL,
	occupation TEXT NOT NULL DEFAULT '',
	segment    TEXT NOT NULL DEFAULT '',
	region     TEXT NOT NULL DEFAULT '',
	headcount  BIGINT NOT NULL DEFAULT 0 CHECK (headcount >= 0),
	education  TEXT NOT NULL DEFAULT '',
	pay_low    BIGINT NOT NULL DEFAULT 0 CHECK (pay_low >= 0),
	pay_high   BIGINT NOT NULL DEFAULT 0 CHECK (pay_high = 0 OR pay_high >= pay_low),
	shift      TEXT NOT NULL DEFAULT '',
	overseas   BOOLEAN NOT NULL DEFAULT FALSE,
	posted     TEXT NOT NULL DEFAULT '',
	closes     TEXT NOT NULL DEFAULT '',
	status     TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'closed', 'filled')),
	phone      TEXT NOT NULL DEFAULT '',
	skills     TEXT NOT NULL DEFAULT '',
	changed_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX talent_position_ref ON talent_position (body, ref) WHERE ref <> '';
CREATE INDEX talent_position_list ON talent_position (body, status, id);
CREATE INDEX talent_position_enterprise ON talent_position (body, enterprise, id);

-- The scoring rules of a body by date; the newest that is in force is used.
CREATE TABLE talent_rule (
	id      TEXT PRIMARY KEY,
	body    TEXT NOT NULL,
	since   TEXT NOT NULL,
	article TEXT NOT NULL DEFAULT '',
	data    TEXT NOT NULL,
	made_at TIMESTAMPTZ NOT NULL,
	UNIQUE (body, since)
);
