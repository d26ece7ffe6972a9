package app_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"guildhall/internal/app"
	"guildhall/internal/directory"
)

// Which kinds of duty there are, which rooms tell what waits on a person who
// changes post, what hangs on a unit that leaves, and what waits for whoever signs
// in. A room that lacks here offers nothing.
func TestWhoTellsOfTies(t *testing.T) {
	var duties []string
	for _, k := range directory.DutyKinds() {
		duties = append(duties, k.Name)
	}
	if want := []string{"council.delegate", "facility.keeper", "member.contact"}; !slices.Equal(duties, want) {
		t.Errorf("duties %q, want %q", duties, want)
	}
	h := opened(t)
	var rooms []string
	for _, w := range h.Directory.Waiting {
		rooms = append(rooms, w.Room)
	}
	if want := []string{"council", "plan", "placement", "facility"}; !slices.Equal(rooms, want) {
		t.Errorf("of persons tell %q, want %q", rooms, want)
	}
	if n := len(h.Member.Tied); n != 13 {
		t.Errorf("of units tell %d rooms, want 13", n)
	}
	asked := slices.Compact(h.WaitingRooms())
	if want := []string{"round", "talent", "outlook", "placement", "intake", "directory", "factor", "council", "member", "plan", "facility", "measure", "privacy"}; !slices.Equal(asked, want) {
		t.Errorf("of what waits tell %q, want %q", asked, want)
	}
}

func opened(t *testing.T) *app.House {
	t.Helper()
	h, err := app.Open(t.Context(), app.Config{Data: t.TempDir(), Addr: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	return h
}

// names finds the columns by which a table names a person.
var names = regexp.MustCompile(`(?m)^\s*((?:by_|deputy_|keeper|mentor|person)(?:_?id|person)?|[a-z]+_by|[a-z]+_person(?:_id)?|chair|secretary)\s+TEXT`)

// responsible tells of each column that names a person who of those whom a handover
// asks lists it: "duty", or a room that tells what waits on a person. What is only
// history stays with whoever did it, and says so.
var responsible = map[string]string{
	"directory_duty.person_id":   "duty",
	"directory_duty.deputy_id":   "duty", // of the first edition of the table
	"directory_deputy.person_id": "duty",
	"plan_task.person_id":        "plan",
	"facility_booking.person_id": "facility",
	"council_meeting.chair":      "council",
	"council_meeting.secretary":  "council",
	"council_trustee.person_id":  "council",

	"agreement_agreement.ended_by": "history", // a role
	"agreement_signature.person":   "history",
	"agreement_version.made_by":    "history",
	"act_person.person_id":         "history",
	"chain_*.by_person":            "history",
	"council_attendance.person":    "history",
	"council_attendance.person_id": "history",
	"council_meeting.confirmed_by": "history",
	"council_vote.by_id":           "history",
	"demand_line.answered_by":      "history",
	"demand_line.filed_by":         "history", // anybody of the unit goes on with it
	"demand_line.wanted_by":        "no person",
	"demand_reply.by_id":           "history",
	"directory_link.made_by":       "history",
	"directory_link.person_id":     "account",
	"directory_account.person_id":  "account",
	"directory_post.person_id":     "account", // shown on the handover itself
	"directory_session.person_id":  "account",
	"directory_token.person_id":    "account",
	"factor_*.person_id":           "account",
	"factor_cleared.by_id":         "history",
	"sso_link.person_id":           "account",
	"intake_job.person_id":         "history", // anybody of the unit decides on it
	"journal_key.person":           "history",
	"journal_personal.person":      "history",
	"measure_*.frozen_by":          "history",
	"measure_*.noted_by":           "history",
	"measure_*.person":             "history",
	"outlook_release.made_by":      "history",
	"outlook_release.reviewed_by":  "history",
	"plan_note.person":             "history",
	"privacy_hold.lifted_by":       "history",
	"privacy_hold.set_by":          "history", // whoever runs the body lifts it
	"privacy_request.answered_by":  "history",
	"privacy_request.by_id":        "history",
	"round_finish.told_by":         "history", // the unit told of it
	"round_round.answer_by":        "no person",
	"survey_form.answered_by":      "history", // anybody of the unit answers
	"talent_consent.noted_by":      "history",
	"talent_consent.withdrawn_by":  "history",
}

// A table that names a person is listed here, and whoever it makes responsible for
// something is asked of when they change post. A new one fails until somebody has
// said which it is.
func TestNobodyIsForgottenAtAHandover(t *testing.T) {
	h := opened(t)
	tells := map[string]bool{"duty": true, "history": true, "account": true, "no person": true}
	for _, w := range h.Directory.Waiting {
		tells[w.Room] = true
	}
	unseen := maps.Clone(responsible)
	for column := range people(t) {
		key := column
		if responsible[key] == "" {
			room, _, _ := strings.Cut(column, "_")
			_, name, _ := strings.Cut(column, ".")
			key = room + "_*." + name
		}
		if delete(unseen, key); !tells[responsible[key]] {
			t.Errorf("%s names a person; of those who are asked at a handover nobody tells of it (%q)", column, responsible[key])
		}
	}
	for key := range unseen {
		t.Errorf("%s stands in no schema any more", key)
	}
}

// people gives the columns of all rooms that name a person, as "table.column".
func people(t *testing.T) map[string]bool {
	t.Helper()
	files, _ := filepath.Glob("../*/schema/*.sql")
	table := regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`)
	found := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range table.FindAllStringSubmatch(string(text), -1) {
			for _, c := range names.FindAllStringSubmatch(m[2], -1) {
				found[m[1]+"."+c[1]] = true
			}
		}
	}
	return found
}
