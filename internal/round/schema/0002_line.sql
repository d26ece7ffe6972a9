-- The demand line for which a round is held; empty: for all that is open.
ALTER TABLE round_round ADD COLUMN line_id TEXT NOT NULL DEFAULT '';

-- Order classes that ended: who finished, of those who took their seats.
CREATE TABLE round_finish (
	round_id    TEXT NOT NULL REFERENCES round_round (id),
	position_id TEXT NOT NULL,
	body        TEXT NOT NULL,
	finished    TEXT NOT NULL,
	dropped     BIGINT NOT NULL CHECK (dropped >= 0),
	hours       BIGINT NOT NULL CHECK (hours >= 0),
	ended_on    TEXT NOT NULL,
	told_at     TIMESTAMPTZ NOT NULL,
	told_by     TEXT NOT NULL,
	PRIMARY KEY (round_id, position_id)
);

-- The school that gathered an answer; empty where the candidate gave it, or silence.
ALTER TABLE round_answer ADD COLUMN gathered_by TEXT NOT NULL DEFAULT '';
