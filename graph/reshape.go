package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// Reshape returns the entries of x, in row-major order, in another shape of
// the same size. Without sizes the result is a scalar.
func Reshape(x *Node, shape ...int) *Node { return x.Graph().reshapeOp(shape).Apply(x) }

// ReshapeAttrs are the sizes of the result of Reshape.
type ReshapeAttrs struct{ Shape []int }

func (g *Graph) reshapeOp(shape []int) *Op {
	return intern(g, ReshapeAttrs{slices.Clone(shape)}, newReshapeOp)
}

func newReshapeOp(a ReshapeAttrs) *Op {
	return &Op{Name: "Reshape", Source: reshapeSource(a.Shape), Attrs: a, Inputs: 1,
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return reshapeShape(in[0], a.Shape) },
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Reshape(dy, x[0].shape...)} },
		Rules:    []string{movedBack},
		Along:    reshapeAlong,
		many:     manyBy(func(b *mapped) ReshapeAttrs { return ReshapeAttrs{b.shape(a.Shape)} }, newReshapeOp),
		write:    writeOperand,
		naive:    naive{copyEntries[float64], copyEntries[float32]},
		lower:    func(_ *lowering, p *plan.Node) { p.Kind = plan.Reshape },
		moves:    true,
		carry:    func(n *Node, axes []int) ([]int, bool) { return reshapedAxes(n.in[0].shape, n.shape, axes) },
		rewrites: reshapeRewrites}
}

// reshapeAlong finds the axis of the input with as many entries before and behind it.
func reshapeAlong(s Shapes, _, axis int) (of int, ok bool) {
	behind := size(s.Out[axis+1:])
	for of := range s.In[0] {
		if size(s.In[0][of+1:]) == behind && s.In[0][of] == s.Out[axis] {
			return of, true
		}
	}
	return 0, false
}

func reshapeShape(in, shape tensor.Shape) (tensor.Shape, error) {
	if err := checkSizes(shape); err != nil {
		return nil, err
	}
	if size(in) != size(shape) {
		return nil, fmt.Errorf("shape %s has %s, shape %s has %d",
			shapeString(in), words.Count(size(in), "entry"), shapeString(shape), size(shape))
	}
	return shape, nil
}

// reshapedAxes returns the axes of shape to that hold what the given axes of shape from
// do, of which it is a reshape. It reports false where one holds something else too.
func reshapedAxes(from, to, axes []int) (out []int, ok bool) {
	type run struct { // of neighbouring axes, all of them given or none
		left  int // entries that axes of to have not taken
		given bool
	}
	var runs []run
	for i, n := range from {
		given := slices.Contains(axes, i)
		switch last := len(runs) - 1; {
		case n == 1:
		case last >= 0 && runs[last].given == given:
			runs[last].left *= n
		default:
			runs = append(runs, run{n, given})
		}
	}
	for i, n := range to {
		if n == 1 {
			continue
		}
		r := &runs[0]
		if r.left%n != 0 {
			return nil, false
		}
		if r.given {
			out = append(out, i)
		}
		if r.left /= n; r.left == 1 {
			runs = runs[1:]
		}
	}
	return out, true
}

func copyEntries[T float32 | float64](out array[T], in []array[T]) { copy(out.data, in[0].data) }

var reshapeRewrites = []rewrite{
	constantRewrite,
	sameShapeRewrite,
	{"reshape of a reshape → one", func(s *simplifier, op *Op, in []*Node) *Node {
		if !isA[ReshapeAttrs](in[0]) || s.isGiven(in[0]) {
			return nil
		}
		return s.apply(op, in[0].in[0])
	}},
}

func reshapeSource(shape []int) func(s Shapes) Source {
	return func(s Shapes) Source {
		return Source{NumPy: "np.reshape({0}, " + pythonTuple(shape) + ")", Library: "graph.Reshape({0}" + goList(shape) + ")",
			Entry: "{0}", At: func(_ int, index []string) []string { return reshapedPlace(index, s.In[0], shape) }}
	}
}
