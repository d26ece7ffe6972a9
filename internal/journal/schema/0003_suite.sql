-- Which hashes a chain that begins from now on is made of. Without a row: sha256.
CREATE TABLE journal_suite (
	one   BIGINT PRIMARY KEY CHECK (one = 1),
	suite TEXT NOT NULL
);
