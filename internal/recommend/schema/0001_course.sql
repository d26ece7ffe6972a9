-- Courses (培训课程) that units offer, with the skills that they lead to and the
-- certificate that they prepare for. "skills" is packed as SAF01:3;BAT02:2, the
-- certificate as occupation:grade.
CREATE TABLE recommend_course (
	id          TEXT PRIMARY KEY,
	body        TEXT NOT NULL,
	owner_id    TEXT NOT NULL REFERENCES directory_unit (id),
	name        TEXT NOT NULL,
	name_en     TEXT NOT NULL,
	hours       BIGINT NOT NULL CHECK (hours > 0),
	fee_fen     BIGINT NOT NULL CHECK (fee_fen >= 0),
	form        TEXT NOT NULL CHECK (form IN ('onsite', 'online', 'mixed')),
	skills      TEXT NOT NULL,
	certificate TEXT NOT NULL,
	starts      TEXT NOT NULL CHECK (starts = '' OR length(starts) = 10),
	ended       TEXT NOT NULL CHECK (ended = '' OR length(ended) = 10),
	made_at     TIMESTAMPTZ NOT NULL,
	changed_at  TIMESTAMPTZ NOT NULL
);
CREATE INDEX recommend_course_body ON recommend_course (body, name, id);
