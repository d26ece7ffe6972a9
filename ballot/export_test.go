package ballot

// HashOf gives a content's hash by a suite, as boards bear it.
func HashOf(s *Suite, content []byte) string { return s.hash(content) }
