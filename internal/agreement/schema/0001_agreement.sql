-- Agreements (协议) of every kind. Days are 2026-10-31; "valid_until" is the day
-- after the last, empty where there is no end.
CREATE TABLE agreement_agreement (
	id          TEXT PRIMARY KEY,
	body        TEXT NOT NULL,
	kind        TEXT NOT NULL,
	number      BIGINT NOT NULL CHECK (number > 0),
	subject     TEXT NOT NULL,
	title       TEXT NOT NULL,
	valid_from  TEXT NOT NULL,
	valid_until TEXT NOT NULL DEFAULT '' CHECK (valid_until = '' OR valid_until > valid_from),
	state       TEXT NOT NULL CHECK (state IN ('drafted', 'in_force', 'ended', 'broken')),
	version     BIGINT NOT NULL CHECK (version > 0),
	ended_on    TEXT NOT NULL DEFAULT '',
	ended_by    TEXT NOT NULL DEFAULT '',
	why         TEXT NOT NULL DEFAULT '',
	made_at     TIMESTAMPTZ NOT NULL,
	changed_at  TIMESTAMPTZ NOT NULL,
	UNIQUE (body, kind, number)
);
CREATE INDEX agreement_agreement_subject ON agreement_agreement (body, subject);

-- What each version says, never changed. "parties" holds names of persons, sealed.
CREATE TABLE agreement_version (
	agreement_id TEXT NOT NULL REFERENCES agreement_agreement (id),
	version      BIGINT NOT NULL,
	body         TEXT NOT NULL,
	clauses      TEXT NOT NULL,
	parties      TEXT NOT NULL,
	fingerprint  TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	made_at      TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (agreement_id, version)
);

CREATE TABLE agreement_signature (
	body         TEXT NOT NULL,
	agreement_id TEXT NOT NULL,
	version      BIGINT NOT NULL,
	role         TEXT NOT NULL,
	name_sealed  TEXT NOT NULL,
	person       TEXT NOT NULL DEFAULT '',
	way          TEXT NOT NULL CHECK (way IN ('account', 'link')),
	at           TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (agreement_id, version, role),
	FOREIGN KEY (agreement_id, version) REFERENCES agreement_version (agreement_id, version)
);

-- Links by which somebody without an account signs once. Only the hash of the key
-- is kept.
CREATE TABLE agreement_link (
	hash         TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	agreement_id TEXT NOT NULL REFERENCES agreement_agreement (id),
	version      BIGINT NOT NULL,
	role         TEXT NOT NULL,
	tries        BIGINT NOT NULL DEFAULT 0,
	ends_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX agreement_link_of ON agreement_link (agreement_id, role);
