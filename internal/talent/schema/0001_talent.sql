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

-- Matching rounds (撮合轮次). "secret" is sealed: from it come the codes that
-- stand for persons in the certificate. A result that was not verified cannot be
-- published.
CREATE TABLE talent_round (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	number       BIGINT NOT NULL,
	name         TEXT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('draft', 'open', 'frozen', 'computed', 'verified', 'published')),
	statuses     TEXT NOT NULL,
	until        TEXT NOT NULL DEFAULT '',
	cap_percent  BIGINT NOT NULL DEFAULT 0 CHECK (cap_percent BETWEEN 0 AND 100),
	rule         TEXT NOT NULL,
	secret       TEXT NOT NULL,
	seed         TEXT NOT NULL DEFAULT '',
	candidates   BIGINT NOT NULL DEFAULT 0,
	positions    BIGINT NOT NULL DEFAULT 0,
	places       BIGINT NOT NULL DEFAULT 0,
	left_out     TEXT NOT NULL DEFAULT '{}',
	run          TEXT NOT NULL DEFAULT '',
	figures      TEXT NOT NULL DEFAULT '{}',
	fingerprint  TEXT NOT NULL DEFAULT '',
	verified     BOOLEAN NOT NULL DEFAULT FALSE,
	report       TEXT NOT NULL DEFAULT '{}',
	made_at      TIMESTAMPTZ NOT NULL,
	opened_at    TIMESTAMPTZ,
	frozen_at    TIMESTAMPTZ,
	computed_at  TIMESTAMPTZ,
	verified_at  TIMESTAMPTZ,
	published_at TIMESTAMPTZ,
	UNIQUE (body, number),
	CHECK (state NOT IN ('verified', 'published') OR (verified AND fingerprint <> ''))
);

-- A candidate's own list for a round that collects wishes: ids of positions, the
-- one they want most first.
CREATE TABLE talent_wish (
	round_id     TEXT NOT NULL REFERENCES talent_round (id),
	candidate_id TEXT NOT NULL REFERENCES talent_candidate (id),
	body         TEXT NOT NULL,
	list         TEXT NOT NULL,
	changed_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (round_id, candidate_id)
);

-- What a round was decided on, as it stood at the freeze.
CREATE TABLE talent_round_candidate (
	round_id        TEXT NOT NULL REFERENCES talent_round (id),
	candidate_id    TEXT NOT NULL REFERENCES talent_candidate (id),
	body            TEXT NOT NULL,
	school          TEXT NOT NULL,
	programme_code  TEXT NOT NULL,
	level           TEXT NOT NULL,
	score           BIGINT,
	certificate     TEXT NOT NULL,
	want_kinds      TEXT NOT NULL,
	want_regions    TEXT NOT NULL,
	want_pay        BIGINT NOT NULL,
	accept_shift    BOOLEAN NOT NULL,
	accept_overseas BOOLEAN NOT NULL,
	skills          TEXT NOT NULL,
	wishes          TEXT NOT NULL,
	PRIMARY KEY (round_id, candidate_id)
);
CREATE INDEX talent_round_candidate_of ON talent_round_candidate (candidate_id);

CREATE TABLE talent_round_position (
	round_id    TEXT NOT NULL REFERENCES talent_round (id),
	seq         BIGINT NOT NULL,
	position_id TEXT NOT NULL REFERENCES talent_position (id),
	body        TEXT NOT NULL,
	ref         TEXT NOT NULL,
	enterprise  TEXT NOT NULL,
	cap         BIGINT NOT NULL,
	kind        TEXT NOT NULL,
	title       TEXT NOT NULL,
	occupation  TEXT NOT NULL,
	segment     TEXT NOT NULL,
	region      TEXT NOT NULL,
	places      BIGINT NOT NULL CHECK (places >= 0),
	education   TEXT NOT NULL,
	pay_low     BIGINT NOT NULL,
	pay_high    BIGINT NOT NULL,
	shift       TEXT NOT NULL,
	overseas    BOOLEAN NOT NULL,
	skills      TEXT NOT NULL,
	PRIMARY KEY (round_id, seq),
	UNIQUE (round_id, position_id)
);

-- What a run decided. A round points at the one run that counts; rows of any
-- other run are leftovers of a computation that was broken off. "choices" is
-- packed as position:points:place, best choice first.
CREATE TABLE talent_result (
	round_id     TEXT NOT NULL REFERENCES talent_round (id),
	run          TEXT NOT NULL,
	candidate_id TEXT NOT NULL REFERENCES talent_candidate (id),
	body         TEXT NOT NULL,
	school       TEXT NOT NULL,
	choices      TEXT NOT NULL,
	seq          BIGINT NOT NULL DEFAULT 0,
	choice       BIGINT NOT NULL DEFAULT 0,
	points       BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (round_id, run, candidate_id)
);
CREATE INDEX talent_result_position ON talent_result (round_id, run, seq);

CREATE TABLE talent_cut (
	round_id TEXT NOT NULL REFERENCES talent_round (id),
	run      TEXT NOT NULL,
	seq      BIGINT NOT NULL,
	body     TEXT NOT NULL,
	listed   BIGINT NOT NULL,
	placed   BIGINT NOT NULL,
	last     BIGINT NOT NULL,
	capped   BOOLEAN NOT NULL,
	PRIMARY KEY (round_id, run, seq)
);
