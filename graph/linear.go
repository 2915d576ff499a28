package graph

import (
	"fmt"
	"slices"

	"gorgonia.org/tensor"
)

// MatMul returns the matrix product a·b of a (n,k) and b (k,m).
func MatMul(a, b *Node) *Node { return MatMulTrans(a, false, b, false) }

// MatMulTrans returns the matrix product of a and b, each transposed first if
// its flag says so; nothing is moved in memory for it.
func MatMulTrans(a *Node, transA bool, b *Node, transB bool) *Node {
	return graphOf([]*Node{a, b}).matMulOp(transA, transB).Apply(a, b)
}

func (g *Graph) matMulOp(transA, transB bool) *Op {
	return g.intern(Op{Name: "MatMul", kind: matMulKind, infix: "·", prec: matMulPrec,
		attrs: attrs{transA: transA, transB: transB},
		Shape: func(in []tensor.Shape) (tensor.Shape, error) { return matMulShape(in, transA, transB) },
		Backward: func(x []*Node, _, dc *Node) []*Node {
			return matMulBackward(x[0], transA, x[1], transB, dc)
		}})
}

// matMulBackward: for C = A·B, dA = dC·Bᵀ and dB = Aᵀ·dC; where an operand
// entered transposed, its gradient is the transpose of that.
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
	return []*Node{da, db}
}

func matMulShape(in []tensor.Shape, transA, transB bool) (tensor.Shape, error) {
	for _, s := range in {
		if len(s) != 2 {
			return nil, fmt.Errorf("shape %s given, a matrix expected", shapeString(s))
		}
	}
	n, k := in[0][0], in[0][1]
	if transA {
		n, k = k, n
	}
	k2, m := in[1][0], in[1][1]
	if transB {
		k2, m = m, k2
	}
	if k != k2 {
		return nil, fmt.Errorf("the first factor has %d columns and the second %d rows%s", k, k2, transNote(transA, transB))
	}
	return tensor.Shape{n, m}, nil
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
