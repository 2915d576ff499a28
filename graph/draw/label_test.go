package draw

import (
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
)

func TestOperations(t *testing.T) {
	g := graph.New(graph.Settings{})
	a, b := g.Input("A", 2, 2), g.Input("B", 2, 2)
	unnamed := graph.Exp(graph.Add(a, b))
	own := &graph.Op{Name: "Smooth", Binary: func(a, b float64) float64 { return a }}
	for _, c := range []struct {
		n    *graph.Node
		want string
	}{
		{graph.Add(a, b), "A + B"},
		{graph.Add(unnamed, b), "exp(A + B) + B"},
		{graph.Add(a, unnamed), "A + exp(A + B)"},
		{graph.Add(unnamed, unnamed), "exp(A + B) + exp(A + B)"},
		{a.Plus(-1.5), "A + (−1.5)"},
		{graph.Mul(a, b), "A ⊙ B"},
		{a.Times(2), "2·A"},
		{a.Times(1.0 / 400), "A/400"},
		{unnamed.Times(-0.25), "−exp(A + B)/4"},
		{unnamed.Times(3), "3·exp(A + B)"},
		{a.Times(0), "0·A"},
		{graph.Sub(g.Const(1), unnamed), "1 − exp(A + B)"},
		{graph.Sub(g.Const(1), graph.Square(a)), "1 − A²"},
		{graph.Sub(a, graph.Mul(a, b)), "A − A ⊙ B"},
		{graph.Div(unnamed, graph.Exp(unnamed)), "exp(A + B) / s1"},
		{graph.Mul(graph.Add(a, b), graph.Sum(graph.Mul(a, b))), "(A + B) ⊙ (Σ A ⊙ B)"},
		{graph.Neg(graph.Add(a, b)), "−(A + B)"},
		{graph.MatMulTrans(graph.MatMul(a, b), true, b, false), "(A·B)ᵀ·B"},
		{graph.MatMul(a, b), "A·B"},
		{graph.MatMulTrans(a, true, b, false), "Aᵀ·B"},
		{graph.MatMulTrans(a, false, b, true), "A·Bᵀ"},
		{graph.MatMulTrans(unnamed, true, unnamed, true), "exp(A + B)ᵀ·exp(A + B)ᵀ"},
		{graph.MatMul(unnamed, b), "exp(A + B)·B"},
		{graph.Neg(a), "−A"},
		{graph.Square(unnamed), "exp(A + B)²"},
		{graph.Sqrt(a), "sqrt(A)"},
		{graph.ReLU(a), "relu(A)"},
		{graph.Tanh(unnamed), "tanh(exp(A + B))"},
		{graph.Transpose(a), "Aᵀ"},
		{graph.Sum(a), "Σ A"},
		{graph.Sum(unnamed), "Σ exp(A + B)"},
		{graph.Reshape(a, 4), "reshape(A)"},
		{graph.BroadcastTo(graph.Sum(a), 2, 2), "broadcast(Σ A)"},
		{graph.GELU(a), "gelu(A)"},
		{graph.NormalCDF(a), "Φ(A)"},
		{graph.Minimum(a, g.Const(0)), "min(A, 0)"},
		{graph.Greater(a, b), "A > B"},
		{graph.Reciprocal(a), "1/A"},
		{graph.Softmax(a, 0), "softmax(A)"},
		{graph.XLogY(a, b), "xlogy(A, B)"},
		{own.Apply(a, unnamed), "Smooth(A, exp(A + B))"},
		{own.Apply(unnamed, unnamed), "Smooth(exp(A + B), exp(A + B))"},
		{own.Apply(a, g.Const(0.5)), "Smooth(A, 0.5)"},
	} {
		if got := titleOf(c.n); got != c.want {
			t.Errorf("%v: %q, want %q", c.n, got, c.want)
		}
	}
	if g.Err() != nil {
		t.Fatal(g.Err())
	}
}

// titleOf returns the title of n where formulas give no node a symbol.
func titleOf(n *graph.Node) string {
	p := &picture{of: map[*graph.Node]*box{}}
	for _, n := range needed([]*graph.Node{n}) {
		if _, ok := n.ConstValue(); ok {
			continue
		}
		b := &box{Node: n}
		if n.Op() == nil {
			b.symbol = n.Symbol()
		}
		p.boxes, p.of[n] = append(p.boxes, b), b
	}
	p.findSteps()
	return p.of[n].title()
}

// A step that is too long to be written where it is used has a name, which no
// other value has, in its own box and in those of its users.
func TestSteps(t *testing.T) {
	g := graph.New(graph.Settings{})
	x, s1 := g.Input("X", 2, 2), g.Input("s1", 2, 2)
	long := graph.Sub(graph.Softplus(x), graph.Mul(s1, x))
	p, err := newPicture(Settings{}, []*graph.Node{graph.Sum(graph.Exp(long)).Named("y")})
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, b := range p.boxes {
		titles = append(titles, b.title())
	}
	want := []string{"X", "s1", "softplus(X)", "s1 ⊙ X", "s2 = softplus(X) − s1 ⊙ X", "exp(s2)", "y = Σ exp(softplus(X) − s1 ⊙ X)"}
	if !slices.Equal(titles, want) {
		t.Errorf("boxes %q, want %q", titles, want)
	}
}

func TestLongFormulaGivesWay(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("X", 2, 2)
	y := x
	for range 20 {
		y = graph.Tanh(y)
	}
	p, err := newPicture(Settings{}, []*graph.Node{y.Named(strings.Repeat("y", 100))})
	if err != nil {
		t.Fatal(err)
	}
	last := p.boxes[len(p.boxes)-1]
	if want := strings.Repeat("y", maxName-1) + "… = tanh(tanh(s6))"; last.title() != want {
		t.Errorf("%q, want %q", last.title(), want)
	}
	if !strings.Contains(last.tooltip(), "tanh(tanh(tanh(") {
		t.Errorf("the tooltip is cut: %q", last.tooltip())
	}
}

func TestConstants(t *testing.T) {
	g := graph.New(graph.Settings{})
	data := g.Array(graph.Tensor([]float64{1, 2}, 2))
	p, err := newPicture(Settings{}, []*graph.Node{graph.Mul(data, g.Const(3, 2)).Named("y"), g.Const(0, 3, 3)})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"constant (2)", "0 (3,3)", "y = 3·constant (2)"}
	for _, w := range want {
		found := 0
		for _, b := range p.boxes {
			if b.title()+" "+b.sizes() == w {
				found++
			}
		}
		if found != 1 {
			t.Errorf("%d boxes %q", found, w)
		}
	}
	if len(p.boxes) != len(want) {
		t.Errorf("%d boxes, want %d", len(p.boxes), len(want))
	}
}
