-- The yearly plan (年度计划) and its tasks (任务). Days are civil days, 2026-10-31.
CREATE TABLE plan_year (
	body       TEXT NOT NULL,
	year       BIGINT NOT NULL,
	title      TEXT NOT NULL,
	aim        TEXT NOT NULL,
	resolution TEXT NOT NULL, -- by which it was adopted; empty: not yet
	PRIMARY KEY (body, year)
);

CREATE TABLE plan_task (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	year         BIGINT NOT NULL,
	number       BIGINT NOT NULL, -- within the year
	kind         TEXT NOT NULL CHECK (kind IN ('task', 'rectification')),
	part         TEXT NOT NULL,
	title        TEXT NOT NULL,
	target       TEXT NOT NULL,
	goal         BIGINT NOT NULL CHECK (goal >= 0), -- what the target comes to in numbers; 0: nothing
	done         BIGINT NOT NULL CHECK (done >= 0),
	evidence     TEXT NOT NULL, -- what must be shown
	owner_id     TEXT NOT NULL, -- the unit; empty: nobody yet
	person_id    TEXT NOT NULL,
	due_on       TEXT NOT NULL CHECK (due_on = '' OR length(due_on) = 10),
	origin       TEXT NOT NULL CHECK (origin IN ('hand', 'resolution', 'warning', 'demand')),
	origin_id    TEXT NOT NULL,
	origin_title TEXT NOT NULL,
	origin_path  TEXT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('open', 'reported', 'accepted', 'failed', 'cancelled')),
	progress     BIGINT NOT NULL CHECK (progress BETWEEN 0 AND 100),
	verdict      TEXT NOT NULL,
	judged_at    TIMESTAMPTZ,
	reminded_on  TEXT NOT NULL,
	escalated_on TEXT NOT NULL,
	late_noted   BOOLEAN NOT NULL,
	made_at      TIMESTAMPTZ NOT NULL,
	changed_at   TIMESTAMPTZ NOT NULL,
	UNIQUE (body, year, number)
);
CREATE INDEX plan_task_owner ON plan_task (body, owner_id, state);
CREATE INDEX plan_task_due ON plan_task (body, state, due_on);
CREATE INDEX plan_task_origin ON plan_task (body, origin_id);

-- What happened to a task, in the order in which it did.
CREATE TABLE plan_note (
	id       TEXT PRIMARY KEY,
	body     TEXT NOT NULL,
	task_id  TEXT NOT NULL REFERENCES plan_task (id),
	at       TIMESTAMPTZ NOT NULL,
	person   TEXT NOT NULL, -- empty: the house itself
	kind     TEXT NOT NULL,
	progress BIGINT NOT NULL,
	text     TEXT NOT NULL
);
CREATE INDEX plan_note_task ON plan_note (task_id, id);

-- Projects (项目), with their partners, money by source and milestones.
CREATE TABLE plan_project (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	number     BIGINT NOT NULL,
	name       TEXT NOT NULL,
	goal       TEXT NOT NULL,
	owner_id   TEXT NOT NULL,
	starts_on  TEXT NOT NULL,
	ends_on    TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('running', 'finished', 'stopped')),
	result     TEXT NOT NULL,
	made_at    TIMESTAMPTZ NOT NULL,
	changed_at TIMESTAMPTZ NOT NULL,
	UNIQUE (body, number)
);
CREATE TABLE plan_partner (
	project_id TEXT NOT NULL REFERENCES plan_project (id),
	unit_id    TEXT NOT NULL,
	PRIMARY KEY (project_id, unit_id)
);
CREATE TABLE plan_money (
	id          TEXT PRIMARY KEY,
	project_id  TEXT NOT NULL REFERENCES plan_project (id),
	source      TEXT NOT NULL CHECK (source IN ('fiscal', 'enterprise', 'school', 'other')),
	payer_id    TEXT NOT NULL,
	promised    BIGINT NOT NULL CHECK (promised >= 0),
	received    BIGINT NOT NULL CHECK (received >= 0),
	received_on TEXT NOT NULL,
	about       TEXT NOT NULL
);
CREATE INDEX plan_money_project ON plan_money (project_id, id);
CREATE TABLE plan_milestone (
	id         TEXT PRIMARY KEY,
	project_id TEXT NOT NULL REFERENCES plan_project (id),
	name       TEXT NOT NULL,
	due_on     TEXT NOT NULL,
	reached_on TEXT NOT NULL,
	result     TEXT NOT NULL
);
CREATE INDEX plan_milestone_project ON plan_milestone (project_id, due_on, id);

-- Policies (政策), and what units have asked for and were granted under them.
CREATE TABLE plan_scheme (
	id          TEXT PRIMARY KEY,
	body        TEXT NOT NULL,
	title       TEXT NOT NULL,
	issuer      TEXT NOT NULL,
	document    TEXT NOT NULL, -- its number, as 龙政办发〔2026〕7号
	kind        TEXT NOT NULL CHECK (kind IN ('fiscal', 'tax', 'land', 'finance', 'talent')),
	words       TEXT NOT NULL, -- what it gives
	cap_fen     BIGINT NOT NULL CHECK (cap_fen >= 0), -- the most that one unit gets; 0: none is set
	conditions  TEXT NOT NULL, -- who qualifies, as JSON
	how         TEXT NOT NULL,
	since       TEXT NOT NULL,
	until       TEXT NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('listed', 'ended')),
	made_at     TIMESTAMPTZ NOT NULL,
	changed_at  TIMESTAMPTZ NOT NULL,
	UNIQUE (body, document, title)
);
CREATE TABLE plan_grant (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	scheme_id  TEXT NOT NULL REFERENCES plan_scheme (id),
	unit_id    TEXT NOT NULL,
	year       BIGINT NOT NULL,
	asked_fen  BIGINT NOT NULL CHECK (asked_fen >= 0),
	about      TEXT NOT NULL,
	reasons    TEXT NOT NULL, -- how each condition stood when it was asked for, as JSON
	state      TEXT NOT NULL CHECK (state IN ('applied', 'granted', 'refused')),
	given_fen  BIGINT NOT NULL CHECK (given_fen >= 0),
	verdict    TEXT NOT NULL,
	made_at    TIMESTAMPTZ NOT NULL,
	judged_at  TIMESTAMPTZ,
	UNIQUE (body, scheme_id, unit_id, year)
);
CREATE INDEX plan_grant_unit ON plan_grant (body, unit_id);
