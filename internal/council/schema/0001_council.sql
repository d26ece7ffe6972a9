-- Meetings (会议), their agenda, and who is there.
CREATE TABLE council_meeting (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	number       BIGINT NOT NULL,
	organ        TEXT NOT NULL CHECK (organ IN ('assembly', 'council', 'standing')),
	form         TEXT NOT NULL CHECK (form IN ('hall', 'written')),
	title        TEXT NOT NULL,
	place        TEXT NOT NULL,
	link         TEXT NOT NULL,
	starts_at    TIMESTAMPTZ NOT NULL,
	ends_at      TIMESTAMPTZ NOT NULL,
	urgent       BOOLEAN NOT NULL,
	status       TEXT NOT NULL CHECK (status IN ('draft', 'notified', 'checking', 'open', 'closed', 'minuted', 'confirmed', 'archived')),
	chair_unit   TEXT NOT NULL,
	chair        TEXT NOT NULL,
	secretary    TEXT NOT NULL,
	door         TEXT NOT NULL, -- what the QR code at the door bears
	minutes      TEXT NOT NULL,
	notified_at  TIMESTAMPTZ,
	opened_at    TIMESTAMPTZ,
	closed_at    TIMESTAMPTZ,
	confirmed_at TIMESTAMPTZ,
	confirmed_by TEXT NOT NULL,
	UNIQUE (body, number)
);

CREATE TABLE council_item (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	meeting_id TEXT NOT NULL REFERENCES council_meeting (id),
	parent_id  TEXT NOT NULL,
	place      BIGINT NOT NULL,
	kind       TEXT NOT NULL CHECK (kind IN ('report', 'talk', 'motion')),
	title      TEXT NOT NULL,
	words      TEXT NOT NULL, -- what is laid before the meeting
	length     BIGINT NOT NULL CHECK (length >= 0), -- minutes that it is to take
	heard      BOOLEAN NOT NULL,
	note       TEXT NOT NULL -- what was said, for the minutes
);
CREATE INDEX council_item_meeting ON council_item (meeting_id, place);

-- Where a unit stands in a meeting. A unit without a row has not come.
CREATE TABLE council_attendance (
	meeting_id TEXT NOT NULL REFERENCES council_meeting (id),
	body       TEXT NOT NULL,
	unit_id    TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('present', 'remote', 'proxy', 'written', 'apology', 'left')),
	how        TEXT NOT NULL CHECK (how IN ('door', 'hand', 'self')),
	person_id  TEXT NOT NULL,
	person     TEXT NOT NULL,
	holder_id  TEXT NOT NULL, -- the unit that votes for this one
	scope      TEXT NOT NULL, -- the items for which it may; empty for all
	proof      TEXT NOT NULL, -- the letter of proxy
	at         TIMESTAMPTZ NOT NULL,
	left_at    TIMESTAMPTZ,
	PRIMARY KEY (meeting_id, unit_id)
);

-- Motions (议案) and elections.
CREATE TABLE council_motion (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	meeting_id TEXT NOT NULL REFERENCES council_meeting (id),
	item_id    TEXT NOT NULL REFERENCES council_item (id),
	amends     TEXT NOT NULL, -- the motion whose words this one replaces
	kind       TEXT NOT NULL CHECK (kind IN ('motion', 'election')),
	class      TEXT NOT NULL, -- of decision, in the rules
	level      TEXT NOT NULL CHECK (level IN ('hands', 'open', 'members', 'trustees')),
	title      TEXT NOT NULL,
	words      TEXT NOT NULL,
	mover      TEXT NOT NULL,
	seats      BIGINT NOT NULL CHECK (seats >= 0),
	status     TEXT NOT NULL CHECK (status IN ('draft', 'voting', 'counting', 'tied', 'again', 'carried', 'rejected', 'adjourned', 'withdrawn')),
	elected    TEXT NOT NULL -- codes of those elected so far, ";" between
);
CREATE INDEX council_motion_meeting ON council_motion (meeting_id);

CREATE TABLE council_candidate (
	motion_id TEXT NOT NULL REFERENCES council_motion (id),
	code      TEXT NOT NULL,
	name      TEXT NOT NULL,
	note      TEXT NOT NULL,
	PRIMARY KEY (motion_id, code)
);

-- Units that stand aside (回避) in a matter.
CREATE TABLE council_aside (
	motion_id TEXT NOT NULL REFERENCES council_motion (id),
	unit_id   TEXT NOT NULL,
	reason    TEXT NOT NULL,
	PRIMARY KEY (motion_id, unit_id)
);

-- Ballots (表决): one round of voting on a motion. Question, rule and roll are
-- frozen as it opens.
CREATE TABLE council_ballot (
	id        TEXT PRIMARY KEY,
	body      TEXT NOT NULL,
	motion_id TEXT NOT NULL REFERENCES council_motion (id),
	round     BIGINT NOT NULL,
	level     TEXT NOT NULL CHECK (level IN ('hands', 'open', 'members', 'trustees')),
	status    TEXT NOT NULL CHECK (status IN ('open', 'counting', 'closed', 'void')),
	written   BOOLEAN NOT NULL,
	question  TEXT NOT NULL,
	rule_id   TEXT NOT NULL,
	rule      TEXT NOT NULL,
	article   TEXT NOT NULL,
	opened_at TIMESTAMPTZ NOT NULL,
	ends_at   TIMESTAMPTZ,
	closed_at TIMESTAMPTZ,
	public    BYTEA, -- of a secret ballot
	private   TEXT NOT NULL, -- sealed by the house; empty where trustees hold it, and after the close
	threshold BIGINT NOT NULL, -- so many trustees open it together
	result    TEXT NOT NULL,
	seal      TEXT NOT NULL,
	void      TEXT NOT NULL, -- why it counts for nothing
	UNIQUE (motion_id, round)
);
CREATE INDEX council_ballot_open ON council_ballot (status, ends_at);

CREATE TABLE council_elector (
	ballot_id TEXT NOT NULL REFERENCES council_ballot (id),
	number    BIGINT NOT NULL,
	unit_id   TEXT NOT NULL,
	name      TEXT NOT NULL,
	name_en   TEXT NOT NULL,
	class     TEXT NOT NULL,
	present   BOOLEAN NOT NULL,
	aside     BOOLEAN NOT NULL,
	holder_id TEXT NOT NULL, -- the unit that votes for it, itself or its proxy
	PRIMARY KEY (ballot_id, unit_id)
);

-- Votes of open ballots.
CREATE TABLE council_vote (
	ballot_id TEXT NOT NULL REFERENCES council_ballot (id),
	unit_id   TEXT NOT NULL,
	choice    TEXT NOT NULL,
	by_id     TEXT NOT NULL,
	PRIMARY KEY (ballot_id, unit_id)
);

-- Of secret ballots: who has voted; what was voted, unreadable, until the close;
-- the receipts and, without any tie to them or to a voter, the votes after it. No
-- times, no numbers that count up, no ids that sort.
CREATE TABLE council_mark (
	ballot_id TEXT NOT NULL REFERENCES council_ballot (id),
	unit_id   TEXT NOT NULL,
	PRIMARY KEY (ballot_id, unit_id)
);
CREATE TABLE council_sealed (
	ballot_id TEXT NOT NULL REFERENCES council_ballot (id),
	receipt   TEXT NOT NULL,
	content   BYTEA NOT NULL,
	PRIMARY KEY (ballot_id, receipt)
);
CREATE TABLE council_receipt (
	ballot_id TEXT NOT NULL REFERENCES council_ballot (id),
	receipt   TEXT NOT NULL,
	PRIMARY KEY (ballot_id, receipt)
);
CREATE TABLE council_opened (
	id        TEXT PRIMARY KEY,
	ballot_id TEXT NOT NULL REFERENCES council_ballot (id),
	choice    TEXT NOT NULL
);
CREATE INDEX council_opened_ballot ON council_opened (ballot_id);

-- Trustees (监票人) of whom some together open what is secret towards administrators.
CREATE TABLE council_trustee (
	id        TEXT PRIMARY KEY,
	body      TEXT NOT NULL,
	person_id TEXT NOT NULL,
	name      TEXT NOT NULL,
	public    BYTEA, -- of a secret ballot
	since     TIMESTAMPTZ NOT NULL,
	until     TIMESTAMPTZ
);
CREATE TABLE council_share (
	ballot_id  TEXT NOT NULL REFERENCES council_ballot (id),
	trustee_id TEXT NOT NULL REFERENCES council_trustee (id),
	sealed     BYTEA NOT NULL,
	given      TEXT NOT NULL, -- the share as the trustee opened it, sealed by the house until it is used
	PRIMARY KEY (ballot_id, trustee_id)
);

-- Resolutions (决议), numbered in each year without a gap.
CREATE TABLE council_resolution (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	year       BIGINT NOT NULL,
	number     BIGINT NOT NULL CHECK (number > 0),
	meeting_id TEXT NOT NULL REFERENCES council_meeting (id),
	motion_id  TEXT NOT NULL UNIQUE REFERENCES council_motion (id),
	ballot_id  TEXT NOT NULL REFERENCES council_ballot (id),
	title      TEXT NOT NULL,
	words      TEXT NOT NULL,
	hash       TEXT NOT NULL, -- SHA-256 of the words
	votes      TEXT NOT NULL, -- the counts as they are told
	at         TIMESTAMPTZ NOT NULL,
	UNIQUE (body, year, number)
);

-- Letters (通知) that wait to be sent.
CREATE TABLE council_letter (
	id         TEXT PRIMARY KEY,
	body       TEXT NOT NULL,
	meeting_id TEXT NOT NULL REFERENCES council_meeting (id),
	to_email   TEXT NOT NULL,
	subject    TEXT NOT NULL,
	words      TEXT NOT NULL,
	calendar   TEXT NOT NULL,
	due_at     TIMESTAMPTZ NOT NULL,
	attempts   BIGINT NOT NULL
);
CREATE INDEX council_letter_due ON council_letter (due_at);
