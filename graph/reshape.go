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
	return &Op{Name: "Reshape", Attrs: a, Inputs: 1,
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return reshapeShape(in[0], a.Shape) },
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Reshape(dy, x[0].shape...)} },
		Rules:    []string{movedBack},
		Along:    reshapeAlong,
		write:    writeOperand,
		naive:    naive{copyEntries[float64], copyEntries[float32]},
		lower:    func(_ *lowering, p *plan.Node) { p.Kind = plan.Reshape },
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

func copyEntries[T float32 | float64](out array[T], in []array[T]) { copy(out.data, in[0].data) }

var reshapeRewrites = []rewrite{
	constantRewrite,
	sameShapeRewrite,
	{"reshape of a reshape → one", func(s *simplifier, op *Op, in []*Node) *Node {
		if !isA[ReshapeAttrs](in[0]) {
			return nil
		}
		return s.apply(op, in[0].in[0])
	}},
}
