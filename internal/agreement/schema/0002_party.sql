-- Which units are parties, by the latest version: an index beside what is sealed.
-- Agreements that are older than this table get their rows as the house starts.
CREATE TABLE agreement_party (
	agreement_id TEXT NOT NULL REFERENCES agreement_agreement (id),
	role         TEXT NOT NULL,
	body         TEXT NOT NULL,
	unit_id      TEXT NOT NULL,
	PRIMARY KEY (agreement_id, role)
);
CREATE INDEX agreement_party_unit ON agreement_party (body, unit_id);
