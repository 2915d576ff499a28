package graph

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// Every range of short axes has the indices that Python's slice with the same defaults has.
func TestRangeIsAsPythons(t *testing.T) {
	for n := 1; n <= 5; n++ {
		for from := -n; from < n; from++ {
			for to := -n; to <= n; to++ {
				for step := -3; step <= 3; step++ {
					r := Range{from, to, step}.on(n)
					want := pythonRange(from, to, step, n)
					if len(want) == 0 {
						if r.check(0, []int{n}) == nil {
							t.Errorf("%v of %d entries is %v, which is no error", Range{from, to, step}, n, r)
						}
						continue
					}
					var got []int
					for i := range r.count() {
						got = append(got, r.From+i*r.Step)
					}
					if !slices.Equal(got, want) || r.check(0, []int{n}) != nil {
						t.Errorf("%v of %d entries has the indices %v, want %v", Range{from, to, step}, n, got, want)
					}
				}
			}
		}
	}
}

// pythonRange goes from index to index. From = 0 is the first and To = 0 behind the last.
func pythonRange(from, to, step, n int) (out []int) {
	if step == 0 {
		step = 1
	}
	first, end := 0, n
	if step < 0 {
		first, end = n-1, -1
	}
	for _, at := range []struct{ given, known *int }{{&from, &first}, {&to, &end}} {
		if *at.given == 0 {
			*at.given = *at.known
		} else if *at.given < 0 {
			*at.given += n
		}
	}
	for i := from; step > 0 && i < to || step < 0 && i > to; i += step {
		out = append(out, i)
	}
	return out
}

func TestArrayMistakes(t *testing.T) {
	for _, c := range []struct {
		want string
		make func(g *Graph, x *Node)
	}{
		{"indices 2 down to 3 by 1 of axis 1 of shape (3,4), 3 ≥ from > to ≥ −1 expected", func(g *Graph, x *Node) { Slice(x, Range{}, Range{From: 2, To: 3, Step: -1}) }},
		{"indices 1 to 7 by 2 of axis 0 of shape (3,4)", func(g *Graph, x *Node) { Slice(x, Range{From: 1, To: 7, Step: 2}) }},
		{"axis 2 of shape (3,4)", func(g *Graph, x *Node) { Flip(x, 2) }},
		{"a part of shape (2,2) for one of shape (2,4)", func(g *Graph, x *Node) { SetSlice(x, slice(slice(x, 0, 0, 2), 1, 0, 2), Range{Step: 2}) }},
		{"indices 3 to 3 of axis 0", func(g *Graph, x *Node) { SetSlice(x, g.Const(1), Range{From: 3}) }},
		{"3 ranges given for shape (3,4), which has 2 axes", func(g *Graph, x *Node) { SetSlice(x, x, Range{}, Range{}, Range{}) }},
		{"-1 entries before and 0 behind", func(g *Graph, x *Node) { Pad(x, 0, Padding{Before: -1}) }},
		{"3 paddings given", func(g *Graph, x *Node) { Pad(x, 0, Padding{}, Padding{}, Padding{}) }},
		{"0 copies of axis 1", func(g *Graph, x *Node) { Tile(x, 1, 0) }},
		{"3 counts given", func(g *Graph, x *Node) { Tile(x, 1, 1, 1) }},
		{"parts of 3 entries together along axis 1 of shape (3,4)", func(g *Graph, x *Node) { Split(x, -1, 1, 2) }},
		{"a part of size 0", func(g *Graph, x *Node) { Split(x, 0, 3, 0) }},
		{"axis 2 of shape (3,4)", func(g *Graph, x *Node) { Split(x, 2, 1) }},
		{"parts of 0 entries together", func(g *Graph, x *Node) { Split(x, 0) }},
		{"shapes (3,4) and (4,3), nodes of one shape expected", func(g *Graph, x *Node) { Stack(0, x, Transpose(x)) }},
		{"axis 3 of a result with 3 axes", func(g *Graph, x *Node) { Stack(3, x) }},
		{"shape (4) has 1 axis, at least 2 expected", func(g *Graph, x *Node) { Tril(Sum(x, 0), 0) }},
		{"a vector expected", func(g *Graph, x *Node) { Diag(x) }},
		{"shape () has 0 axes, at least 2 expected", func(g *Graph, x *Node) { Diagonal(Sum(x)) }},
		{"every size must be at least 1", func(g *Graph, x *Node) { Eye(g, 0) }},
		{"axis 2 of shape (3,4)", func(g *Graph, x *Node) { CumProd(x, 2) }},
		{"axis 2 of shape (3,4)", func(g *Graph, x *Node) { Recurrence(g.Const(1), x, 2) }},
		{"shapes (3,4) and (4,3)", func(g *Graph, x *Node) { Recurrence(x, Transpose(x), 0) }},
	} {
		g := New(Settings{})
		c.make(g, g.Input("x", 3, 4))
		if err := g.Err(); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "arrays_test.go:") {
			t.Errorf("error %v, %q and the place expected", err, c.want)
		}
	}
	for i, n := range append(Split(nil, 0, 1, 2), Pad(nil, 0), Tile(nil, 2), Flip(nil), Stack(0), Stack(0, nil), SetSlice(nil, nil), Diag(nil), Diagonal(nil), Eye(nil, 2)) {
		if n.Err() == nil {
			t.Errorf("node %d has no error", i)
		}
	}
}

// The gradient of many slices of one node has one operation that puts them together, and
// none that adds, whatever else the node is used for adds once.
func TestGradientOfSlicesIsOneConcat(t *testing.T) {
	for name, c := range map[string]struct {
		cost func(x *Node) *Node
		want map[string]int
	}{
		"parts in order":     {func(x *Node) *Node { return weighed(Split(x, 0, 1, 2, 1, 2)...) }, map[string]int{"Concat": 1}},
		"parts with gaps":    {func(x *Node) *Node { return weighed(slice(x, 0, 4, 6), slice(x, 0, 1, 2)) }, map[string]int{"Concat": 1}},
		"one part twice":     {func(x *Node) *Node { return weighed(slice(x, 0, 4, 6), Tanh(slice(x, 0, 4, 6))) }, map[string]int{"Concat": 1, "Add": 1}},
		"turned round":       {func(x *Node) *Node { return weighed(Flip(slice(x, 0, 0, 2)), slice(x, 0, 2, 6)) }, map[string]int{"Concat": 1}},
		"even and odd":       {func(x *Node) *Node { return weighed(Slice(x, Range{Step: 2}), Slice(x, Range{From: 1, Step: 2})) }, map[string]int{"SetSlice": 2}},
		"with another use":   {func(x *Node) *Node { return weighed(slice(x, 0, 0, 2), Tanh(x), slice(x, 0, 2, 6)) }, map[string]int{"Concat": 1, "Add": 1}},
		"overlapping":        {func(x *Node) *Node { return weighed(slice(x, 0, 0, 3), slice(x, 0, 2, 6)) }, map[string]int{"Concat": 2, "Add": 1}},
		"blocks of a matrix": {func(x *Node) *Node { return weighed(blocks(Reshape(x, 2, 3))...) }, map[string]int{"Concat": 3}},
	} {
		t.Run(name, func(t *testing.T) {
			g := New(Settings{})
			x := g.Input("x", 6)
			cost := c.cost(x)
			before := len(g.nodes)
			d, err := Grad(cost, x)
			if err != nil {
				t.Fatal(err)
			}
			got := map[string]int{}
			for _, n := range g.nodes[before:] {
				if n.op != nil && (n.op == addOp || isA[ConcatAttrs](n) || isA[SetSliceAttrs](n)) {
					got[n.op.Name]++
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("operations %v, want %v: %v", got, c.want, d[0])
			}
			raw, err := GradRaw(cost, x)
			if err != nil {
				t.Fatal(err)
			}
			feeds := Feeds{x: []float64{1, -2, 3, 0.5, -1.5, 2}}
			if a, b := numbers(t, d[0], feeds), numbers(t, raw[0], feeds); relativeDifference(a, b) > 1e-15 {
				t.Errorf("the gradient is %v, and unsimplified %v", a, b)
			}
		})
	}
}

// weighed is a sum of squares, each part of another weight.
func weighed(parts ...*Node) *Node {
	cost := parts[0].g.Const(0)
	for i, p := range parts {
		cost = Add(cost, Sum(Square(p)).Times(float64(i+2)))
	}
	return cost
}

// blocks are the four blocks of a (2,3) matrix.
func blocks(x *Node) (out []*Node) {
	for _, row := range Split(x, 0, 1, 1) {
		out = append(out, Split(row, 1, 1, 2)...)
	}
	return out
}

// Where all entries so far are −∞ their sum is, and what follows is finite; so is the
// gradient where the entry is.
func TestCumLogSumExpOfInfinities(t *testing.T) {
	g := New(Settings{})
	x := g.Input("x", 5)
	y := CumLogSumExp(x, 0)
	d, err := Grad(Sum(slice(y, 0, 2, 5)), x)
	if err != nil {
		t.Fatal(err)
	}
	feeds := Feeds{x: []float64{-inf, -inf, -800, 0, 800}}
	if got, want := numbers(t, y, feeds), []float64{-inf, -inf, -800, 0, 800}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := numbers(t, d[0], feeds)[2:]; !slices.Equal(got, []float64{1, 1, 1}) {
		t.Errorf("the gradient is %v, want 1 of each", got)
	}
	feeds[x] = []float64{1, inf, 2, -inf, math.NaN()}
	if got := numbers(t, y, feeds); got[0] != 1 || got[1] != inf || got[2] != inf || got[3] != inf || !math.IsNaN(got[4]) {
		t.Errorf("%v, want 1, ∞, ∞, ∞ and NaN", got)
	}
}
