package experiment

import (
	"math"
	"slices"
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
