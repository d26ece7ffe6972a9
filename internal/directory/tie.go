package directory

import (
	"strings"

	"guildhall/internal/db"
)

// TiedUnit tells which accounts and duties of a unit go on in the body of tx.
func TiedUnit(tx *db.Tx, unit string) ([]Tie, error) {
	if !policy.Can(tx.Context(), "directory.duty.read", Subject{Unit: unit, Body: tx.Body}) {
		return nil, nil
	}
	there, err := workers(tx, tx.Body, unit)
	if err != nil {
		return nil, err
	}
	open, err := duties(tx, DutySearch{Body: tx.Body, Unit: unit, Open: true})
	if err != nil {
		return nil, err
	}
	held := Tie{Word: "directory.tie.duties", Count: len(open), Path: "/duties?unit=" + unit, Decide: "directory.tie.secretariat"}
	for _, d := range open[:min(len(open), TieItems)] {
		held.Items = append(held.Items, TieItem{Text: strings.TrimSpace(dutyName(tx.Context(), d.Name) + " " + d.About), Day: d.Since, Path: "/handovers/" + d.Person})
	}
	return []Tie{{Word: "directory.tie.accounts", Count: len(there), Path: "/accounts?unit=" + unit, Decide: "directory.tie.secretariat"}, held}, nil
}
