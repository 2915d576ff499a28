package play

import (
	"errors"
	"fmt"
	"math"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// A fault is a line of a derivation that is not what the right one is.
type fault struct {
	phase, name  string // of the line, such as backward and dW1
	text, mathml string // how it was computed, "" if that is as in the right line
	shape        []int
	right, value []float64 // row-major
}

// worst returns the entry that is farthest off, and by how much, relative to the largest
// right entry, or as it is where that is 0.
func (f fault) worst() (at int, difference float64) {
	size := largest(f.right)
	for i, v := range f.value {
		d := math.Abs(v - f.right[i])
		if math.IsNaN(d) {
			d = math.Inf(1)
		}
		if d > difference {
			at, difference = i, d
		}
	}
	if size > 0 {
		difference /= size
	}
	return at, difference
}

// alike is how far apart lines lie at most that are equal, relative to the largest entry:
// rounding where a mistake happens to change nothing.
const alike = 1e-12

// differs reports whether a line is not the right one. Lines whose right values are not finite either
// say nothing.
func (f fault) differs() bool {
	_, d := f.worst()
	return d > alike
}

func largest(values []float64) float64 {
	size := 0.0
	for _, v := range values {
		size = max(size, math.Abs(v))
	}
	return size
}

// faults computes the step that the trainer is about to take on a batch twice, as the run
// does and as the chain rule and the rule of the settings say, at the same parameters, and
// returns the lines that differ, in the order of computation: W1, b1, … as they are given,
// dZ, dW and db of the last layer to the first, W1, b1, … as they are updated. Nothing
// changes.
func (p *planted) faults(t *optim.Trainer, batch optim.Batch, c explain.Convention) ([]fault, error) {
	if p == nil {
		return nil, nil
	}
	given, err := p.givenFaults()
	if err != nil {
		return nil, err
	}
	backward, err := p.backwardFaults(t, batch, c)
	if err != nil {
		return nil, err
	}
	updated, err := p.updateFaults(t, batch)
	if err != nil {
		return nil, err
	}
	var out []fault
	for _, list := range [][]fault{given, backward, updated} {
		for _, f := range list {
			if f.differs() {
				out = append(out, f)
			}
		}
	}
	return out, nil
}

// givenFaults compares the parameters that the run started from with those of its settings.
func (p *planted) givenFaults() ([]fault, error) {
	var out []fault
	for i, q := range p.e.Network.Params() {
		out = append(out, fault{phase: "given", name: q.Name(), shape: q.Shape(), right: float64s(p.starts[i]), value: float64s(p.began[i])})
	}
	return out, nil
}

// backwardFaults compares the two backward passes, which one program computes.
func (p *planted) backwardFaults(t *optim.Trainer, batch optim.Batch, c explain.Convention) ([]fault, error) {
	rates, err := t.Rates()
	if err != nil {
		return nil, err
	}
	x := batch["X"]
	if x == nil {
		return nil, errors.New("play: the batch has no X")
	}
	g := graph.New(graph.Settings{Dtype: p.e.Dtype(), Training: true})
	m := columns(x)
	nodes := p.e.Express(g, m)
	right, err := rightPass(nodes)
	if err != nil {
		return nil, err
	}
	right.rate = g.Const(rates[rateName])
	wrong, err := p.wrong.pass(right)
	if err != nil {
		return nil, err
	}
	script := wrong.script(right)
	lines, outputs := pairs(right, wrong)
	prog, err := graph.Compile(graph.Spec{Outputs: outputs, Workers: 1})
	if err != nil {
		return nil, err
	}
	defer prog.Close()
	if err := prog.Run(graph.Feeds{nodes.X: x, nodes.Y: batch["Y"]}); err != nil {
		return nil, err
	}
	var out []fault
	for _, l := range lines {
		f := fault{phase: "backward", name: l.name, shape: l.right.Shape()}
		for _, v := range []struct {
			node *graph.Node
			to   *[]float64
		}{{l.right, &f.right}, {l.wrong, &f.value}} {
			value, err := prog.Value(v.node)
			if err != nil {
				return nil, err
			}
			*v.to = float64s(value)
		}
		if l.wrong != l.right && script.HasLine(l.wrong) {
			line := script.Line(l.wrong)
			f.text, f.mathml = line.Text, line.MathML()
		}
		if c == explain.MeanCost && l.dZ {
			p.wrong.inMeanCost(&f, m)
		}
		out = append(out, f)
	}
	return out, nil
}

// inMeanCost turns a line of dZ into that of the derivative of the mean cost, which has
// 1/m in it; the one who forgets 1/m in dW and db forgets it there.
func (f formulas) inMeanCost(line *fault, m int) {
	scale := func(values []float64, by float64) {
		for i := range values {
			values[i] *= by
		}
	}
	scale(line.right, 1/float64(m))
	by := 1 / float64(m)
	if f.MeanW != nil && f.MeanW(m) == 1 {
		by = 1
	}
	scale(line.value, by)
	if line.text != "" && by != 1 {
		line.text, line.mathml = "", "" // they are of the other convention
	}
}

// A pair is a line of both passes.
type pair struct {
	name         string
	right, wrong *graph.Node
	dZ           bool
}

// pairs returns the lines in the order of back-propagation, and their nodes, each once.
func pairs(right, wrong *pass) (lines []pair, nodes []*graph.Node) {
	for l := len(right.dZ) - 1; l >= 0; l-- {
		for _, v := range []pair{
			{fmt.Sprint("dZ", l+1), right.dZ[l], wrong.dZ[l], true},
			{fmt.Sprint("dW", l+1), right.dW[l], wrong.dW[l], false},
			{fmt.Sprint("db", l+1), right.db[l], wrong.db[l], false},
		} {
			lines = append(lines, v)
			for _, n := range []*graph.Node{v.right, v.wrong} {
				nodes = appendOnce(nodes, n)
			}
		}
	}
	return lines, nodes
}

func appendOnce(nodes []*graph.Node, n *graph.Node) []*graph.Node {
	for _, other := range nodes {
		if other == n {
			return nodes
		}
	}
	return append(nodes, n)
}

// script returns how the wrong pass is written, with the names of the right one.
func (p *pass) script(right *pass) *graph.Script {
	s := graph.NewScript(p.nodes.Cost.Graph())
	of := map[*graph.Node]*graph.Node{}
	var asked []*graph.Node
	for l := range p.dZ {
		of[p.nodes.Z[l]], of[p.nodes.Params[2*l]], of[p.nodes.Params[2*l+1]] = p.dZ[l], p.dW[l], p.db[l]
		asked = append(asked, p.dZ[l], p.dW[l], p.db[l])
	}
	s.NameGradients(of)
	s.PutTogether(true, asked...)
	return s
}

// updateFaults takes the step on copies: by the run's rule, and by that of the settings from
// the same state.
func (p *planted) updateFaults(t *optim.Trainer, batch optim.Batch) ([]fault, error) {
	value, err := stepped(t, nil, batch)
	if err != nil {
		return nil, err
	}
	other := p.e.Trainer()
	other.Rule = p.right
	defer other.Close()
	right, err := stepped(other, t, batch)
	if err != nil {
		return nil, err
	}
	var out []fault
	for i, q := range t.Params {
		out = append(out, fault{phase: "update", name: q.Name(), shape: q.Shape(), right: right[i], value: value[i]})
	}
	return out, nil
}

// stepped returns what the parameters are after a step on a batch, and leaves all as it was.
// If from is given the step goes out from its rates and what its rule keeps.
func stepped(t, from *optim.Trainer, batch optim.Batch) (after [][]float64, err error) {
	state, err := t.State()
	if err != nil {
		return nil, err
	}
	if from != nil {
		if err := copyState(t, from, state); err != nil {
			return nil, err
		}
	}
	var all []*graph.Param
	all = append(append(append(all, t.Params...), t.Kept...), state...)
	before := make([]*tensor.Dense, len(all))
	for i, q := range all {
		before[i] = q.Value()
	}
	_, err = t.Step(batch)
	for _, q := range t.Params {
		after = append(after, float64s(q.Value()))
	}
	for i, q := range all {
		err = errors.Join(err, q.Set(before[i]))
	}
	return after, err
}

// copyState gives a trainer the rates of another one and what its rule keeps.
func copyState(t, from *optim.Trainer, state []*graph.Param) error {
	kept, err := from.State()
	if err != nil {
		return err
	}
	byName := map[string]*graph.Param{}
	for _, q := range kept {
		byName[q.Name()] = q
	}
	for _, q := range state {
		if other := byName[q.Name()]; other != nil {
			if err := q.Set(other.Value()); err != nil {
				return err
			}
		}
	}
	rates, err := from.Rates()
	for name, v := range rates {
		err = errors.Join(err, t.SetRate(name, v))
	}
	return err
}

// float64s returns the numbers of a tensor of any strides, row-major.
func float64s(t *tensor.Dense) []float64 {
	out := make([]float64, 0, t.Size())
	it := t.Iterator()
	for i, err := it.Next(); err == nil; i, err = it.Next() {
		switch v := t.Get(i).(type) {
		case float64:
			out = append(out, v)
		case float32:
			out = append(out, float64(v))
		}
	}
	return out
}

// columns returns the number of examples of a batch's X.
func columns(x *tensor.Dense) int {
	if s := x.Shape(); len(s) == 2 {
		return s[1]
	}
	return 1
}
