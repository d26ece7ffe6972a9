CREATE TABLE codes_edition (
	list        TEXT NOT NULL,
	edition     TEXT NOT NULL,
	title       TEXT NOT NULL,
	title_en    TEXT NOT NULL,
	licence     TEXT NOT NULL,
	attribution TEXT NOT NULL,
	source      TEXT NOT NULL,
	standing    TEXT NOT NULL CHECK (standing IN ('official', 'near', 'own')),
	count       BIGINT NOT NULL CHECK (count > 0),
	valid_from  TEXT NOT NULL,
	valid_to    TEXT NOT NULL CHECK (valid_to = '' OR valid_to >= valid_from),
	added_at    TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (list, edition)
);

CREATE TABLE codes_code (
	list    TEXT NOT NULL,
	edition TEXT NOT NULL,
	code    TEXT NOT NULL,
	place   BIGINT NOT NULL,
	name    TEXT NOT NULL,
	name_en TEXT NOT NULL,
	parent  TEXT NOT NULL,
	level   BIGINT NOT NULL,
	kind    TEXT NOT NULL,
	attr    TEXT NOT NULL,
	PRIMARY KEY (list, edition, code),
	UNIQUE (list, edition, place),
	FOREIGN KEY (list, edition) REFERENCES codes_edition (list, edition)
);

CREATE TABLE codes_mapping (
	from_list    TEXT NOT NULL,
	from_edition TEXT NOT NULL,
	from_code    TEXT NOT NULL,
	to_list      TEXT NOT NULL,
	to_edition   TEXT NOT NULL,
	to_code      TEXT NOT NULL,
	grade        TEXT NOT NULL CHECK (grade IN ('exact', 'broad', 'narrow', 'close')),
	source       TEXT NOT NULL,
	drawn_at     TIMESTAMPTZ NOT NULL,
	PRIMARY KEY (from_list, from_edition, from_code, to_list, to_edition, to_code)
);

CREATE INDEX codes_mapping_to ON codes_mapping (to_list, to_edition, to_code);
