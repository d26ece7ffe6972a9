package placement

import "guildhall/internal/db"

// Hangs gives the placements of a unit that run or are to run, those that begin
// first, first: for whoever asks what hangs on it and has found out that they may.
func (o *Office) Hangs(tx *db.Tx, unit string) ([]*Placement, error) {
	var w db.Where
	w.And("(p.school = ? OR p.enterprise = ?)", unit, unit)
	w.And("p.state NOT IN ('ended', 'withdrawn')")
	return o.list(tx, w, "p.since, p.id", 2000)
}

// Mentored gives those of them whose mentor at that unit bears a name.
func (o *Office) Mentored(tx *db.Tx, unit, name string) (list []*Placement, err error) {
	all, err := o.Hangs(tx, unit)
	for _, p := range all {
		if p.School == unit && p.Private.SchoolMentor == name || p.Enterprise == unit && p.Private.FirmMentor == name {
			list = append(list, p)
		}
	}
	return list, err
}
