-- Holds (依法留存、冻结): what is kept of a person stays, whatever its term and whoever asks
-- for its erasure, until the hold is lifted. "account" and "candidate" are ids.
CREATE TABLE privacy_hold (
	id        TEXT PRIMARY KEY,
	body      TEXT NOT NULL,
	account   TEXT NOT NULL,
	candidate TEXT NOT NULL,
	reason    TEXT NOT NULL, -- sealed
	article   TEXT NOT NULL, -- the law, order or case by which it is held
	set_by    TEXT NOT NULL,
	set_at    TIMESTAMPTZ NOT NULL,
	lifted_by TEXT NOT NULL,
	lifted_at TIMESTAMPTZ
);
CREATE INDEX privacy_hold_body ON privacy_hold (body, lifted_at);
CREATE INDEX privacy_hold_account ON privacy_hold (account);
CREATE INDEX privacy_hold_candidate ON privacy_hold (candidate);
