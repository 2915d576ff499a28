package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

type nodeKind uint8

const (
	opNode nodeKind = iota
	inputNode
	paramNode
	constNode // every entry is value
	dataNode  // a constant array
)

// A Node is a value of the graph: an input, a parameter, a constant or the
// result of an operation. Its methods accept nil.
type Node struct {
	g        *Graph
	id       int
	kind     nodeKind
	op       *Op
	in       []*Node
	shape    []int
	name     string // given by the user
	param    *Param
	value    float64
	data     storage
	backward bool    // made by Grad
	integer  bool    // of whole numbers
	detour   *detour // what it is computed in place of, nil if of nothing
	err      error   // what went wrong when it was made
}

// Graph returns the graph that n belongs to, nil if it has none.
func (n *Node) Graph() *Graph {
	if n == nil {
		return nil
	}
	return n.g
}

// Err returns what went wrong when n was made, or nil. Operations on a failed
// node fail with the same error.
func (n *Node) Err() error {
	switch {
	case n == nil:
		return errNilNode
	case n.err == nil && n.g == nil:
		return errBareNode
	}
	return n.err
}

// Op returns the operation that computes n, nil for inputs, parameters and constants.
func (n *Node) Op() *Op {
	if n == nil {
		return nil
	}
	return n.op
}

// Inputs returns the operands of n's operation.
func (n *Node) Inputs() []*Node {
	if n == nil {
		return nil
	}
	return slices.Clone(n.in)
}

// Shape returns the sizes of n; a scalar has none.
func (n *Node) Shape() tensor.Shape {
	if n == nil {
		return nil
	}
	return slices.Clone(n.shape)
}

// Takes reports whether a tensor of the given sizes can be fed to n: they are
// those of n, or these but for axes of size 1 that are left out.
func (n *Node) Takes(shape ...int) bool { return n.Err() == nil && takes(n.shape, shape) }

func takes(shape, given []int) bool {
	if len(given) >= len(shape) {
		return slices.Equal(given, shape)
	}
	for _, n := range shape {
		switch {
		case len(given) > 0 && given[0] == n:
			given = given[1:]
		case n != 1:
			return false
		}
	}
	return len(given) == 0
}

// Name returns the name that the user gave, "" if none. See Symbol for the
// name that formulas show.
func (n *Node) Name() string {
	if n == nil {
		return ""
	}
	return n.name
}

// Param returns the parameter that n stands for, nil if it stands for none.
func (n *Node) Param() *Param {
	if n == nil {
		return nil
	}
	return n.param
}

// IsInput reports whether n is fed at every run.
func (n *Node) IsInput() bool { return n != nil && n.kind == inputNode && n.err == nil }

// IsBackward reports whether n was made by Grad.
func (n *Node) IsBackward() bool { return n != nil && n.backward }

// ConstValue returns the value of a constant whose entries are all the same.
func (n *Node) ConstValue() (v float64, ok bool) {
	if n == nil || n.kind != constNode || n.err != nil {
		return 0, false
	}
	return n.value, true
}

// Named gives n a name, by which formulas, drawings and errors call it, and
// returns n. The name must be new to the graph; inputs and parameters keep
// theirs.
func (n *Node) Named(name string) *Node {
	if n == nil || n.err != nil {
		return n
	}
	if n.g == nil {
		return failedNode(nil, "Named "+quote(name), errBareNode, n)
	}
	if n.name != "" {
		return failedNode(n.g, "Named "+quote(name), fmt.Errorf("the node is called %q already", n.name), n)
	}
	if name == "" {
		return failedNode(n.g, "Named", fmt.Errorf("the name is empty"), n)
	}
	if other, ok := n.g.names[name]; ok {
		return failedNode(n.g, "Named "+quote(name), fmt.Errorf("the name is taken by another node: %v", other), n)
	}
	n.name = name
	n.g.names[name] = n
	return n
}

// String returns the node as a line: its symbol, formula and shape. An input or
// parameter is called by its name.
func (n *Node) String() string {
	switch {
	case n == nil:
		return "nil"
	case n.err != nil:
		return "failed node"
	case n.g == nil:
		return bareNode
	case n.kind != opNode:
		return describe([]*Node{n})[0]
	}
	w := newWriter(n.g)
	w.depth = 4
	return fmt.Sprintf("%s = %s %s", w.symbol(n), w.definition(n), shapeString(n.shape))
}

func (n *Node) isConst(v float64) bool { return n.kind == constNode && n.value == v }

// shapeString writes sizes as in (4,400); a scalar is ().
func shapeString(shape []int) string { return words.Shape(shape...) }

// size returns the number of entries of a shape.
func size(shape []int) int {
	total := 1
	for _, n := range shape {
		total *= n
	}
	return total
}
