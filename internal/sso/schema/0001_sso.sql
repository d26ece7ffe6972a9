-- Identity providers (身份提供方) by which the people of a unit, or of a whole body
-- (unit_id empty), sign in. The client secret is sealed.
CREATE TABLE sso_provider (
	id            TEXT PRIMARY KEY,
	body_id       TEXT NOT NULL,
	unit_id       TEXT NOT NULL DEFAULT '',
	name          TEXT NOT NULL,
	name_en       TEXT NOT NULL DEFAULT '',
	issuer        TEXT NOT NULL,
	client        TEXT NOT NULL,
	secret_sealed TEXT NOT NULL DEFAULT '',
	scopes        TEXT NOT NULL DEFAULT '',
	subject       TEXT NOT NULL DEFAULT 'sub',
	match_claim   TEXT NOT NULL DEFAULT '',
	match_to      TEXT NOT NULL DEFAULT '' CHECK (match_to IN ('', 'login', 'email')),
	mfa           BOOLEAN NOT NULL DEFAULT FALSE,
	active        BOOLEAN NOT NULL DEFAULT FALSE,
	made_at       TIMESTAMPTZ NOT NULL,
	changed_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX sso_provider_body ON sso_provider (body_id);

-- Who a subject of a provider is here. Of issuer and subject a keyed hash stands.
CREATE TABLE sso_link (
	id           TEXT PRIMARY KEY,
	provider_id  TEXT NOT NULL REFERENCES sso_provider (id),
	person_id    TEXT NOT NULL,
	subject_hash TEXT NOT NULL,
	matched      BOOLEAN NOT NULL DEFAULT FALSE, -- by a claim, not by its person
	made_at      TIMESTAMPTZ NOT NULL,
	used_at      TIMESTAMPTZ,
	UNIQUE (provider_id, subject_hash),
	UNIQUE (provider_id, person_id)
);
CREATE INDEX sso_link_person ON sso_link (person_id);

-- Sign-ins that came back from their provider, so that none comes back twice.
CREATE TABLE sso_used (
	state_hash TEXT PRIMARY KEY,
	ends_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX sso_used_ends ON sso_used (ends_at);
