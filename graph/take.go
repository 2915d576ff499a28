package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// TakeAlong returns, for every entry of index, an entry of x: that at the same place, but
// along an axis at the index. The shape is that of index, which must be that of x but for
// the axis. An axis below zero counts from the last. So the labels' columns of a matrix
// of one row per example are TakeAlong(x, 1, labels), with labels of shape (m,1).
//
// Indices are as those of Gather. The derivative with respect to x is what
// ScatterAddAlong returns.
func TakeAlong(x *Node, axis int, index *Node) *Node {
	return intern(graphOf([]*Node{x, index}), TakeAlongAttrs{countedAxis(x, axis)}, newTakeAlongOp).Apply(x, index)
}

// TakeAlongAttrs are the attributes of TakeAlong.
type TakeAlongAttrs struct{ Axis int }

func newTakeAlongOp(a TakeAlongAttrs) *Op {
	return &Op{Name: "TakeAlong", Source: takeSource(a.Axis), Text: "takealong", Attrs: a, Inputs: 2, indexed: true, moves: true,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return in[1], alongShape(in[0], in[1], a.Axis) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{ScatterAddAlong(a.Axis, x[0].shape[a.Axis], x[1], dy), nil}
		},
		Rules: []string{"choice: what came of an entry is added up in its place", "indices: 0"},
		Along: func(_ Shapes, input, axis int) (of int, ok bool) { return axis, input == 1 || axis != a.Axis },
		many:  manyBy(func(b *mapped) TakeAlongAttrs { c := a; c.Axis = b.axis(a.Axis); return c }, newTakeAlongOp),
		naive: naive{takeEach[float64](a.Axis), takeEach[float32](a.Axis)},
		lower: func(l *lowering, p *plan.Node) {
			p.Kind, p.Axis, p.Outside = plan.TakeAlong, a.Axis, l.outside("TakeAlong", p, a.Axis, -1)
		}}
}

// alongShape reports indices whose shape is not that of x but for the axis.
func alongShape(x, index []int, axis int) error {
	if err := checkAxis(x, axis); err != nil {
		return err
	}
	if want := slices.Clone(x); len(index) == len(x) {
		if want[axis] = index[axis]; slices.Equal(want, index) {
			return nil
		}
	}
	return fmt.Errorf("shapes %s and %s of indices do not go together: they may differ along axis %d only", shapeString(x), shapeString(index), axis)
}

// eachAlong goes through indices and calls f with the number of each and the place that
// it says along the axis, which has the given size.
func eachAlong[T float32 | float64](indices array[T], axis, long int, op string, f func(i int, there []int)) {
	index := make([]int, len(indices.shape))
	for i, v := range indices.data {
		if !isIndex(v, long) {
			panic(&IndexError{Op: op, Axis: axis, Size: long, Value: float64(v), At: slices.Clone(index)})
		}
		there := slices.Clone(index)
		there[axis] = int(v)
		f(i, there)
		advance(index, indices.shape)
	}
}

func takeEach[T float32 | float64](axis int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		eachAlong(in[1], axis, in[0].shape[axis], "TakeAlong", func(i int, there []int) { out.data[i] = in[0].at(there) })
	}
}

// ScatterAddAlong returns zeros to which every entry of y is added at the same place, but
// along an axis, of the given size in the result, at its index: TakeAlong backwards. The
// shapes of y and index are the same. Entries that have one place are added in their
// order. The derivative with respect to y is what TakeAlong returns.
func ScatterAddAlong(axis, size int, index, y *Node) *Node {
	return intern(graphOf([]*Node{y, index}), ScatterAddAlongAttrs{countedAxis(y, axis), size}, newScatterAddAlongOp).Apply(y, index)
}

// ScatterAddAlongAttrs are the axis of ScatterAddAlong and its size.
type ScatterAddAlongAttrs struct{ Axis, Size int }

func newScatterAddAlongOp(a ScatterAddAlongAttrs) *Op {
	return &Op{Name: "ScatterAddAlong", Source: scatterAlongSource(a), Text: "scatteralong", Attrs: a, Inputs: 2, indexed: true,
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return scatterAlongShape(in[0], in[1], a) },
		Backward: func(x []*Node, _, dz *Node) []*Node { return []*Node{TakeAlong(dz, a.Axis, x[1]), nil} },
		Rules:    []string{"scatter: each entry gets the gradient at its place", "indices: 0"},
		Along:    besides(a.Axis),
		many:     manyBy(func(b *mapped) ScatterAddAlongAttrs { c := a; c.Axis = b.axis(a.Axis); return c }, newScatterAddAlongOp),
		naive:    naive{scatterAlongEach[float64](a), scatterAlongEach[float32](a)},
		lower: func(l *lowering, p *plan.Node) {
			p.Kind, p.Axis, p.Outside = plan.ScatterAlong, a.Axis, l.outside("ScatterAddAlong", p, a.Axis, a.Size)
		},
		rewrites: []rewrite{{"scatteralong(0) → 0", zeroStaysZero}}}
}

func scatterAlongShape(y, index []int, a ScatterAddAlongAttrs) (tensor.Shape, error) {
	if err := checkAxis(y, a.Axis); err != nil {
		return nil, err
	}
	switch {
	case a.Size < 1:
		return nil, fmt.Errorf("size %d given, at least 1 expected", a.Size)
	case !slices.Equal(y, index):
		return nil, fmt.Errorf("shapes %s and %s of indices given, one expected", shapeString(y), shapeString(index))
	}
	out := slices.Clone(y)
	out[a.Axis] = a.Size
	return out, nil
}

func scatterAlongEach[T float32 | float64](a ScatterAddAlongAttrs) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		eachAlong(in[1], a.Axis, a.Size, "ScatterAddAlong", func(i int, there []int) {
			out.data[flatPlace(there, out.shape)] += in[0].data[i]
		})
	}
}

var scatterAlongDef = Definition{NumPy: `def scatteralong(y, index, axis, size):
    place = list(np.indices(y.shape))
    place[axis] = np.asarray(index).astype(int)
    out = np.zeros(y.shape[:axis] + (size,) + y.shape[axis + 1:])
    np.add.at(out, tuple(place), y)
    return out`}

// takeSource, in plain loops, adds to zeros the one entry that an index says.
func takeSource(axis int) func(s Shapes) Source {
	return func(s Shapes) Source {
		rank := len(s.Out)
		return Source{NumPy: fmt.Sprintf("np.take_along_axis({0}, np.asarray({1}).astype(int), axis=%d)", axis), Library: fmt.Sprintf("graph.TakeAlong({0}, %d, {1})", axis),
			Over: []int{s.In[0][axis]}, Start: "0", Join: "{0} + {1}", Needs: []Definition{onlyAtDef},
			EntryAt: func(index []string) string { return fmt.Sprintf("onlyAt(%s, {1}, {0})", index[rank]) },
			At:      func(input int, index []string) []string { return placeAlong(index, axis, input == 0) }}
	}
}

// placeAlong is the place of an entry of the result, along the axis by what runs over it
// if overAxis is set.
func placeAlong(index []string, axis int, overAxis bool) []string {
	rank := len(index) - 1
	place := slices.Clone(index[:rank])
	if overAxis {
		place[axis] = index[rank]
	}
	return place
}

func scatterAlongSource(a ScatterAddAlongAttrs) func(s Shapes) Source {
	return func(s Shapes) Source {
		return Source{NumPy: fmt.Sprintf("scatteralong({0}, {1}, %d, %d)", a.Axis, a.Size), Library: fmt.Sprintf("graph.ScatterAddAlong(%d, %d, {1}, {0})", a.Axis, a.Size),
			Over: []int{s.In[0][a.Axis]}, Start: "0", Join: "{0} + {1}", Needs: []Definition{onlyAtDef, scatterAlongDef},
			EntryAt: func(index []string) string { return fmt.Sprintf("onlyAt(%s, {1}, {0})", index[a.Axis]) },
			At:      func(_ int, index []string) []string { return placeAlong(index, a.Axis, true) }}
	}
}
