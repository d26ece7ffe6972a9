-- The ranks (职务) of a body. A body without rows has the ranks that are shipped.
CREATE TABLE member_rank_kind (
	body    TEXT NOT NULL,
	code    TEXT NOT NULL,
	name    TEXT NOT NULL,
	name_en TEXT NOT NULL,
	place   BIGINT NOT NULL CHECK (place > 0),
	seats   BIGINT NOT NULL CHECK (seats >= 0),
	base    BOOLEAN NOT NULL,
	votes   BOOLEAN NOT NULL,
	PRIMARY KEY (body, code),
	UNIQUE (body, place)
);

-- The times in which a unit belongs to a body. Days are civil days; "until" is
-- the first day on which it no longer holds, empty while it lasts.
CREATE TABLE member_membership (
	id             TEXT PRIMARY KEY,
	body           TEXT NOT NULL,
	unit_id        TEXT NOT NULL REFERENCES directory_unit (id),
	since          TEXT NOT NULL CHECK (length(since) = 10),
	until          TEXT NOT NULL CHECK (until = '' OR until >= since),
	part           TEXT NOT NULL,
	resolution     TEXT NOT NULL,
	ending         TEXT NOT NULL CHECK (ending IN ('', 'left', 'removed')),
	end_resolution TEXT NOT NULL,
	CHECK ((until = '') = (ending = ''))
);
CREATE UNIQUE INDEX member_membership_open ON member_membership (body, unit_id) WHERE until = '';
CREATE INDEX member_membership_since ON member_membership (body, since);

-- The times in which a unit holds a rank.
CREATE TABLE member_rank (
	id             TEXT PRIMARY KEY,
	body           TEXT NOT NULL,
	unit_id        TEXT NOT NULL REFERENCES directory_unit (id),
	rank           TEXT NOT NULL,
	since          TEXT NOT NULL CHECK (length(since) = 10),
	until          TEXT NOT NULL CHECK (until = '' OR until >= since),
	resolution     TEXT NOT NULL,
	end_resolution TEXT NOT NULL
);
CREATE UNIQUE INDEX member_rank_open ON member_rank (body, unit_id, rank) WHERE until = '';
CREATE INDEX member_rank_since ON member_rank (body, since);
