package graph

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// A tensor with fewer strides than axes is contiguous if one axis holds all its
// entries and they lie side by side.
func TestStridesOfVectors(t *testing.T) {
	for _, c := range []struct {
		shape, strides []int
		want           bool
	}{
		{nil, nil, true},
		{[]int{1, 1}, []int{7}, true}, // one entry lies anywhere
		{[]int{3, 1}, []int{1}, true},
		{[]int{1, 3}, []int{1}, true},
		{[]int{3, 1}, []int{2}, false},
		{[]int{2, 3}, []int{1}, false},
		{[]int{3, 1}, nil, false},
		{[]int{3, 1}, []int{1, 1, 1}, false},
	} {
		for _, o := range []order{rowMajor, columnMajor} {
			if got := hasStrides(c.shape, c.strides, o); got != c.want {
				t.Errorf("shape %v, strides %v, order %v: %v, %v expected", c.shape, c.strides, o, got, c.want)
			}
		}
	}
}

// CopyTo writes row-major, and into nothing else.
func TestCopyTo(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 2, 3)
	p := run(t, Spec{Outputs: []*Node{Neg(x)}}, Feeds{x: dense([]float64{1, 2, 3, 4, 5, 6}, 2, 3)})
	n := g.Nodes()[1]
	good := dense(make([]float64, 6), 2, 3)
	if err := p.CopyTo(good, n); err != nil || !slices.Equal(good.Float64s(), []float64{-1, -2, -3, -4, -5, -6}) {
		t.Errorf("copied %v, error %v", good.Float64s(), err)
	}
	for want, dst := range map[string]*tensor.Dense{
		"column-major, row-major expected": denseAs(tensor.Float64, make([]float64, 6), []int{2, 3}, columnMajor),
		"shape (3,2), (2,3) expected":      dense(make([]float64, 6), 3, 2),
		"float32, float64 expected":        denseAs(tensor.Float32, make([]float64, 6), []int{2, 3}, rowMajor),
		"nil":                              nil,
	} {
		if err := p.CopyTo(dst, n); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, %q expected", err, want)
		}
		if dst != nil && dst.Dtype() == tensor.Float64 && !slices.Equal(dst.Float64s(), make([]float64, 6)) {
			t.Errorf("%q: the destination was written to: %v", want, dst.Float64s())
		}
	}
}

// Float64s gives the entries that Value gives, in either dtype, behind what dst
// holds, and without allocating where there is room.
func TestFloat64s(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		g := New(Settings{Dtype: dtype})
		x, c := g.Input("x", 2, 3), g.Input("c")
		out := Exp(Transpose(x))
		in := Feeds{x: denseAs(dtype, []float64{1, 2, 3, 4, 5, 6}, []int{2, 3}, rowMajor), c: 2.0}
		p := compile(t, Spec{Outputs: []*Node{out, c}})
		if _, err := p.Float64s(nil, out); err == nil {
			t.Error("no error before the first run")
		}
		if err := p.Run(in); err != nil {
			t.Fatal(err)
		}
		v, _ := p.Value(out)
		s, _ := newStorage(v)
		got, err := p.Float64s([]float64{-1}, out)
		if err != nil || got[0] != -1 || !slices.Equal(got[1:], s.as(tensor.Float64).f64) {
			t.Errorf("%v: %v (%v), −1 and %v expected", dtype, got, err, v)
		}
		if got, err := p.Float64s(nil, c); err != nil || !slices.Equal(got, []float64{2}) {
			t.Errorf("scalar: %v, %v", got, err)
		}
		if got, err := p.Float64s(nil, x); err == nil || got != nil {
			t.Errorf("of what is no output: %v, %v", got, err)
		}
		if n := testing.AllocsPerRun(20, func() { got, _ = p.Float64s(got[:0], out) }); n != 0 {
			t.Errorf("%v allocations", n)
		}
	}
}

// Without a graph there is an error and no panic.
func TestNoGraph(t *testing.T) {
	var none *Graph
	errs := []error{none.Err()}
	add := func(_ any, err error) { errs = append(errs, err) }
	add(Grad(nil))
	add(VJP(nil, nil))
	add(HVP(nil, nil, nil))
	add(Jacobian(nil, nil))
	add(Formulas())
	for i, err := range errs {
		if !errors.Is(err, errNoGraph) {
			t.Errorf("call %d: error %v, %v expected", i, err, errNoGraph)
		}
	}
	for op, err := range map[string]error{"Grad": errs[1], "VJP": errs[2], "HVP": errs[3]} {
		if located := (*Error)(nil); !errors.As(err, &located) || located.Op != op || !strings.HasPrefix(located.Place, "storage_test.go:") {
			t.Errorf("error %v, one of %s with its place expected", err, op)
		}
	}
}
