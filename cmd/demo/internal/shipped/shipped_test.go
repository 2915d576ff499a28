package shipped

import (
	"fmt"
	"strings"
	"testing"

	"chainrule/optim/dataset"
)

// Each file is read without settings, as the set that README.md tells of.
func TestFiles(t *testing.T) {
	want := map[string][3]int{"iris.csv": {150, 4, 3}, "wine.csv": {178, 13, 3}, "breast-cancer.csv": {569, 30, 2}, "digits.csv": {1797, 64, 10}}
	if len(Names()) != len(want) {
		t.Errorf("files %v, %d expected", Names(), len(want))
	}
	for _, name := range Names() {
		for _, name := range []string{name, strings.TrimSuffix(name, ".csv")} {
			f, found := Open(name)
			if !found {
				t.Fatalf("%s was not found", name)
			}
			s, r, err := dataset.ReadCSV(f, name, dataset.CSV{})
			if err != nil || fmt.Sprint(r) != "" {
				t.Fatalf("%v, reading %q", err, r)
			}
			if got := [3]int{s.Len(), len(s.Features), len(s.Classes)}; got != want[strings.TrimSuffix(name, ".csv")+".csv"] {
				t.Errorf("%s: examples, features and classes %v", name, got)
			}
		}
	}
}

func TestUnknownNames(t *testing.T) {
	for _, name := range []string{"", "rose.csv", "iris.txt", "README.md", "../shipped/iris.csv", "/iris.csv", "."} {
		if _, found := Open(name); found {
			t.Errorf("%q was found", name)
		}
	}
}
