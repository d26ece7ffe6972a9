package intake

// Action is what the importer does about a fault.
type Action string

const (
	Fix  Action = "fix"  // put right, and taken
	Flag Action = "flag" // the value is left empty, or the row held back, until a person decides
	Skip Action = "skip" // not data: left out
)

// Finding is one thing that was found amiss in a file.
type Finding struct {
	Row    int    // record, counted from 1; 0: the file as a whole
	Column int    // counted from 1; 0: the row as a whole
	Header string // of the column, as written
	Field  string
	Fault  string // one of the names in docs/formats.md
	Action Action
	Read   string // the cell as it stood
	Kept   string // what is taken instead; of a flag, what is kept beside it
	// Mend is what a person may let us take for a flagged value, as a Value's
	// text; empty where nothing can be offered.
	Mend string
	Args []string // for the words that say why
	// Grave findings cannot be decided here: the row is refused and must be
	// mended in the sheet.
	Grave bool
	// Group is the field under which a choice is made for all such findings,
	// where that is not Field: the measure that a column of one quarter holds.
	Group string
}

// group gives the field under which a choice is made.
func (f Finding) group() string {
	if f.Group != "" {
		return f.Group
	}
	return f.Field
}
