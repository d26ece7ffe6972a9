-- What was published stands as it was, for ever.
CREATE TABLE bulletin_issue (
	body         TEXT NOT NULL,
	number       TEXT NOT NULL, -- 2026-1: the first of that year
	source       TEXT NOT NULL, -- id of what it was made of
	revises      TEXT NOT NULL DEFAULT '', -- number of the issue in whose place it stands
	why          TEXT NOT NULL DEFAULT '', -- it does
	content      TEXT NOT NULL, -- JSON
	hash         TEXT NOT NULL, -- SHA-256 of content
	published_at TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (body, number)
);
