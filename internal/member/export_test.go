package member

// Worth is what tests ask of a measure.
func Worth(m Measure, value int64) int { return m.worth(value) }
