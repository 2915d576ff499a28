package graph

import (
	"errors"
	"fmt"
	"runtime"
	"slices"

	"chainrule/internal/kernel"
	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// Spec says what a program computes.
type Spec struct {
	// Outputs are the nodes whose values can be read after a run.
	Outputs []*Node

	// Updates are the assignments that end a run. They are simultaneous: all
	// nodes, outputs included, see the parameters as they were before the run.
	Updates []Update

	// Given are nodes that are fed like inputs instead of being computed, so
	// that a part of a graph can be run, or an interior value varied. Of inputs
	// among them any values are taken, whatever costs require (see Require).
	Given []*Node

	// Dtype, if set, is the precision to compute in instead of the graph's.
	// The program then reads copies of the parameters made by Compile, and may
	// have no updates.
	Dtype tensor.Dtype

	// Workers is how many goroutines share the work of a run, at most
	// GOMAXPROCS. If 0 it is GOMAXPROCS. The results are the same bits for any
	// number. Small instructions are not shared out, and a program without large
	// ones starts no goroutine; Program.Close ends those that were started.
	Workers int

	// Finite makes a run that would give an output or a parameter a value that is
	// not finite compute no outputs and update nothing, and return an error in
	// which errors.As finds a *NotFinite: it names the input, parameter or
	// operation in which that begins. What is looked at before the updates are the
	// outputs, the gradients and whatever else the new values are computed from,
	// or those values themselves where there are fewer of them; so an update that
	// overflows from finite gradients may be seen one run later. To find the
	// beginning the graph is compiled again: nothing may be added to it or compiled
	// of it meanwhile, but for other runs that look for the same.
	Finite bool

	// Profile makes every run measure its instructions, for Program.Profile. It
	// takes some 50 ns an instruction.
	Profile bool
}

// An Update assigns the value of a node to a parameter of the same shape.
type Update struct {
	Param *Param
	Value *Node
}

// Compile makes a program that computes what spec asks for, and nothing that
// this does not need. It returns the graph's first mistake, if it has one.
func Compile(spec Spec) (*Program, error) {
	g, err := checkSpec(spec)
	if err != nil {
		return nil, err
	}
	var p *Program
	err = g.attempt(func() error {
		p, err = spec.compile(g)
		return err
	})
	return p, err
}

// compile makes the program of a spec that is checked, whose nodes are those of g.
func (spec Spec) compile(g *Graph) (*Program, error) {
	if err := checkUpdates(g, spec.Updates); err != nil {
		return nil, err
	}
	start, required := len(g.nodes), len(g.required)
	defer func() { // what is made plainly
		g.prune(start, nil)
		g.required = g.required[:required]
	}()
	plain, err := g.plainly(spec)
	if err != nil {
		return nil, err
	}
	c := &compiled{spec: spec.clone(), dtype: g.dtype, workers: spec.Workers, profile: spec.Profile, feedIndex: map[*Node]int{}, outputs: map[*Node]int{}}
	if c.workers == 0 {
		c.workers = runtime.GOMAXPROCS(0)
	}
	if spec.Dtype != (tensor.Dtype{}) {
		c.dtype = spec.Dtype
	}
	if err := g.checkArrays(c.dtype); err != nil {
		return nil, err
	}
	l := newLowering(c, plain)
	c.instead = readInstead(plain, start)
	c.plan = plan.New(l.lower(g, spec))
	return newProgram(c), nil
}

// compiled is what a program and its clones share. It does not change.
type compiled struct {
	spec      Spec
	dtype     tensor.Dtype
	workers   int
	profile   bool
	plan      *plan.Plan
	feeds     []*Node
	feedIndex map[*Node]int
	outputs   map[*Node]int
	params    []storage
	data      []storage

	instead map[*Node][]*Node // what nodes are computed from, where it is not their operands

	fedLabels  [][]*labelCheck // by feed, as far as there are any
	keptLabels []keptLabels
	joint      []jointLabels
}

// keptLabels are labels that lie in a parameter.
type keptLabels struct {
	*labelCheck
	param int // in params
}

// clone returns the spec with lists of its own.
func (spec Spec) clone() Spec {
	spec.Outputs, spec.Updates, spec.Given = slices.Clone(spec.Outputs), slices.Clone(spec.Updates), slices.Clone(spec.Given)
	return spec
}

func checkSpec(spec Spec) (*Graph, error) {
	var nodes []*Node
	nodes = append(append(nodes, spec.Outputs...), spec.Given...)
	for _, u := range spec.Updates {
		nodes = append(nodes, u.Value)
	}
	if spec.Workers < 0 {
		return nil, mistake("Compile", fmt.Errorf("%d workers given, at least 1 expected, or 0 for GOMAXPROCS", spec.Workers))
	}
	if len(spec.Outputs)+len(spec.Updates) == 0 {
		return nil, mistake("Compile", errors.New("neither outputs nor updates are asked for"))
	}
	g := graphOf(nodes)
	if err := checkSameGraph(g, nodes); err != nil {
		return nil, mistake("Compile", err, nodes...)
	}
	if g.err != nil {
		return nil, g.err
	}
	if err := spec.checkDtype(g); err != nil {
		return nil, mistake("Compile", err)
	}
	return g, nil
}

func (spec Spec) checkDtype(g *Graph) error {
	if spec.Dtype == (tensor.Dtype{}) {
		return nil
	}
	if err := checkDtype(spec.Dtype); err != nil {
		return err
	}
	if len(spec.Updates) > 0 && spec.Dtype != g.dtype {
		return fmt.Errorf("a program of %v cannot update the parameters of a graph of %v", spec.Dtype, g.dtype)
	}
	return nil
}

func checkUpdates(g *Graph, updates []Update) error {
	seen := map[*Param]bool{}
	for _, u := range updates {
		node := g.nodeOf(u.Param)
		if node.err != nil {
			return node.err
		}
		var err error
		switch {
		case seen[u.Param]:
			err = fmt.Errorf("parameter %q is assigned twice", u.Param.name)
		case !slices.Equal(u.Value.shape, u.Param.shape):
			err = fmt.Errorf("parameter %q has shape %s", u.Param.name, shapeString(u.Param.shape))
		}
		if err != nil {
			return mistake("Compile, update", err, u.Value)
		}
		seen[u.Param] = true
	}
	return nil
}

// lowering turns nodes into the plan's operations. Equal nodes become one.
type lowering struct {
	c      *compiled
	w      *writer
	index  map[*Node]int     // in the plan
	known  map[nodeKey]*Node // the first of equal nodes
	same   map[*Node]*Node   // node → the first of its equals
	params map[*Param]int
	source plan.Source
	parts  map[string]int  // steps that are no node of the graph
	plain  map[*Node]*Node // what a node is computed by instead of its operands

	loops   map[*Node]*loopParts
	reading *loopParts          // of the loop that is added
	moved   map[int]map[int]int // where parts of loops lie, by the loop in the plan
}

func newLowering(c *compiled, plain map[*Node]*Node) *lowering {
	return &lowering{c: c, index: map[*Node]int{}, known: map[nodeKey]*Node{}, same: map[*Node]*Node{},
		params: map[*Param]int{}, parts: map[string]int{}, plain: plain, moved: map[int]map[int]int{}}
}

func (l *lowering) lower(g *Graph, spec Spec) plan.Source {
	given := map[*Node]bool{}
	for _, n := range spec.Given {
		given[n] = true
	}
	roots := slices.Clone(spec.Outputs)
	for _, u := range spec.Updates {
		roots = append(roots, u.Value, g.params[u.Param])
	}
	l.w = newWriter(g)
	nodes := g.sources(roots, given, l.plain)
	computed := slices.DeleteFunc(slices.Clone(nodes), func(n *Node) bool { return l.plain[n] != nil && !given[n] })
	l.findLoops(nodes, roots, given)
	checks, joint := g.requirements(computed, given)
	for _, n := range nodes {
		l.add(n, given[n])
		if c := checks[n]; c != nil {
			l.require(n, c)
		}
	}
	for _, c := range joint {
		l.requireJoint(c, given)
	}
	for _, n := range spec.Outputs {
		if _, ok := l.c.outputs[n]; !ok {
			l.c.outputs[n] = len(l.source.Outputs)
			l.source.Outputs = append(l.source.Outputs, l.index[n])
		}
	}
	for _, u := range spec.Updates {
		l.source.Updates = append(l.source.Updates,
			plan.Update{Param: l.index[g.params[u.Param]], Value: l.index[u.Value]})
	}
	l.source.Guarded = spec.Finite
	return l.source
}

// add appends the plan's operation for n.
func (l *lowering) add(n *Node, given bool) {
	if p := l.plain[n]; p != nil && !given {
		l.index[n], l.same[n] = l.index[p], l.same[p]
		return
	}
	if l.loops[n] != nil {
		l.addLoop(n)
		return
	}
	if n.kind == opNode && !given {
		if first := l.firstEqual(n); first != n {
			l.index[n] = l.index[first]
			return
		}
	} else {
		l.same[n] = n
	}
	p := plan.Node{Shape: n.shape}
	switch {
	case given || n.kind == inputNode:
		p.Kind, p.Index = plan.Feed, len(l.c.feeds)
		l.c.feedIndex[n] = p.Index
		l.c.feeds = append(l.c.feeds, n)
	case n.kind == paramNode:
		s := n.param.storage
		if s.dtype != l.c.dtype {
			s = s.as(l.c.dtype)
		}
		p.Kind, p.Index = plan.Param, len(l.c.params)
		l.params[n.param] = p.Index
		l.c.params = append(l.c.params, s)
	case n.kind == dataNode:
		p.Kind, p.Index = plan.Data, len(l.c.data)
		l.c.data = append(l.c.data, n.data.as(l.c.dtype))
	case n.kind == constNode:
		p.Kind, p.Value = plan.Fill, n.value
	default:
		l.fill(&p, n)
	}
	l.append(&p, n)
}

// append appends p, which computes n.
func (l *lowering) append(p *plan.Node, n *Node) {
	if _, fed := l.c.feedIndex[n]; n.kind == opNode && !fed {
		if l.w.symbols[n] == "" {
			l.w.temporary(n)
		}
		delete(l.w.inlined, n)
		p.Text = l.w.definition(n)
	}
	p.Label = l.w.symbol(n)
	l.index[n] = len(l.source.Nodes)
	l.source.Nodes = append(l.source.Nodes, *p)
}

// require has labels checked at every run.
func (l *lowering) require(root *Node, checks []*labelCheck) {
	if root.kind == inputNode {
		i := l.c.feedIndex[root]
		for len(l.c.fedLabels) <= i {
			l.c.fedLabels = append(l.c.fedLabels, nil)
		}
		l.c.fedLabels[i] = checks
		return
	}
	for _, c := range checks {
		l.c.keptLabels = append(l.c.keptLabels, keptLabels{c, l.params[root.param]})
	}
}

// fill sets what p computes.
func (l *lowering) fill(p *plan.Node, n *Node) {
	for _, x := range n.in {
		p.In = append(p.In, l.index[x])
	}
	switch op := n.op; {
	case op.lower != nil:
		op.lower(l, p)
	case op.Eval != nil:
		shapes := n.shapes()
		p.Kind = plan.Call
		p.Call = func(out []float64, in [][]float64) { op.eval(out, in, shapes) }
	default:
		p.Kind, p.Func = plan.Map, loopOf(op)
	}
}

// loopOf returns the loop of an element-wise operation.
func loopOf(op *Op) *kernel.Func {
	return &kernel.Func{Name: op.Name, Unary: op.Unary, Binary: op.Binary, Code: op.code,
		Panicked: func(r any) any { return op.panicked(op.evaluatedBy(), r) }}
}

// firstEqual returns the first node that computes the same as n.
func (l *lowering) firstEqual(n *Node) *Node {
	l.same[n] = n
	in := make([]*Node, len(n.in))
	for i, x := range n.in {
		in[i] = l.same[x]
	}
	key, ok := keyOf(n.op, in)
	if !ok {
		return n
	}
	if first := l.known[key]; first != nil {
		l.same[n] = first
		return first
	}
	l.known[key] = n
	return n
}
