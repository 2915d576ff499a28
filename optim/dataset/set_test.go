package dataset

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"

	"chainrule/graph"
)

// fruits returns 4 examples of 3 classes with 2 features.
func fruits() *Set {
	return &Set{
		X:        []float64{1, 10, 2, 20, 3, 30, 4, 40},
		Class:    []int{2, 0, 1, 0},
		Features: []string{"length", "width"},
		Classes:  []string{"apple", "kiwi", "pear"},
	}
}

func TestCheck(t *testing.T) {
	if err := fruits().Check(); err != nil {
		t.Error(err)
	}
	for want, spoil := range map[string]func(*Set){
		"no features":                     func(s *Set) { s.Features = nil },
		"no examples":                     func(s *Set) { s.Class = nil },
		"X has 7 numbers; 2 features":     func(s *Set) { s.X = s.X[:7] },
		"example 1 is of class -1":        func(s *Set) { s.Class[1] = -1 },
		"of class 3, but there are 3":     func(s *Set) { s.Class[3] = 3 },
		"of class 2, but there are 0":     func(s *Set) { s.Classes = nil },
		"X has 0 numbers; 2 features of ": func(s *Set) { s.X = nil },
	} {
		s := fruits()
		spoil(s)
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, one with %q expected", err, want)
		}
		for name, d := range map[string]*tensor.Dense{"Inputs": s.Inputs(tensor.Float64),
			"Labels": s.Labels(tensor.Float64), "ClassIndex": s.ClassIndex(tensor.Float64)} {
			if d != nil {
				t.Errorf("%s: %s is %v, nil expected", want, name, d)
			}
		}
	}
	var none *Set
	if none.Check() == nil || none.Len() != 0 || none.Inputs(tensor.Float64) != nil || (&Set{}).Check() == nil {
		t.Error("a set of nothing is not reported")
	}
}

// Shapes, strides, entries and dtype of all tensors.
func TestTensors(t *testing.T) {
	two := fruits()
	two.Class, two.Classes = []int{1, 0, 0, 1}, two.Classes[:2]
	one := &Set{X: []float64{5}, Class: []int{0}, Features: []string{"a"}, Classes: []string{"x", "y"}}
	row := &Set{X: []float64{5, 6}, Class: []int{0, 1}, Features: []string{"a"}, Classes: []string{"x", "y"}}
	single := &Set{X: []float64{5, 6, 7}, Class: []int{2}, Features: []string{"a", "b", "c"}, Classes: []string{"x", "y", "z"}}
	type call func(*Set, tensor.Dtype) *tensor.Dense
	for _, c := range []struct {
		name    string
		make    call
		set     *Set
		shape   []int
		strides []int
		want    []float64 // column after column
	}{
		{"inputs", (*Set).Inputs, fruits(), []int{2, 4}, []int{1, 2}, []float64{1, 10, 2, 20, 3, 30, 4, 40}},
		{"inputs (1,1)", (*Set).Inputs, one, []int{1, 1}, []int{1, 1}, []float64{5}},
		{"inputs (1,2)", (*Set).Inputs, row, []int{1, 2}, []int{2, 1}, []float64{5, 6}},
		{"inputs (3,1)", (*Set).Inputs, single, []int{3, 1}, []int{1, 1}, []float64{5, 6, 7}},
		{"labels", (*Set).Labels, fruits(), []int{3, 4}, []int{1, 3}, []float64{0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 0}},
		{"two labels", (*Set).Labels, two, []int{1, 4}, []int{4, 1}, []float64{1, 0, 0, 1}},
		{"labels (3,1)", (*Set).Labels, single, []int{3, 1}, []int{1, 1}, []float64{0, 0, 1}},
		{"index", (*Set).ClassIndex, fruits(), []int{1, 4}, []int{4, 1}, []float64{2, 0, 1, 0}},
		{"index (1,1)", (*Set).ClassIndex, one, []int{1, 1}, []int{1, 1}, []float64{0}},
	} {
		for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32, {}} {
			d := c.make(c.set, dtype)
			if dtype == (tensor.Dtype{}) {
				dtype = tensor.Float64
			}
			if d.Dtype() != dtype || !slices.Equal(d.Shape(), c.shape) || !slices.Equal(d.Strides(), c.strides) {
				t.Errorf("%s: %v of shape %v with strides %v, %v, %v, %v expected", c.name, d.Dtype(), d.Shape(), d.Strides(), dtype, c.shape, c.strides)
			}
			for k, want := range c.want {
				if got := at(t, d, k%c.shape[0], k/c.shape[0]); got != want {
					t.Errorf("%s: entry (%d,%d) is %v, %v expected", c.name, k%c.shape[0], k/c.shape[0], got, want)
				}
			}
		}
		if d := c.make(c.set, tensor.Int); d != nil {
			t.Errorf("%s of int is %v, nil expected", c.name, d)
		}
	}
}

// at returns an entry as the tensor itself finds it.
func at(t *testing.T, d *tensor.Dense, row, col int) float64 {
	t.Helper()
	v, err := d.At(row, col)
	if err != nil {
		t.Fatal(err)
	}
	if f, ok := v.(float32); ok {
		return float64(f)
	}
	return v.(float64)
}

func TestInputsShareMemory(t *testing.T) {
	s := fruits()
	d, narrow, labels := s.Inputs(tensor.Float64), s.Inputs(tensor.Float32), s.Labels(tensor.Float64)
	s.X[3], s.Class[0] = -7, 0
	if got := at(t, d, 1, 1); got != -7 {
		t.Errorf("the tensor holds %v after a change of X to -7: it is a copy", got)
	}
	if got := at(t, narrow, 1, 1); got != 20 {
		t.Errorf("the float32 tensor holds %v after a change of X, 20 expected", got)
	}
	if got := at(t, labels, 2, 0); got != 1 {
		t.Errorf("the label changed with Class to %v", got)
	}
}

func TestFloat32OfLargeNumbers(t *testing.T) {
	s := fruits()
	s.X[0], s.X[1] = 1e300, math.NaN()
	d := s.Inputs(tensor.Float32).Float32s()
	if !math.IsInf(float64(d[0]), 1) || d[1] == d[1] || d[2] != 2 {
		t.Errorf("%v, +Inf, NaN and 2 expected first", d[:3])
	}
}

// Programs take the tensors as they are and read the right entries.
func TestFeeds(t *testing.T) {
	s := fruits()
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		g := graph.New(graph.Settings{Dtype: dtype})
		X, Y := g.Input("X", 2, 4), g.Input("Y", 3, 4)
		outputs := []*graph.Node{X.Plus(0.5), graph.MatMul(Y, graph.Transpose(X))}
		prog, err := graph.Compile(graph.Spec{Outputs: outputs})
		if err != nil {
			t.Fatal(err)
		}
		if err := prog.Run(graph.Feeds{X: s.Inputs(dtype), Y: s.Labels(dtype)}); err != nil {
			t.Fatal(err)
		}
		for i, want := range [][]float64{
			{1.5, 2.5, 3.5, 4.5, 10.5, 20.5, 30.5, 40.5},
			{2 + 4, 20 + 40, 3, 30, 1, 10}, // sums of the features over each class
		} {
			got, err := prog.Value(outputs[i])
			if err != nil {
				t.Fatal(err)
			}
			cols := got.Shape()[1]
			for k, v := range want {
				if got := at(t, got, k/cols, k%cols); got != v {
					t.Errorf("%v, output %d: entry %d is %v, %v expected", dtype, i, k, got, v)
				}
			}
		}
	}
}
