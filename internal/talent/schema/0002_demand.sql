-- What is particular to a demand for people (人才需求); the line itself stands in
-- demand_line. "skills" is packed as a position's are; "contact" is sealed.
CREATE TABLE talent_demand (
	line_id      TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	position     TEXT NOT NULL DEFAULT '',
	occupation   TEXT NOT NULL DEFAULT '',
	segment      TEXT NOT NULL DEFAULT '',
	region       TEXT NOT NULL DEFAULT '',
	education    TEXT NOT NULL DEFAULT '',
	programmes   TEXT NOT NULL DEFAULT '',
	grade        TEXT NOT NULL DEFAULT '',
	certificates TEXT NOT NULL DEFAULT '',
	experience   TEXT NOT NULL DEFAULT '',
	skills       TEXT NOT NULL DEFAULT '',
	pay_low      BIGINT NOT NULL DEFAULT 0 CHECK (pay_low >= 0),
	pay_high     BIGINT NOT NULL DEFAULT 0 CHECK (pay_high = 0 OR pay_high >= pay_low),
	shift        TEXT NOT NULL DEFAULT '',
	duty         TEXT NOT NULL DEFAULT '',
	modes        TEXT NOT NULL DEFAULT '',
	urgent       BOOLEAN NOT NULL DEFAULT FALSE,
	reason       TEXT NOT NULL DEFAULT '',
	retained     BIGINT NOT NULL DEFAULT 0 CHECK (retained >= 0),
	departures   BIGINT NOT NULL DEFAULT 0 CHECK (departures >= 0),
	contact      TEXT NOT NULL DEFAULT ''
);
CREATE INDEX talent_demand_occupation ON talent_demand (body, occupation);

-- The line that a position was opened for, and the grade of skill it asks for.
ALTER TABLE talent_position ADD COLUMN line_id TEXT NOT NULL DEFAULT '';
ALTER TABLE talent_position ADD COLUMN grade TEXT NOT NULL DEFAULT '';
CREATE INDEX talent_position_line ON talent_position (body, line_id) WHERE line_id <> '';
