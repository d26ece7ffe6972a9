-- The place of an entry in its body's chain, from 0 without gaps, and the hash of
-- it there. Entries from before the chain have none until the next one is written.
ALTER TABLE journal_entry ADD COLUMN seq BIGINT;
ALTER TABLE journal_entry ADD COLUMN leaf BYTEA;
CREATE UNIQUE INDEX journal_entry_seq ON journal_entry (body, seq);

-- Where each body's chain stands: a Merkle tree (RFC 6962) over its entries, as
-- the roots of its complete subtrees, the largest first.
CREATE TABLE journal_head (
	body  TEXT PRIMARY KEY,
	suite TEXT NOT NULL, -- of the hashes: sha256
	size  BIGINT NOT NULL,
	edge  BYTEA NOT NULL,
	at    TIMESTAMPTZ NOT NULL
);

-- Signed statements of what a chain was at a time. Copies of them stand outside of
-- the database.
CREATE TABLE journal_checkpoint (
	body TEXT NOT NULL,
	size BIGINT NOT NULL,
	at   TIMESTAMPTZ NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (body, size)
);
