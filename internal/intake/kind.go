package intake

import (
	"slices"
	"strings"

	"guildhall/internal/codes"
)

// Kind is one kind of sheet that the consortium takes: which columns it may
// have, what they hold, and by what one of its rows is known.
type Kind struct {
	Name   string // as rooms, files and messages name it: students
	Order  int    // kinds of a lower order are taken first, for later ones name their rows
	Fields []Field
	// Needs are groups of fields: a sheet is of this kind only where each group
	// has one of its columns.
	Needs [][]string
	// Keys are sets of fields, each of which tells one row from another where
	// all of its cells are filled.
	Keys [][]string
	// Names are the fields by which rows of other kinds refer to one of this
	// kind (see Field.Ref).
	Names []string
	// Owner is the field that is filled with the unit of the file where no
	// column tells it; empty where there is none such.
	Owner string
	// OwnedBy are the fields that make Owner needless where one of them is a column.
	OwnedBy []string
	// Measures are the fields that columns of quarters hold; nil where quarters
	// do not stand as columns. The first is meant where a column names none.
	Measures []string

	index map[string]int
	heads map[string][]meaning // by folded head
}

// meaning is one field that a head may mean.
type meaning struct {
	field   int
	english bool // it is the name that programs use
}

// Field is one column that a kind of sheet may have.
type Field struct {
	Key  string // as the manifest of findings and the rooms name it
	Cell Cell
	List string // the code list of a Code or Codes, or the kind of programme names
	// Headers are the ways in which people write the column's head, the usual
	// Chinese one first, the one that programs use last.
	Headers []string
	Ref     string // kind of the row that this field names
	// Missing is the fault of an empty cell; empty where it may be empty.
	Missing string
	// Essential fields must have a value, or the row is refused.
	Essential bool
	// Carried fields are written once for several rows, the cells below being
	// merged with the first or left empty.
	Carried bool
	// Soft fields, such as a phone number, may differ between two lines that
	// mean the same row.
	Soft bool
	// Words of an Enum: what people write, to what we keep.
	Words map[string]string
}

// Cell says what the cells of a column hold, and so how they are read.
type Cell byte

// What a Value of each cell kind holds is told at Row.
const (
	Text      Cell = iota
	Name           // a person's name
	Gender         // M or F
	IDNumber       // resident identity number
	Credit         // unified social credit code
	Phone          // mobile or fixed line
	Date           // a day
	Quarter        // 2026Q3
	Count          // a whole number, 0 or more
	People         // a count of people, "若干" being none
	Decimal        // a number with a fraction
	Money          // an amount in yuan
	Wan            // an amount in 10,000 yuan
	PayRange       // two amounts a month
	Programme      // code of a programme
	Title          // name of a programme
	Code           // code in the list Field.List
	Codes          // several codes in Field.List
	Skills         // several skills with or without levels
	Education      // the least schooling asked for
	Enum           // one of Field.Words
	YesNo          // yes or no
	Ref            // the key of another row
)

// Field gives the place and the description of a field, -1 where there is none.
func (k *Kind) Field(key string) (int, *Field) {
	if i, ok := k.index[key]; ok {
		return i, &k.Fields[i]
	}
	return -1, nil
}

// Find gives the kind of this name, or nil.
func Find(name string) *Kind {
	i := slices.IndexFunc(Kinds, func(k *Kind) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return Kinds[i]
}

// level words, as schools and enterprises write them.
var levels = map[string]string{
	"中职": codes.Secondary, "中专": codes.Secondary, "技校": codes.Secondary, "中等职业教育": codes.Secondary,
	"高职": codes.Higher, "大专": codes.Higher, "专科": codes.Higher, "高职专科": codes.Higher,
	"职业本科": codes.VocationalBachelor, "高职本科": codes.VocationalBachelor, "职教本科": codes.VocationalBachelor,
	"本科": codes.Undergraduate, "普通本科": codes.Undergraduate,
	"secondary": codes.Secondary, "higher": codes.Higher, "vocational_bachelor": codes.VocationalBachelor, "undergraduate": codes.Undergraduate,
}

// words makes the words of an Enum: "code code=zh=zh …"; each code is a word for itself.
func words(pairs ...[]string) map[string]string {
	m := map[string]string{}
	for _, p := range pairs {
		for _, w := range p {
			m[codes.Fold(w)] = p[0]
		}
	}
	return m
}

func index(kinds []*Kind) []*Kind {
	for _, k := range kinds {
		k.index, k.heads = map[string]int{}, map[string][]meaning{}
		for i, f := range k.Fields {
			k.index[f.Key] = i
			for n, word := range f.Headers {
				english := n == len(f.Headers)-1 && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz_") == ""
				k.heads[codes.Fold(word)] = append(k.heads[codes.Fold(word)], meaning{i, english})
			}
		}
	}
	return kinds
}

// Masked shows of a personal number only what its holder needs to know it by.
func Masked(cell Cell, text string) string {
	switch cell {
	case IDNumber:
		return codes.MaskResidentID(text)
	case Phone:
		return codes.MaskPhone(text)
	}
	return text
}
