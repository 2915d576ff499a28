package gradtest

import (
	"slices"

	"chainrule/graph"
)

// A kinkList holds the nodes whose operations have kinks.
type kinkList []*graph.Node

// findKinks returns the nodes with kinks through which roots depend on x, or
// all below roots if x is nil.
func findKinks(g *graph.Graph, roots []*graph.Node, x *graph.Node) (kinkList, error) {
	var list kinkList
	depends := map[*graph.Node]bool{x: true}
	for _, n := range below(g, roots, x) {
		op := n.Op()
		if n == x || op == nil {
			continue
		}
		depends[n] = x == nil || slices.ContainsFunc(n.Inputs(), func(in *graph.Node) bool { return depends[in] })
		if !depends[n] || op.Kink == nil {
			continue
		}
		if op.Unary == nil && op.Binary == nil {
			return nil, graph.Errorf(opName, "operation %s has a Kink and is not element-wise", op.Name)
		}
		list = append(list, n)
	}
	return list, nil
}

// below returns the nodes that roots depend on, operands first, without what
// only x depends on.
func below(g *graph.Graph, roots []*graph.Node, x *graph.Node) []*graph.Node {
	needed := map[*graph.Node]bool{}
	for _, n := range roots {
		needed[n] = true
	}
	var list []*graph.Node
	for _, n := range slices.Backward(g.Nodes()) {
		if !needed[n] {
			continue
		}
		list = append(list, n)
		if n == x {
			continue
		}
		for _, in := range n.Inputs() {
			needed[in] = true
		}
	}
	slices.Reverse(list)
	return list
}

// inputs returns the nodes that the kinks are functions of.
func (l kinkList) inputs() []*graph.Node {
	var all []*graph.Node
	for _, n := range l {
		all = append(all, n.Inputs()...)
	}
	return all
}

// signs returns the sign of every kink function at every entry, as the program
// last computed its arguments.
func (l kinkList) signs(prog *graph.Program) ([]int8, error) {
	var out []int8
	for _, n := range l {
		in := n.Inputs()
		values, err := valuesOf(prog, in)
		if err != nil {
			return nil, err
		}
		args := make([]float64, len(in))
		index := make([]int, len(n.Shape()))
		for range n.Shape().TotalSize() {
			for i, x := range in {
				args[i] = values[i][offset(index, x.Shape())]
			}
			out = append(out, sign(n.Op().Kink(args...)))
			advance(index, n.Shape())
		}
	}
	return out, nil
}

func sign(v float64) int8 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

// offset returns where the entry of an array of the given shape lies that
// stands at index when the array is broadcast.
func offset(index, shape []int) int {
	index = index[len(index)-len(shape):]
	at := 0
	for i, n := range shape {
		at *= n
		if n > 1 {
			at += index[i]
		}
	}
	return at
}

// advance moves to the next index in row-major order.
func advance(index, shape []int) {
	for axis := len(shape) - 1; axis >= 0; axis-- {
		if index[axis]++; index[axis] < shape[axis] {
			return
		}
		index[axis] = 0
	}
}
