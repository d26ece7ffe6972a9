-- Applications (入会申请) of units that want to belong. Whoever sent one holds the
-- key under whose hash it is found; who to speak to is sealed.
CREATE TABLE member_application (
	id            TEXT PRIMARY KEY,
	body          TEXT NOT NULL,
	number        TEXT NOT NULL,
	key_hash      TEXT NOT NULL UNIQUE,
	state         TEXT NOT NULL CHECK (state IN ('submitted', 'returned', 'checked', 'admitted', 'refused', 'withdrawn')),
	name          TEXT NOT NULL,
	short_name    TEXT NOT NULL,
	name_en       TEXT NOT NULL,
	class         TEXT NOT NULL,
	credit_code   TEXT NOT NULL,
	industry      TEXT NOT NULL,
	region        TEXT NOT NULL,
	segments      TEXT NOT NULL,
	staff         BIGINT NOT NULL CHECK (staff >= 0),
	phone         TEXT NOT NULL,
	rank          TEXT NOT NULL,
	statement     TEXT NOT NULL,
	contact_seal  TEXT NOT NULL,
	mobile_seal   TEXT NOT NULL,
	email_seal    TEXT NOT NULL,
	reason        TEXT NOT NULL,
	resolution    TEXT NOT NULL,
	resolution_id TEXT NOT NULL,
	unit_id       TEXT NOT NULL,
	made_at       TIMESTAMPTZ NOT NULL,
	changed_at    TIMESTAMPTZ NOT NULL,
	UNIQUE (body, number)
);
CREATE UNIQUE INDEX member_application_open ON member_application (body, credit_code)
	WHERE credit_code <> '' AND state IN ('submitted', 'returned', 'checked');
CREATE INDEX member_application_state ON member_application (body, state);
