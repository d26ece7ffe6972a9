package intake

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"guildhall/internal/codes"
	"guildhall/internal/sheet"
)

// readProgramme notes a programme's code or name as it stands; the two are held
// against each other once the row is read (see reconcile).
func (cl *cleaner) readProgramme(c *cell) {
	if c.field.Cell == Title {
		c.keep(c.text)
		return
	}
	code := strings.ToUpper(strings.ReplaceAll(strings.TrimLeft(c.text, "'"), " ", ""))
	if c.raw.Kind == sheet.Number && len(code) == 5 { // a number loses its leading zero
		code = "0" + code
	}
	c.keep(code)
}

// programmeNamed finds the programmes of a written name, with what schools add
// to a name taken away where nothing bears the whole name.
func (cl *cleaner) programmeNamed(name string) (found []codes.Code, variant bool) {
	if p, ok := cl.names[name]; ok {
		return p.found, p.variant
	}
	written := name
	for bare := name; bare != ""; {
		for _, p := range cl.catalogue.ByName("programme", bare) {
			if p.Level == 3 {
				found = append(found, p)
			}
		}
		if found != nil {
			variant = codes.Fold(bare) != codes.Fold(name)
			break
		}
		if bare = undecorated(bare); bare == name {
			break
		}
		name = bare
		variant = true
	}
	if found != nil {
		variant = codes.Fold(found[0].Name) != codes.Fold(written)
	}
	if len(cl.names) < 10_000 {
		cl.names[written] = named{found, variant}
	}
	return found, variant
}

type named struct {
	found   []codes.Code
	variant bool
}

// undecorated takes away the last thing that a name bears beyond itself: a
// remark in brackets, or the word "programme".
func undecorated(name string) string {
	name = strings.TrimSpace(name)
	if bare, ok := strings.CutSuffix(name, "专业"); ok {
		return bare
	}
	last, n := utf8.DecodeLastRuneInString(name)
	if last == ')' || last == '）' {
		if at := strings.LastIndexAny(name[:len(name)-n], "(（"); at > 0 {
			return name[:at]
		}
	}
	return name
}

// programme gives the entry of a code, and whether it is one of a programme.
func (cl *cleaner) programme(code string) (codes.Code, bool) {
	p, ok := cl.catalogue.Get("programme", code)
	return p, ok && p.Level == 3
}

// pick gives the one of several programmes of one name that is taught at the
// level of this sheet's other programmes.
func (cl *cleaner) pick(found []codes.Code) (codes.Code, bool) {
	best, most, tie := codes.Code{}, -1, false
	for _, p := range found {
		n := cl.levels[p.Kind]
		if n == most {
			tie = true
		}
		if n > most {
			best, most, tie = p, n, false
		}
	}
	return best, most >= 0 && !tie
}

// reconcile holds a programme's code and name against each other. Either cell
// may be nil where the sheet has no such column.
func (cl *cleaner) reconcile(code, title *cell) {
	var found []codes.Code
	if title != nil && title.value.Text != "" {
		var variant bool
		written := title.value.Text
		if found, variant = cl.programmeNamed(written); found != nil {
			if variant {
				title.fix("programme_variant")
			}
			title.keep(found[0].Name)
		}
	}
	if code == nil {
		return
	}
	if code.flagged() { // the name may tell what the cell does not
		if p, ok := cl.pick(found); ok {
			code.flaws[len(code.flaws)-1].mend = p.Code
		}
		return
	}
	if code.value.Text == "" {
		cl.codeByName(code, title, found)
		return
	}
	right, ok := cl.programme(code.value.Text)
	switch {
	case !ok:
		class, known := cl.usual()
		if known && found == nil {
			cl.wrongCode(code, []codes.Code{class})
		} else {
			cl.wrongCode(code, found)
		}
		if known && found != nil && !holds(found, class.Code) {
			title.flag("programme_conflict", class.Code, class.Name).mend = class.Name
			code.flaws[len(code.flaws)-1].mend = class.Code
		}
	case title == nil || title.value.Text == "" || holds(found, right.Code):
	case found == nil:
		title.flag("programme_unknown", title.raw.Text).mend = right.Name
	case cl.oldEdition(code.value.Text, found):
		cl.wrongCode(code, found)
	default:
		title.flag("programme_conflict", code.value.Text, right.Name).mend = right.Name
	}
}

func holds(found []codes.Code, code string) bool {
	for _, p := range found {
		if p.Code == code {
			return true
		}
	}
	return false
}

// codeByName fills an empty code with the one of the programme's name, or, where
// the name is not that of the rest of the class, with theirs.
func (cl *cleaner) codeByName(code, title *cell, found []codes.Code) {
	if code.field.Missing == "" {
		return
	}
	p, ok := cl.pick(found)
	if class, known := cl.usual(); known && (title == nil || !ok || !holds(found, class.Code)) {
		if title != nil && ok {
			title.flag("programme_conflict", class.Code, class.Name).mend = class.Name
		}
		p, ok = class, true
	}
	if !ok {
		code.flag(code.field.Missing)
		return
	}
	code.fix(code.field.Missing)
	code.keep(p.Code)
}

func (cl *cleaner) wrongCode(code *cell, found []codes.Code) {
	text := code.value.Text
	name := "code_wrong"
	if cl.oldEdition(text, found) {
		name = "code_old_edition"
	}
	f := code.flag(name, text)
	if p, ok := cl.pick(found); ok {
		f.mend = p.Code
		f.args = []string{text, p.Name, p.Code}
	}
}

// oldEdition tells whether a code that does not fit the name is one of the
// catalogue of 2015 for higher vocational education, whose groups bore the
// numbers 51 to 69: each is its present number and ten, but for those that were
// moved. What lies in the name's own class is merely wrong.
func (cl *cleaner) oldEdition(code string, found []codes.Code) bool {
	if len(code) != 6 || !allDigits(code) {
		return false
	}
	group := code[:2]
	for _, p := range found {
		if p.Kind != codes.Higher || len(p.Code) != 6 || p.Code[:4] == code[:4] {
			continue
		}
		now, err := strconv.Atoi(p.Code[:2])
		if err == nil && (strconv.Itoa(now+10) == group || group >= "51" && group <= "69" && !cl.hasClass(code)) {
			return true
		}
	}
	return false
}

// hasClass tells whether the present catalogue has the class of a code.
func (cl *cleaner) hasClass(code string) bool {
	_, ok := cl.catalogue.Get("programme", code[:4])
	return ok
}

// readCode reads one code of a list, or the name of an entry that bears a name
// of its own.
func (cl *cleaner) readCode(c *cell) {
	text := strings.TrimLeft(strings.ToUpper(c.text), "'")
	if _, ok := cl.catalogue.Get(c.field.List, text); ok {
		c.keep(text)
		return
	}
	if c.field.List == "occupation" {
		if code, ok := codes.OccupationCode(text); ok && code != text {
			if _, ok := cl.catalogue.Get("occupation", code); ok {
				c.fix("code_no_hyphen")
				c.keep(code)
				return
			}
		}
	}
	if code, ok := cl.oneNamed(c.field.List, c.text); ok {
		c.fix("code_by_name")
		c.keep(code.Code)
		return
	}
	c.flag("code_wrong", c.text).grave = c.field.Essential
}

// oneNamed finds the entry that alone bears a name.
func (cl *cleaner) oneNamed(list, name string) (codes.Code, bool) {
	if allDigits(name) || len(name) < 2 {
		return codes.Code{}, false
	}
	found := cl.catalogue.ByName(list, name)
	if len(found) != 1 {
		return codes.Code{}, false
	}
	return found[0], true
}

// readList reads several codes or names of a list, which people part by all
// sorts of marks. Entries that the list does not know are left out and told of.
func (cl *cleaner) readList(c *cell) {
	list := c.field.List
	if c.field.Cell == Skills {
		list = "skill"
	}
	var kept, shown []string
	var unknown []string
	named, odd := false, false
	for _, part := range cl.parts(list, c.text) {
		odd = odd || part.odd
		if part.code.Code == "" {
			unknown = append(unknown, part.text)
			continue
		}
		named = named || !strings.HasPrefix(strings.ToUpper(part.text), part.code.Code)
		entry := part.code.Code
		if part.level > 0 && c.field.Cell == Skills {
			entry += ":" + strconv.Itoa(part.level)
		}
		kept = append(kept, entry)
		shown = append(shown, part.code.Name)
	}
	if odd && named {
		c.fix("list_separator")
	}
	if len(unknown) > 0 {
		name := "code_wrong"
		if list == "skill" {
			name = "skill_unknown"
		}
		c.flag(name, strings.Join(unknown, "、"))
	}
	c.keep(strings.Join(kept, ";"))
	if named {
		c.shown = strings.Join(shown, "、")
	}
}
