package graph

import (
	"chainrule/internal/term"
	"fmt"
	"slices"

	"gorgonia.org/tensor"
)

// MatMul returns the matrix product a·b of a (n,k) and b (k,m). Operands with
// more axes are arrays of matrices, whose leading axes are broadcast against
// each other: (5,n,k)·(k,m) is (5,n,m).
func MatMul(a, b *Node) *Node { return MatMulTrans(a, false, b, false) }

// MatMulTrans returns the matrix product of a and b, each transposed first if
// its flag says so (the last two axes, if there are more); nothing is moved in
// memory for it.
func MatMulTrans(a *Node, transA bool, b *Node, transB bool) *Node {
	return graphOf([]*Node{a, b}).matMulOp(transA, transB).Apply(a, b)
}

func (g *Graph) matMulOp(transA, transB bool) *Op {
	return g.intern(Op{Name: "MatMul", kind: matMulKind, infix: "·", prec: term.MatrixProduct,
		attrs: attrs{transA: transA, transB: transB},
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return matMulShape(in, transA, transB) },
		Backward: func(x []*Node, _, dc *Node) []*Node {
			return matMulBackward(x[0], transA, x[1], transB, dc)
		}})
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

func matMulShape(in []tensor.Shape, transA, transB bool) (tensor.Shape, error) {
	for _, s := range in {
		if len(s) < 2 {
			return nil, fmt.Errorf("shape %s given, a matrix expected", shapeString(s))
		}
	}
	n, k := matrixSize(in[0], transA)
	k2, m := matrixSize(in[1], transB)
	if k != k2 {
		return nil, fmt.Errorf("the first factor has %d columns and the second %d rows%s", k, k2, transNote(transA, transB))
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

func (g *Graph) transposeOp(perm []int) *Op {
	perm = slices.Clone(perm)
	return g.intern(Op{Name: "Transpose", kind: transposeKind, attrs: attrs{axes: perm},
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return transposeShape(in[0], perm) },
		Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{Transpose(dy, inverse(perm)...)} }})
}

func transposeShape(in tensor.Shape, perm []int) (tensor.Shape, error) {
	if len(perm) != len(in) {
		return nil, fmt.Errorf("permutation %v of %d axes for shape %s", perm, len(perm), shapeString(in))
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

// Reshape returns the entries of x, in row-major order, in another shape of
// the same size. Without sizes the result is a scalar.
func Reshape(x *Node, shape ...int) *Node { return x.Graph().reshapeOp(shape).Apply(x) }

func (g *Graph) reshapeOp(shape []int) *Op {
	shape = slices.Clone(shape)
	return g.intern(Op{Name: "Reshape", kind: reshapeKind, attrs: attrs{shape: shape},
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return reshapeShape(in[0], shape) },
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{Reshape(dy, x[0].shape...)} }})
}

func reshapeShape(in, shape tensor.Shape) (tensor.Shape, error) {
	if err := checkSizes(shape); err != nil {
		return nil, err
	}
	if size(in) != size(shape) {
		return nil, fmt.Errorf("shape %s has %d entries, shape %s has %d",
			shapeString(in), size(in), shapeString(shape), size(shape))
	}
	return shape, nil
}
