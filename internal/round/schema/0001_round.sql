-- Matching rounds (撮合轮次). "secret" is sealed: from it come the codes that
-- stand for persons in the certificate. A result that was not verified cannot be
-- published.
CREATE TABLE round_round (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	number       BIGINT NOT NULL,
	name         TEXT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('draft', 'open', 'frozen', 'computed', 'verified', 'published')),
	statuses     TEXT NOT NULL,
	until        TEXT NOT NULL DEFAULT '',
	cap_percent  BIGINT NOT NULL DEFAULT 0 CHECK (cap_percent BETWEEN 0 AND 100),
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
	UNIQUE (body, number),
	CHECK (state NOT IN ('verified', 'published') OR (verified AND fingerprint <> ''))
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
	round_id TEXT NOT NULL REFERENCES round_round (id),
	run      TEXT NOT NULL,
	seq      BIGINT NOT NULL,
	body     TEXT NOT NULL,
	listed   BIGINT NOT NULL,
	placed   BIGINT NOT NULL,
	last     BIGINT NOT NULL,
	capped   BOOLEAN NOT NULL,
	PRIMARY KEY (round_id, run, seq)
);
