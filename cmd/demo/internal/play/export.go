package play

func (s *Session) export(nothing) (any, error) { return nil, nil }
