-- A person's authenticator of one-time codes (RFC 6238). The secret is sealed;
-- "step" is the last time step whose code was taken, so that none is taken twice.
-- Until a first code has shown that it works, it asks nothing of anybody.
CREATE TABLE factor_code (
	person_id    TEXT PRIMARY KEY,
	sealed       TEXT NOT NULL,
	step         BIGINT NOT NULL DEFAULT 0,
	made_at      TIMESTAMPTZ NOT NULL,
	confirmed_at TIMESTAMPTZ
);

-- One-time recovery codes, as keyed hashes.
CREATE TABLE factor_recovery (
	person_id TEXT NOT NULL,
	hash      TEXT NOT NULL,
	used_at   TIMESTAMPTZ,
	PRIMARY KEY (person_id, hash)
);

-- Sign-ins whose first factor was seen and whose second is waited for.
CREATE TABLE factor_pending (
	key_hash  TEXT PRIMARY KEY,
	person_id TEXT NOT NULL,
	attempts  BIGINT NOT NULL DEFAULT 0,
	ends_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX factor_pending_ends ON factor_pending (ends_at);

-- That a person's factors were taken away for them, until they have seen it.
CREATE TABLE factor_cleared (
	person_id TEXT PRIMARY KEY,
	by_id     TEXT NOT NULL,
	at        TIMESTAMPTZ NOT NULL
);

-- Passkeys (WebAuthn). The credential stands whole, as the library gave it.
CREATE TABLE factor_passkey (
	id            TEXT PRIMARY KEY,
	person_id     TEXT NOT NULL,
	credential_id TEXT NOT NULL UNIQUE,
	name          TEXT NOT NULL,
	credential    TEXT NOT NULL,
	made_at       TIMESTAMPTZ NOT NULL,
	used_at       TIMESTAMPTZ
);
CREATE INDEX factor_passkey_person ON factor_passkey (person_id);

-- A passkey that is being made, or a sign-in with one: what the browser was asked.
-- Each is taken once. Strangers begin sign-ins, so few wait of one address.
CREATE TABLE factor_ceremony (
	key_hash  TEXT PRIMARY KEY,
	person_id TEXT NOT NULL,
	origin    TEXT NOT NULL,
	session   TEXT NOT NULL,
	ends_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX factor_ceremony_ends ON factor_ceremony (ends_at);
CREATE INDEX factor_ceremony_origin ON factor_ceremony (origin);
