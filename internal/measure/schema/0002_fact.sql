-- Facts (登记事项) that no part of the house produces by itself, such as who works
-- full time or what an audit found, each with where it is written. A fact that was
-- noted wrongly is withdrawn and stays to be read.
CREATE TABLE measure_fact (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	kind       TEXT NOT NULL CHECK (kind IN ('entity', 'staff', 'accident', 'audit', 'rights')),
	title      TEXT NOT NULL,
	document   TEXT NOT NULL, -- where it is written
	words      TEXT NOT NULL,
	persons    BIGINT NOT NULL CHECK (persons >= 0),
	since      TEXT NOT NULL CHECK (length(since) = 10),
	until      TEXT NOT NULL CHECK (until = '' OR length(until) = 10),
	ending     TEXT NOT NULL, -- how it ended, or why it was withdrawn
	withdrawn  BOOLEAN NOT NULL,
	noted_by   TEXT NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL
);
CREATE INDEX measure_fact_body ON measure_fact (body, kind, since);

-- Samples (抽查): a record behind a frozen value was held against its evidence. The
-- latest word on a record counts.
CREATE TABLE measure_check (
	period_id TEXT NOT NULL REFERENCES measure_period (id),
	code      TEXT NOT NULL,
	act_id    TEXT NOT NULL REFERENCES act_act (id),
	verdict   TEXT NOT NULL CHECK (verdict IN ('agrees', 'missing', 'contradicts')),
	words     TEXT NOT NULL,
	person    TEXT NOT NULL,
	at        TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (period_id, code, act_id)
);
