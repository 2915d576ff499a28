package graph

import (
	"errors"
	"slices"
	"testing"
)

// required returns an input of labels, a node that requires them, and a parameter.
func required() (g *Graph, y, cost, w *Node) {
	g = New(Settings{})
	y, w = g.Input("Y", 1, 2), g.Use(NewParam("w", dense([]float64{1}, 1)))
	return g, y, Require(y, Sum(Mul(Square(w), y)), Requirement{Values: Fractions, Op: "Cost"}), w
}

// Gradients taken one after the other, and what is computed of them, leave few
// traces, and those of others that lie between are not taken for theirs.
func TestGradientsOfLabelsAreFewSpans(t *testing.T) {
	g, y, cost, w := required()
	check := g.required[0]
	costs := make([]*Node, 50)
	for i := range costs {
		costs[i] = cost.Times(float64(i + 100))
	}
	var all []*Node
	for _, c := range costs {
		d, err := Grad(c, w)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, d...)
	}
	if n := len(check.spans); n != 1 {
		t.Errorf("%d spans of 50 gradients in a row", n)
	}
	other := Exp(w)
	again, err := Grad(all[7], w) // of a gradient
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range slices.Concat(all, again) {
		if err := runLabels(t, n, y, []float64{2, 0}); err == nil {
			t.Errorf("gradient %d takes wrong labels", i)
		}
		if err := runLabels(t, n, y, []float64{1, 0}); err != nil {
			t.Errorf("gradient %d: %v", i, err)
		}
	}
	if check.covers(other) {
		t.Error("another node is taken for a gradient")
	}
}

// What is undone is forgotten, though it was one span with what stays.
func TestUndoneGradientsOfLabels(t *testing.T) {
	g, _, cost, w := required()
	twice := cost.Times(2)
	if _, err := Grad(cost, w); err != nil {
		t.Fatal(err)
	}
	before := slices.Clone(g.required[0].spans)
	failed := errors.New("undone")
	err := g.attempt(func() error {
		if _, err := Grad(twice, w); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) || !slices.Equal(g.required[0].spans, before) {
		t.Errorf("%v, spans %v, before %v", err, g.required[0].spans, before)
	}
}

// runLabels computes n with labels y.
func runLabels(t *testing.T, n, y *Node, labels []float64) error {
	t.Helper()
	p, err := Compile(Spec{Outputs: []*Node{n}})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	feeds := Feeds{}
	if slices.Contains(p.feeds, y) {
		feeds[y] = labels
	}
	return p.Run(feeds)
}

// Labels that Concat puts together are gathered at every run without allocations.
func TestJointLabelsAllocateNothing(t *testing.T) {
	g := New(Settings{})
	a, b := g.Input("a", 1, 40), g.Input("b", 1, 60)
	y := Concat(1, a, b)
	p, err := Compile(Spec{Outputs: []*Node{Require(y, Sum(y), Requirement{Values: ZeroOrOne})}})
	if err != nil {
		t.Fatal(err)
	}
	values := []any{make([]float64, 40), make([]float64, 60)}
	if n := testing.AllocsPerRun(20, func() { err = errors.Join(err, p.RunInOrder(values)) }); n > 0 || err != nil {
		t.Errorf("%v allocations, %v", n, err)
	}
	values[1].([]float64)[59] = 3
	if err := p.RunInOrder(values); err == nil {
		t.Error("a label of 3 is taken")
	}
}

// Of labels put together the graph may compute some, and a program may be given some:
// the others are looked at all the same.
func TestJointLabelsInPart(t *testing.T) {
	g := New(Settings{})
	y, k := g.Input("Y", 1, 2), g.Input("K", 1, 2)
	rest := Sub(g.Const(1), y)
	both := Concat(0, y, rest)
	cost := Require(both, Sum(Square(both)), Requirement{Values: SumToOne, Op: "Cost"})
	if err := runLabels(t, cost, y, []float64{1, 0.5}); err != nil {
		t.Error(err)
	}
	if err := runLabels(t, cost, y, []float64{1, 1.5}); err == nil {
		t.Error("1.5 is taken beside what is computed")
	}
	hot := Concat(1, OneHot(k, 3), g.Array(dense([]float64{1, 1, 1}, 3, 1)))
	cost = Require(hot, Sum(hot), Requirement{Values: AnyNumber, Op: "Cost"})
	if err := runLabels(t, cost, k, []float64{2, 0}); err != nil {
		t.Error(err)
	}
	if err := runLabels(t, cost, k, []float64{2, 3}); err == nil {
		t.Error("class 3 of 3 is taken")
	}
	z := g.Input("Z", 1, 2)
	both = Concat(0, y, z)
	cost = Require(both, Sum(Square(both)), Requirement{Values: SumToOne, Op: "Cost"})
	p, err := Compile(Spec{Outputs: []*Node{cost}, Given: []*Node{z}})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Run(Feeds{y: []float64{1, 0}, z: []float64{5, 5}}); err != nil {
		t.Errorf("what is given is checked: %v", err)
	}
	if err := p.Run(Feeds{y: []float64{1, 2}, z: []float64{0, 0}}); err == nil {
		t.Error("what is fed is not checked beside what is given")
	}
	constant := Concat(0, g.Const(0.5, 1, 2), g.Const(0.25, 1, 2))
	if Require(constant, Sum(constant), Requirement{Values: SumToOne, Op: "Cost"}).Err() == nil {
		t.Error("constants that sum to 0.75 are taken")
	}
}
