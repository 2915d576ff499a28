package graph

import "testing"

// A step is written with the names that its operands are given, and without
// them as a whole.
func TestNodeFormula(t *testing.T) {
	g := New(Settings{})
	x, y := g.Input("X", 2, 3), g.Input("Y", 2, 3)
	product := Mul(x, y)
	n := MatMulTrans(Sub(g.Const(1), product), true, product, false)
	for _, c := range []struct {
		n     *Node
		names map[*Node]string
		want  string
	}{
		{n, map[*Node]string{product: "p"}, "(1 − p)ᵀ·p"},
		{n, map[*Node]string{x: "a"}, "(1 − a ⊙ Y)ᵀ·(a ⊙ Y)"},
		{n, nil, "(1 − X ⊙ Y)ᵀ·(X ⊙ Y)"},
		{x, map[*Node]string{x: "a"}, "X"},
		{nil, nil, ""},
	} {
		if got := c.n.Formula(func(x *Node) string { return c.names[x] }); got != c.want {
			t.Errorf("%v with %v: %q, want %q", c.n, c.names, got, c.want)
		}
	}
}
