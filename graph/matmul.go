package graph

import (
	"fmt"
	"slices"

	"chainrule/internal/kernel"
	"chainrule/internal/plan"
	"chainrule/internal/term"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// MatMul returns the matrix product a·b of a (n,k) and b (k,m). Operands with
// more axes are arrays of matrices, whose leading axes are broadcast against
// each other: (5,n,k)·(k,m) is (5,n,m). A product with OneHot is the columns that it
// chooses, by Gather.
//
// An entry is off by at most min(k, 770 + k/256)·u·Σ|a·b|, with u as for Sum: its
// k products are added in chains, and then the chains.
func MatMul(a, b *Node) *Node { return MatMulTrans(a, false, b, false) }

// MatMulTrans returns the matrix product of a and b, each transposed first if
// its flag says so (the last two axes, if there are more); nothing is moved in
// memory for it.
func MatMulTrans(a *Node, transA bool, b *Node, transB bool) *Node {
	if n := oneHotProduct(a, transA, b, transB); n != nil {
		return n
	}
	return intern(graphOf([]*Node{a, b}), MatMulAttrs{transA, transB}, newMatMulOp).Apply(a, b)
}

// MatMulAttrs say which factors of a product are transposed first.
type MatMulAttrs struct{ TransA, TransB bool }

func newMatMulOp(a MatMulAttrs) *Op {
	return &Op{Name: "MatMul", Source: matMulSource(a), Attrs: a, Inputs: 2,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return matMulShape(in, a.TransA, a.TransB) },
		Backward: func(x []*Node, _, dc *Node) []*Node {
			return matMulBackward(x[0], a.TransA, x[1], a.TransB, dc)
		},
		Rules:      []string{"product: gradient of the left factor", "product: gradient of the right factor"},
		Along:      matMulAlong(a),
		manyShared: manyMatMul(a),
		Sign:       "·", prec: term.MatrixProduct, write: writeMatMul(a),
		naive: naive{multiply[float64](a), multiply[float32](a)},
		lower: func(_ *lowering, p *plan.Node) { p.Kind, p.TransA, p.TransB = plan.MatMul, a.TransA, a.TransB },
		rewrites: []rewrite{
			{"0·x → 0", withZeros},
			{"transposed factors → flags", transposesToFlags},
		}}
}

// matMulBackward: for C = A·B, dA = dC·Bᵀ and dB = Aᵀ·dC; where an operand
// entered transposed, its gradient is the transpose of that. The gradient of a
// matrix that was used several times is the sum over its uses.
func matMulBackward(a *Node, transA bool, b *Node, transB bool, dc *Node) []*Node {
	var da, db *Node
	if transA {
		da = MatMulTrans(b, transB, dc, true)
	} else {
		da = MatMulTrans(dc, false, b, !transB)
	}
	if transB {
		db = MatMulTrans(dc, true, a, transA)
	} else {
		db = MatMulTrans(a, !transA, dc, false)
	}
	return []*Node{sumTo(da, a.shape), sumTo(db, b.shape)}
}

// matMulAlong: a row of a product comes from that row of the left factor, and a
// column from that column of the right one.
func matMulAlong(a MatMulAttrs) func(s Shapes, input, axis int) (of int, ok bool) {
	return func(s Shapes, input, axis int) (of int, ok bool) {
		out, in := len(s.Out), len(s.In[input])
		row, column := in-2, in-1
		if input == 0 && a.TransA || input == 1 && a.TransB {
			row, column = column, row
		}
		switch {
		case axis == out-2:
			return row, input == 0
		case axis == out-1:
			return column, input == 1
		}
		return broadcastAlong(s.Out, s.In[input], axis)
	}
}

func matMulShape(in []tensor.Shape, transA, transB bool) (tensor.Shape, error) {
	for _, s := range in {
		if len(s) < 2 {
			return nil, fmt.Errorf("shape %s given, a matrix expected", shapeString(s))
		}
	}
	n, k := matrixSize(in[0], transA)
	k2, m := matrixSize(in[1], transB)
	if k != k2 {
		return nil, fmt.Errorf("the first factor has %s and the second %s%s", words.Count(k, "column"), words.Count(k2, "row"), transNote(transA, transB))
	}
	lead, err := broadcastShapes(in[0][:len(in[0])-2], in[1][:len(in[1])-2])
	if err != nil {
		return nil, fmt.Errorf("before the matrices, %w", err)
	}
	return append(lead, n, m), nil
}

// matrixSize returns the rows and columns of the matrices in an array.
func matrixSize(shape []int, trans bool) (rows, cols int) {
	rows, cols = shape[len(shape)-2], shape[len(shape)-1]
	if trans {
		return cols, rows
	}
	return rows, cols
}

func transNote(transA, transB bool) string {
	switch {
	case transA && transB:
		return " (both transposed)"
	case transA:
		return " (the first transposed)"
	case transB:
		return " (the second transposed)"
	}
	return ""
}

// multiply returns the products, each entry by itself.
func multiply[T float32 | float64](a MatMulAttrs) func(out array[T], in []array[T]) {
	factor := func(m array[T], lead []int, i, j int, trans bool) T {
		if trans {
			i, j = j, i
		}
		return m.at(append(slices.Clone(lead), i, j))
	}
	return func(out array[T], in []array[T]) {
		last := len(out.shape) - 1
		_, inner := matrixSize(in[0].shape, a.TransA)
		index := make([]int, len(out.shape))
		row, col := make([]T, inner), make([]T, inner)
		for at := range out.data {
			lead, i, j := index[:last-1], index[last-1], index[last]
			for k := range inner {
				row[k], col[k] = factor(in[0], lead, i, k, a.TransA), factor(in[1], lead, k, j, a.TransB)
			}
			out.data[at] = kernel.ProductEntry(out.shape[last], inner, row, 1, col, 1)
			advance(index, out.shape)
		}
	}
}

func writeMatMul(a MatMulAttrs) func(w *writer, n *Node) *term.Term {
	return func(w *writer, n *Node) *term.Term {
		x, y := w.operand(n.in[0]), w.operand(n.in[1])
		return term.Infix(transposedIf(a.TransA, x), "·", transposedIf(a.TransB, y), term.MatrixProduct)
	}
}

func withZeros(s *simplifier, op *Op, in []*Node) *Node {
	if !in[0].isConst(0) && !in[1].isConst(0) {
		return nil
	}
	return s.fill(0, op, in)
}

func transposesToFlags(s *simplifier, op *Op, in []*Node) *Node {
	flags := op.Attrs.(MatMulAttrs)
	a, b := in[0], in[1]
	if isTranspose2(a) && !s.isGiven(a) {
		a, flags.TransA = a.in[0], !flags.TransA
	}
	if isTranspose2(b) && !s.isGiven(b) {
		b, flags.TransB = b.in[0], !flags.TransB
	}
	if flags == op.Attrs {
		return nil
	}
	return s.node(intern(s.g, flags, newMatMulOp), a, b)
}

// isTranspose2 reports whether n swaps the last two axes and no others.
func isTranspose2(n *Node) bool {
	a, ok := AttrsOf[TransposeAttrs](n)
	if !ok || len(a.Perm) < 2 {
		return false
	}
	axes := slices.Clone(a.Perm)
	k := len(axes) - 2
	axes[k], axes[k+1] = axes[k+1], axes[k]
	return slices.IsSorted(axes)
}

func matMulSource(a MatMulAttrs) func(s Shapes) Source {
	return func(s Shapes) Source {
		factor := func(operand string, trans bool, rank int) string {
			switch {
			case !trans:
				return operand
			case rank == 2:
				return operand + ".T"
			}
			return "np.swapaxes(" + operand + ", -1, -2)"
		}
		rank := len(s.Out)
		_, inner := matrixSize(s.In[0], a.TransA)
		out := Source{
			NumPy:   factor("{0}", a.TransA, len(s.In[0])) + " @ " + factor("{1}", a.TransB, len(s.In[1])),
			Library: "graph.MatMul({0}, {1})",
			Entry:   "{0} * {1}", Start: "0", Join: "{0} + {1}", Over: []int{inner},
			At: func(input int, index []string) []string {
				row, column := index[rank-2], index[rank]
				if input == 1 {
					row, column = index[rank], index[rank-1]
				}
				if input == 0 && a.TransA || input == 1 && a.TransB {
					row, column = column, row
				}
				return append(broadcastPlace(index[:rank-2], s.In[input][:len(s.In[input])-2]), row, column)
			}}
		if a.TransA || a.TransB {
			out.Library = fmt.Sprintf("graph.MatMulTrans({0}, %v, {1}, %v)", a.TransA, a.TransB)
		}
		return out
	}
}
