package graph

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"gorgonia.org/tensor"
)

// Settings configures a graph. Its zero value is ready to use.
type Settings struct {
	// Dtype is the type of every number in the graph: tensor.Float64 or
	// tensor.Float32. If unset it is tensor.Float64.
	Dtype tensor.Dtype

	// Training says that the graph is built for training. Unset, it is built
	// for evaluation: layers such as dropout do nothing, and Assign is an error.
	Training bool
}

// A Graph holds the nodes of one computation, in the order in which they were
// made, so that every node stands behind its inputs.
//
// Functions that add nodes never fail on the spot. The first mistake is kept,
// with the operation, its operands and the place in the caller's code, and
// every function that does work (Grad, Compile, …) returns it; Err returns it
// at any time. A mistake in a call that does work is only returned, and leaves the
// graph as it was before the call. A graph is built by one goroutine at a time; different graphs
// may be built at once.
type Graph struct {
	dtype    tensor.Dtype
	training bool
	nodes    []*Node
	names    map[string]*Node
	params   map[*Param]*Node
	replaced map[*Param]*Node   // what Substitute has put in the place of parameters
	consts   map[uint64]*Node   // scalar constants by the bits of their value
	ops      map[string]*Op     // operations with attributes, by these in Go's syntax
	adjoints map[*Node]*Node    // node → the gradient that Grad last found for it
	zs       map[*Node]struct{} // nodes marked as a layer's Z
	means    map[*Node]mean     // nodes built as means
	assigned []Update           // by Assign
	required []*labelCheck      // by Require
	err      error
	walking  bool // inside Grad
	raw      bool // inside GradRaw
	plain    bool // inside what makes a function of probabilities without their logits

	diagnosing sync.Mutex // while a run compiles the graph again: others of its programs may too
}

// New returns an empty graph.
func New(s Settings) *Graph {
	g := &Graph{
		dtype:    s.Dtype,
		training: s.Training,
		names:    map[string]*Node{},
		params:   map[*Param]*Node{},
		consts:   map[uint64]*Node{},
		ops:      map[string]*Op{},
		adjoints: map[*Node]*Node{},
		zs:       map[*Node]struct{}{},
		means:    map[*Node]mean{},
	}
	switch s.Dtype {
	case tensor.Dtype{}:
		g.dtype = tensor.Float64
	case tensor.Float64, tensor.Float32:
	default:
		g.fail("New", fmt.Errorf("dtype %v given, float64 or float32 expected", s.Dtype))
		g.dtype = tensor.Float64
	}
	return g
}

// Dtype returns the type of the graph's numbers, none of a nil graph.
func (g *Graph) Dtype() tensor.Dtype {
	if g == nil {
		return tensor.Dtype{}
	}
	return g.dtype
}

// Nodes returns the nodes in the order in which they were made.
func (g *Graph) Nodes() []*Node {
	if g == nil {
		return nil
	}
	return slices.Clone(g.nodes)
}

// Err returns the first mistake made while the graph was built, or nil. A graph
// that New did not make is a mistake.
func (g *Graph) Err() error {
	if err := g.made(); err != nil {
		return err
	}
	return g.err
}

// made reports a graph that New did not make.
func (g *Graph) made() error {
	switch {
	case g == nil:
		return errNoGraph
	case g.names == nil:
		return errBareGraph
	}
	return nil
}

// Input adds a value that is fed at every run: X of shape (n, m), one column
// per example. Without sizes it is a scalar, such as a learning rate. The name
// must be new to the graph.
func (g *Graph) Input(name string, shape ...int) *Node { return g.input("Input", name, shape) }

// input adds an input, for the function what.
func (g *Graph) input(what, name string, shape []int) *Node {
	if err := g.made(); err != nil {
		return failedNode(g, what, err)
	}
	if err := checkSizes(shape); err != nil {
		return failedNode(g, what+" "+quote(name), err)
	}
	return g.named(&Node{kind: inputNode, shape: slices.Clone(shape)}, what, name)
}

// Use adds the parameter p, or returns its node when the graph has it already.
func (g *Graph) Use(p *Param) *Node {
	if g != nil && g.replaced[p] != nil {
		return g.replaced[p]
	}
	return g.nodeOf(p)
}

// nodeOf is Use, whatever has been put in the place of the parameter.
func (g *Graph) nodeOf(p *Param) *Node {
	if err := g.made(); err != nil {
		return failedNode(g, "Use", err)
	}
	switch {
	case p == nil:
		return failedNode(g, "Use", errors.New("the parameter is nil"))
	case p.Err() != nil:
		g.keep(p.Err())
		return &Node{g: g, err: p.Err()}
	case p.dtype != g.dtype:
		return failedNode(g, "Param "+quote(p.name),
			fmt.Errorf("it is of %v in a graph of %v", p.dtype, g.dtype))
	}
	if n, ok := g.params[p]; ok {
		return n
	}
	n := g.named(&Node{kind: paramNode, param: p, shape: p.shape}, "Param", p.name)
	if n.err == nil {
		g.params[p] = n
	}
	return n
}

// Const returns the constant whose every entry is v: a scalar, or of the given
// shape.
func (g *Graph) Const(v float64, shape ...int) *Node {
	if err := g.made(); err != nil {
		return failedNode(g, "Const", err)
	}
	if err := checkSizes(shape); err != nil {
		return failedNode(g, "Const", err)
	}
	if g.dtype == tensor.Float32 {
		v = float64(float32(v))
	}
	bits := math.Float64bits(v)
	if known, ok := g.consts[bits]; ok && len(shape) == 0 {
		return known
	}
	n := g.add(&Node{kind: constNode, value: v, shape: slices.Clone(shape)})
	if len(shape) == 0 {
		g.consts[bits] = n
	}
	return n
}

// Array adds an array that never changes. Its values are copied. A tensor of tensor.Int
// gives integers (IsInteger), of as many digits as those that Ints is fed.
func (g *Graph) Array(t *tensor.Dense) *Node {
	if err := g.made(); err != nil {
		return failedNode(g, "Array", err)
	}
	isWhole := t != nil && t.Dtype() == tensor.Int
	var data storage
	var err error
	if isWhole {
		data, err = wholeNumbers(t, g.dtype)
	} else {
		data, err = newStorage(t)
	}
	if err == nil && data.dtype != g.dtype {
		err = fmt.Errorf("it is of %v in a graph of %v", data.dtype, g.dtype)
	}
	if err != nil {
		return failedNode(g, "Array", err)
	}
	return g.add(&Node{kind: dataNode, data: data, shape: data.shape, integer: isWhole})
}

// add appends n to the node list.
func (g *Graph) add(n *Node) *Node {
	n.g, n.id, n.backward = g, len(g.nodes), g.walking
	g.nodes = append(g.nodes, n)
	return n
}

// named adds n under a name that must not be empty or taken.
func (g *Graph) named(n *Node, what, name string) *Node {
	if name == "" {
		return failedNode(g, what, errors.New("it needs a name"))
	}
	if other, ok := g.names[name]; ok {
		return failedNode(g, what+" "+quote(name),
			fmt.Errorf("the name is taken by another node: %v", other))
	}
	n.name = name
	g.names[name] = n
	return g.add(n)
}

// keep stores the graph's first error.
func (g *Graph) keep(err error) {
	if g != nil && g.err == nil {
		g.err = err
	}
}

// attempt does work that adds nodes. If it fails the graph is as it was before.
func (g *Graph) attempt(work func() error) (err error) {
	start, before, done := len(g.nodes), g.err, false
	required := len(g.required)
	defer func() {
		if err == nil && done {
			return
		}
		for n, d := range g.adjoints {
			if n.id >= start || d.id >= start {
				delete(g.adjoints, n)
			}
		}
		g.prune(start, nil)
		g.required = g.required[:required]
		for _, c := range g.required {
			c.cutSpans(start)
		}
		g.err = before
	}()
	err = work()
	done = true
	return err
}

// checkSizes reports a size below 1, more than maxRank axes and more than
// maxEntries entries.
func checkSizes(shape []int) error {
	if len(shape) > maxRank {
		return fmt.Errorf("shape %s has %d axes, at most %d are supported", shapeString(shape), len(shape), maxRank)
	}
	entries := uint64(1)
	for _, n := range shape {
		if n < 1 {
			return fmt.Errorf("shape %s: every size must be at least 1", shapeString(shape))
		}
		if uint64(n) > maxEntries/entries {
			return fmt.Errorf("shape %s has more entries than the %d that are supported", shapeString(shape), maxEntries)
		}
		entries *= uint64(n)
	}
	return nil
}

const (
	maxRank = 8

	// maxEntries is more than any memory holds, and so few that their number and
	// that of their bytes are numbers of an int.
	maxEntries uint64 = min(1<<40, math.MaxInt/8)
)
