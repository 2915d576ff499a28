package shipped

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"chainrule/optim/dataset"
)

// Raw units, as in the paper: years, two sexes, kg/m² and so on, and what is to be
// predicted from 25 to 346.
func TestDiabetes(t *testing.T) {
	f, _ := Open("diabetes")
	s, r, err := dataset.ReadCSV(f, "diabetes", dataset.CSV{})
	if err != nil || s.Task() != dataset.Regress || r.Task != dataset.Regress || fmt.Sprint(s.Targets) != "[progression]" {
		t.Fatalf("%+v, error %v", r, err)
	}
	if got := fmt.Sprint(s.X[:10], s.Y[0]); got != "[59 2 32.1 101 157 93.2 38 4 4.8598 87] 151" {
		t.Errorf("it begins with %s", got)
	}
	if slices.Min(s.Y) != 25 || slices.Max(s.Y) != 346 {
		t.Errorf("targets from %v to %v", slices.Min(s.Y), slices.Max(s.Y))
	}
}

// Each file is read without settings, as the set that README.md tells of.
func TestFiles(t *testing.T) {
	want := map[string][3]int{"iris.csv": {150, 4, 3}, "wine.csv": {178, 13, 3}, "breast-cancer.csv": {569, 30, 2}, "digits.csv": {1797, 64, 10}, "diabetes.csv": {442, 10, 0}}
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
			said := map[string]string{
				"digits":   "the 10 different numbers of digit are taken for classes",
				"diabetes": "the 214 different numbers of progression in 442 examples look like measurements, to be predicted as numbers (regression)",
			}[strings.TrimSuffix(name, ".csv")]
			if err != nil || fmt.Sprint(r) != said {
				t.Fatalf("%v, reading %q, %q expected", err, r, said)
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
