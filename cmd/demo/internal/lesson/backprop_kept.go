package lesson

import (
	"context"
	"fmt"
	"strings"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/numpyrand"
	"chainrule/internal/plotting"
	"chainrule/internal/toy"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// A byFormulas is a two-layer network trained by the six formulas written out,
// with db1 = Σ dZ1 as a column or, as a slip, without its second axis.
type byFormulas struct {
	kept bool // the axis of the sum
	rate float64
	x, y handgrad.Matrix

	w1, b1, w2, b2 *graph.Param
}

// newByFormulas returns a network with Glorot weights.
func newByFormulas(units int, kept bool, rate float64, seed uint32, x, y handgrad.Matrix) *byFormulas {
	n := layers.NewTwoLayer(x.Rows, units, 1, layers.Tanh, layers.Glorot, numpyrand.New(seed))
	return &byFormulas{kept: kept, rate: rate, x: x, y: y, w1: n.W[0], b1: n.B[0], w2: n.W[1], b2: n.B[1]}
}

// step returns the cost and the new values of W1, b1, W2 and b2.
func (f *byFormulas) step(g *graph.Graph, x, y *graph.Node) (cost *graph.Node, next []*graph.Node) {
	w1, b1, w2, b2 := g.Use(f.w1), g.Use(f.b1), g.Use(f.w2), g.Use(f.b2)
	a1 := graph.Tanh(graph.Add(graph.MatMul(w1, x), b1))
	z2 := graph.Add(graph.MatMul(w2, a1), b2)
	dz2 := graph.Sub(graph.Sigmoid(z2), y).Times(1 / float64(f.x.Cols))
	dz1 := graph.Mul(graph.MatMulTrans(w2, true, dz2, false), graph.Sub(g.Const(1), graph.Square(a1)))
	db1 := graph.Sum(dz1, 1)
	if f.kept {
		db1 = graph.Reduce{KeepDims: true}.Sum(dz1, 1)
	}
	down := func(p, dp *graph.Node) *graph.Node { return graph.Sub(p, dp.Times(f.rate)) }
	next = []*graph.Node{
		down(w1, graph.MatMulTrans(dz1, false, x, true)), down(b1, db1),
		down(w2, graph.MatMulTrans(dz2, false, a1, true)), down(b2, graph.Reduce{KeepDims: true}.Sum(dz2, 1)),
	}
	return losses.SigmoidCrossEntropy(z2, y), next
}

// train takes steps and returns the costs before them and after the last. The
// first one is taken alone, for it may change the shape of b1, which NumPy would
// not mind.
func (f *byFormulas) train(ctx context.Context, steps int) ([]float64, error) {
	var costs []float64
	for taken := 0; taken <= steps; {
		n := steps + 1 - taken
		if taken == 0 {
			n = 1
		}
		more, err := f.run(ctx, n)
		if err != nil {
			return costs, fmt.Errorf("step %d: %w", taken+1, err)
		}
		costs, taken = append(costs, more...), taken+n
	}
	return costs, nil
}

// run takes steps of one program.
func (f *byFormulas) run(ctx context.Context, steps int) ([]float64, error) {
	g := graph.New(graph.Settings{})
	x, y := g.Input("X", f.x.Rows, f.x.Cols), g.Input("Y", 1, f.y.Cols)
	cost, next := f.step(g, x, y)
	if err := g.Err(); err != nil {
		return nil, err
	}
	params := []*graph.Param{f.w1, f.b1, f.w2, f.b2}
	spec := graph.Spec{Outputs: append([]*graph.Node{cost}, next...), Workers: 1}
	if f.b1.Shape().Eq(next[1].Shape()) {
		for i, p := range params {
			spec.Updates = append(spec.Updates, graph.Update{Param: p, Value: next[i]})
		}
	}
	p, err := graph.Compile(spec)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	var costs []float64
	feeds := graph.Feeds{x: asTensor(f.x), y: asTensor(f.y)}
	for range steps {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := p.Run(feeds); err != nil {
			return nil, err
		}
		c, err := p.Scalar(cost)
		if err != nil {
			return nil, err
		}
		costs = append(costs, c)
	}
	if spec.Updates == nil {
		return costs, f.replace(p, next)
	}
	return costs, nil
}

// replace makes parameters of the new values, of whatever shape.
func (f *byFormulas) replace(p *graph.Program, next []*graph.Node) error {
	for i, param := range []**graph.Param{&f.w1, &f.b1, &f.w2, &f.b2} {
		v, err := p.Value(next[i])
		if err != nil {
			return err
		}
		*param = graph.NewParam((*param).Name(), v)
	}
	return nil
}

// answers returns the shape of the output for one example.
func (f *byFormulas) answers() string {
	g := graph.New(graph.Settings{})
	a1 := graph.Tanh(graph.Add(graph.MatMul(g.Use(f.w1), g.Input("x", f.x.Rows, 1)), g.Use(f.b1)))
	a2 := graph.Sigmoid(graph.Add(graph.MatMul(g.Use(f.w2), a1), g.Use(f.b2)))
	return words.Shape(a2.Shape()...)
}

// withoutKeptDimensions shows what db1 does without its second axis.
func withoutKeptDimensions(ctx context.Context, s Values, r *Report) error {
	r.Say("A slip: db1 = Σ dZ1 as a list of n numbers and not as a column (n,1), in NumPy the sum without keepdims=True. " +
		"By the rules of broadcasting b1 − rate·db1 of (n,1) and (n) is then (n,n). What follows depends on m, the number of examples.")
	said, late, err := slipOnFlower(ctx, s)
	if err != nil {
		return err
	}
	r.Show(said)
	r.Check(late, "With the 400 points of the flower and 4 hidden units the slip is found, one step late: in step 2, where b1 is added.")
	return slipOnXOR(ctx, s, r)
}

// slipOnFlower returns what is said of the slip on the flower, "" for nothing,
// and whether it is said of step 2.
func slipOnFlower(ctx context.Context, s Values) (said string, late bool, err error) {
	data, err := toy.New("flower", toy.Settings{})
	if err != nil {
		return "", false, err
	}
	x := handgrad.Matrix{Rows: 2, Cols: data.Len(), Data: byRows(data.X, 2)}
	f := newByFormulas(4, false, s.Float("rate"), 1, x, asMatrix(data.Labels(tensor.Float64)))
	if _, err = f.train(ctx, 2); err == nil || ctx.Err() != nil {
		return "", false, err
	}
	return mistake(err), strings.HasPrefix(err.Error(), "step 2: "), nil
}

// xor returns the four examples of exclusive or.
func xor() (x, y handgrad.Matrix) {
	return handgrad.Matrix{Rows: 2, Cols: 4, Data: []float64{0, 0, 1, 1, 0, 1, 0, 1}},
		handgrad.Matrix{Rows: 1, Cols: 4, Data: []float64{0, 1, 1, 0}}
}

// slipOnXOR trains with and without the slip on XOR, where it fits.
func slipOnXOR(ctx context.Context, s Values, r *Report) error {
	seeds, steps := s.Int("seeds"), s.Int("steps")
	x, y := xor()
	costs := [2][][]float64{make([][]float64, seeds), make([][]float64, seeds)}
	nets := [2][]*byFormulas{make([]*byFormulas, seeds), make([]*byFormulas, seeds)}
	err := forEach(ctx, 2*seeds, func(i int) (err error) {
		which, seed := i%2, i/2
		f := newByFormulas(4, which == 0, s.Float("rate"), uint32(seed+1), x, y)
		nets[which][seed] = f
		costs[which][seed], err = f.train(ctx, steps)
		return err
	})
	if err != nil {
		return err
	}
	reportSlip(r, s, costs, nets[0][0], nets[1][0])
	r.Draw("xor", "The lines are medians, the bands quartiles over the seeds. A cost that falls is no proof: look at the shapes.", slipChart(costs, steps))
	return nil
}

// reportSlip tells how runs on XOR ended, with the column and with the slip.
func reportSlip(r *Report, s Values, costs [2][][]float64, right, slip *byFormulas) {
	const learned = 0.01
	steps, seeds := s.Int("steps"), s.Int("seeds")
	t := Table{Header: []string{"seed", "cost with a column", "cost with the slip"}}
	lower, low := 0, [2]int{}
	for i := range seeds {
		end := [2]float64{costs[0][i][steps], costs[1][i][steps]}
		for k, c := range end {
			if c < learned {
				low[k]++
			}
		}
		if end[1] < end[0] {
			lower++
		}
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), words.ShortCost(end[0], 5), words.ShortCost(end[1], 5)})
	}
	grown := words.Shape(slip.b1.Shape()[0], slip.b1.Shape()[1])
	r.Say("XOR has 4 examples. With 4 hidden units everything fits and nothing is said, but b1 is now %s: a bias for every unit and example. The cost after %d steps at rate %v:",
		grown, steps, s.Float("rate"))
	r.Table(t)
	r.Check(grown == "(4,4)" && 2*low[1] > seeds,
		"On XOR the slip goes unnoticed: b1 grows to %s, and the cost still falls below %v in %d of %d runs (with the column in %d). It is lower with the slip in %d of them.",
		grown, learned, low[1], seeds, low[0], lower)
	r.Check(slip.answers() != right.answers(), "What gives the slip away is the shape: for one example the output is %s, with the column %s.", slip.answers(), right.answers())
}

// slipChart draws the costs on XOR.
func slipChart(costs [2][][]float64, steps int) plotting.Chart {
	c := plotting.Chart{Title: "XOR: cost with b1 as a column and with the slip", XLabel: "step", YLabel: "cost", LogY: true}
	for i, name := range []string{"b1 (4,1), a column", "b1 (4,4), the slip"} {
		l := plotting.Line{Name: name}
		for step := 0; step <= steps; step += max(steps/200, 1) {
			var at sample
			for _, run := range costs[i] {
				at = append(at, run[step])
			}
			l.X, l.Y = append(l.X, float64(step)), append(l.Y, at.quantile(0.5))
			l.Low, l.High = append(l.Low, at.quantile(0.25)), append(l.High, at.quantile(0.75))
		}
		c.Lines = append(c.Lines, l)
	}
	return c
}
