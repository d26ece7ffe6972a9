package facility

import (
	"slices"
	"strconv"

	"guildhall/internal/act"
	"guildhall/internal/db"
	"guildhall/internal/directory"
	"guildhall/internal/intake"
	"guildhall/internal/journal"
)

// Takers gives what the room does with sheets of equipment.
func (f *Facility) Takers() []intake.Taker { return []intake.Taker{taker{f}} }

type taker struct{ *Facility }

func (taker) Kind() string { return "equipment" }

// Weigh says what would become of each row.
func (t taker) Weigh(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	known, err := t.learn(tx)
	if err != nil {
		return err
	}
	for _, row := range rows {
		had, now, err := known.read(tx, b, row)
		if err != nil {
			return err
		}
		if now != nil {
			for _, c := range changes(had, now) {
				row.Differs(c.Field, c.Old, c.New)
			}
		}
		row.Weighed(had != nil)
	}
	return nil
}

// Take keeps the rows, and tells the journal how many.
func (t taker) Take(tx *db.Tx, b *intake.Batch, rows []*intake.Row) error {
	known, err := t.learn(tx)
	if err != nil {
		return err
	}
	var kept []*Equipment
	var done []act.Act
	added := 0
	for _, row := range rows {
		had, now, err := known.read(tx, b, row)
		if err != nil {
			return err
		}
		if now == nil {
			continue // refused since: Weigh tells why
		}
		if err := policy.Allow(tx.Context(), "facility.equipment.import", now); err != nil {
			return err
		}
		if now.changedAt = tx.Now; had == nil {
			now.madeAt, added = tx.Now, added+1
		}
		var before Status
		if had != nil {
			before = had.Status
		}
		kept, done = append(kept, now), append(done, acts(now, before)...)
	}
	if len(kept) == 0 {
		return nil
	}
	if err := save(tx, kept); err != nil {
		return err
	}
	if err := journal.Record(tx, "facility.equipment.import", b.Job, map[string]any{"file": b.File, "added": added, "changed": len(kept) - added}); err != nil {
		return err
	}
	return act.Note(tx, done...)
}

// knowledge is what is known before a sheet is taken.
type knowledge struct {
	room    *Facility
	units   map[string]string // plain name or number to unit
	members map[string]bool   // nil where nobody tells
	byRef   map[string]*Equipment
	byAsset map[[2]string]*Equipment // owner and asset number
	alike   map[[3]string][]*Equipment
	claimed map[string]bool // pieces that a row before meant
	booked  map[string]int  // pieces that bookings hold
}

func (f *Facility) learn(tx *db.Tx) (*knowledge, error) {
	k := &knowledge{room: f, byRef: map[string]*Equipment{}, byAsset: map[[2]string]*Equipment{}, alike: map[[3]string][]*Equipment{}, claimed: map[string]bool{}}
	var err error
	if k.units, err = directory.Aliases(tx); err != nil {
		return nil, err
	}
	if f.Members != nil {
		members, err := f.Members(tx, day(tx))
		if err != nil {
			return nil, err
		}
		k.members = map[string]bool{}
		for _, unit := range members {
			k.members[unit] = true
		}
	}
	if k.booked, err = booked(tx); err != nil {
		return nil, err
	}
	all, err := everything(tx)
	for _, e := range all {
		if e.Ref != "" {
			k.byRef[e.Ref] = e
		}
		if e.AssetNo != "" {
			k.byAsset[[2]string{e.Owner, e.AssetNo}] = e
		}
		if e.BoughtOn != "" {
			key := [3]string{e.Owner, directory.Plain(e.Name), e.BoughtOn}
			k.alike[key] = append(k.alike[key], e)
		}
	}
	return k, err
}

// read gives the piece that a row means, as it is known (nil where it is not)
// and as it would be. Of a row that cannot be taken it gives no new form.
func (k *knowledge) read(tx *db.Tx, b *intake.Batch, row *intake.Row) (had, now *Equipment, err error) {
	unit, pending := k.owner(b, row)
	if row.Verdict == intake.Refused {
		return nil, nil, nil
	}
	may := policy.Can(tx.Context(), "facility.equipment.import", &Equipment{Owner: unit})
	if !may {
		row.Refuse("owner", "facility.import.not_yours")
		return nil, nil, nil
	}
	if !pending && k.members != nil && !k.members[unit] {
		row.Refuse("owner", "facility.import.no_member", k.ownerText(row))
		return nil, nil, nil
	}
	if !pending {
		had = k.known(row, unit)
	}
	if had != nil && had.Owner != unit && !policy.Can(tx.Context(), "facility.equipment.import", had) {
		row.Refuse("equipment_id", "facility.import.not_yours")
		return had, nil, nil
	}
	if other := k.byAsset[[2]string{unit, row.Text("asset_no")}]; row.Has("asset_no") && other != nil && other != had {
		row.Refuse("asset_no", "facility.import.asset_of_other", row.Text("asset_no"), other.Name)
		return had, nil, nil
	}
	now, err = k.told(row, had, unit)
	if err == nil && had != nil && had.Status != Retired && now.Status == Retired && k.booked[had.ID] > 0 {
		row.Refuse("status", "facility.import.booked", strconv.Itoa(k.booked[had.ID]))
		return had, nil, nil
	}
	return had, now, err
}

func (k *knowledge) ownerText(row *intake.Row) string {
	if row.Has("owner_id") {
		return row.Text("owner_id")
	}
	return row.Text("owner")
}

// owner finds the unit whose equipment a row tells of. It is pending where it
// comes with the same upload.
func (k *knowledge) owner(b *intake.Batch, row *intake.Row) (unit string, pending bool) {
	for _, field := range []string{"owner_id", "owner"} {
		if !row.Has(field) {
			continue
		}
		if unit := k.units[directory.Plain(row.Text(field))]; unit != "" {
			return unit, false
		}
		if b.Pending("members", row.Text(field)) {
			return "", true
		}
		row.Refuse(field, "facility.import.no_unit", row.Text(field))
		return "", false
	}
	row.Refuse("owner", "facility.import.no_owner")
	return "", false
}

// known finds the piece that a row means: by its number, by its owner's number,
// or else one of the same owner, name and day of purchase that lacks just the
// number that the row has. Of several such pieces, which nothing tells apart, it
// takes the first that no row before has meant.
func (k *knowledge) known(row *intake.Row, unit string) *Equipment {
	ref, asset := row.Text("equipment_id"), row.Text("asset_no")
	e := k.byRef[ref]
	if e == nil && asset != "" {
		if e = k.byAsset[[2]string{unit, asset}]; e != nil && e.Ref != "" && ref != "" {
			e = nil // known under another number
		}
	}
	if e == nil {
		like := k.alike[[3]string{unit, directory.Plain(row.Text("equipment")), row.Text("bought_on")}]
		i := slices.IndexFunc(like, func(e *Equipment) bool {
			return !k.claimed[e.ID] && (ref == "" || e.Ref == "") && (asset == "" || e.AssetNo == "")
		})
		if i >= 0 {
			e = like[i]
		}
	}
	if e != nil {
		k.claimed[e.ID] = true
	}
	return e
}
