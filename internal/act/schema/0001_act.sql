-- Acts (行为): facts of a body's life that may be counted. Rows are added and
-- never changed; what was noted wrongly is taken back by a row of its own, whose
-- takes_back names it. at is when it happened, noted_at when it was told here.
CREATE TABLE act_act (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	kind       TEXT NOT NULL,
	at         TIMESTAMPTZ NOT NULL,
	noted_at   TIMESTAMPTZ NOT NULL,
	unit_id    TEXT NOT NULL, -- whose act it is; empty: the body's own
	subject    TEXT NOT NULL,
	title      TEXT NOT NULL, -- the few words by which people know the subject
	entry_id   TEXT NOT NULL REFERENCES journal_entry (id),
	takes_back TEXT NOT NULL DEFAULT '',
	reason     TEXT NOT NULL DEFAULT ''
);
CREATE INDEX act_act_kind ON act_act (body, kind, at);
CREATE INDEX act_act_subject ON act_act (body, subject);
CREATE INDEX act_act_list ON act_act (body, id);
CREATE UNIQUE INDEX act_act_back ON act_act (takes_back) WHERE takes_back <> '';

-- The units that took part, the one whose act it is among them.
CREATE TABLE act_unit (
	act_id  TEXT NOT NULL REFERENCES act_act (id),
	unit_id TEXT NOT NULL,
	PRIMARY KEY (act_id, unit_id)
);
CREATE INDEX act_unit_unit ON act_unit (unit_id, act_id);

-- The persons who took part, under ids that tell nobody who they are.
CREATE TABLE act_person (
	act_id    TEXT NOT NULL REFERENCES act_act (id),
	person_id TEXT NOT NULL,
	PRIMARY KEY (act_id, person_id)
);

-- Whole numbers, in the unit that the kind declares.
CREATE TABLE act_amount (
	act_id TEXT NOT NULL REFERENCES act_act (id),
	name   TEXT NOT NULL,
	value  BIGINT NOT NULL,
	PRIMARY KEY (act_id, name)
);

-- Words by which acts of a kind are told apart, such as the kind of a policy.
CREATE TABLE act_mark (
	act_id TEXT NOT NULL REFERENCES act_act (id),
	name   TEXT NOT NULL,
	value  TEXT NOT NULL,
	PRIMARY KEY (act_id, name)
);
