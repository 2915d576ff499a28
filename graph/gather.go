package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// Gather returns the slices of x along an axis that index numbers: rows 2, 0 and 2 of a
// matrix for axis 0 and the indices 2, 0, 2. In the shape of x the axis is replaced by
// the shape of index, which may be a scalar. An axis below zero counts from the last.
//
// Indices are any node of whole numbers from 0 to below the size of the axis, usually one
// of integers (see Graph.Ints). Another number is an error of the run that meets it, an
// *IndexError, and nothing is updated then. The derivative with respect to x adds up
// what came of each slice (ScatterAdd), that with respect to index is zero.
func Gather(x *Node, axis int, index *Node) *Node {
	return intern(graphOf([]*Node{x, index}), GatherAttrs{countedAxis(x, axis)}, newGatherOp).Apply(x, index)
}

// GatherAttrs are the attributes of Gather.
type GatherAttrs struct{ Axis int }

// At returns slice i of x along an axis, without that axis: row i of a matrix, as a
// vector, for axis 0. Numbers below zero count from the end. Nothing is moved in memory
// for it.
func At(x *Node, axis, i int) *Node {
	axis = countedAxis(x, axis)
	if x.Err() != nil || axis < 0 || axis >= len(x.shape) {
		return slice(x, axis, 0, 1) // which complains
	}
	n := x.shape[axis]
	if i < -n || i >= n {
		return failedNode(x.g, "At", fmt.Errorf("index %d of axis %d of shape %s, %d to %d expected", i, axis, shapeString(x.shape), -n, n-1), x)
	}
	if i < 0 {
		i += n
	}
	return Reshape(slice(x, axis, i, i+1), slices.Delete(x.Shape(), axis, axis+1)...)
}

func newGatherOp(a GatherAttrs) *Op {
	return &Op{Name: "Gather", Source: gatherSource(a.Axis), Text: "gather", Attrs: a, Inputs: 2, indexed: true, moves: true,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) {
			if err := checkAxis(in[0], a.Axis); err != nil {
				return nil, err
			}
			return slices.Concat(in[0][:a.Axis], in[1], in[0][a.Axis+1:]), nil
		},
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{ScatterAdd(a.Axis, x[0].shape[a.Axis], x[1], dy), nil}
		},
		Rules: []string{"gather: what came of a slice is added up in its place", "indices: 0"},
		Along: func(s Shapes, input, axis int) (of int, ok bool) {
			within := axis - a.Axis
			switch k := len(s.In[1]); {
			case input == 1:
				return within, within >= 0 && within < k
			case within < 0:
				return axis, true
			default:
				return axis - k + 1, within >= k
			}
		},
		naive: naive{gatherEach[float64](a.Axis), gatherEach[float32](a.Axis)},
		lower: func(l *lowering, p *plan.Node) {
			p.Kind, p.Axis, p.Outside = plan.Gather, a.Axis, l.outside("Gather", p, a.Axis, -1)
		},
		manyShared: manyGather(a),
		rewrites:   []rewrite{constantRewrite}}
}

// manyGather is the rule of Gather of one array, or by one list of indices, for all slices.
func manyGather(a GatherAttrs) manyRule {
	return func(b *mapped, n *Node, in []*Node) *Node {
		switch {
		case in[1] == n.in[1]:
			return Gather(in[0], b.axis(a.Axis), in[1])
		case in[0] != n.in[0]:
			return b.oneByOne(n, in)
		}
		y, from := n.op.Apply(in...), a.Axis
		if b.Last {
			from += len(n.in[1].shape)
		}
		perm := make([]int, 0, len(y.shape)) // the axis of the slices goes to its end
		for i := range y.shape {
			if i != from {
				perm = append(perm, i)
			}
		}
		if b.Last {
			return Transpose(y, append(perm, from)...)
		}
		return Transpose(y, append([]int{from}, perm...)...)
	}
}

// checkAxis reports an axis that an array has not got.
func checkAxis(in []int, axis int) error {
	if axis < 0 || axis >= len(in) {
		return fmt.Errorf("axis %d of shape %s, which has %s", axis, shapeString(in), words.Count(len(in), "axis"))
	}
	return nil
}

// gatherEach finds for every entry where it comes from.
func gatherEach[T float32 | float64](axis int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		eachIndexed(out.shape, in[1], axis, in[0].shape[axis], "Gather", func(i int, there []int) { out.data[i] = in[0].at(there) })
	}
}

// eachIndexed goes through the entries of what is gathered, an array of the given shape
// in which the indices have taken the place of an axis of a size, and calls f with the
// number of each and its place in that from which it is gathered.
func eachIndexed[T float32 | float64](shape []int, indices array[T], axis, long int, op string, f func(i int, there []int)) {
	index := make([]int, len(shape))
	end := axis + len(indices.shape)
	for i := range size(shape) {
		v := indices.at(index[axis:end])
		if !isIndex(v, long) {
			panic(&IndexError{Op: op, Axis: axis, Size: long, Value: float64(v), At: slices.Clone(index[axis:end])})
		}
		f(i, slices.Concat(index[:axis], []int{int(v)}, index[end:]))
		advance(index, shape)
	}
}

// isIndex reports whether v numbers one of size entries.
func isIndex[T float32 | float64](v T, size int) bool {
	return v >= 0 && v < T(size) && v == T(int(v))
}

// ScatterAdd returns zeros to which the slices of y are added where index says, along an
// axis that has the given size: Gather backwards. In the shape of y stand the sizes of
// index in the place of that axis. Slices that have one index are added in their order,
// so that the result is the same bits at every run.
//
// Indices are as those of Gather. The derivative with respect to y is what Gather
// returns.
func ScatterAdd(axis, size int, index, y *Node) *Node {
	if axis < 0 && index != nil && y != nil {
		axis += len(y.shape) - len(index.shape) + 1
	}
	return intern(graphOf([]*Node{y, index}), ScatterAddAttrs{axis, size}, newScatterAddOp).Apply(y, index)
}

// ScatterAddAttrs are the axis of ScatterAdd and its size.
type ScatterAddAttrs struct{ Axis, Size int }

func newScatterAddOp(a ScatterAddAttrs) *Op {
	return &Op{Name: "ScatterAdd", Source: scatterSource(a), Text: "scatteradd", Attrs: a, Inputs: 2, indexed: true,
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return scatterShape(in[0], in[1], a) },
		Backward: func(x []*Node, _, dz *Node) []*Node { return []*Node{Gather(dz, a.Axis, x[1]), nil} },
		Rules:    []string{"scatter: each slice gets the gradient at its place", "indices: 0"},
		Along: func(s Shapes, input, axis int) (of int, ok bool) {
			if axis > a.Axis {
				return axis + len(s.In[1]) - 1, input == 0
			}
			return axis, input == 0 && axis < a.Axis
		},
		naive: naive{scatterEach[float64](a), scatterEach[float32](a)},
		lower: func(l *lowering, p *plan.Node) {
			p.Kind, p.Axis, p.Outside = plan.ScatterAdd, a.Axis, l.outside("ScatterAdd", p, a.Axis, a.Size)
		},
		rewrites: []rewrite{{"scatteradd(0) → 0", zeroStaysZero}}}
}

// zeroStaysZero is of operations that move entries among zeros.
func zeroStaysZero(s *simplifier, op *Op, in []*Node) *Node {
	if !in[0].isConst(0) {
		return nil
	}
	return s.fill(0, op, in)
}

func scatterShape(y, index []int, a ScatterAddAttrs) (tensor.Shape, error) {
	end := a.Axis + len(index)
	switch {
	case a.Size < 1:
		return nil, fmt.Errorf("size %d given, at least 1 expected", a.Size)
	case a.Axis < 0 || end > len(y) || !slices.Equal(y[a.Axis:end], index):
		return nil, fmt.Errorf("shape %s of what is added, with the sizes of the indices, %s, from axis %d on expected", shapeString(y), shapeString(index), a.Axis)
	}
	return slices.Concat(y[:a.Axis], []int{a.Size}, y[end:]), nil
}

// scatterEach adds every entry where it goes.
func scatterEach[T float32 | float64](a ScatterAddAttrs) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		eachIndexed(in[0].shape, in[1], a.Axis, a.Size, "ScatterAdd", func(i int, there []int) {
			out.data[flatPlace(there, out.shape)] += in[0].data[i]
		})
	}
}

// flatPlace returns the number of an entry in row-major order.
func flatPlace(index, shape []int) int {
	at := 0
	for i, n := range shape {
		at = at*n + index[i]
	}
	return at
}

// An IndexError is the error of a run in which an operation such as Gather met what is
// no index.
type IndexError struct {
	Op    string  // the operation, as "Gather"
	Index string  // what the indices are called, "" if that is not known
	At    []int   // the place of the one among them
	Value float64 // what it is
	Axis  int     // along which it is an index
	Size  int     // of the axis
}

// Error says which index is wrong, and what would be right.
func (e *IndexError) Error() string {
	if e == nil {
		return "graph: an index is wrong"
	}
	text := fmt.Sprintf("%s: the index", e.Op)
	if len(e.At) > 0 {
		text += " at " + shapeString(e.At)
	}
	if e.Index != "" {
		text += " of " + e.Index
	}
	return fmt.Sprintf("%s is %v, a whole number from 0 to %d expected, as axis %d has %s", text, e.Value, e.Size-1, e.Axis, words.Count(e.Size, "entry"))
}

// outside returns the errors of indices that p, whose second operand they are, has along
// an axis of the given size; that of the first operand if it is below zero.
func (l *lowering) outside(op string, p *plan.Node, axis, size int) func(at int, value float64) error {
	of, index := l.source.Nodes[p.In[0]], l.source.Nodes[p.In[1]]
	if size < 0 {
		size = of.Shape[axis]
	}
	return func(at int, value float64) error {
		return &IndexError{Op: op, Index: index.Label, At: indexOf(at, index.Shape), Value: value, Axis: axis, Size: size}
	}
}

// isIndexError reports whether a run ended with an index that is none.
func isIndexError(err error) bool {
	var e *IndexError
	return errors.As(err, &e)
}

var onlyAtDef = Definition{Go: `// onlyAt returns x where a place is the one that an index says, else 0.
func onlyAt(place int, index, x float64) float64 {
	if float64(place) == index {
		return x
	}
	return 0
}`}

var scatterAddDef = Definition{NumPy: `def scatteradd(y, index, axis, size):
    index = np.asarray(index).astype(int)
    out = np.zeros(y.shape[:axis] + (size,) + y.shape[axis + index.ndim:])
    np.add.at(out, (slice(None),) * axis + (index,), y)
    return out`}

// gatherSource, in plain loops, adds to zeros the one entry that an index says.
func gatherSource(axis int) func(s Shapes) Source {
	return func(s Shapes) Source {
		rank, k := len(s.Out), len(s.In[1])
		return Source{NumPy: fmt.Sprintf("np.take({0}, np.asarray({1}).astype(int), axis=%d)", axis), Library: fmt.Sprintf("graph.Gather({0}, %d, {1})", axis),
			Over: []int{s.In[0][axis]}, Start: "0", Join: "{0} + {1}", Needs: []Definition{onlyAtDef},
			EntryAt: func(index []string) string { return fmt.Sprintf("onlyAt(%s, {1}, {0})", index[rank]) },
			At: func(input int, index []string) []string {
				if input == 1 {
					return slices.Clone(index[axis : axis+k])
				}
				return slices.Concat(index[:axis], index[rank:rank+1], index[axis+k:rank])
			}}
	}
}

// scatterSource, in plain loops, adds all that an index says for the entry, and zeros.
func scatterSource(a ScatterAddAttrs) func(s Shapes) Source {
	return func(s Shapes) Source {
		rank := len(s.Out)
		return Source{NumPy: fmt.Sprintf("scatteradd({0}, {1}, %d, %d)", a.Axis, a.Size), Library: fmt.Sprintf("graph.ScatterAdd(%d, %d, {1}, {0})", a.Axis, a.Size),
			Over: slices.Clone(s.In[1]), Start: "0", Join: "{0} + {1}", Needs: []Definition{onlyAtDef, scatterAddDef},
			EntryAt: func(index []string) string { return fmt.Sprintf("onlyAt(%s, {1}, {0})", index[a.Axis]) },
			At: func(input int, index []string) []string {
				if input == 1 {
					return slices.Clone(index[rank:])
				}
				return slices.Concat(index[:a.Axis], index[rank:], index[a.Axis+1:rank])
			}}
	}
}
