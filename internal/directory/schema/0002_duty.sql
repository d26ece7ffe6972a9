-- Duties are kept by civil days, as the roll is, so that who did what on the day
-- of a meeting can be told. The table that stood here before was never written.
DROP TABLE directory_duty;

-- A duty (职责): who does a thing for a unit, from a day until another; "until"
-- is the first day on which they no longer do, empty while they do. "subject" is
-- the one thing that it is about, such as a piece of equipment, where a unit has
-- several; "about" is what that was called.
CREATE TABLE directory_duty (
	id        TEXT PRIMARY KEY,
	body_id   TEXT NOT NULL REFERENCES directory_body (id),
	unit_id   TEXT NOT NULL REFERENCES directory_unit (id),
	name      TEXT NOT NULL,
	subject   TEXT NOT NULL,
	about     TEXT NOT NULL,
	person_id TEXT NOT NULL REFERENCES directory_person (id),
	since     TEXT NOT NULL CHECK (length(since) = 10),
	until     TEXT NOT NULL CHECK (until = '' OR until >= since),
	made_at   TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX directory_duty_open ON directory_duty (body_id, unit_id, name, subject) WHERE until = '';
CREATE INDEX directory_duty_person ON directory_duty (person_id);
CREATE INDEX directory_duty_name ON directory_duty (body_id, name, since);

-- Who stands in for the holder of a duty, the first in place first.
CREATE TABLE directory_deputy (
	duty_id   TEXT NOT NULL REFERENCES directory_duty (id),
	place     BIGINT NOT NULL,
	person_id TEXT NOT NULL REFERENCES directory_person (id),
	PRIMARY KEY (duty_id, place)
);
CREATE INDEX directory_deputy_person ON directory_deputy (person_id);
