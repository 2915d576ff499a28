package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// Concat returns the nodes one behind the other along an axis. Their other
// sizes must be equal. An axis below zero counts from the last.
func Concat(axis int, x ...*Node) *Node {
	if len(x) > 0 {
		axis = countedAxis(x[0], axis)
	}
	return intern(graphOf(x), ConcatAttrs{axis}, newConcatOp).Apply(x...)
}

// ConcatAttrs are the attributes of Concat.
type ConcatAttrs struct{ Axis int }

func newConcatOp(a ConcatAttrs) *Op {
	return &Op{Name: "Concat", Source: concatSource(a.Axis), Text: "concat", Attrs: a,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return concatShape(in, a.Axis) },
		Backward: func(x []*Node, _, dy *Node) []*Node {
			out, at := make([]*Node, len(x)), 0
			for i, part := range x {
				n := part.shape[a.Axis]
				out[i] = slice(dy, a.Axis, at, at+n)
				at += n
			}
			return out
		},
		Rules:    []string{movedBack},
		Along:    besides(a.Axis),
		many:     manyBy(func(b *mapped) ConcatAttrs { return ConcatAttrs{b.axis(a.Axis)} }, newConcatOp),
		naive:    naive{join[float64](a.Axis), join[float32](a.Axis)},
		lower:    func(_ *lowering, p *plan.Node) { p.Kind, p.Axis = plan.Concat, a.Axis },
		moves:    true,
		carry:    func(_ *Node, axes []int) ([]int, bool) { return axes, !slices.Contains(axes, a.Axis) },
		rewrites: concatRewrites}
}

func concatShape(in []tensor.Shape, axis int) (tensor.Shape, error) {
	if len(in) == 0 {
		return nil, errors.New("there is nothing to put together")
	}
	if axis < 0 || axis >= len(in[0]) {
		return nil, fmt.Errorf("axis %d of shape %s, which has %s", axis, shapeString(in[0]), words.Count(len(in[0]), "axis"))
	}
	out := slices.Clone(in[0])
	for _, s := range in[1:] {
		same := len(s) == len(out)
		for i := 0; same && i < len(s); i++ {
			same = i == axis || s[i] == out[i]
		}
		if !same {
			return nil, fmt.Errorf("shapes %s and %s do not go together along axis %d", shapeString(in[0]), shapeString(s), axis)
		}
		out[axis] += s[axis]
	}
	return out, nil
}

func join[T float32 | float64](axis int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		index := make([]int, len(out.shape))
		for at := range out.data {
			from := slices.Clone(index)
			for _, x := range in {
				if from[axis] < x.shape[axis] {
					out.data[at] = x.at(from)
					break
				}
				from[axis] -= x.shape[axis]
			}
			advance(index, out.shape)
		}
	}
}

var concatRewrites = []rewrite{
	{"concat of one constant → constant", func(s *simplifier, op *Op, in []*Node) *Node {
		for _, x := range in {
			if x.kind != constNode || x.value != in[0].value {
				return nil
			}
		}
		return s.fill(in[len(in)-1].value, op, in)
	}},
}

func concatSource(axis int) func(s Shapes) Source {
	return Source{NumPy: fmt.Sprintf("np.concatenate(({...},), axis=%d)", axis), Library: fmt.Sprintf("graph.Concat(%d, {...})", axis),
		Behind: true, Axis: axis}.Of
}
