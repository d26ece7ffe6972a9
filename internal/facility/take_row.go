package facility

import (
	"strconv"
	"strings"

	"guildhall/internal/db"
	"guildhall/internal/intake"
)

// told gives a piece with what a row tells of it put over what was known.
func (k *knowledge) told(row *intake.Row, had *Equipment, unit string) (*Equipment, error) {
	e := &Equipment{ID: db.NewID(), Status: Available, Skills: []string{}}
	if had != nil {
		copied := *had
		e = &copied
	}
	e.Owner = unit
	for field, to := range map[string]*string{"equipment_id": &e.Ref, "asset_no": &e.AssetNo, "equipment": &e.Name, "bought_on": &e.BoughtOn, "location": &e.Location} {
		if row.Has(field) {
			*to = row.Text(field)
		}
	}
	for field, to := range map[string]**int64{"value": &e.Value, "hourly_price": &e.Hourly, "capacity": &e.Capacity} {
		if row.Has(field) {
			n := row.Value(field).Num
			*to = &n
		}
	}
	for field, to := range map[string]*bool{"weekend": &e.Weekend, "training_needed": &e.Training} {
		if row.Has(field) {
			*to = row.Yes(field)
		}
	}
	if row.Has("skills") {
		e.Skills = nil
		for _, item := range row.Items("skills") {
			e.Skills = append(e.Skills, item.Code)
		}
	}
	if row.Has("status") {
		e.Status = Status(row.Text("status"))
	}
	return e, k.phone(row, e)
}

// phone seals the keeper's phone anew only where it is another one: what is
// sealed twice differs each time.
func (k *knowledge) phone(row *intake.Row, e *Equipment) (err error) {
	if e.Phone, err = k.room.Keys.Open(e.sealedPhone); err != nil {
		return err
	}
	if row.Has("phone") && row.Text("phone") != e.Phone {
		e.Phone = row.Text("phone")
		e.sealedPhone = k.room.Keys.Seal(e.Phone)
	}
	return nil
}

// changes tells what differs between two forms of a piece, by the fields of the
// sheet. Of a phone it tells only that it does.
func changes(had, now *Equipment) (list []intake.Change) {
	if had == nil {
		return nil
	}
	for _, c := range []intake.Change{
		{Field: "owner", Old: had.Owner, New: now.Owner}, {Field: "equipment_id", Old: had.Ref, New: now.Ref}, {Field: "asset_no", Old: had.AssetNo, New: now.AssetNo},
		{Field: "equipment", Old: had.Name, New: now.Name}, {Field: "bought_on", Old: had.BoughtOn, New: now.BoughtOn}, {Field: "location", Old: had.Location, New: now.Location},
		{Field: "value", Old: yuan(had.Value), New: yuan(now.Value)}, {Field: "hourly_price", Old: yuan(had.Hourly), New: yuan(now.Hourly)},
		{Field: "capacity", Old: whole(had.Capacity), New: whole(now.Capacity)},
		{Field: "weekend", Old: yesNo(had.Weekend), New: yesNo(now.Weekend)}, {Field: "training_needed", Old: yesNo(had.Training), New: yesNo(now.Training)},
		{Field: "skills", Old: strings.Join(had.Skills, ";"), New: strings.Join(now.Skills, ";")}, {Field: "status", Old: string(had.Status), New: string(now.Status)},
	} {
		if c.Old != c.New {
			list = append(list, c)
		}
	}
	if had.sealedPhone != now.sealedPhone {
		list = append(list, intake.Change{Field: "phone"})
	}
	return list
}

func whole(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// yuan writes fen as a sheet does, in yuan.
func yuan(fen *int64) string {
	if fen == nil {
		return ""
	}
	return strconv.FormatFloat(float64(*fen)/100, 'f', -1, 64)
}

func yesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
