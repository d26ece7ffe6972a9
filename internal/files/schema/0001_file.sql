-- Files that were sent to us. The content lies in the folder of files, sealed,
-- under its id; here stands what it is and whose.
CREATE TABLE files_file (
	id      TEXT PRIMARY KEY,
	body    TEXT NOT NULL,
	name    TEXT NOT NULL,
	kind    TEXT NOT NULL,
	size    BIGINT NOT NULL,
	sha256  TEXT NOT NULL,
	owner   TEXT NOT NULL,
	unit    TEXT NOT NULL,
	subject TEXT NOT NULL,
	at      TIMESTAMPTZ NOT NULL,
	gone_at TIMESTAMPTZ
);
CREATE INDEX files_file_subject ON files_file (body, subject);
