-- Matching rounds (撮合轮次). "secret" is sealed: from it come the codes that
-- stand for persons in the certificate. A result that was not verified cannot be
-- published.
CREATE TABLE round_round (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	number       BIGINT NOT NULL,
	name         TEXT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('draft', 'open', 'frozen', 'computed', 'verified', 'published', 'answered', 'cleared')),
	statuses     TEXT NOT NULL,
	until        TEXT NOT NULL DEFAULT '',
	kind         TEXT NOT NULL CHECK (kind IN ('graduate', 'internship', 'order_class', 'field_engineers')),
	terms        TEXT NOT NULL,
	rule_id      TEXT NOT NULL,
	after_id     TEXT NOT NULL DEFAULT '',
	answer_by    TEXT NOT NULL DEFAULT '',
	scoring      TEXT NOT NULL,
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
	answered_at  TIMESTAMPTZ,
	cleared_at   TIMESTAMPTZ,
	UNIQUE (body, number),
	CHECK (state IN ('draft', 'open', 'frozen', 'computed') OR (verified AND fingerprint <> ''))
);

-- A candidate's own list for a round that collects wishes: ids of positions, the
-- one they want most first.
CREATE TABLE round_wish (
	round_id     TEXT NOT NULL REFERENCES round_round (id),
	candidate_id TEXT NOT NULL,
	body         TEXT NOT NULL,
	list         TEXT NOT NULL,
	changed_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (round_id, candidate_id)
);

-- What a round is told of one post beside what the post says: places in it, a
-- minimum to open, whose class it is, seats reserved ("660701 5;660702 3").
CREATE TABLE round_post (
	round_id    TEXT NOT NULL REFERENCES round_round (id),
	position_id TEXT NOT NULL,
	body        TEXT NOT NULL,
	places      BIGINT NOT NULL CHECK (places >= 0),
	minimum     BIGINT NOT NULL CHECK (minimum >= 0),
	programme   TEXT NOT NULL,
	seats       TEXT NOT NULL,
	fixed_open  BOOLEAN NOT NULL,
	left_out    BOOLEAN NOT NULL,
	changed_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (round_id, position_id)
);

-- An enterprise's own ranking for a post: ids of candidates, the one it wants most
-- first. It saw codes, not who they are.
CREATE TABLE round_ranking (
	round_id    TEXT NOT NULL REFERENCES round_round (id),
	position_id TEXT NOT NULL,
	body        TEXT NOT NULL,
	list        TEXT NOT NULL,
	changed_at  TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (round_id, position_id)
);

-- What a round is decided on, as it stood at the freeze. "profile" is what scoring
-- knows of somebody or of a post, in talent's words.
CREATE TABLE round_candidate (
	round_id     TEXT NOT NULL REFERENCES round_round (id),
	candidate_id TEXT NOT NULL,
	body         TEXT NOT NULL,
	school       TEXT NOT NULL,
	programme    TEXT NOT NULL,
	level        TEXT NOT NULL,
	profile      TEXT NOT NULL,
	wishes       TEXT NOT NULL,
	withdrawn    BOOLEAN NOT NULL DEFAULT FALSE,
	PRIMARY KEY (round_id, candidate_id)
);
CREATE INDEX round_candidate_of ON round_candidate (candidate_id);

CREATE TABLE round_position (
	round_id    TEXT NOT NULL REFERENCES round_round (id),
	seq         BIGINT NOT NULL,
	position_id TEXT NOT NULL,
	body        TEXT NOT NULL,
	ref         TEXT NOT NULL,
	enterprise  TEXT NOT NULL,
	cap         BIGINT NOT NULL,
	kind        TEXT NOT NULL,
	title       TEXT NOT NULL,
	segment     TEXT NOT NULL,
	region      TEXT NOT NULL,
	places      BIGINT NOT NULL CHECK (places >= 0),
	minimum     BIGINT NOT NULL CHECK (minimum BETWEEN 0 AND places),
	fixed_open  BOOLEAN NOT NULL,
	programme   TEXT NOT NULL,
	seats       TEXT NOT NULL,
	ranking     TEXT NOT NULL,
	closed      BOOLEAN NOT NULL DEFAULT FALSE,
	pay_low     BIGINT NOT NULL,
	pay_high    BIGINT NOT NULL,
	shift       TEXT NOT NULL,
	profile     TEXT NOT NULL,
	PRIMARY KEY (round_id, seq),
	UNIQUE (round_id, position_id)
);
CREATE INDEX round_position_of ON round_position (position_id);

-- What a run decided. A round points at the one run that counts; rows of any
-- other run are leftovers of a computation that was broken off. "choices" is
-- packed as position:points:place, best choice first.
CREATE TABLE round_result (
	round_id     TEXT NOT NULL REFERENCES round_round (id),
	run          TEXT NOT NULL,
	candidate_id TEXT NOT NULL,
	body         TEXT NOT NULL,
	school       TEXT NOT NULL,
	choices      TEXT NOT NULL,
	seq          BIGINT NOT NULL DEFAULT 0,
	choice       BIGINT NOT NULL DEFAULT 0,
	points       BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (round_id, run, candidate_id)
);
CREATE INDEX round_result_position ON round_result (round_id, run, seq);

CREATE TABLE round_cut (
	round_id  TEXT NOT NULL REFERENCES round_round (id),
	run       TEXT NOT NULL,
	seq       BIGINT NOT NULL,
	body      TEXT NOT NULL,
	listed    BIGINT NOT NULL,
	first     BIGINT NOT NULL,
	placed    BIGINT NOT NULL,
	elsewhere BIGINT NOT NULL,
	refused   BIGINT NOT NULL,
	last      BIGINT NOT NULL,
	capped    BOOLEAN NOT NULL,
	unopened  BOOLEAN NOT NULL,
	PRIMARY KEY (round_id, run, seq)
);

CREATE TABLE round_cap (
	round_id TEXT NOT NULL REFERENCES round_round (id),
	run      TEXT NOT NULL,
	seq      BIGINT NOT NULL,
	body     TEXT NOT NULL,
	sort     TEXT NOT NULL,
	whose    TEXT NOT NULL,
	cap      BIGINT NOT NULL,
	placed   BIGINT NOT NULL,
	turned   BIGINT NOT NULL,
	PRIMARY KEY (round_id, run, seq)
);

-- What candidates answered to their place. "way" is self or silence.
CREATE TABLE round_answer (
	round_id     TEXT NOT NULL REFERENCES round_round (id),
	candidate_id TEXT NOT NULL,
	body         TEXT NOT NULL,
	answer       TEXT NOT NULL CHECK (answer IN ('accept', 'decline')),
	way          TEXT NOT NULL CHECK (way IN ('self', 'silence')),
	at           TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (round_id, candidate_id)
);

-- What rules not yet decided would have come to, each computed on what stood then.
CREATE TABLE round_preview (
	id       TEXT PRIMARY KEY,
	round_id TEXT NOT NULL REFERENCES round_round (id),
	body     TEXT NOT NULL,
	terms    TEXT NOT NULL,
	figures  TEXT NOT NULL,
	caps     TEXT NOT NULL,
	made_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX round_preview_of ON round_preview (round_id, id);
