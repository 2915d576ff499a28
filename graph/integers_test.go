package graph

import (
	"errors"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gorgonia.org/tensor"
)

// Integers may be fed in every form, and none of them makes a run allocate.
func TestFeedsOfIntegers(t *testing.T) {
	for _, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
		g := New(Settings{Dtype: dtype})
		x, k := g.Ints("x", 2, 3), g.Ints("k")
		out := Transpose(x)
		p := compile(t, Spec{Outputs: []*Node{out, k, Add(x, k)}, Workers: 1})
		numbers := []int{0, 5, -1, 2, 2, 1 << 24}
		wide := []float64{0, 5, -1, 2, 2, 1 << 24}
		given := slices.Clone(numbers)
		columns := tensor.New(tensor.WithShape(2, 3), tensor.AsFortran(given))
		runtime.KeepAlive(given)
		for _, fed := range []any{Tensor(numbers, 2, 3), numbers, columns, denseAs(dtype, wide, []int{2, 3}, rowMajor), denseAs(dtype, wide, []int{2, 3}, columnMajor)} {
			for _, scalar := range []any{3, 3.0, []int{3}, Tensor([]int{3})} {
				feeds := Feeds{x: fed, k: scalar}
				if err := p.Run(feeds); err != nil {
					t.Fatalf("%T, %T: %v", fed, scalar, err)
				}
				v, _ := p.Value(out)
				if got := v.Ints(); v.Dtype() != tensor.Int || !slices.Equal(got, []int{0, 2, 5, 2, -1, 1 << 24}) {
					t.Errorf("%v, fed a %T: %v", dtype, fed, v)
				}
				if n := testing.AllocsPerRun(10, func() { _ = p.Run(feeds) }); n != 0 {
					t.Errorf("%T, %T: %v allocations", fed, scalar, n)
				}
			}
		}
		dst := tensor.New(tensor.WithShape(3, 2), tensor.Of(tensor.Int))
		if err := p.CopyTo(dst, out); err != nil || !slices.Equal(dst.Ints(), []int{0, 2, 5, 2, -1, 1 << 24}) {
			t.Errorf("CopyTo gives %v, error %v", dst, err)
		}
		if got, err := p.Ints(nil, k); err != nil || !slices.Equal(got, []int{3}) {
			t.Errorf("Ints gives %v, error %v", got, err)
		}
		if err := p.Set(k, 4); err != nil {
			t.Error(err)
		}
		if err := p.Set(k, 4.5); err == nil {
			t.Error("a fraction can be set")
		}
	}
}

// What is no integer is refused, by its place.
func TestFeedsThatAreNoIntegers(t *testing.T) {
	for _, c := range []struct {
		dtype tensor.Dtype
		x     any
		want  string
	}{
		{tensor.Float64, []float64{0, 1, 2, 3, 0.5, 5}, "its entry (1,1) is 0.5, a whole number expected"},
		{tensor.Float64, denseAs(tensor.Float64, []float64{0, 1, 2, 3, nan, 5}, []int{2, 3}, columnMajor), "its entry (1,1) is NaN, a whole number"},
		{tensor.Float64, []float64{0, 1, inf, 3, 0, 5}, "its entry (0,2) is +Inf, a whole number"},
		{tensor.Float64, []int{0, 1, 2}, "it has 3 entries, shape (2,3) needs 6"},
		{tensor.Float64, []int{0, 1, 1<<53 + 1, 0, 0, 0}, "its entry (0,2) is 9.007199254740992e+15, at most ±2^53"},
		{tensor.Float32, []int{0, 1, 2, 0, 0, -1<<24 - 1}, "its entry (1,2) is -1.6777217e+07, at most ±2^24 is told from its neighbours in float32"},
		{tensor.Float64, 3, "it is a number, a value of shape (2,3) expected"},
		{tensor.Float64, "x", "it is of type string, a *tensor.Dense, []int or"},
		{tensor.Float64, nil, "it is nil"},
		{tensor.Float64, (*tensor.Dense)(nil), "the tensor is nil"},
		{tensor.Float64, Tensor([]int{1, 2, 3, 4, 5, 6}, 3, 2), "it has shape (3,2), (2,3) expected"},
		{tensor.Float64, []float32{1, 2, 3, 4, 5, 6}, "it is of float32, float64 expected"},
	} {
		g := New(Settings{Dtype: c.dtype})
		x := g.Ints("x", 2, 3)
		err := compile(t, Spec{Outputs: []*Node{x}}).Run(Feeds{x: c.x})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: error %v, %q expected", c.x, err, c.want)
		}
	}
}

// Moving integers gives integers, arithmetic gives numbers, and no gradient flows.
func TestIntegers(t *testing.T) {
	g := New(Settings{})
	x, w := g.Ints("x", 2, 3), g.Input("w", 4, 3)
	a := g.Array(Tensor([]int{1, 0}, 2))
	for _, n := range []*Node{x, a, Transpose(x), Reshape(x, 6), At(x, 0, 1), Slice(x, Range{To: 1}), Concat(0, x, x), Concat(0, x, g.Const(0, 1, 3)),
		Gather(x, 0, a), BroadcastTo(x, 5, 2, 3), StopGradient(x)} {
		if n.Err() != nil || !n.IsInteger() {
			t.Errorf("%v is not of integers, error %v", n, n.Err())
		}
	}
	for _, n := range []*Node{w, g.Const(2), Add(x, x), Sum(x), Gather(w, 0, a), Concat(0, x, w), Concat(0, x, g.Const(0.5, 1, 3)), nil} {
		if n.IsInteger() {
			t.Errorf("%v is of integers", n)
		}
	}
	y := Sum(Mul(Gather(w, 0, x), Exp(Reshape(x, 2, 3, 1))))
	for i, d := range mustGrad(t, y, x, Reshape(x, 2, 3, 1), w) {
		if v, zero := d.ConstValue(); (zero && v == 0) != (i < 2) {
			t.Errorf("gradient %d is %v", i, d)
		}
	}
	if v, ok := mustGrad(t, At(At(x, 0, 0), 0, 0), x)[0].ConstValue(); !ok || v != 0 {
		t.Error("the gradient of an integer is not zero")
	}
}

// A run that meets what is no index is an error that says which one it is, and updates
// nothing, whatever the number of workers.
func TestIndexErrors(t *testing.T) {
	for _, workers := range []int{1, 4} {
		g := New(Settings{Training: true})
		p := NewParam("W", Tensor(make([]float64, 4000*3), 4000, 3))
		index := g.Ints("tokens", 2, 1000)
		w := g.Use(p)
		picked := Gather(w, 0, index)
		d := mustGrad(t, Sum(Square(picked.Plus(1))), w)[0]
		prog := compile(t, Spec{Outputs: []*Node{picked}, Updates: []Update{{p, Sub(w, d)}}, Workers: workers})
		for _, bad := range []int{4000, -1} {
			numbers := make([]int, 2000)
			numbers[1007] = bad
			err := prog.Run(Feeds{index: numbers})
			var e *IndexError
			if !errors.As(err, &e) || e.Value != float64(bad) || !slices.Equal(e.At, []int{1, 7}) || e.Index != "tokens" || e.Size != 4000 || e.Axis != 0 {
				t.Fatalf("error %v", err)
			}
			if want := "Gather: the index at (1,7) of tokens is"; !strings.Contains(err.Error(), want) {
				t.Errorf("error %v, %q expected", err, want)
			}
			if _, err := prog.Value(picked); err == nil {
				t.Error("there are outputs after an error")
			}
		}
		for _, v := range p.Value().Float64s() {
			if v != 0 {
				t.Fatal("a run with an error has changed a parameter")
			}
		}
		if err := prog.Run(Feeds{index: make([]int, 2000)}); err != nil || p.Value().Float64s()[0] == 0 {
			t.Errorf("the run after it: error %v", err)
		}
		prog.Close()
	}
	var none *IndexError
	if none.Error() == "" {
		t.Error("a nil error has no text")
	}
}

// A number that is not whole is no index, wherever it comes from.
func TestIndicesAreWhole(t *testing.T) {
	g := New(Settings{})
	x, i := g.Input("x", 3), g.Input("i")
	p := compile(t, Spec{Outputs: []*Node{Gather(x, 0, i)}})
	for _, v := range []float64{0.5, 3, -1, nan, inf, -inf, 1e300} {
		if err := p.Run(Feeds{x: []float64{1, 2, 3}, i: v}); err == nil || !strings.Contains(err.Error(), "a whole number from 0 to 2 expected, as axis 0 has 3 entries") {
			t.Errorf("%v: error %v", v, err)
		}
	}
	if err := p.Run(Feeds{x: []float64{1, 2, 3}, i: math.Copysign(0, -1)}); err != nil {
		t.Error(err)
	}
}

func TestMistakesOfIndexing(t *testing.T) {
	for _, c := range []struct {
		want string
		make func(g *Graph, x, i *Node)
	}{
		{"axis 2 of shape (3,4), which has 2 axes", func(g *Graph, x, i *Node) { Gather(x, 2, i) }},
		{"axis -3 of shape (3,4)", func(g *Graph, x, i *Node) { At(x, -5, 0) }},
		{"index 3 of axis 0 of shape (3,4), -3 to 2 expected", func(g *Graph, x, i *Node) { At(x, 0, 3) }},
		{"index -5 of axis 1 of shape (3,4), -4 to 3 expected", func(g *Graph, x, i *Node) { At(x, 1, -5) }},
		{"size 0 given", func(g *Graph, x, i *Node) { ScatterAdd(0, 0, i, x) }},
		{"with the sizes of the indices, (2), from axis 0 on expected", func(g *Graph, x, i *Node) { ScatterAdd(0, 4, i, x) }},
		{"with the sizes of the indices, (2), from axis 2 on expected", func(g *Graph, x, i *Node) { ScatterAdd(2, 4, i, x) }},
		{"a node is nil", func(g *Graph, x, i *Node) { Gather(x, 0, nil) }},
		{"a node is nil", func(g *Graph, x, i *Node) { ScatterAdd(0, 4, nil, x) }},
		{"it needs a name", func(g *Graph, x, i *Node) { g.Ints("") }},
		{"every size must be at least 1", func(g *Graph, x, i *Node) { g.Ints("k", 0) }},
		{"at most ±2^53 is told from its neighbours", func(g *Graph, x, i *Node) { g.Array(Tensor([]int{1, 1 << 60}, 2)) }},
	} {
		g := New(Settings{})
		c.make(g, g.Input("x", 3, 4), g.Ints("i", 2))
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "integers_test.go:") {
			t.Errorf("error %v, %q and the place expected", err, c.want)
		}
	}
	for i, n := range []*Node{Gather(nil, 0, nil), ScatterAdd(-1, 3, nil, nil), At(nil, 0, 0)} {
		if n.Err() == nil {
			t.Errorf("node %d has no error", i)
		}
	}
}
