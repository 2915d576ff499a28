package safetensors

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// A scanner goes through the JSON of a header. It needs no memory but that of the
// strings it returns, and overwrites what it has read.
type scanner struct {
	text []byte
	at   int
}

// space goes to the next byte that is no blank, and returns it; 0 at the end.
func (s *scanner) space() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// next takes the byte c, or reports what is there instead.
func (s *scanner) next(c byte) error {
	if found := s.space(); found != c || s.at == len(s.text) {
		return s.unexpected(string(c))
	}
	s.at++
	return nil
}

// unexpected tells what stands where something else is expected.
func (s *scanner) unexpected(expected string) error {
	if s.at >= len(s.text) {
		return fmt.Errorf("the header ends where %s is expected", expected)
	}
	return fmt.Errorf("byte %d of the header is %q, %s expected", s.at, s.text[s.at], expected)
}

// more reports whether another element of a list or object follows, up to closing,
// which it takes; first says that none has been before.
func (s *scanner) more(first bool, closing byte) (bool, error) {
	switch c := s.space(); {
	case c == closing && s.at < len(s.text):
		s.at++
		return false, nil
	case first:
		return true, nil
	}
	return true, s.next(',')
}

// object calls field with each name, behind whose colon the scanner stands.
func (s *scanner) object(most int, field func(name string) error) error {
	if err := s.next('{'); err != nil {
		return err
	}
	for n := 0; ; n++ {
		if more, err := s.more(n == 0, '}'); err != nil || !more {
			return err
		}
		name, err := s.string(most)
		if err != nil {
			return err
		}
		if err := s.next(':'); err != nil {
			return err
		}
		if err := field(name); err != nil {
			return err
		}
	}
}

// wholes returns a list of at most so many whole numbers.
func (s *scanner) wholes(most int) ([]int64, error) {
	if err := s.next('['); err != nil {
		return nil, err
	}
	var list []int64
	for {
		if more, err := s.more(len(list) == 0, ']'); err != nil || !more {
			return list, err
		}
		if len(list) == most {
			return nil, fmt.Errorf("a list has more than %d numbers", most)
		}
		v, err := s.whole()
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
}

// whole returns a whole number from 0 on.
func (s *scanner) whole() (int64, error) {
	s.space()
	from := s.at
	for s.at < len(s.text) && '0' <= s.text[s.at] && s.text[s.at] <= '9' {
		s.at++
	}
	digits := s.text[from:s.at]
	switch {
	case len(digits) == 0 || s.at < len(s.text) && (s.text[s.at] == '.' || s.text[s.at]|0x20 == 'e'):
		return 0, s.unexpected("a whole number")
	case len(digits) > 1 && digits[0] == '0':
		return 0, fmt.Errorf("byte %d of the header begins a number with 0", from)
	case len(digits) > 19:
		return 0, fmt.Errorf("byte %d of the header begins a number of %d digits", from, len(digits))
	}
	v, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil || v > math.MaxInt64 {
		return 0, fmt.Errorf("byte %d of the header begins a number above %d", from, int64(math.MaxInt64))
	}
	return int64(v), nil
}

var errControl = errors.New("a text of the header has a control character that is not escaped")

// string returns a text of at most so many bytes. It is unescaped in its place.
func (s *scanner) string(most int) (string, error) {
	if err := s.next('"'); err != nil {
		return "", err
	}
	from := s.at
	to := from
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '"':
			s.at++
			text := s.text[from:to]
			if len(text) > most {
				return "", fmt.Errorf("a text of the header has %d bytes, at most %d expected", len(text), most)
			}
			if !utf8.Valid(text) {
				return "", errors.New("a text of the header is not UTF-8")
			}
			return string(text), nil
		case c < ' ':
			return "", errControl
		case c != '\\':
			s.text[to] = c
			to++
			s.at++
		default:
			r, err := s.escape()
			if err != nil {
				return "", err
			}
			to += utf8.EncodeRune(s.text[to:s.at], r)
		}
	}
	return "", errors.New("the header ends in a text")
}

// escape returns what an escape stands for, which is never longer than it.
func (s *scanner) escape() (rune, error) {
	if s.at+1 >= len(s.text) {
		return 0, errors.New("the header ends in an escape")
	}
	c := s.text[s.at+1]
	if c == 'u' {
		r, err := s.hex()
		if err == nil && utf16.IsSurrogate(r) {
			var low rune
			if s.at+1 < len(s.text) && s.text[s.at] == '\\' && s.text[s.at+1] == 'u' {
				low, err = s.hex()
			}
			if r = utf16.DecodeRune(r, low); err == nil && r == utf8.RuneError {
				err = errors.New("a text of the header has half a pair of surrogates")
			}
		}
		return r, err
	}
	const names, meanings = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	for i := range len(names) {
		if names[i] == c {
			s.at += 2
			return rune(meanings[i]), nil
		}
	}
	return 0, fmt.Errorf("byte %d of the header begins the unknown escape \\%q", s.at, c)
}

// hex returns the number of an escape \u0000.
func (s *scanner) hex() (rune, error) {
	if s.at+6 > len(s.text) {
		return 0, errors.New("the header ends in an escape")
	}
	v, err := strconv.ParseUint(string(s.text[s.at+2:s.at+6]), 16, 16)
	if err != nil {
		return 0, fmt.Errorf("byte %d of the header begins an escape without four hexadecimal digits", s.at)
	}
	s.at += 6
	return rune(v), nil
}
