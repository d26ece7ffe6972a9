-- Counting cohorts reads this instead of every candidate's row.
CREATE INDEX talent_candidate_cohort ON talent_candidate (body, programme, graduates, status, level, school);
