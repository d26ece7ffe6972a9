//go:build ignore

// Pack makes the files in data/ from the published reference tables: it picks
// the columns that may be shipped and are used, brings all lists to one form,
// and compresses them.
//
//	go run pack.go -from DIR [-to data]
//
// DIR holds the tables as CSV. Left out on purpose: the notes of the industry
// standard and the definitions of the occupation book, whose text is claimed
// by their publishers.
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"flag"
	"log"
	"os"
	"path/filepath"
	"strings"
)

type row = map[string]string

var from, to string

func main() {
	log.SetFlags(0)
	flag.StringVar(&from, "from", "", "folder of the reference tables")
	flag.StringVar(&to, "to", "data", "folder to write to")
	flag.Parse()
	lists()
	relations()
	pack("title", "title=job_title code=occupation_code", titles())
}

// titles leaves out the few whose label the researchers left empty.
func titles() (rows []row) {
	for _, r := range read("job-title-to-occupation") {
		if r["occupation_code"] != "" {
			r["job_title"] = strings.Join(strings.Fields(r["job_title"]), " ")
			rows = append(rows, r)
		}
	}
	return rows
}

func lists() {
	pack("industry", "code level name parent=parent_code", read("industry-gbt4754-2017"))
	pack("region", "code level kind name parent=parent_code", regions())
	pack("programme", "code level kind name parent listed_in state_controlled special", programmes())
	pack("occupation", "code level name parent=parent_code green digital", read("occupation-cn-2022"))
	pack("skill", "code kind=category name=name_zh name_en esco_uri esco_relation", capital(read("skill-auto")))
	pack("segment", "code kind=stage name name_en description", translated(read("chain-segment")))
	pack("position", "code name=position name_en occupation=occupation_code isco08 onet_soc min_education grade_band monthly_low monthly_high", translated(read("chain-position")))
	pack("country", "code=alpha2 name=name_zh name_en alpha3 numeric asean", read("country-iso3166"))
	pack("language", "code name=name_zh name_en alpha3 used_in", languages())
	pack("calendar", "code=date kind name=name_zh name_en in_lieu", calendar())
}

func relations() {
	pack("segment-position", "from to", split("chain-position", "code", "segment_codes"))
	pack("segment-industry", "from to", split("chain-segment", "gbt4754_codes", "code"))
	pack("segment-occupation", "from=segment_code to=occupation_code role=relation note=positions", read("chain-segment-occupation"))
	pack("position-occupation", "from=code to=occupation_code", read("chain-position"))
	pack("position-skill", "from=position_code to=skill_code level weight", read("chain-position-skill"))
	pack("position-programme", "from=position_code to=programme_code evidence", read("chain-position-programme"))
	pack("occupation-skill", "from=occupation_code to=skill_code name=skill level=max_level weight evidence=source", read("chain-occupation-skill"))
	pack("occupation-programme", "from=occupation_code to=programme_code evidence", read("chain-occupation-programme"))
	pack("programme-occupation", "from=programme_code to=occupation_code name=occupation", read("programme-occupation"))
}

// regions gives the divisions, then those that were abolished, each under the
// city whose number it bears.
func regions() []row {
	rows := read("region-cn")
	for _, r := range read("region-cn-abolished") {
		r["level"], r["kind"], r["parent_code"] = "3", "abolished", r["code"][:4]+"00"
		rows = append(rows, r)
	}
	return rows
}

// programmes joins the catalogues of vocational and of undergraduate
// programmes, whose codes do not overlap, and makes rows of the categories and
// classes that each programme names.
func programmes() (rows []row) {
	rows = tree(read("programme-undergraduate"), "discipline", "class")
	return append(rows, tree(read("programme-vocational"), "category", "class")...)
}

func tree(programmes []row, top, middle string) (rows []row) {
	seen := map[string]bool{}
	node := func(level, kind, code, name, parent string) {
		if code != "" && !seen[code] {
			seen[code] = true
			rows = append(rows, row{"code": code, "level": level, "kind": kind, "name": name, "parent": parent})
		}
	}
	for _, p := range programmes {
		kind := cmp.Or(p["level"], "undergraduate")
		node("1", kind, p[top+"_code"], p[top], "")
		node("2", kind, p[middle+"_code"], p[middle], p[top+"_code"])
		p["level"], p["kind"] = "3", kind
		p["parent"] = cmp.Or(p[middle+"_code"], p[top+"_code"])
		p["code"] = strings.TrimRight(p["code"], "TK") // marks, told by columns of their own
		p["special"] = p["special_T"]
		p["state_controlled"] = cmp.Or(p["state_controlled"], p["state_controlled_K"])
		rows = append(rows, p)
	}
	return rows
}

// languages takes the three-letter code where there is none of two.
func languages() []row {
	rows := read("language-iso639")
	for _, r := range rows {
		r["code"] = cmp.Or(r["alpha2"], r["alpha3"])
	}
	return rows
}

// translated adds this project's own English names, english.tsv, and stops at a
// code that has none.
func translated(rows []row) []row {
	text, err := os.ReadFile("english.tsv")
	must(err)
	english := map[string]string{}
	for line := range strings.Lines(string(text)) {
		code, name, _ := strings.Cut(strings.TrimSpace(line), "\t")
		english[code] = name
	}
	for _, r := range rows {
		if r["name_en"] = english[r["code"]]; r["name_en"] == "" {
			log.Fatalf("english.tsv lacks %s", r["code"])
		}
	}
	return rows
}

// capital begins English names with a capital letter, as those of the other
// lists do.
func capital(rows []row) []row {
	for _, r := range rows {
		r["name_en"] = strings.ToUpper(r["name_en"][:1]) + r["name_en"][1:]
	}
	return rows
}

// calendar folds the rows "in_lieu", which repeat a holiday, into a mark of it.
func calendar() (rows []row) {
	lieu := map[string]bool{}
	all := read("calendar-cn")
	for _, r := range all {
		lieu[r["date"]] = lieu[r["date"]] || r["kind"] == "in_lieu"
	}
	for _, r := range all {
		if r["kind"] == "in_lieu" {
			continue
		}
		if lieu[r["date"]] {
			r["in_lieu"] = "yes"
		}
		rows = append(rows, r)
	}
	return rows
}

// split makes a row for each pair of a table's codes, the column that holds
// several of them parted by semicolons.
func split(file, left, right string) (rows []row) {
	for _, r := range read(file) {
		for l := range strings.SplitSeq(r[left], ";") {
			for rr := range strings.SplitSeq(r[right], ";") {
				rows = append(rows, row{"from": rr, "to": l})
			}
		}
	}
	return rows
}

func read(name string) (rows []row) {
	f, err := os.Open(filepath.Join(from, name+".csv"))
	must(err)
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	must(err)
	for _, line := range lines[1:] {
		r := row{}
		for i, column := range lines[0] {
			r[column] = line[i]
		}
		rows = append(rows, r)
	}
	return rows
}

// pack writes the columns, "ours" or "ours=theirs", as tab-separated lines.
// A "no" is what an empty cell says as well.
func pack(name, columns string, rows []row) {
	var b bytes.Buffer
	var theirs []string
	for i, c := range strings.Fields(columns) {
		ours, their, ok := strings.Cut(c, "=")
		if !ok {
			their = ours
		}
		theirs = append(theirs, their)
		b.WriteString(strings.Repeat("\t", min(i, 1)) + ours)
	}
	for _, r := range rows {
		b.WriteString("\n")
		for i, c := range theirs {
			v := r[c]
			if v == "no" && c != "code" && c != "alpha2" {
				v = ""
			}
			if strings.ContainsAny(v, "\t\n") {
				log.Fatalf("%s: %q breaks the line", name, v)
			}
			b.WriteString(strings.Repeat("\t", min(i, 1)) + v)
		}
	}
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, gzip.BestCompression)
	must(err)
	_, err = w.Write(b.Bytes())
	must(err)
	must(w.Close())
	must(os.WriteFile(filepath.Join(to, name+".tsv.gz"), z.Bytes(), 0o644))
	log.Printf("%-22s %5d rows %7d bytes %7d packed", name, len(rows), b.Len(), z.Len())
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
