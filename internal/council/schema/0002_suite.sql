-- The suite of algorithms of a ballot, from its opening to its board, and of a
-- trustee's keys. What was there before suites is of the international one.
ALTER TABLE council_ballot ADD COLUMN suite TEXT NOT NULL DEFAULT 'international';
ALTER TABLE council_trustee ADD COLUMN suite TEXT NOT NULL DEFAULT 'international';
