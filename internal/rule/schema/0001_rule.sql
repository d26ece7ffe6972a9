-- The versions of a body's rules. A version holds from its first day until the
-- next one of its kind begins; of two that begin on one day the later made holds.
CREATE TABLE rule_version (
	id        TEXT PRIMARY KEY,
	body      TEXT NOT NULL,
	kind      TEXT NOT NULL,
	since     TEXT NOT NULL CHECK (length(since) = 10),
	article   TEXT NOT NULL,
	setup     TEXT NOT NULL,
	data      TEXT NOT NULL,
	withdrawn BOOLEAN NOT NULL DEFAULT FALSE,
	made_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX rule_version_kind ON rule_version (body, kind, since);
