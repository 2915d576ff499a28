package graph

import (
	"errors"
	"fmt"
	"hash"
	"slices"
	"sync"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// gorgoniaLock guards gorgonia's build calls, which race on its global state.
var gorgoniaLock sync.Mutex

// ExprGraph returns the whole graph as a gorgonia expression graph, made anew
// at each call, and gorgonia's node for each of ours. Its operations are this
// package's; gorgonia's machines run it once the inputs are bound by
// gorgonia.Let (parameters and constants are); integers are numbers of the
// graph's dtype in it. Gradients are to be taken by
// Grad before: gorgonia.Grad returns an error for it, since gorgonia would make
// the sums, and merges two of them where their 32-bit hashes agree.
func (g *Graph) ExprGraph() (*gorgonia.ExprGraph, map[*Node]*gorgonia.Node, error) {
	if err := g.Err(); err != nil {
		return nil, nil, err
	}
	gorgoniaLock.Lock()
	defer gorgoniaLock.Unlock()
	e := newExpression()
	err := guard("building the expression graph", func() error {
		for _, n := range g.nodes {
			if err := e.add(n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return e.graph, e.nodes, nil
}

// expression is a gorgonia graph in the making.
type expression struct {
	graph *gorgonia.ExprGraph
	nodes map[*Node]*gorgonia.Node
}

func newExpression() *expression {
	return &expression{graph: gorgonia.NewGraph(), nodes: map[*Node]*gorgonia.Node{}}
}

// add adds n, whose inputs must be there, with the value of a parameter or constant.
func (e *expression) add(n *Node) error {
	if n.kind == opNode {
		return e.apply(&exprOp{n: n})
	}
	leaf := e.leaf(n)
	if v := n.leafValue(); v != nil {
		return gorgonia.Let(leaf, v)
	}
	return nil
}

// leaf adds an input that stands for n. Its name is unique and holds the
// user's name, if there is one.
func (e *expression) leaf(n *Node) *gorgonia.Node {
	name := fmt.Sprintf("n%d", n.id)
	if n.name != "" {
		name = n.name
	}
	leaf := e.input(name, n.g.dtype, n.shape)
	e.nodes[n] = leaf
	return leaf
}

func (e *expression) input(name string, dtype tensor.Dtype, shape []int) *gorgonia.Node {
	return gorgonia.NewTensor(e.graph, dtype, len(shape), gorgonia.WithShape(shape...), gorgonia.WithName(name))
}

// apply adds the node of op, whose inputs must be there.
func (e *expression) apply(op *exprOp) error {
	in := make([]*gorgonia.Node, len(op.n.in))
	for i, x := range op.n.in {
		in[i] = e.nodes[x]
	}
	out, err := gorgonia.ApplyOp(op, in...)
	if err != nil {
		return err
	}
	if out.Op() != gorgonia.Op(op) {
		return fmt.Errorf("gorgonia merged node %d (%s) with another", op.n.id, op)
	}
	e.nodes[op.n] = out
	return nil
}

// exprOp is the operation of one node as gorgonia sees it. It is an SDOp, so
// that gorgonia's symbolic differentiation walks through it.
type exprOp struct {
	n      *Node
	active []bool // inputs that the walk differentiates with respect to

	// backward takes gorgonia's node for the gradient and returns one for each
	// input. It is nil in what ExprGraph gives.
	backward func(o *exprOp, grad *gorgonia.Node) (gorgonia.Nodes, error)
}

var _ gorgonia.SDOp = (*exprOp)(nil)

func (o *exprOp) Arity() int { return len(o.n.in) }

func (o *exprOp) Type() hm.Type {
	types := make([]hm.Type, 0, len(o.n.in)+1)
	for _, x := range o.n.in {
		types = append(types, exprType(x))
	}
	return hm.NewFnType(append(types, exprType(o.n))...)
}

func exprType(n *Node) hm.Type {
	if len(n.shape) == 0 {
		return n.g.dtype
	}
	return gorgonia.TensorType{Dims: len(n.shape), Of: n.g.dtype}
}

func (o *exprOp) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) { return o.n.Shape(), nil }

func (o *exprOp) Do(values ...gorgonia.Value) (_ gorgonia.Value, err error) {
	defer catch(o.n.op.Name, &err)
	in := make([]storage, len(values))
	for i, v := range values {
		s, err := storageOf(v, o.n.g.dtype)
		if err != nil {
			return nil, fmt.Errorf("input %d of %s: %w", i, o, err)
		}
		in[i] = s
	}
	return exprValue(evaluate(o.n, in)), nil
}

func (o *exprOp) ReturnsPtr() bool     { return false }
func (o *exprOp) CallsExtern() bool    { return false }
func (o *exprOp) OverwritesInput() int { return -1 }

// WriteHash and Hashcode are unique to the node: gorgonia merges nodes whose
// hashes agree, whatever their children.
func (o *exprOp) WriteHash(h hash.Hash) { fmt.Fprintf(h, "%s#%d", o.n.op.Name, o.n.id) }
func (o *exprOp) Hashcode() uint32      { return uint32(o.n.id) }
func (o *exprOp) String() string        { return o.n.op.Name }

func (o *exprOp) DiffWRT(inputs int) []bool {
	if o.active == nil { // outside Grad; SymDiff says so
		return slices.Repeat([]bool{true}, inputs)
	}
	return o.active
}

func (o *exprOp) SymDiff(_ gorgonia.Nodes, _, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	if o.backward == nil {
		return nil, errors.New("gradients are to be taken by graph.Grad, before the expression graph is made: gorgonia may merge sums")
	}
	return o.backward(o, grad)
}

// leafValue returns the value of a parameter or constant for gorgonia.
func (n *Node) leafValue() gorgonia.Value {
	switch n.kind {
	case paramNode:
		return exprValue(n.param.storage)
	case dataNode:
		return exprValue(n.data)
	case constNode:
		return exprValue(filled(n.g.dtype, n.shape, n.value))
	}
	return nil
}

// exprValue wraps a copy of s as gorgonia wants it: scalars as F64 or F32.
func exprValue(s storage) gorgonia.Value {
	switch {
	case len(s.shape) > 0:
		return s.tensor()
	case s.dtype == tensor.Float32:
		return gorgonia.NewF32(s.f32[0])
	}
	return gorgonia.NewF64(s.f64[0])
}

// storageOf returns a value of gorgonia's, integers as numbers of a dtype.
func storageOf(v gorgonia.Value, dtype tensor.Dtype) (storage, error) {
	switch v := v.(type) {
	case *tensor.Dense:
		if v.Dtype() == tensor.Int {
			return wholeNumbers(v, dtype)
		}
		return newStorage(v)
	case *gorgonia.F64:
		return filled(tensor.Float64, nil, float64(*v)), nil
	case *gorgonia.F32:
		return filled(tensor.Float32, nil, float64(*v)), nil
	}
	return storage{}, fmt.Errorf("value of type %T given, a dense tensor or a scalar expected", v)
}

// guard turns a panic of gorgonia into an error.
func guard(doing string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("gorgonia failed while %s: %v", doing, r)
		}
	}()
	return f()
}
