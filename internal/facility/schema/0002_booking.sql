-- Bookings (预约) of shared equipment. The diary of a piece is the row that whoever
-- takes or gives back time of it locks first; a slot is a quarter of an hour that a
-- live booking holds, counted from 1970 in UTC. Its key is what keeps a piece from
-- being booked twice, whatever else goes wrong.
CREATE TABLE facility_diary (
	equipment_id TEXT PRIMARY KEY REFERENCES facility_equipment (id),
	body         TEXT NOT NULL,
	changes      BIGINT NOT NULL
);

-- On which terms a piece can be booked from a day on. Empty data: as the body's
-- rule says.
CREATE TABLE facility_terms (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	equipment_id TEXT NOT NULL REFERENCES facility_equipment (id),
	since        TEXT NOT NULL CHECK (length(since) = 10),
	article      TEXT NOT NULL,
	data         TEXT NOT NULL,
	made_at      TIMESTAMPTZ NOT NULL
);
CREATE INDEX facility_terms_since ON facility_terms (equipment_id, since);

-- The period is half-open. The price is that of the period under the tariff by
-- which it was asked for, the charge that of what was noted; both in fen, and NULL
-- where nobody has told what an hour costs.
CREATE TABLE facility_booking (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	number       BIGINT NOT NULL,
	equipment_id TEXT NOT NULL REFERENCES facility_equipment (id),
	unit_id      TEXT NOT NULL REFERENCES directory_unit (id),
	person_id    TEXT NOT NULL,
	purpose      TEXT NOT NULL,
	heads        BIGINT NOT NULL CHECK (heads >= 1),
	since        TIMESTAMPTZ NOT NULL,
	until        TIMESTAMPTZ NOT NULL CHECK (until > since),
	state        TEXT NOT NULL CHECK (state IN ('asked', 'approved', 'refused', 'cancelled', 'withdrawn', 'used', 'missed')),
	reason       TEXT NOT NULL,
	cancel_by    TIMESTAMPTZ NOT NULL,
	terms_id     TEXT NOT NULL,
	tariff_id    TEXT NOT NULL,
	hourly_fen   BIGINT CHECK (hourly_fen >= 0),
	percent      BIGINT NOT NULL CHECK (percent >= 0),
	price_fen    BIGINT CHECK (price_fen >= 0),
	used_minutes BIGINT CHECK (used_minutes > 0),
	charge_fen   BIGINT CHECK (charge_fen >= 0),
	asked_at     TIMESTAMPTZ NOT NULL,
	changed_at   TIMESTAMPTZ NOT NULL,
	UNIQUE (body, number),
	CHECK ((state = 'used') = (used_minutes IS NOT NULL))
);
CREATE UNIQUE INDEX facility_booking_begins ON facility_booking (equipment_id, since) WHERE state IN ('asked', 'approved');
CREATE INDEX facility_booking_since ON facility_booking (equipment_id, since);
CREATE INDEX facility_booking_unit ON facility_booking (body, unit_id, since);
CREATE INDEX facility_booking_person ON facility_booking (person_id);

CREATE TABLE facility_slot (
	equipment_id TEXT NOT NULL REFERENCES facility_equipment (id),
	slot         BIGINT NOT NULL,
	body         TEXT NOT NULL,
	booking_id   TEXT NOT NULL REFERENCES facility_booking (id),
	PRIMARY KEY (equipment_id, slot)
);
CREATE INDEX facility_slot_booking ON facility_slot (booking_id);
