package gradtest

import (
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A kinkList holds the nodes whose operations have kinks.
type kinkList []kink

// A kink is a node whose operation has kinks, and the nodes whose entries,
// broadcast to a shape, they are functions of.
type kink struct {
	name  string // of the operation
	of    func(x ...float64) float64
	args  []*graph.Node
	shape []int
	where [][]int // of every argument: the entry that belongs to each of the shape, or of those under windows
}

// kinkOf reports false if n is neither element-wise nor a reduction, nor pooling.
func kinkOf(n *graph.Node) (k kink, ok bool) {
	op, in := n.Op(), n.Inputs()
	k = kink{name: op.Name, of: op.Kink, args: in, shape: n.Shape()}
	if op.Unary != nil || op.Binary != nil {
		return k, true
	}
	if a, ok := graph.AttrsOf[graph.MaxPool2DAttrs](n); ok {
		k.args, k.where = append(in, n), underWindows(a, in[0].Shape(), n.Shape())
		return k, true
	}
	if len(in) != 1 {
		return k, false
	}
	k.args, k.shape = append(in, n), in[0].Shape()
	lead := len(k.shape) - len(n.Shape())
	for i, size := range n.Shape() {
		if lead < 0 || size != 1 && size != k.shape[lead+i] {
			return k, false
		}
	}
	return k, true
}

// findKinks returns the nodes with kinks through which roots depend on x, or
// all below roots if x is nil.
func findKinks(roots []*graph.Node, x *graph.Node) (kinkList, error) {
	var list kinkList
	depends := map[*graph.Node]bool{x: true}
	for _, n := range graph.Upstream(roots...) {
		op := n.Op()
		if n == x || op == nil {
			continue
		}
		depends[n] = x == nil || slices.ContainsFunc(n.Inputs(), func(in *graph.Node) bool { return depends[in] })
		if !depends[n] || op.Kink == nil {
			continue
		}
		k, ok := kinkOf(n)
		if !ok {
			return nil, graph.Errorf(opName, "operation %s has a Kink and is neither element-wise nor a reduction of one input", op.Name)
		}
		if k.where == nil {
			k.where = broadcastPlaces(k)
		}
		list = append(list, k)
	}
	return list, nil
}

// broadcastPlaces returns, of every argument, the entry that belongs to each of the kink's shape.
func broadcastPlaces(k kink) [][]int {
	where, index := make([][]int, len(k.args)), make([]int, len(k.shape))
	for range tensor.Shape(k.shape).TotalSize() {
		for i, x := range k.args {
			where[i] = append(where[i], offset(index, x.Shape()))
		}
		advance(index, k.shape)
	}
	return where
}

// underWindows returns the pixels of images under each window of pooling, and the entry that
// they become part of.
func underWindows(a graph.MaxPool2DAttrs, in, out []int) [][]int {
	var pixels, entries []int
	index := make([]int, len(out))
	for range tensor.Shape(out).TotalSize() {
		for i := range a.Size[0] {
			for j := range a.Size[1] {
				y, x := index[1]*a.Stride[0]-a.Padding[0]+i, index[2]*a.Stride[1]-a.Padding[1]+j
				if y >= 0 && y < in[1] && x >= 0 && x < in[2] {
					pixels = append(pixels, offset([]int{index[0], y, x, index[3]}, in))
					entries = append(entries, offset(index, out))
				}
			}
		}
		advance(index, out)
	}
	return [][]int{pixels, entries}
}

// inputs returns the nodes that the kinks are functions of.
func (l kinkList) inputs() []*graph.Node {
	var all []*graph.Node
	for _, k := range l {
		all = append(all, k.args...)
	}
	return all
}

// signs appends the sign of every kink function at every entry, as the program
// last computed its arguments.
func (l kinkList) signs(prog *graph.Program, out []int8) ([]int8, error) {
	for _, k := range l {
		values, err := valuesOf(prog, k.args)
		if err != nil {
			return nil, err
		}
		args := make([]float64, len(k.args))
		for e := range k.where[0] {
			for i, where := range k.where {
				args[i] = values[i][where[e]]
			}
			v, err := k.at(args)
			if err != nil {
				return nil, err
			}
			out = append(out, sign(v))
		}
	}
	return out, nil
}

// at calls the function, which may be a user's, and returns its panic as an error.
func (k *kink) at(args []float64) (v float64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = graph.Recovered("Kink of operation "+k.name, r)
		}
	}()
	return k.of(args...), nil
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
