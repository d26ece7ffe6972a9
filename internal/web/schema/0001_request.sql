-- Requests that bore an Idempotency-Key and have acted, with their answers.
CREATE TABLE web_request (
	id       TEXT PRIMARY KEY,
	request  TEXT NOT NULL,
	at       TIMESTAMPTZ NOT NULL,
	code     BIGINT NOT NULL,
	type     TEXT NOT NULL,
	location TEXT NOT NULL,
	answer   BYTEA
);
CREATE INDEX web_request_at ON web_request (at);
