-- The equipment (设备) that units of a body share. Money is whole fen; "ref" is
-- the number under which the body knows it, "asset_no" the owner's own.
CREATE TABLE facility_equipment (
	id           TEXT PRIMARY KEY,
	body         TEXT NOT NULL,
	owner_id     TEXT NOT NULL REFERENCES directory_unit (id),
	ref          TEXT NOT NULL,
	asset_no     TEXT NOT NULL,
	name         TEXT NOT NULL,
	skills       TEXT NOT NULL,
	value_fen    BIGINT CHECK (value_fen >= 0),
	hourly_fen   BIGINT CHECK (hourly_fen >= 0),
	capacity     BIGINT CHECK (capacity >= 0),
	weekend      BOOLEAN NOT NULL,
	training     BOOLEAN NOT NULL,
	bought_on    TEXT NOT NULL CHECK (bought_on = '' OR length(bought_on) = 10),
	location     TEXT NOT NULL,
	phone_sealed TEXT NOT NULL,
	status       TEXT NOT NULL CHECK (status IN ('available', 'maintenance', 'retired')),
	made_at      TIMESTAMPTZ NOT NULL,
	changed_at   TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX facility_equipment_ref ON facility_equipment (body, ref) WHERE ref <> '';
CREATE UNIQUE INDEX facility_equipment_asset ON facility_equipment (body, owner_id, asset_no) WHERE asset_no <> '';
CREATE INDEX facility_equipment_owner ON facility_equipment (body, owner_id);
CREATE INDEX facility_equipment_name ON facility_equipment (body, name, id);
