package dataset

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever the text, there is no panic, and either a short error with its place
// or a set that fits together.
func FuzzReadCSV(f *testing.F) {
	for _, text := range []string{
		"", "\n", "a,b\n1,x\n2,y\n", "\xef\xbb\xbfa,b\r\n1,x\r\n2,y", " a , b \n 1 , \"x\"\n2,y\n",
		"a,b\n1,1\n2,2\n3,-1e3\n", "a,b,c\n1,2\n", "a,b\nNaN,x\n", "a,b\n1,\"x\n", "a,b\n1,x\"\n",
		"a\x00,b", "\xff\xfea\x00", "a;b\n1;x", "1,2\n3,4\n", "a,a\n1,x\n", "a,\n", "x,kind,y\n1,p,2\n3,q,4\n",
	} {
		f.Add(text, "")
		f.Add(text, "kind")
	}
	f.Fuzz(func(t *testing.T, text, label string) {
		s, _, err := ReadCSV(strings.NewReader(text), "t.csv", CSV{Label: label})
		if err != nil {
			var located *CSVError
			if s != nil || !errors.As(err, &located) || located.File != "t.csv" || located.Text == "" {
				t.Errorf("%v with error %#v", s, err)
			}
			if n := utf8.RuneCountInString(err.Error()); n > 1000 || !utf8.ValidString(err.Error()) {
				t.Errorf("a message of %d characters: %.2000q", n, err)
			}
			return
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		if len(s.Classes) < 2 || s.Len() < len(s.Classes) {
			t.Errorf("%d classes, %d examples", len(s.Classes), s.Len())
		}
		used := map[int]bool{}
		for _, c := range s.Class {
			used[c] = true
		}
		if len(used) != len(s.Classes) {
			t.Errorf("%d of %d classes have examples", len(used), len(s.Classes))
		}
		for _, v := range s.X {
			if !isFinite(v) {
				t.Errorf("the set holds %v", v)
			}
		}
		sc := s.Standardize()
		for i := range s.Features {
			if !isFinite(sc.Mean[i]) || !isFinite(sc.Std[i]) {
				t.Errorf("scaling %v", sc)
			}
		}
	})
}
