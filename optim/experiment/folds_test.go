package experiment

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/optim/dataset"
)

// numbersSet has two inputs and a number to predict, of which no two are alike.
func numbersSet() *dataset.Set {
	s := &dataset.Set{Features: []string{"a", "b"}, Targets: []string{"y"}}
	for j := range 10 {
		v := float64(j * j)
		s.X, s.Y = append(s.X, v, 100-3*v), append(s.Y, 5*v+1)
	}
	return s
}

// A fold is scaled by what it is trained on, and what is held out stays in its own units.
func TestFold(t *testing.T) {
	val := &dataset.Set{Features: []string{"a", "b"}, Targets: []string{"y"}, X: []float64{1, 2}, Y: []float64{3}}
	all, err := Prepare(numbersSet(), Data{})
	if err != nil {
		t.Fatal(err)
	}
	all.Val = val
	f := dataset.Fold{Train: []int{0, 2, 3, 9}, Test: []int{1, 5}}
	part, err := all.Fold(f)
	if err != nil {
		t.Fatal(err)
	}
	if part.Val != val || !slices.Equal(part.Held.X, []float64{1, 97, 25, 25}) || !slices.Equal(part.Held.Y, []float64{6, 126}) ||
		!slices.Equal(part.Train.Y, []float64{1, 21, 46, 406}) {
		t.Errorf("held out %v, %v, trained on %v", part.Held.X, part.Held.Y, part.Train.Y)
	}
	if m := part.Scaling.Mean[0]; math.Abs(m-(4.+9+81)/4) > 1e-12 {
		t.Errorf("inputs are scaled by the mean %v, %v expected", m, (4.+9+81)/4)
	}
	if m := part.TargetScaling.Mean[0]; math.Abs(m-(1.+21+46+406)/4) > 1e-12 {
		t.Errorf("targets are scaled by the mean %v", m)
	}

	bare, err := Examples{Train: numbersSet()}.Fold(f)
	if err != nil || bare.Scaling != nil || bare.TargetScaling != nil {
		t.Errorf("what was not scaled is: %+v, error %v", bare, err)
	}
}

func TestFoldErrors(t *testing.T) {
	all := Examples{Train: numbersSet()}
	for _, c := range []struct {
		from Examples
		f    dataset.Fold
		want string
	}{
		{all, dataset.Fold{}, "no examples selected"},
		{all, dataset.Fold{Train: []int{1}}, "no examples selected"},
		{all, dataset.Fold{Train: []int{1}, Test: []int{10}}, "example 10 selected, but there are 10"},
		{all, dataset.Fold{Train: []int{-1}, Test: []int{1}}, "example -1 selected"},
		{Examples{}, dataset.Fold{Train: []int{1}, Test: []int{2}}, "nil"},
	} {
		if _, err := c.from.Fold(c.f); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, %q expected", c.f, err, c.want)
		}
	}
}

// What is held out, left for validation or another fold's has no part in what missing cells
// are filled with, in no set and not in the schema that goes with the model.
func TestFillsAreOfWhatIsTrainedOn(t *testing.T) {
	rows := "a,u,y\n"
	for j := range 40 {
		rows += []string{"%d,p,%d.5\n", ",q,%d.25\n", "%d,,%d.5\n", "%d,q,%d.5\n"}[j%4]
		if rows = strings.Replace(rows, "%d", strconv.Itoa(j*j), 1); j%4 != 1 {
			rows = strings.Replace(rows, "%d", strconv.Itoa(j), 1)
		}
	}
	d := Data{Kind: "csv", Path: "a.csv", Held: 0.3, Val: 0.4, Seed: 3, Missing: "fill", Task: "regress"}
	e, err := LoadFrom(strings.NewReader(rows), d)
	if err != nil {
		t.Fatal(err)
	}
	check := func(e Examples) {
		t.Helper()
		sum, n, texts := 0.0, 0.0, map[string]int{}
		for _, y := range e.Train.Y {
			if y != math.Trunc(y)+0.25 { // those of a quarter have no a
				sum, n = sum+math.Trunc(y)*math.Trunc(y), n+1
			}
			switch j := int(y); {
			case y == math.Trunc(y)+0.25 || j%4 == 3:
				texts["q"]++
			case j%4 == 0:
				texts["p"]++
			}
		}
		column := e.Schema.Columns[0]
		if column.Fill == nil || math.Abs(*column.Fill-sum/n) > 1e-9*sum {
			t.Fatalf("missing numbers are set to %v, the mean of %v examples to train on is %v", column.Fill, n, sum/n)
		}
		text := "p"
		if texts["q"] > texts["p"] {
			text = "q"
		}
		if got := e.Schema.Columns[1].FillCategory; got != text {
			t.Errorf("missing texts are set to %s, of %v", got, texts)
		}
		for name, s := range map[string]*dataset.Set{"train": e.Train, "held": e.Held, "val": e.Val} {
			filled := 0
			for j, y := range s.Y {
				if y == math.Trunc(y)+0.25 {
					filled++
					if s.X[3*j] != *column.Fill {
						t.Errorf("%s: a missing number is %v, %v expected", name, s.X[3*j], *column.Fill)
					}
				}
			}
			if filled == 0 {
				t.Errorf("%s misses nothing", name)
			}
		}
	}
	check(e)
	if m := e.Reading.Means[0]; m.Value != *e.Schema.Columns[0].Fill || e.Reading.Frequent[0].Category != e.Schema.Columns[1].FillCategory {
		t.Errorf("told is %+v", e.Reading)
	}
	folds, err := e.Train.Folds(3, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folds {
		part, err := e.Fold(f)
		if err != nil {
			t.Fatal(err)
		}
		check(part)
	}
	check(e) // a fold leaves it as it is

	few := "a,y\n,1\n,2\n,3\n4,5\n"
	for seed := range uint32(20) {
		d := Data{Kind: "csv", Path: "a.csv", Held: 0.25, Seed: seed, Missing: "mean", Task: "regress"}
		if e, err = LoadFrom(strings.NewReader(few), d); err != nil {
			break
		}
	}
	if want := "data.missing: column a: all of the 3 examples to train on miss it"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%+v, error %v, %q expected", e, err, want)
	}
}
