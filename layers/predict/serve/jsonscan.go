package serve

import "encoding/json"

// A scan walks through JSON that json.Valid has accepted: it only finds where things end.
type scan struct {
	text []byte
	at   int
}

// next returns the first byte of the next value.
func (s *scan) next() byte {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// open enters an array or object.
func (s *scan) open() {
	s.next()
	s.at++
}

// more reports whether an array or object has another entry, and leaves it if not.
func (s *scan) more() bool {
	switch s.next() {
	case ',':
		s.at++
		s.next()
	case ']', '}', 0:
		s.at++
		return false
	}
	return true
}

// key returns the next name of an object and goes to its value.
func (s *scan) key() []byte {
	name := s.string()
	s.next()
	s.at++ // the colon
	return name
}

// string returns the next value, a text.
func (s *scan) string() []byte {
	raw, escaped := s.quoted()
	if !escaped {
		return raw[1 : len(raw)-1]
	}
	var text string
	json.Unmarshal(raw, &text) // it is valid
	return []byte(text)
}

// quoted returns a text with its quotes, and whether there are escapes in it.
func (s *scan) quoted() (raw []byte, escaped bool) {
	s.next()
	from := s.at
	for s.at++; s.at < len(s.text) && s.text[s.at] != '"'; s.at++ {
		if s.text[s.at] == '\\' {
			escaped = true
			s.at++
		}
	}
	s.at++
	return s.text[from:s.at], escaped
}

// value returns the next value as it is written.
func (s *scan) value() []byte {
	first, depth := s.next(), 0
	from := s.at
	switch first {
	case '"':
		raw, _ := s.quoted()
		return raw
	case '{', '[':
		for ; s.at < len(s.text); s.at++ {
			switch s.text[s.at] {
			case '"':
				s.quoted()
				s.at--
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			if depth == 0 {
				s.at++
				return s.text[from:s.at]
			}
		}
		return s.text[from:]
	}
	for s.at < len(s.text) {
		switch s.text[s.at] {
		case ',', ']', '}', ' ', '\t', '\n', '\r':
			return s.text[from:s.at]
		}
		s.at++
	}
	return s.text[from:]
}
