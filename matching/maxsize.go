package matching

// largest decides a round under MaxSize.
func (s *solver) largest(closed []bool) error {
	r := s.rule
	r.Ties = Lottery
	e := newEngine(newProblem(s.m, r, closed), newLots(s.m, r), Lottery)
	if err := e.run(s.ctx, nil); err != nil {
		return err
	}
	s.take(e)
	return nil
}
