package graph

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/internal/plan"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// Tril returns the lower triangles of x, the matrices of its last two axes: what stands to
// the right of a diagonal is zero. Diagonal 0 is the main one, 1 that to its right, −1 that to
// its left.
func Tril(x *Node, diagonal int) *Node { return triangle(x, TriangleAttrs{diagonal, false}) }

// Triu returns the upper triangles of x, the matrices of its last two axes: what stands to
// the left of a diagonal is zero. Diagonals are counted as for Tril.
func Triu(x *Node, diagonal int) *Node { return triangle(x, TriangleAttrs{diagonal, true}) }

func triangle(x *Node, a TriangleAttrs) *Node {
	if n := len(x.Shape()); n > 1 { // no diagonal is further away
		rows, columns := x.shape[n-2], x.shape[n-1]
		a.Diagonal = min(max(a.Diagonal, -rows), columns)
	}
	return intern(x.Graph(), a, newTriangleOp).Apply(x)
}

// TriangleAttrs are the diagonal of Tril and Triu, and whether it is the upper triangle.
type TriangleAttrs struct {
	Diagonal int
	Upper    bool
}

func newTriangleOp(a TriangleAttrs) *Op {
	text, name := "tril", "Tril"
	if a.Upper {
		text, name = "triu", "Triu"
	}
	return &Op{Name: "Triangle", Source: triangleSource(name, text, a), Text: text, Attrs: a, Inputs: 1,
		Backward: func(_ []*Node, _, dy *Node) []*Node { return []*Node{triangle(dy, a)} },
		Rules:    []string{"passed on within the triangle"},
		Along:    func(s Shapes, _, axis int) (of int, ok bool) { return axis, axis < len(s.Out)-2 },
		many:     manyInFront,
		Shape: func(in []tensor.Shape) (tensor.Shape, error) {
			if len(in[0]) < 2 {
				return nil, fmt.Errorf("shape %s has %s, at least 2 expected", shapeString(in[0]), words.Count(len(in[0]), "axis"))
			}
			return in[0], nil
		},
		naive: naive{keepTriangle[float64](a), keepTriangle[float32](a)},
		lower: func(_ *lowering, p *plan.Node) { p.Kind, p.From, p.Reverse = plan.Triangle, a.Diagonal, a.Upper },
		rewrites: []rewrite{
			{"triangle of 0 → 0", func(_ *simplifier, _ *Op, in []*Node) *Node { return when(in[0].isConst(0), in[0]) }},
			{"triangle of the same triangle → one", func(_ *simplifier, op *Op, in []*Node) *Node {
				inner, ok := AttrsOf[TriangleAttrs](in[0])
				return when(ok && inner == op.Attrs, in[0])
			}},
		}}
}

// keeps reports whether the entry of a row and a column stays.
func (a TriangleAttrs) keeps(row, column int) bool {
	right := column - row - a.Diagonal
	return right == 0 || right > 0 == a.Upper
}

func keepTriangle[T float32 | float64](a TriangleAttrs) func(out array[T], in []array[T]) {
	return func(out array[T], in []array[T]) {
		columns := out.shape[len(out.shape)-1]
		rows := out.shape[len(out.shape)-2]
		for i, v := range in[0].data {
			if a.keeps(i/columns%rows, i%columns) {
				out.data[i] = v
			}
		}
	}
}

func triangleSource(name, text string, a TriangleAttrs) func(s Shapes) Source {
	compare := "<="
	if a.Upper {
		compare = ">="
	}
	return Source{NumPy: fmt.Sprintf("np.%s({0}, %d)", text, a.Diagonal), Library: fmt.Sprintf("graph.%s({0}, %d)", name, a.Diagonal),
		Needs: []Definition{pickDef}, EntryAt: func(index []string) string {
			k := len(index)
			return fmt.Sprintf("pick(%s %s %s, {0}, 0)", index[k-1], compare, shifted(index[k-2], a.Diagonal))
		}}.Of
}

// Diag returns the square matrix with the vector x on its diagonal and zeros elsewhere.
func Diag(x *Node) *Node {
	if x.Err() != nil {
		return slice(x, 0, 0, 0) // which complains
	}
	if len(x.shape) != 1 {
		return failedNode(x.g, "Diag", errors.New("a vector expected, of shape (n)"), x)
	}
	n := x.shape[0]
	every := Range{Step: n + 1}.on(n * n)
	return Reshape(setSlice(x.g.Const(0, n*n), x, []Range{every}), n, n)
}

// Diagonal returns the main diagonals of x, the matrices of its last two axes, which become
// one. The matrices need not be square.
func Diagonal(x *Node) *Node {
	if x.Err() != nil {
		return slice(x, 0, 0, 0) // which complains
	}
	last := len(x.shape) - 1
	if last < 1 {
		return failedNode(x.g, "Diagonal", fmt.Errorf("shape %s has %s, at least 2 expected", shapeString(x.shape), words.Count(last+1, "axis")), x)
	}
	rows, columns := x.shape[last-1], x.shape[last]
	flat := Reshape(x, append(slices.Clone(x.shape[:last-1]), rows*columns)...)
	n := min(rows, columns)
	return sliceBy(flat, last-1, Range{To: (n-1)*(columns+1) + 1, Step: columns + 1}.on(rows*columns))
}

// Eye returns the identity matrix of n rows.
func Eye(g *Graph, n int) *Node {
	if err := g.made(); err != nil {
		return failedNode(g, "Eye", err)
	}
	if err := checkSizes([]int{n, n}); err != nil {
		return failedNode(g, "Eye", err)
	}
	return Diag(g.Const(1, n))
}
