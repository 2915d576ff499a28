package graph

import (
	"slices"

	"chainrule/internal/plan"
	"gorgonia.org/tensor"
)

// Prod returns the product of x over the given axes, which vanish from the
// shape; without axes, the product of all entries, a scalar. Axes below zero
// count from the last. Its derivatives of any order are right where entries are
// zero, too: each is a product of the other entries, and not a quotient. The product
// of n entries has n − 1 roundings, in any order: it is off by at most (n − 1)·u of
// itself, with u as for Sum, where nothing overflows or underflows on the way.
func Prod(x *Node, axes ...int) *Node { return Reduce{}.Prod(x, axes...) }

// Prod is the function Prod.
func (r Reduce) Prod(x *Node, axes ...int) *Node {
	result := intern(x.Graph(), ProdAttrs{sortedAxes(x, axes)}, newProdOp).Apply(x)
	return r.drop(x, result, axes)
}

// ProdAttrs are the axes of Prod, ascending. The operation keeps them as axes of
// size 1.
type ProdAttrs struct{ Axes []int }

func newProdOp(a ProdAttrs) *Op {
	return &Op{Name: "Prod", Source: reduction("Prod", "1", "{0} * {1}", a.Axes), Text: "prod", Attrs: a, Inputs: 1,
		Backward: func(x []*Node, _, dy *Node) []*Node { return []*Node{prodBackward(x[0], a.Axes, dy)} },
		Rules:    []string{"product: times the other factors"},
		Along:    besides(a.Axes...),
		many:     manyBy(func(b *mapped) ProdAttrs { return ProdAttrs{b.axes(a.Axes)} }, newProdOp),
		Shape:    func(in []tensor.Shape) (tensor.Shape, error) { return sumShape(in[0], a.Axes, true) },
		naive:    naive{prodOver[float64](a.Axes), prodOver[float32](a.Axes)},
		lower:    func(_ *lowering, p *plan.Node) { p.Kind, p.Axes = plan.Prod, a.Axes },
		rewrites: []rewrite{sameShapeRewrite}}
}

// prodBackward brings the factors of each product into a column.
func prodBackward(x *Node, axes []int, dy *Node) *Node {
	perm := slices.Clone(axes)
	for axis := range x.shape {
		if !slices.Contains(axes, axis) {
			perm = append(perm, axis)
		}
	}
	turned := Transpose(x, perm...)
	products := size(dy.shape)
	d := timesOthers(Reshape(turned, size(x.shape)/products, products), Reshape(dy, 1, products))
	return Transpose(Reshape(d, turned.shape...), inverse(perm)...)
}

// timesOthers returns dy times the product of the other entries of its column
// for each entry of x: the two halves of x are multiplied with each other, and
// what flows back into that product goes to each half times the other.
func timesOthers(x, dy *Node) *Node {
	n := x.shape[0]
	if n == 1 {
		return dy
	}
	half := (n + 1) / 2
	first, second := slice(x, 0, 0, half), slice(x, 0, half, n)
	if n%2 == 1 {
		second = Concat(0, second, x.g.Const(1, 1, x.shape[1]))
	}
	back := timesOthers(Mul(first, second), dy)
	return slice(Concat(0, Mul(back, second), Mul(back, first)), 0, 0, n)
}

func prodOver[T float32 | float64](axes []int) func(out array[T], in []array[T]) {
	times := func(a, b T) T { return a * b }
	return func(out array[T], in []array[T]) { joinInOrder(axes, out.data, in[0], 1, times) }
}
