package lesson

import (
	"context"
	"fmt"
	"math"
	"strings"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/numpyrand"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

func oneExample() Lesson {
	return Lesson{
		Name:  "one-example",
		Title: "One example by hand",
		Claim: "For one example, a network with one hidden layer is four equations: z[1] = W[1]·x + b[1], a[1] = tanh(z[1]), z[2] = W[2]·a[1] + b[2], a[2] = σ(z[2]); the last two are logistic regression on a[1].",
		Settings: []Setting{
			{Name: "x", Help: "the example's inputs", Default: []float64{1, -2, 0.5}, Least: -1000, Most: 1000},
			{Name: "y", Help: "its label", Default: 1, Least: 0, Most: 1},
			{Name: "units", Help: "hidden units", Default: 4, Least: 1, Most: 20},
			{Name: "activation", Help: "of the hidden units of the graph; by hand they are as the claim has them", Default: "tanh", Names: hiddenActivations()},
			{Name: "seed", Help: "of the random weights and biases", Default: 3, Least: 0, Most: 1e6},
		},
		Run:   byHand{hidden: math.Tanh}.run,
		opens: openOneExample,
	}
}

// openOneExample is what the page opens.
func openOneExample(s Values) opening {
	n := network{hidden: []int{s.Int("units")}, seed: uint32(s.Int("seed")), rate: 1.2}
	return opening{section: layersSection, screen: OneStep, data: flowerData(), run: n, batch: 1, numbers: []string{costNumber}}
}

// byHand computes one example with a pencil, as it were, with its own function
// for hidden units.
type byHand struct{ hidden func(float64) float64 }

// tolerance is how far short sums may differ by rounding, relative to the largest
// value.
const tolerance = 1e-14

func (h byHand) run(ctx context.Context, s Values, r *Report) error {
	e := newExample(s)
	if len(e.x) > 20 {
		return fmt.Errorf("x: %d inputs given, at most 20 expected", len(e.x))
	}
	r.Say("A unit does two things: it weighs its inputs, z = w·x + b, and bends the sum, a = g(z). One unit alone, with the sigmoid as g, is logistic regression.")
	logistic, err := e.logistic(r)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	g, err := layers.ActivationByName(s.Text("activation"))
	if err != nil {
		return err
	}
	gaps, err := h.network(r, e, g)
	if err != nil {
		return err
	}
	r.Check(logistic <= tolerance, "By hand and by the graph: the values of logistic regression differ by %s of the largest (up to %.0e is rounding).",
		atMost(logistic), tolerance)
	judgeEquations(r, g, gaps)
	return nil
}

// equationGaps are how far the values of a graph and those of each equation by
// hand differ, relative to the largest.
type equationGaps struct{ z1, a1, z2, a2, logistic float64 }

// judgeEquations checks the four equations one by one.
func judgeEquations(r *Report, g layers.Activation, gaps equationGaps) {
	for _, e := range []struct {
		equation string
		gap      float64
	}{{"z[1] = W[1]·x + b[1]", gaps.z1}, {"a[1] = tanh(z[1])", gaps.a1}, {"z[2] = W[2]·a[1] + b[2]", gaps.z2}, {"a[2] = σ(z[2])", gaps.a2}} {
		r.Supports(e.equation, e.gap <= tolerance, "%s, by hand from what the graph has on the right side, %s.",
			e.equation, gapFrom("the graph", e.gap))
	}
	r.Supports("the last two are logistic regression on a[1]", gaps.logistic <= tolerance,
		"Logistic regression with a[1] for its inputs and W[2] and b[2] for its parameters %s; the hidden units are %v.", gapFrom("a[2]", gaps.logistic), g)
}

// gapFrom says in words how far something is from what it should be, relative to the
// largest value.
func gapFrom(what string, gap float64) string {
	if gap == 0 {
		return "is that of " + what + " to the last bit"
	}
	return "differs from " + what + " by at most " + gapText(gap) + " of the largest value"
}

// An example is one example with the parameters of a network.
type example struct {
	x, y           []float64
	w1, b1, w2, b2 handgrad.Matrix
	w, b           handgrad.Matrix // of logistic regression
}

func newExample(s Values) example {
	rng := numpyrand.New(uint32(s.Int("seed")))
	draw := func(rows, cols int) handgrad.Matrix {
		m := handgrad.Matrix{Rows: rows, Cols: cols}
		for range rows * cols {
			m.Data = append(m.Data, math.Round(100*rng.NormFloat64())/100) // two digits, to be read
		}
		return m
	}
	x, units := s.Floats("x"), s.Int("units")
	return example{x: x, y: []float64{float64(s.Int("y"))},
		w: draw(1, len(x)), b: draw(1, 1),
		w1: draw(units, len(x)), b1: draw(units, 1), w2: draw(1, units), b2: draw(1, 1)}
}

// logistic computes logistic regression by hand and by the graph, and returns
// how far they differ.
func (e example) logistic(r *Report) (float64, error) {
	z, sum := weigh(e.w.Data, e.x, e.b.Data[0])
	a := logisticOf(z)
	cost := crossEntropy(a, e.y[0])
	var b strings.Builder
	fmt.Fprintf(&b, "z = %s = %s\n", sum, number(z))
	fmt.Fprintf(&b, "a = σ(z) = 1/(1 + e^(%s)) = %s\n", number(-z), number(a))
	fmt.Fprintf(&b, "J = −(y·ln a + (1 − y)·ln(1 − a)) = %s, with y = %v\n", number(cost), e.y[0])
	r.Say("Logistic regression by hand:")
	r.Show(b.String())

	g := graph.New(graph.Settings{})
	x, y := g.Input("x", len(e.x), 1), g.Input("y", 1, 1)
	zn := graph.Add(graph.MatMul(param(g, "w", e.w), x), param(g, "b", e.b)).Named("z")
	an := graph.Sigmoid(zn).Named("a")
	cn := losses.BinaryCrossEntropy(an, y).Named("J")
	lines, err := formulaLines(an)
	if err != nil {
		return 0, err
	}
	r.Say("Its graph, as the program prints it:")
	r.Show(lines)
	values, err := computed(graph.Feeds{x: e.column(e.x), y: e.column(e.y)}, zn, an, cn)
	if err != nil {
		return 0, err
	}
	by := []float64{values[0].Data[0], values[1].Data[0], values[2].Data[0]}
	r.Table(Table{Header: []string{"", "by hand", "by the graph", "difference"}, Rows: [][]string{
		bothWays("z", z, by[0]), bothWays("a", a, by[1]), bothWays("J", cost, by[2])}})
	r.Say("The graph computes J from z, as softplus(z) − y·z with softplus(z) = ln(1 + e^z): ln(1 − a) loses digits as a nears 1, and is infinite where a rounds to 1.")
	gap := relativeGap([]float64{z, a}, by[:2])
	if saturated := a == 0 || a == 1; !saturated {
		gap = max(gap, math.Abs(cost-by[2])/(1+math.Exp(math.Abs(z)))) // what rounding of 1 − a makes of J
	}
	return gap, nil
}

// network computes the network unit by unit and by a graph with hidden units of
// g, and returns how far each equation differs.
func (h byHand) network(r *Report, e example, g layers.Activation) (equationGaps, error) {
	units := e.w1.Rows
	var z1, a1 []float64
	var b strings.Builder
	for i := range units {
		z, sum := weigh(e.w1.Data[i*len(e.x):(i+1)*len(e.x)], e.x, e.b1.Data[i])
		z1, a1 = append(z1, z), append(a1, h.hidden(z))
		fmt.Fprintf(&b, "z[1]%s = %s = %s,  a[1]%s = tanh(%s) = %s\n", small(i+1), sum, number(z), small(i+1), number(z), number(a1[i]))
	}
	z2, sum := weigh(e.w2.Data, a1, e.b2.Data[0])
	a2 := logisticOf(z2)
	fmt.Fprintf(&b, "z[2]  = %s = %s\na[2]  = σ(%s) = %s\n", sum, number(z2), number(z2), number(a2))
	r.Say("The network by hand, unit by unit:")
	r.Show(b.String())

	graphs := graph.New(graph.Settings{})
	x := graphs.Input("x", len(e.x), 1)
	z1n := graph.Add(graph.MatMul(param(graphs, "W1", e.w1), x), param(graphs, "b1", e.b1)).MarkZ()
	a1n := g.Apply(z1n)
	z2n := graph.Add(graph.MatMul(param(graphs, "W2", e.w2), a1n), param(graphs, "b2", e.b2)).MarkZ()
	a2n := graph.Sigmoid(z2n)
	lines, err := formulaLines(a2n)
	if err != nil {
		return equationGaps{}, err
	}
	equations := "the four equations of the claim"
	if g != layers.Tanh {
		equations = sentence("four equations, here of a network whose hidden units are %v", g)
	}
	r.Say("The %s of a row each are one matrix, W1, and the %s become %s:", words.Count(units, "weighted sum"), words.Count(2*units+2, "line"), equations)
	r.Show(lines)
	v, err := computed(graph.Feeds{x: e.column(e.x)}, z1n, a1n, z2n, a2n)
	if err != nil {
		return equationGaps{}, err
	}
	drawUnits(r, z1, a1, z2, a2)
	return h.gaps(e, z1, v)
}

// gaps compares each equation by hand with the graph's values of z1, a1, z2 and
// a2, given the graph's values on its right side.
func (h byHand) gaps(e example, z1 []float64, v []handgrad.Matrix) (equationGaps, error) {
	var a1 []float64
	for _, z := range v[0].Data {
		a1 = append(a1, h.hidden(z))
	}
	z2, _ := weigh(e.w2.Data, v[1].Data, e.b2.Data[0])
	logistic, err := logisticOn(e.w2, e.b2, v[1])
	return equationGaps{
		z1: relativeGap(z1, v[0].Data), a1: relativeGap(a1, v[1].Data), z2: relativeGap([]float64{z2}, v[2].Data),
		a2:       relativeGap([]float64{logisticOf(v[2].Data[0])}, v[3].Data),
		logistic: relativeGap([]float64{logistic}, v[3].Data),
	}, err
}

// logisticOn returns the probability that a graph of logistic regression gives
// for inputs.
func logisticOn(w, b, inputs handgrad.Matrix) (float64, error) {
	g := graph.New(graph.Settings{})
	x := g.Input("x", inputs.Rows, 1)
	a := graph.Sigmoid(graph.Add(graph.MatMul(param(g, "w", w), x), param(g, "b", b)))
	v, err := computed(graph.Feeds{x: asTensor(inputs)}, a)
	if err != nil {
		return 0, err
	}
	return v[0].Data[0], nil
}

// column returns one example as a matrix of one column.
func (e example) column(v []float64) *tensor.Dense {
	return asTensor(handgrad.Matrix{Rows: len(v), Cols: 1, Data: v})
}
