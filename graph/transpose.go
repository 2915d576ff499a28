package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"chainrule/internal/term"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// Transpose returns x with its axes permuted: axis i of the result is axis
// perm[i] of x. Without perm the order of the axes is reversed.
func Transpose(x *Node, perm ...int) *Node {
	if len(perm) == 0 && x != nil {
		for i := range x.shape {
			perm = append(perm, len(x.shape)-1-i)
		}
	}
	return x.Graph().transposeOp(perm).Apply(x)
}

// TransposeAttrs say which axis of the input each axis of a transpose is.
type TransposeAttrs struct{ Perm []int }

func (g *Graph) transposeOp(perm []int) *Op {
	return intern(g, TransposeAttrs{slices.Clone(perm)}, newTransposeOp)
}

func newTransposeOp(a TransposeAttrs) *Op {
	return &Op{Name: "Transpose", Source: transposeSource(a.Perm), Attrs: a, Inputs: 1,
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return transposeShape(in[0], a.Perm) },
		Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{Transpose(dy, inverse(a.Perm)...)} },
		Rules:    []string{movedBack},
		Along:    func(_ Shapes, _, axis int) (of int, ok bool) { return a.Perm[axis], true },
		many:     manyTranspose(a),
		write:    writeTranspose,
		naive:    naive{permute[float64](a.Perm), permute[float32](a.Perm)},
		lower:    func(_ *lowering, p *plan.Node) { p.Kind, p.Perm = plan.Transpose, a.Perm },
		moves:    true,
		carry: func(_ *Node, axes []int) (out []int, ok bool) {
			for i, axis := range a.Perm {
				if slices.Contains(axes, axis) {
					out = append(out, i)
				}
			}
			return out, true
		},
		rewrites: []rewrite{
			constantRewrite,
			{"transpose of a transpose → one, or none", transposeTwice},
			{"transpose that moves nothing → x", transposeNothing},
		}}
}

// movedBack is the rule of operations that only move entries.
const movedBack = "back to where it came from"

func transposeShape(in tensor.Shape, perm []int) (tensor.Shape, error) {
	if len(perm) != len(in) {
		return nil, fmt.Errorf("permutation %v of %s for shape %s", perm, words.Count(len(perm), "axis"), shapeString(in))
	}
	out := make(tensor.Shape, len(in))
	seen := make([]bool, len(in))
	for i, p := range perm {
		if p < 0 || p >= len(in) || seen[p] {
			return nil, fmt.Errorf("%v is not a permutation of the axes of shape %s", perm, shapeString(in))
		}
		seen[p] = true
		out[i] = in[p]
	}
	return out, nil
}

func inverse(perm []int) []int {
	inv := make([]int, len(perm))
	for i, p := range perm {
		inv[p] = i
	}
	return inv
}

func permute[T float32 | float64](perm []int) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		index, from := make([]int, len(perm)), make([]int, len(perm))
		for i := range out.data {
			for j, axis := range perm {
				from[axis] = index[j]
			}
			out.data[i] = in[0].at(from)
			advance(index, out.shape)
		}
	}
}

func writeTranspose(w *writer, n *Node) *term.Term {
	if len(n.shape) != 2 {
		return w.called(n)
	}
	return term.Transpose(w.operand(n.in[0]))
}

func transposedIf(is bool, x *term.Term) *term.Term {
	if !is {
		return x
	}
	return term.Transpose(x)
}

func transposeTwice(s *simplifier, op *Op, in []*Node) *Node {
	inner, ok := AttrsOf[TransposeAttrs](in[0])
	if !ok || s.isGiven(in[0]) {
		return nil
	}
	perm := slices.Clone(op.Attrs.(TransposeAttrs).Perm)
	for i, axis := range perm {
		perm[i] = inner.Perm[axis]
	}
	if slices.IsSorted(perm) {
		return in[0].in[0]
	}
	return s.node(s.g.transposeOp(perm), in[0].in[0])
}

func transposeNothing(_ *simplifier, op *Op, in []*Node) *Node {
	return when(slices.IsSorted(op.Attrs.(TransposeAttrs).Perm), in[0])
}

func transposeSource(perm []int) func(s Shapes) Source {
	numPy, library := fmt.Sprintf("np.transpose({0}, %s)", pythonTuple(perm)), "graph.Transpose({0}"+goList(perm)+")"
	if slices.Equal(perm, []int{1, 0}) {
		numPy, library = "{0}.T", "graph.Transpose({0})"
	}
	return Source{NumPy: numPy, Library: library, Entry: "{0}", At: func(_ int, index []string) []string {
		place := make([]string, len(perm))
		for i, axis := range perm {
			place[axis] = index[i]
		}
		return place
	}}.Of
}
