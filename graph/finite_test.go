package graph_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
)

// What is not finite is traced back to where it begins, and a run that is refused
// leaves no outputs.
func TestFiniteNamesTheBeginning(t *testing.T) {
	inf := math.Inf(1)
	type made struct {
		cost  *graph.Node
		feeds graph.Feeds
	}
	for name, c := range map[string]struct {
		make func(g *graph.Graph, w *graph.Node) made
		w    float64
		want string
	}{
		"parameter": {func(g *graph.Graph, w *graph.Node) made { return made{cost: graph.Sum(graph.Exp(w))} }, inf, "parameter w (2) held +Inf at (1) before the run"},
		"overflow": {func(g *graph.Graph, w *graph.Node) made {
			return made{cost: graph.Sum(graph.Sqrt(graph.Exp(w)))}
		}, 1000, "exp(w) (2) becomes +Inf at (1), an overflow or a pole: its operands are finite, the largest entry is 1e+03 in w (2); from it "},
		"logarithm": {func(g *graph.Graph, w *graph.Node) made { return made{cost: graph.Sum(graph.Log(w))} }, -3, "becomes NaN at (1), which is no number: its operands are finite, the largest entry is -3 in w (2)"},
		"scalar input": {func(g *graph.Graph, w *graph.Node) made {
			r := g.Input("r")
			return made{graph.Sum(graph.Mul(w, r)), graph.Feeds{r: math.NaN()}}
		}, 1, "input r () holds NaN; from it"},
		"a NaN beside an infinity": {func(g *graph.Graph, w *graph.Node) made {
			x := g.Input("x", 2)
			far := g.Array(graph.Tensor([]float64{inf, inf}, 2))
			return made{graph.Sum(graph.Mul(w, graph.Clip(graph.Add(far, x), 0, 5))), graph.Feeds{x: []float64{0, math.NaN()}}}
		}, 1, "input x (2) holds NaN at (1)"},
		"the other infinity is no cause": {func(g *graph.Graph, w *graph.Node) made {
			x := g.Input("x", 2)
			mask := g.Array(graph.Tensor([]float64{-inf, 0}, 2))
			return made{graph.Sum(graph.Mul(w, graph.Add(graph.Exp(mask), x))), graph.Feeds{x: []float64{0, inf}}}
		}, 1, "input x (2) holds +Inf at (1)"},
	} {
		g := graph.New(graph.Settings{Training: true})
		p := graph.NewParam("w", graph.Tensor([]float64{1, c.w}, 2))
		w := g.Use(p)
		m := c.make(g, w)
		d, err := graph.Grad(m.cost, w)
		if err != nil {
			t.Fatal(err)
		}
		for _, finite := range []bool{true, false} {
			prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{m.cost}, Updates: []graph.Update{{Param: p, Value: graph.Sub(w, d[0])}}, Finite: finite})
			if err != nil {
				t.Fatal(err)
			}
			before := p.Value().Float64s()
			err = prog.Run(m.feeds)
			if !finite {
				if err != nil {
					t.Errorf("%s: unasked, %v", name, err)
				}
				continue
			}
			var why *graph.NotFinite
			if !errors.As(err, &why) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, %q expected", name, err, c.want)
			}
			if !slices.Equal(p.Value().Float64s(), before) {
				t.Errorf("%s: the parameter has changed", name)
			}
			if _, err := prog.Scalar(m.cost); err == nil {
				t.Errorf("%s: there is an output of a run that was refused", name)
			}
		}
	}
}

// What is not finite on the way to finite outputs and updates is no reason, however
// the plan computes them; and a run allocates nothing.
func TestFiniteOnTheWay(t *testing.T) {
	for _, size := range []int{3, 6000} { // of which the first is copied in the end, and the other written straight
		g := graph.New(graph.Settings{Training: true})
		backing := make([]float64, size)
		p := graph.NewParam("w", graph.Tensor(backing, size))
		w, x := g.Use(p), g.Input("x", size)
		cost := graph.Sum(graph.Tanh(x))
		prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{cost}, Workers: 1, Finite: true,
			Updates: []graph.Update{{Param: p, Value: graph.Add(w, graph.Sigmoid(x.Times(1000)))}}})
		if err != nil {
			t.Fatal(err)
		}
		values := make([]float64, size)
		for i := range values {
			values[i] = -1
		}
		feeds := graph.Feeds{x: values}
		run := func() {
			if err := prog.Run(feeds); err != nil {
				t.Fatal(err)
			}
		}
		if allocs := testing.AllocsPerRun(5, run); allocs != 0 {
			t.Errorf("%d: %v allocations", size, allocs)
		}
		values[1] = math.Inf(1)
		run()
		if got := p.Value().Float64s(); got[0] != 0 || got[1] != 1 {
			t.Errorf("%d: %v after an update of (0, 1, 0, …)", size, got[:3])
		}
		if v, err := prog.Scalar(cost); err != nil || math.Abs(v-1-float64(size-1)*math.Tanh(-1)) > 1e-9 {
			t.Errorf("%d: cost %v, %v", size, v, err)
		}
		if allocs := testing.AllocsPerRun(5, run); allocs != 0 { // what found all finite is kept
			t.Errorf("%d: %v allocations of a run with an infinite value on the way", size, allocs)
		}
		values[0] = math.NaN()
		for range 2 { // and given up by a run that is refused
			if err, why := prog.Run(feeds), (*graph.NotFinite)(nil); !errors.As(err, &why) || why.Node != x || why.Index[0] != 0 {
				t.Errorf("%d: error %v", size, err)
			}
		}
		if values[0] = -1; prog.Run(feeds) != nil || prog.Close() != nil {
			t.Errorf("%d: a program that does not run again, or close", size)
		}
	}
}

// A gradient as long as what it is computed from, that no other value of the plan
// holds, is looked at by its factors; the cost is finite.
func TestFiniteLongGradients(t *testing.T) {
	for _, bad := range []float64{math.NaN(), math.Inf(1), 1} {
		g := graph.New(graph.Settings{Training: true})
		p := graph.NewParam("w", graph.Tensor(make([]float64, 7200), 90, 80))
		w, x := g.Use(p), g.Input("x", 80, 4)
		z := graph.MatMul(w, x)
		cost := graph.Sum(graph.Where(graph.Equal(z, z), graph.Tanh(z), g.Const(0))) // finite for NaN, too
		d, err := graph.Grad(cost, w)
		if err != nil {
			t.Fatal(err)
		}
		prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{cost}, Updates: []graph.Update{{Param: p, Value: graph.Sub(w, d[0].Times(0.1))}}, Finite: true})
		if err != nil {
			t.Fatal(err)
		}
		values := make([]float64, 320)
		values[7] = bad
		err = prog.Run(graph.Feeds{x: values})
		if bad == 1 {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), "at row 1 of example 3") {
			t.Errorf("%v: %v", bad, err)
		}
		if slices.ContainsFunc(p.Value().Float64s(), func(v float64) bool { return v != 0 }) {
			t.Errorf("%v: the parameter has changed", bad)
		}
	}
}

// Two programs of one graph may find at once that a run is not finite.
func TestTwoProgramsFindWhatIsNotFiniteAtOnce(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2)
	done := make(chan error)
	var programs []*graph.Program
	for _, y := range []*graph.Node{graph.Sum(graph.Exp(x)), graph.Sum(graph.Square(x))} {
		p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y}, Finite: true})
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, p)
	}
	for _, p := range programs {
		go func() { done <- p.Run(graph.Feeds{x: []float64{0, math.NaN()}}) }()
	}
	for range programs {
		if err, why := <-done, (*graph.NotFinite)(nil); !errors.As(err, &why) || why.Node != x {
			t.Errorf("error %v", err)
		}
	}
}

// What is found out is computed from what is given, even where a logarithm of it is
// computed from its logits otherwise: these need no values.
func TestFiniteOfGivenProbabilities(t *testing.T) {
	g := graph.New(graph.Settings{})
	z, w := g.Input("z", 2), g.Input("w", 2)
	a := graph.Sigmoid(z)
	weighted := graph.XLogY(w, a)
	cost := graph.Sum(graph.Add(weighted, graph.Log(graph.Reshape(a, 1, 2))))
	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{cost}, Given: []*graph.Node{a}, Finite: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		w, a  []float64
		begin *graph.Node
		index int
	}{
		{[]float64{1, 1}, []float64{0.5, 0.25}, nil, 0},
		{[]float64{1, math.Inf(1)}, []float64{0.5, 0.25}, w, 1},
		{[]float64{1, 1}, []float64{math.NaN(), 0.25}, a, 0},
		{[]float64{1, 1}, []float64{0.5, 0}, weighted, 1},
	} {
		err := prog.Run(graph.Feeds{w: c.w, a: c.a})
		if c.begin == nil {
			if err != nil {
				t.Errorf("w %v, a %v: %v", c.w, c.a, err)
			}
			continue
		}
		var e *graph.NotFinite
		if !errors.As(err, &e) || e.Node != c.begin || !slices.Equal(e.Index, []int{c.index}) {
			t.Errorf("w %v, a %v: %v, want %v at %d", c.w, c.a, err, c.begin, c.index)
		}
	}
}
