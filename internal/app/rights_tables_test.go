package app_test

import (
	"slices"
	"strings"
	"testing"

	"guildhall/internal/db"
	"guildhall/internal/privacy"
)

// accounted tells of every table which kinds of the register account for what it keeps
// of persons, or, after "none:", why it keeps nothing of one that a keeper could tell.
// "id:" marks what bears only the id of somebody, as who did something for a unit: it
// leads to nobody once they are erased.
var accounted = map[string]string{
	"act_act":             "none: what units did",
	"act_amount":          "none: figures of acts",
	"act_mark":            "none: figures of acts",
	"act_person":          "id: who took part",
	"act_unit":            "none: units",
	"agreement_agreement": "placement.internship placement.employment",
	"agreement_link":      "none: hashes of links to sign by, over in days",
	"agreement_party":     "none: units",
	"agreement_signature": "placement.internship placement.employment",
	"agreement_version":   "placement.internship placement.employment",
	"bulletin_issue":      "none: published figures",
	"chain_edge":          "id: who proposed and confirmed for a unit",
	"chain_node":          "none: codes",
	"chain_redirect":      "id: who merged codes",
	"codes_code":          "none: reference data",
	"codes_edition":       "none: reference data",
	"codes_mapping":       "none: reference data",
	"council_aside":       "none: units",
	"council_attendance":  "council.attendance",
	"council_ballot":      "none: matters and counts",
	"council_candidate":   "none: who stands for election is named in the minutes, which are records of the body",
	"council_elector":     "none: units, by the name that they had",
	"council_item":        "none: words of the agenda",
	"council_letter":      "directory.account",
	"council_mark":        "none: units that have voted, apart from how",
	"council_meeting":     "none: chair and secretary are named in the minutes, which are records of the body",
	"council_motion":      "none: who was elected is named in the minutes, which are records of the body",
	"council_opened":      "none: choices that lead to nobody",
	"council_receipt":     "none: receipts that lead to nobody",
	"council_resolution":  "none: records of the body",
	"council_sealed":      "none: sealed choices that lead to nobody",
	"council_share":       "none: shares of keys",
	"council_trustee":     "council.trustee",
	"council_vote":        "council.vote",
	"demand_line":         "demand.line",
	"demand_link":         "none: links between records",
	"demand_reply":        "demand.reply",
	"directory_account":   "directory.account",
	"directory_alias":     "none: units",
	"directory_attempt":   "none: hashes of logins and addresses, over in days",
	"directory_body":      "none: bodies",
	"directory_deputy":    "directory.duty",
	"directory_duty":      "directory.duty",
	"directory_link":      "directory.link",
	"directory_mail":      "directory.link",
	"directory_person":    "directory.account",
	"directory_post":      "directory.post",
	"directory_session":   "directory.session",
	"directory_token":     "directory.token",
	"directory_unit":      "none: units, with the number at which they are reached",
	"facility_booking":    "facility.booking",
	"facility_diary":      "none: equipment",
	"facility_equipment":  "none: equipment, with its unit's number, sealed",
	"facility_slot":       "none: times of bookings",
	"facility_terms":      "none: terms of equipment",
	"factor_ceremony":     "factor.passkey",
	"factor_cleared":      "factor.code",
	"factor_code":         "factor.code",
	"factor_passkey":      "factor.passkey",
	"factor_pending":      "factor.code",
	"factor_recovery":     "factor.code",
	"sso_link":            "sso.link",
	"sso_provider":        "none: identity providers of units",
	"sso_used":            "none: hashes of random values, over in minutes",
	"files_file":          "files.file",
	"intake_chunk":        "intake.job",
	"intake_fault":        "intake.job",
	"intake_file":         "intake.job",
	"intake_job":          "intake.job",
	"journal_checkpoint":  "none: hashes",
	"journal_entry":       "journal.entry",
	"journal_head":        "none: hashes",
	"journal_key":         "journal.entry",
	"journal_outbox":      "none: ids of entries",
	"journal_personal":    "journal.entry",
	"journal_suite":       "none: names of algorithms",
	"ledger_account":      "none: accounts of units and projects",
	"ledger_entry":        "id: who posted it for the body",
	"ledger_line":         "none: sums",
	"measure_check":       "id: who checked a figure",
	"measure_entry":       "id: who entered and who checked a figure",
	"measure_fact":        "id: who noted a fact; \"persons\" is a count",
	"measure_period":      "id: who froze a report",
	"measure_record":      "none: ids of acts",
	"measure_row":         "none: rows of a standard",
	"measure_standard":    "none: editions of a standard",
	"measure_value":       "none: figures",
	"measure_warning":     "none: figures",
	"member_appeal":       "none: words of units",
	"member_application":  "none: the contact of a unit that wants to join, sealed, with no account to ask by; goes by age (member.application)",
	"member_assessment":   "none: units",
	"member_membership":   "none: units",
	"member_rank":         "none: units",
	"member_rank_kind":    "none: ranks",
	"member_result":       "none: units",
	"outlook_advice":      "none: figures",
	"outlook_gap":         "none: figures",
	"outlook_hiring":      "none: figures of units",
	"outlook_line":        "none: figures",
	"outlook_plan":        "none: figures of units",
	"outlook_release":     "id: who made and who looked over a forecast",
	"outlook_snapshot":    "none: figures",
	"outlook_supply":      "none: figures",
	"placement_claim":     "placement.internship placement.employment",
	"placement_follow":    "placement.internship placement.employment",
	"placement_person":    "placement.internship placement.employment",
	"placement_placement": "placement.internship placement.employment",
	"placement_request":   "placement.internship placement.employment",
	"placement_rule":      "none: texts of rules",
	"placement_staff":     "none: counts of staff",
	"plan_grant":          "none: units",
	"plan_milestone":      "none: milestones",
	"plan_money":          "none: sums of units",
	"plan_note":           "plan.note",
	"plan_partner":        "none: units",
	"plan_project":        "none: projects of units",
	"plan_scheme":         "none: policies",
	"plan_task":           "plan.task",
	"plan_year":           "none: years",
	"privacy_erasure":     "none: keyed hashes of who was erased",
	"privacy_hold":        "privacy.hold",
	"privacy_request":     "privacy.request",
	"recommend_course":    "none: courses of units",
	"round_answer":        "round.result",
	"round_candidate":     "round.result",
	"round_cap":           "none: caps of units",
	"round_cut":           "none: positions",
	"round_finish":        "none: counts by position",
	"round_position":      "none: positions",
	"round_post":          "none: positions",
	"round_preview":       "none: terms and figures",
	"round_ranking":       "none: an enterprise's order, of records that lead to nobody once they are erased",
	"round_result":        "round.result",
	"round_round":         "none: rounds",
	"round_wish":          "round.wish",
	"rule_version":        "none: rules",
	"survey_form":         "survey.answer",
	"survey_round":        "none: surveys",
	"talent_candidate":    "talent.identity talent.profile",
	"talent_consent":      "talent.consent",
	"talent_demand":       "none: an enterprise's line, with its contact as the enterprise gave it, sealed, which it changes itself",
	"talent_position":     "none: positions, with the number at which the enterprise is reached",
	"talent_programme":    "none: programmes",
	"talent_rule":         "none: rules",
	"web_request":         "none: sealed answers to repeated requests, which stand for a day",
}

// TestP13EveryTableIsAccountedFor holds the tables of the rooms against accounted. A new
// table fails until it is told there what it keeps of persons.
func TestP13EveryTableIsAccountedFor(t *testing.T) {
	h := opened(t)
	tables, err := db.View(t.Context(), h.DB, func(tx *db.Tx) ([]string, error) {
		return db.All(tx, db.Value[string], `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'db\_%' ESCAPE '\' ORDER BY name`)
	})
	must(t, err)
	rooms := map[string]bool{}
	for _, k := range h.Privacy.Keepers {
		rooms[k.Room] = true
	}
	for _, name := range tables {
		told := accounted[name]
		if told == "" {
			t.Errorf("%s: nobody has said what it keeps of persons", name)
			continue
		}
		if how, why, ok := strings.Cut(told, ":"); ok {
			if how != "none" && how != "id" || strings.TrimSpace(why) == "" {
				t.Errorf("%s: %q", name, told)
			}
			continue
		}
		for kind := range strings.FieldsSeq(told) {
			room, _, _ := strings.Cut(kind, ".")
			if _, ok := privacy.Find(kind); !ok || !rooms[room] {
				t.Errorf("%s: no keeper tells of %s", name, kind)
			}
		}
	}
	for name := range accounted {
		if !slices.Contains(tables, name) {
			t.Errorf("%s is no table any more", name)
		}
	}
}
