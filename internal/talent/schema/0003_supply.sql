-- Consents (个人同意) of candidates, one row for each that was given: for what, by
-- whom, on paper or in person, to which wording, and when it was taken back. Rows
-- are never deleted: they are the history by date.
CREATE TABLE talent_consent (
	candidate_id TEXT NOT NULL REFERENCES talent_candidate (id),
	purpose      TEXT NOT NULL,
	giver        TEXT NOT NULL CHECK (giver IN ('self', 'guardian')),
	turn         BIGINT NOT NULL,
	given_at     TIMESTAMPTZ NOT NULL,
	body         TEXT NOT NULL,
	given_on     TEXT NOT NULL,
	channel      TEXT NOT NULL CHECK (channel IN ('online', 'paper')),
	noted_by     TEXT NOT NULL,
	version      TEXT NOT NULL,
	withdrawn_at TIMESTAMPTZ,
	withdrawn_by TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (candidate_id, purpose, giver, turn)
);
CREATE UNIQUE INDEX talent_consent_open ON talent_consent (candidate_id, purpose, giver) WHERE withdrawn_at IS NULL;

-- The purposes to which a candidate consents now, and their guardian, packed as
-- ;enterprise;round; so that a list and a round ask one row. consent_at and
-- guardian_at go on telling since when for the purpose of rounds.
ALTER TABLE talent_candidate ADD COLUMN consents TEXT NOT NULL DEFAULT '';
ALTER TABLE talent_candidate ADD COLUMN guardian_consents TEXT NOT NULL DEFAULT '';

-- What was consented to before covered rounds and being shown to whoever admits.
INSERT INTO talent_consent (candidate_id, purpose, giver, turn, given_at, body, given_on, channel, noted_by, version)
SELECT id, 'round', 'self', 0, consent_at, body, substr(CAST(consent_at AS TEXT), 1, 10), 'paper', '', 'before' FROM talent_candidate WHERE consent_at IS NOT NULL;
INSERT INTO talent_consent (candidate_id, purpose, giver, turn, given_at, body, given_on, channel, noted_by, version)
SELECT id, 'enterprise', 'self', 0, consent_at, body, substr(CAST(consent_at AS TEXT), 1, 10), 'paper', '', 'before' FROM talent_candidate WHERE consent_at IS NOT NULL;
INSERT INTO talent_consent (candidate_id, purpose, giver, turn, given_at, body, given_on, channel, noted_by, version)
SELECT id, 'round', 'guardian', 0, guardian_at, body, substr(CAST(guardian_at AS TEXT), 1, 10), 'paper', '', 'before' FROM talent_candidate WHERE guardian_at IS NOT NULL;
INSERT INTO talent_consent (candidate_id, purpose, giver, turn, given_at, body, given_on, channel, noted_by, version)
SELECT id, 'enterprise', 'guardian', 0, guardian_at, body, substr(CAST(guardian_at AS TEXT), 1, 10), 'paper', '', 'before' FROM talent_candidate WHERE guardian_at IS NOT NULL;
UPDATE talent_candidate SET consents = ';enterprise;round;' WHERE consent_at IS NOT NULL;
UPDATE talent_candidate SET guardian_consents = ';enterprise;round;' WHERE guardian_at IS NOT NULL;

-- What vouches for skills, packed as SAF04:1:course:2026-03-01, several for a code;
-- "skills" holds what follows from it by the rule and in the month that "weighed" names.
ALTER TABLE talent_candidate ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
ALTER TABLE talent_candidate ADD COLUMN weighed TEXT NOT NULL DEFAULT '';

-- Students, workers and trainees; "school" is the unit that brings them.
ALTER TABLE talent_candidate ADD COLUMN kind TEXT NOT NULL DEFAULT 'student';
