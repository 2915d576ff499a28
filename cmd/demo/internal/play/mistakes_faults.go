package play

import (
	"fmt"
	"math"
	"slices"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/optim"
	"chainrule/optim/experiment"
)

// A fault is a line of a derivation that is not what the right one is.
type fault struct {
	phase, name  string // of the line, such as backward and dW1
	text, mathml string // how it was computed, "" if that is as in the right line
	shape        []int
	right, value []float64 // row-major
}

// worst returns the entry that is farthest off, and by how much, relative to the largest
// finite right entry, or as it is where that is 0. Where neither is finite nothing is off.
func (f fault) worst() (at int, difference float64) {
	size := largest(f.right)
	for i, v := range f.value {
		d := math.Abs(v - f.right[i])
		switch lost := d != d; { // of ±Inf or NaN
		case lost && !finite(v) && !finite(f.right[i]):
			continue
		case lost:
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

// differs reports whether a line is not the right one.
func (f fault) differs() bool {
	_, d := f.worst()
	return d > alike
}

func finite(v float64) bool { return v-v == 0 }

// largest is the largest magnitude of the finite values.
func largest(values []float64) float64 {
	size := 0.0
	for _, v := range values {
		if finite(v) {
			size = max(size, math.Abs(v))
		}
	}
	return size
}

// faults computes the step that is about to be taken twice, as the run does and as the chain
// rule and the rule of the settings say, at the same parameters, and returns the lines that
// differ, in the order of computation: W1, b1, … as they are given, dZ, dW and db of the
// last layer to the first, W1, b1, … as they are updated. Nothing changes.
func (p *planted) faults(s planStep, c explain.Convention) ([]fault, error) {
	if p == nil {
		return nil, nil
	}
	all := p.givenFaults()
	right, err := p.lines(s, p.right, formulas{})
	if err != nil {
		return nil, err
	}
	wrong, err := p.lines(s, s.trainer.Rule, p.wrong)
	if err != nil {
		return nil, err
	}
	for i, w := range wrong {
		f := fault{phase: w.phase, name: w.name, shape: w.shape, right: right[i].values, value: w.values}
		if w.text != right[i].text {
			f.text, f.mathml = w.text, w.mathml
		}
		if c == explain.MeanCost && w.dZ {
			p.wrong.inMeanCost(&f, examples(s.batch))
		}
		all = append(all, f)
	}
	var out []fault
	for _, f := range all {
		if f.differs() {
			out = append(out, f)
		}
	}
	return out, nil
}

// A planStep is a step about to be taken.
type planStep struct {
	trainer *optim.Trainer
	batch   optim.Batch
	rates   map[string]float64 // of that step, by name
}

// givenFaults compares the parameters that the run started from with those of its settings.
func (p *planted) givenFaults() (out []fault) {
	for i, q := range p.e.Network.Params() {
		out = append(out, fault{phase: "given", name: q.Name(), shape: q.Shape(), right: float64s(p.starts[i]), value: float64s(p.began[i])})
	}
	return out
}

// A passLine is a line of a backward pass or an update, with its value.
type passLine struct {
	phase, name  string
	text, mathml string // "" of an update that is made in several lines
	dZ           bool
	shape        []int
	node         *graph.Node
	values       []float64
}

// lines computes a step by formulas and a rule, in a graph of its own.
func (p *planted) lines(s planStep, rule optim.Rule, f formulas) ([]passLine, error) {
	g := graph.New(graph.Settings{Dtype: p.e.Dtype(), Training: true})
	nodes := p.e.Express(g, examples(s.batch))
	made, err := rightPass(nodes)
	if err != nil {
		return nil, err
	}
	made.rate = g.Const(s.rates[learningRate])
	if made, err = f.pass(made); err != nil {
		return nil, err
	}
	lines := made.lines()
	updates, err := s.updates(rule, made)
	if err != nil {
		return nil, err
	}
	write(graph.NewScript(g), lines, updates)
	lines = append(lines, updates...)
	return lines, s.compute(nodes, lines)
}

// updates adds the step of a rule on the gradients of a pass. The rule's state is that of the
// run's own, whichever it is.
func (s planStep) updates(rule optim.Rule, p *pass) (lines []passLine, err error) {
	var grads []*graph.Node
	for l := range p.dW {
		grads = append(grads, p.dW[l], p.db[l])
	}
	own := s.trainer.Rule
	s.trainer.Rule = rule
	defer func() { s.trainer.Rule = own }()
	updates, _, err := s.trainer.Updates(grads)
	if err != nil {
		return nil, err
	}
	for _, q := range s.trainer.Params {
		for _, u := range updates {
			if u.Param == q {
				lines = append(lines, passLine{phase: "update", name: q.Name(), shape: q.Shape(), node: u.Value})
			}
		}
	}
	return lines, nil
}

// compute puts the values of lines in.
func (s planStep) compute(nodes experiment.Nodes, lines []passLine) error {
	var outputs []*graph.Node
	for _, l := range lines {
		if !slices.Contains(outputs, l.node) {
			outputs = append(outputs, l.node)
		}
	}
	prog, err := graph.Compile(graph.Spec{Outputs: outputs, Workers: 1})
	if err != nil {
		return err
	}
	defer prog.Close()
	feeds := graph.Feeds{}
	for _, n := range prog.Inputs() {
		switch rate, isRate := s.rates[n.Name()]; {
		case n == nodes.X, n == nodes.Y:
			feeds[n] = s.batch[n.Name()]
		case isRate:
			feeds[n] = scalarOf(n.Graph().Dtype(), rate)
		}
	}
	if err := prog.Run(feeds); err != nil {
		return err
	}
	for i, l := range lines {
		if lines[i].values, err = prog.Float64s(nil, l.node); err != nil {
			return err
		}
	}
	return nil
}

// lines returns the lines of a pass, in the order of back-propagation.
func (p *pass) lines() (lines []passLine) {
	for l := len(p.dZ) - 1; l >= 0; l-- {
		for _, v := range []passLine{{name: "dZ", node: p.dZ[l], dZ: true}, {name: "dW", node: p.dW[l]}, {name: "db", node: p.db[l]}} {
			v.phase, v.shape, v.name = "backward", v.node.Shape(), fmt.Sprint(v.name, l+1)
			lines = append(lines, v)
		}
	}
	return lines
}

// write puts formulas in.
func write(script *graph.Script, lines, updates []passLine) {
	var asked []*graph.Node
	there := map[*graph.Node]bool{}
	for _, v := range lines {
		script.Name(v.node, v.name)
		asked, there[v.node] = append(asked, v.node), true
	}
	for _, v := range updates {
		asked = append(asked, v.node)
	}
	script.PutTogether(true, asked...)
	for i, v := range lines {
		if script.HasLine(v.node) {
			line := script.Line(v.node)
			lines[i].text, lines[i].mathml = textOf(line), line.MathML()
		}
	}
	var whole func(n *graph.Node) bool // its formula is of what has a line here
	whole = func(n *graph.Node) bool {
		return there[n] || !slices.ContainsFunc(n.Inputs(), func(x *graph.Node) bool {
			return x.Op() != nil && !there[x] && script.HasLine(x) || !whole(x)
		})
	}
	for i, v := range updates {
		if whole(v.node) {
			updates[i].text, updates[i].mathml = assignment(script, v.name, v.node, !there[v.node])
		}
	}
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
