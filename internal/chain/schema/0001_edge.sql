-- What a body itself says of its chain, beside the shipped code lists. A row is one
-- version of one edge and is never changed; the newest version counts. An edge that
-- has no row stands as it is shipped. The ends are in the order of the chain.
CREATE TABLE chain_edge (
	id             TEXT PRIMARY KEY,
	body           TEXT NOT NULL,
	a_kind         TEXT NOT NULL,
	a_code         TEXT NOT NULL,
	b_kind         TEXT NOT NULL,
	b_code         TEXT NOT NULL,
	version        BIGINT NOT NULL CHECK (version > 0),
	action         TEXT NOT NULL,
	ended          BOOLEAN NOT NULL,
	role           TEXT NOT NULL CHECK (role IN ('', 'core', 'common')),
	level          BIGINT NOT NULL CHECK (level BETWEEN 0 AND 5),
	share          BIGINT NOT NULL CHECK (share BETWEEN 0 AND 100),
	source         TEXT NOT NULL,
	dated          TEXT NOT NULL,
	note           TEXT NOT NULL,
	confirmer      TEXT NOT NULL,
	confirmer_unit TEXT NOT NULL,
	confirmed_at   TIMESTAMPTZ,
	by_person      TEXT NOT NULL,
	by_unit        TEXT NOT NULL,
	made_at        TIMESTAMPTZ NOT NULL,
	UNIQUE (body, a_kind, a_code, b_kind, b_code, version)
);

-- Courses and bases that a body adds: the code lists have none.
CREATE TABLE chain_node (
	body    TEXT NOT NULL,
	kind    TEXT NOT NULL CHECK (kind IN ('course', 'base')),
	code    TEXT NOT NULL,
	name    TEXT NOT NULL,
	name_en TEXT NOT NULL,
	made_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (body, kind, code)
);

-- Codes whose place another one took: old addresses lead on to it, and it has
-- their edges.
CREATE TABLE chain_redirect (
	body      TEXT NOT NULL,
	kind      TEXT NOT NULL,
	code      TEXT NOT NULL,
	successor TEXT NOT NULL,
	reason    TEXT NOT NULL,
	by_person TEXT NOT NULL,
	made_at   TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (body, kind, code)
);
