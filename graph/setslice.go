package graph

import (
	"fmt"
	"slices"
	"strings"

	"chainrule/internal/plan"
	"chainrule/internal/term"
	"gorgonia.org/tensor"
)

// SetSlice returns x with the part that Slice would return replaced by another, which is
// broadcast to it. x itself stays as it is. The gradient with respect to x is zero in
// that part, and what flows back there is the gradient with respect to part.
func SetSlice(x, part *Node, ranges ...Range) *Node {
	if x.Err() != nil || part.Err() != nil || x.g != part.g {
		return setSlice(x, part, nil) // which complains
	}
	if err := perAxis(x, "range", len(ranges)); err != nil {
		return failedNode(x.g, "SetSlice", err, x, part)
	}
	all, shape := make([]Range, len(ranges)), slices.Clone(x.shape)
	for axis, r := range ranges {
		all[axis] = r.on(x.shape[axis])
		if err := all[axis].check(axis, x.shape); err != nil {
			return failedNode(x.g, "SetSlice", err, x, part)
		}
		shape[axis] = all[axis].count()
	}
	if broadcasts(part.shape, shape) {
		part = repeatedTo(part, shape)
	}
	return setSlice(x, part, all)
}

// setSlice is SetSlice of ranges that on returned, for the first axes; the zero range is
// all of an axis.
func setSlice(x, part *Node, ranges []Range) *Node {
	all := slices.Clone(ranges)
	if x.Err() == nil {
		all = make([]Range, len(x.shape))
		for axis, n := range x.shape {
			if axis < len(ranges) {
				all[axis] = ranges[axis]
			}
			if all[axis] == (Range{}) {
				all[axis] = Range{}.on(n)
			}
		}
	}
	return intern(x.Graph(), SetSliceAttrs{all}, newSetSliceOp).Apply(x, part)
}

// SetSliceAttrs are the ranges that SetSlice replaces, one for every axis, as SliceAttrs
// have them.
type SetSliceAttrs struct{ Ranges []Range }

func newSetSliceOp(a SetSliceAttrs) *Op {
	return &Op{Name: "SetSlice", Source: setSliceSource(a.Ranges), Attrs: a, Inputs: 2, moves: true,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return setSliceShape(in[0], in[1], a.Ranges) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			return []*Node{setSlice(dy, x[1].g.Const(0, x[1].shape...), a.Ranges), sliceAll(dy, a.Ranges)}
		},
		Rules: []string{"passed on, but zero in the part that was replaced", movedBack},
		Along: func(s Shapes, _, axis int) (of int, ok bool) {
			return axis, a.Ranges[axis].isAll(s.Out[axis])
		},
		many: manyBy(func(b *mapped) SetSliceAttrs {
			return SetSliceAttrs{slices.Insert(slices.Clone(a.Ranges), b.place(len(a.Ranges)), Range{}.on(b.n))}
		}, newSetSliceOp),
		write: writeSetSlice(a.Ranges),
		naive: naive{putInto[float64](a.Ranges), putInto[float32](a.Ranges)},
		lower: func(_ *lowering, p *plan.Node) {
			p.Kind = plan.Place
			for _, r := range a.Ranges {
				p.Ranges = append(p.Ranges, plan.Range{From: r.From, Step: r.Step, Count: r.count()})
			}
		},
		carry: func(n *Node, axes []int) ([]int, bool) {
			return axes, !slices.ContainsFunc(axes, func(axis int) bool { return !a.Ranges[axis].isAll(n.shape[axis]) })
		},
		rewrites: setSliceRewrites}
}

func setSliceShape(x, part tensor.Shape, ranges []Range) (tensor.Shape, error) {
	if len(ranges) != len(x) {
		return nil, fmt.Errorf("%d ranges for shape %s", len(ranges), shapeString(x))
	}
	shape := make(tensor.Shape, len(x))
	for axis, r := range ranges {
		if err := r.check(axis, x); err != nil {
			return nil, err
		}
		shape[axis] = r.count()
	}
	if !slices.Equal(part, shape) {
		return nil, fmt.Errorf("a part of shape %s for one of shape %s", shapeString(part), shapeString(shape))
	}
	return x, nil
}

// sliceAll returns the part of x in ranges that on returned.
func sliceAll(x *Node, ranges []Range) *Node {
	for axis, r := range ranges {
		if !r.isAll(x.shape[axis]) {
			x = sliceBy(x, axis, r)
		}
	}
	return x
}

func putInto[T float32 | float64](ranges []Range) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		copy(out.data, in[0].data)
		index := make([]int, len(ranges))
		for _, v := range in[1].data {
			at := 0
			for axis, r := range ranges {
				at = at*out.shape[axis] + r.From + index[axis]*r.Step
			}
			out.data[at] = v
			advance(index, in[1].shape)
		}
	}
}

// writeSetSlice writes what is replaced as a slice: setslice(X[:, 2:5], Y).
func writeSetSlice(ranges []Range) func(w *writer, n *Node) *term.Term {
	return func(w *writer, n *Node) *term.Term {
		of := term.Slice(w.operand(n.in[0]), strings.Join(writtenRanges(ranges, n.shape), ", "))
		return term.Call("setslice", of, w.operand(n.in[1]))
	}
}

// writtenRanges writes the ranges of axes of the given sizes.
func writtenRanges(ranges []Range, shape []int) []string {
	out := slices.Repeat([]string{":"}, len(ranges))
	for axis, r := range ranges {
		if !r.isAll(shape[axis]) {
			out[axis] = r.written()
		}
	}
	return out
}

var setSliceRewrites = []rewrite{
	{"setslice of one constant → constant", func(s *simplifier, op *Op, in []*Node) *Node {
		if in[0].kind != constNode || in[1].kind != constNode || in[0].value != in[1].value {
			return nil
		}
		return s.fill(in[0].value, op, in)
	}},
	{"setslice of all → the part", func(_ *simplifier, op *Op, in []*Node) *Node {
		for axis, r := range op.Attrs.(SetSliceAttrs).Ranges {
			if !r.isAll(in[0].shape[axis]) {
				return nil
			}
		}
		return in[1]
	}},
}

// setSliceSource chooses, in plain loops, between the entry of x and that of the part,
// whose place is kept inside it for the entries that are not taken.
func setSliceSource(ranges []Range) func(s Shapes) Source {
	return func(s Shapes) Source {
		inGo := make([]string, len(ranges))
		for axis, r := range ranges {
			inGo[axis] = r.inGo(s.Out[axis])
		}
		return Source{Needs: []Definition{setSliceDef, pickDef},
			NumPy:   fmt.Sprintf("setslice({0}, np.s_[%s], {1})", strings.Join(append(writtenRanges(ranges, s.Out), "..."), ", ")),
			Library: fmt.Sprintf("graph.SetSlice({0}, {1}, %s)", strings.Join(inGo, ", ")),
			EntryAt: func(index []string) string {
				is := []string{"true"}
				for axis, r := range ranges {
					if !r.isAll(s.Out[axis]) {
						is = append(is, fmt.Sprintf("within(%s, %d, %d, %d)", index[axis], r.From, r.To, r.Step))
					}
				}
				return fmt.Sprintf("pick(%s, {1}, {0})", strings.Join(is[min(1, len(is)-1):], " && "))
			},
			At: func(input int, index []string) []string {
				place := slices.Clone(index)
				for axis, r := range ranges {
					if input == 1 && !r.isAll(s.Out[axis]) {
						place[axis] = fmt.Sprintf("min(max((%s-%d)/%d, 0), %d)", bracketed(index[axis]), r.From, r.Step, r.count()-1)
					}
				}
				return place
			}}
	}
}
