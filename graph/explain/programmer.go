package explain

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// newProgrammer checks what is to be written, and finds the values that are given.
func newProgrammer(d *Derivation, p Program) (*programmer, error) {
	l, known := languages[p.Language]
	switch {
	case !known:
		return nil, graph.Errorf("Program", "Language %q given, %s expected", string(p.Language), words.List(LanguageNames(), "or"))
	case len(d.Forward) == 0 || d.script == nil:
		return nil, graph.Errorf("Program", "a derivation without lines given, one that Derive returned expected")
	case p.Steps < 0:
		return nil, graph.Errorf("Program", "%d Steps given, at least 1 expected, or 0 for 1", p.Steps)
	}
	g := d.Forward[0].Node.Graph()
	if g == nil {
		return nil, graph.Errorf("Program", "a line without a node given, those that Derive returned expected")
	}
	if g.Dtype() != tensor.Float64 {
		return nil, graph.Errorf("Program", "a graph of %v given, float64 expected, which programs compute in", g.Dtype())
	}
	w := &programmer{Derivation: d, language: l, steps: max(p.Steps, 1), idents: map[*graph.Node]string{}, taken: map[string]bool{"": true},
		instead: map[*graph.Node]*graph.Node{}, read: map[string]bool{}}
	for _, name := range strings.Fields(l.reserved()) {
		w.taken[name] = true
	}
	return w, w.give(g, p)
}

// give finds the inputs, parameters and arrays that the program begins with.
func (w *programmer) give(g *graph.Graph, p Program) error {
	nodes := make([]*graph.Node, 0, len(w.Forward)+len(w.Backward))
	for _, l := range slices.Concat(w.Forward, w.Backward) {
		if l.Node.Err() != nil || l.Node.Graph() != g {
			return graph.Errorf("Program", "line %q has no node of the derivation's graph", l.Symbol)
		}
		nodes = append(nodes, l.Node)
	}
	for _, u := range p.Updates {
		if err := u.Param.Err(); err != nil {
			return err
		}
		if u.Value.Err() != nil || u.Value.Graph() != g {
			return graph.Errorf("Program", "the update of parameter %q has no value in the derivation's graph", u.Param.Name())
		}
		if !slices.Equal(u.Value.Shape(), u.Param.Shape()) {
			return graph.Errorf("Program", "the update of parameter %q, of shape %s, has a value of shape %s", u.Param.Name(),
				words.Shape(u.Param.Shape()...), words.Shape(u.Value.Shape()...))
		}
		nodes = append(nodes, u.Value, g.Use(u.Param))
	}
	if err := g.Err(); err != nil {
		return err
	}
	entries := 0
	var outputs []*graph.Node
	for _, n := range graph.Upstream(nodes...) {
		if _, number := n.ConstValue(); n.Op() == nil && !number {
			outputs = append(outputs, n)
			entries += n.Shape().TotalSize()
		}
	}
	if entries > maxLiterals {
		return graph.Errorf("Program", "the inputs and parameters have %d entries, at most %d expected, as a program has them all", entries, maxLiterals)
	}
	run, err := graph.Compile(graph.Spec{Outputs: outputs, Workers: 1})
	if err != nil {
		return err
	}
	defer run.Close()
	feeds := graph.Feeds{}
	for n, v := range p.Feeds {
		if slices.Contains(outputs, n) {
			feeds[n] = v
		}
	}
	if err := run.Run(feeds); err != nil {
		return err
	}
	for _, n := range outputs {
		s := w.newStatement(n, w.script.Called(n))
		if s.value, err = run.Value(n); err != nil {
			return err
		}
		s.formula = "constant"
		switch {
		case n.IsInput():
			s.formula = "input"
		case n.Param() != nil:
			s.formula = "parameter"
		}
		w.given = append(w.given, s)
	}
	return nil
}

// newStatement returns a statement for n, by a new identifier.
func (w *programmer) newStatement(n *graph.Node, symbol string) *statement {
	s := &statement{node: n, symbol: symbol, ident: w.identifier(symbol)}
	if _, there := w.idents[n]; !there {
		w.idents[n] = s.ident
	}
	return s
}

// write writes the lines of all passes.
func (w *programmer) write(updates []graph.Update) error {
	w.passes = []pass{{name: "forward"}, {name: "backward"}, {name: "update"}}
	w.writeLines(&w.passes[0], w.Forward)
	w.shown = append(w.shown, w.passes[0].statements[len(w.passes[0].statements)-1])
	w.writeLines(&w.passes[1], w.Backward)
	for _, line := range w.passes[1].statements {
		if slices.Contains(w.symbols, line.symbol) {
			w.shown = append(w.shown, line)
		}
	}
	w.writeUpdates(&w.passes[2], updates)
	if w.err != nil {
		return w.err
	}
	for _, need := range w.needs {
		if name := functionName(need); w.taken[name] && !strings.Contains(" "+w.language.reserved()+" ", " "+name+" ") {
			return graph.Errorf("Program", "%q is the name of a node and of a function that the program needs, another name for the node expected", name)
		}
	}
	return nil
}

// written writes the formula of a line with its shape.
func written(f graph.Formula) string {
	return f.Symbol + " = " + f.Text + "  " + shapeText(f.Node.Shape())
}

func (w *programmer) writeLines(p *pass, lines []Line) {
	for _, l := range lines {
		w.add(p, l.Node, l.Symbol, written(l.Formula))
	}
}

// writeUpdates writes what updates assign, and calls it by what it is assigned to.
func (w *programmer) writeUpdates(p *pass, updates []graph.Update) {
	var values []*graph.Node
	for _, u := range updates {
		w.script.Name(u.Value, w.script.Called(u.Value.Graph().Use(u.Param))+"′")
		values = append(values, u.Value)
	}
	w.script.PutTogether(true, values...)
	for _, n := range graph.Upstream(values...) {
		if _, there := w.idents[n]; !there && w.script.HasLine(n) && !slices.Contains(values, n) {
			w.add(p, n, w.script.Called(n), written(w.script.Line(n)))
		}
		for _, u := range updates {
			if u.Value == n {
				to := w.given[slices.IndexFunc(w.given, func(s *statement) bool { return s.node.Param() == u.Param })]
				from := w.addUpdate(p, to, n)
				w.updates = append(w.updates, assignment{to, from})
				w.shown = append(w.shown, to)
			}
		}
	}
}

// addUpdate writes the new value of what is given as to.
func (w *programmer) addUpdate(p *pass, to *statement, n *graph.Node) *statement {
	right := w.script.Alias("", n)
	if _, there := w.idents[n]; !there && n.Op() != nil {
		right = w.script.Line(n)
	}
	return w.addAs(p, n, to.symbol, "new "+to.symbol, to.symbol+" ← "+right.Text+"  "+shapeText(n.Shape()))
}

func (w *programmer) add(p *pass, n *graph.Node, symbol, formula string) {
	w.addAs(p, n, symbol, symbol, formula)
}

// addAs writes the line of a node, and before it those of its parts that have one of their own.
func (w *programmer) addAs(p *pass, n *graph.Node, symbol, ident, formula string) *statement {
	if _, there := w.idents[n]; !there {
		w.addParts(p, n)
	}
	s := &statement{node: n, symbol: symbol, ident: w.identifier(ident), formula: formula}
	s.code = w.language.line(w, s)
	if _, there := w.idents[n]; !there {
		w.idents[n] = s.ident
	}
	p.statements = append(p.statements, s)
	return s
}

// addParts gives lines of their own to the parts of n's line that are read several times, or
// that the language wants to have one.
func (w *programmer) addParts(p *pass, n *graph.Node) {
	reads, own := map[*graph.Node]int{}, map[*graph.Node]bool{}
	var order []*graph.Node
	var visit func(n *graph.Node, within []*graph.Node)
	visit = func(n *graph.Node, within []*graph.Node) {
		if _, there := w.idents[n]; there || n.Op() == nil {
			return
		}
		own[n] = own[n] || len(within) > 0 && w.language.own(w, n, within)
		if reads[n]++; reads[n] > 1 {
			return
		}
		within = append(slices.Clone(within), n)
		for _, x := range w.written(n).Inputs() {
			visit(x, within)
		}
		order = append(order, n)
	}
	visit(n, nil)
	for _, part := range order {
		if part != n && (own[part] || reads[part] > 1) {
			w.script.Number(part)
			s := &statement{node: part, symbol: w.script.Called(part), formula: written(w.script.Line(part))}
			s.ident = w.identifier(s.symbol)
			s.code = w.language.line(w, s)
			w.idents[part] = s.ident
			p.statements = append(p.statements, s)
		}
	}
}

// written returns the node whose operation n is written by: n, or the last of its steps.
func (w *programmer) written(n *graph.Node) *graph.Node {
	if n.Op() == nil {
		return n
	}
	if by := w.instead[n]; by != nil {
		return by
	}
	by, s := n, w.source(n)
	if w.language.template(s) == "" {
		if s.Steps == nil {
			w.fail(graph.Errorf("Program", "%s of %s has no Source in this language", n.Op().Name, w.script.Called(n)))
			return n
		}
		step := s.Steps(n.Inputs())
		if step.Err() != nil || step.Op() == nil || !slices.Equal(step.Shape(), n.Shape()) {
			w.fail(graph.Errorf("Program", "the Steps of %s are no operation of its shape", n.Op().Name))
			return n
		}
		by = w.written(step)
	}
	w.instead[n] = by
	return by
}

// source returns how the operation of n is written.
func (w *programmer) source(n *graph.Node) graph.Source {
	if n.Op().Source == nil {
		w.fail(graph.Errorf("Program", "the operation %s of %s has no Source, which tells how a program computes it", n.Op().Name, w.script.Called(n)))
		return graph.Source{}
	}
	return n.Op().Source(shapesOf(n))
}

func shapesOf(n *graph.Node) graph.Shapes {
	s := graph.Shapes{Out: n.Shape()}
	for _, x := range n.Inputs() {
		s.In = append(s.In, x.Shape())
	}
	return s
}

func (w *programmer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// need adds the functions that an operation calls.
func (w *programmer) need(s graph.Source) {
	for _, d := range s.Needs {
		if text := w.language.definition(d); text != "" && !slices.Contains(w.needs, text) {
			w.needs = append(w.needs, text)
		}
	}
}

// name returns the identifier of n, "" if it has none yet, and notes that it is read.
func (w *programmer) name(n *graph.Node) string {
	s := w.idents[n]
	w.read[s] = true
	return s
}

// share writes the constant factor of a product as k/m, and reports false if it is none.
func (w *programmer) share(user, n *graph.Node, format string) (string, bool) {
	k, m, ok := w.script.Share(user)
	v, number := n.ConstValue()
	if !ok || !number || v != k/float64(m) {
		return "", false
	}
	w.examples = m
	return fmt.Sprintf(format, k), true
}
