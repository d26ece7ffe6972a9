package talent

// Weigh weighs evidence by the usual rule.
func Weigh(list []Evidence, today string) (s Skills) {
	for _, w := range usualRule[SkillRule]("skill").weigh(list, today) {
		s = append(s, w.Skill)
	}
	return s
}
