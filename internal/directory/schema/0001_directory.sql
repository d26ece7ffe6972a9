-- Bodies (联合体), units (单位), and the names by which a unit is known.
CREATE TABLE directory_body (
	id       TEXT PRIMARY KEY,
	name     TEXT NOT NULL,
	name_en  TEXT NOT NULL DEFAULT '',
	kind     TEXT NOT NULL CHECK (kind IN ('city', 'industry')),
	industry TEXT NOT NULL DEFAULT '',
	region   TEXT NOT NULL DEFAULT '',
	zone     TEXT NOT NULL DEFAULT 'Asia/Shanghai',
	made_at  TIMESTAMPTZ NOT NULL
);

CREATE TABLE directory_unit (
	id          TEXT PRIMARY KEY,
	credit_code TEXT NOT NULL DEFAULT '',
	class       TEXT NOT NULL,
	name        TEXT NOT NULL,
	short_name  TEXT NOT NULL DEFAULT '',
	name_en     TEXT NOT NULL DEFAULT '',
	industry    TEXT NOT NULL DEFAULT '',
	region      TEXT NOT NULL DEFAULT '',
	segments    TEXT NOT NULL DEFAULT '',
	staff       BIGINT NOT NULL DEFAULT 0 CHECK (staff >= 0),
	phone       TEXT NOT NULL DEFAULT '',
	fictional   BOOLEAN NOT NULL DEFAULT FALSE,
	made_at     TIMESTAMPTZ NOT NULL,
	changed_at  TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX directory_unit_credit_code ON directory_unit (credit_code) WHERE credit_code <> '';
CREATE INDEX directory_unit_name ON directory_unit (name);

-- Each name, short name, former name and outside number by which a unit is
-- found; "kind" tells which.
CREATE TABLE directory_alias (
	alias   TEXT NOT NULL,
	unit_id TEXT NOT NULL REFERENCES directory_unit (id),
	kind    TEXT NOT NULL CHECK (kind IN ('name', 'short', 'former', 'ref')),
	PRIMARY KEY (alias, unit_id)
);
CREATE INDEX directory_alias_unit ON directory_alias (unit_id);

-- Persons who have an account, or are invited to one. The identity number is
-- sealed; its keyed hash finds it.
CREATE TABLE directory_person (
	id            TEXT PRIMARY KEY,
	name          TEXT NOT NULL,
	email         TEXT NOT NULL DEFAULT '',
	phone_sealed  TEXT NOT NULL DEFAULT '',
	identity_seal TEXT NOT NULL DEFAULT '',
	identity_hash TEXT NOT NULL DEFAULT '',
	admin         BOOLEAN NOT NULL DEFAULT FALSE,
	language      TEXT NOT NULL DEFAULT '',
	erased        BOOLEAN NOT NULL DEFAULT FALSE,
	made_at       TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX directory_person_identity ON directory_person (identity_hash) WHERE identity_hash <> '';

-- A post (任职): a person in a unit, in a role, within a body, from a day to a day.
CREATE TABLE directory_post (
	id        TEXT PRIMARY KEY,
	person_id TEXT NOT NULL REFERENCES directory_person (id),
	body_id   TEXT NOT NULL REFERENCES directory_body (id),
	unit_id   TEXT NOT NULL REFERENCES directory_unit (id),
	role      TEXT NOT NULL CHECK (role IN ('secretariat', 'unit_admin', 'staff', 'student')),
	title     TEXT NOT NULL DEFAULT '',
	subject   TEXT NOT NULL DEFAULT '',
	since     TIMESTAMPTZ NOT NULL,
	until     TIMESTAMPTZ
);
CREATE INDEX directory_post_person ON directory_post (person_id);
CREATE INDEX directory_post_unit ON directory_post (body_id, unit_id);

-- A duty (职责): who does a thing for a unit, and who stands in for them.
CREATE TABLE directory_duty (
	id        TEXT PRIMARY KEY,
	body_id   TEXT NOT NULL REFERENCES directory_body (id),
	unit_id   TEXT NOT NULL REFERENCES directory_unit (id),
	name      TEXT NOT NULL,
	person_id TEXT NOT NULL REFERENCES directory_person (id),
	deputy_id TEXT REFERENCES directory_person (id),
	since     TIMESTAMPTZ NOT NULL,
	until     TIMESTAMPTZ
);
CREATE INDEX directory_duty_person ON directory_duty (person_id);

CREATE TABLE directory_account (
	person_id  TEXT PRIMARY KEY REFERENCES directory_person (id),
	login      TEXT NOT NULL UNIQUE,
	password   TEXT NOT NULL DEFAULT '',
	locked     BOOLEAN NOT NULL DEFAULT FALSE,
	forgot_at  TIMESTAMPTZ, -- asked for a new password, and nobody has given a link yet
	changed_at TIMESTAMPTZ NOT NULL
);

-- Sessions. The cookie holds a random key; here stands its hash.
CREATE TABLE directory_session (
	id        TEXT PRIMARY KEY,
	key_hash  TEXT NOT NULL UNIQUE,
	person_id TEXT NOT NULL REFERENCES directory_person (id),
	post_id   TEXT NOT NULL DEFAULT '',
	device    TEXT NOT NULL DEFAULT '',
	began_at  TIMESTAMPTZ NOT NULL,
	seen_at   TIMESTAMPTZ NOT NULL,
	ends_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX directory_session_person ON directory_session (person_id);

-- One-time links: the first administrator's, invitations, forgotten passwords.
CREATE TABLE directory_link (
	id        TEXT PRIMARY KEY,
	key_hash  TEXT NOT NULL UNIQUE,
	kind      TEXT NOT NULL CHECK (kind IN ('first', 'invite', 'reset')),
	person_id TEXT NOT NULL REFERENCES directory_person (id),
	made_by   TEXT NOT NULL,
	made_at   TIMESTAMPTZ NOT NULL,
	ends_at   TIMESTAMPTZ NOT NULL,
	used_at   TIMESTAMPTZ
);

-- Failed sign-ins, counted for a name and for an address alike.
CREATE TABLE directory_attempt (
	who      TEXT PRIMARY KEY,
	failures BIGINT NOT NULL,
	last_at  TIMESTAMPTZ NOT NULL,
	wait_to  TIMESTAMPTZ NOT NULL
);

-- Personal access tokens for programs.
CREATE TABLE directory_token (
	id        TEXT PRIMARY KEY,
	key_hash  TEXT NOT NULL UNIQUE,
	person_id TEXT NOT NULL REFERENCES directory_person (id),
	post_id   TEXT NOT NULL,
	name      TEXT NOT NULL,
	scopes    TEXT NOT NULL,
	made_at   TIMESTAMPTZ NOT NULL,
	used_at   TIMESTAMPTZ,
	ends_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX directory_token_person ON directory_token (person_id);

-- Mails that wait to be sent.
CREATE TABLE directory_mail (
	id       TEXT PRIMARY KEY,
	to_email TEXT NOT NULL,
	subject  TEXT NOT NULL,
	words    TEXT NOT NULL,
	due_at   TIMESTAMPTZ NOT NULL,
	attempts BIGINT NOT NULL DEFAULT 0
);
