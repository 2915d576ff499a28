package graph

import (
	"slices"
	"strings"
	"testing"
)

// Products with a one-hot matrix choose columns or rows, and depend on the matrix as
// products do.
func TestOneHotProducts(t *testing.T) {
	g := New(Settings{})
	w, v, deep := g.Input("w", 2, 3), g.Input("v", 3, 2), g.Input("deep", 2, 2, 3)
	for _, x := range []*Node{g.Ints("x", 4), g.Input("y", 1, 4)} {
		hot := OneHot(x, 3)
		feeds := Feeds{w: []float64{1, 2, 3, 4, 5, 6}, v: []float64{1, 2, 3, 4, 5, 6}, deep: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, x: []float64{2, 0, 0, 1}}
		for _, n := range []*Node{MatMul(w, hot), MatMulTrans(v, true, hot, false), MatMul(deep, hot),
			MatMulTrans(hot, true, v, false), MatMulTrans(hot, true, w, true)} {
			if !isA[GatherAttrs](n) {
				t.Errorf("%v is no Gather", n)
			}
			plain := n.detour.plain
			g.plain = true
			product := plain()
			g.plain = false
			if !isA[MatMulAttrs](product) {
				t.Fatalf("%v is no product", product)
			}
			nodes := []*Node{n, product}
			for _, root := range []*Node{n, product} {
				nodes = append(nodes, mustGrad(t, Sum(Square(root)), w, v, deep, hot)...)
			}
			used := Feeds{}
			p := compile(t, Spec{Outputs: nodes})
			for _, in := range p.Inputs() {
				used[in] = feeds[in]
			}
			if err := p.Run(used); err != nil {
				t.Fatal(err)
			}
			for i, a := range []int{0, 2, 3, 4, 5} {
				got, _ := p.Float64s(nil, nodes[a])
				want, _ := p.Float64s(nil, nodes[[]int{1, 6, 7, 8, 9}[i]])
				if !slices.Equal(got, want) {
					t.Errorf("%v, quantity %d is %v, and of the product %v", n, i, got, want)
				}
			}
		}
	}
	for _, n := range []*Node{MatMul(OneHot(g.Ints("z", 4), 3), g.Input("u", 4, 2)), MatMulTrans(w, true, OneHot(g.Ints("r", 5), 2), false).Plus(0)} {
		if n.Err() != nil {
			t.Error(n.Err())
		}
	}
	if MatMul(w, OneHot(g.Ints("s", 4), 5)).Err() == nil || !strings.Contains(g.Err().Error(), "MatMul(w (2,3)") {
		t.Errorf("error %v", g.Err())
	}
}

// A value that is not finite stays where it is, and a class that there is not is named.
func TestOneHotProductsAtTheEdges(t *testing.T) {
	g := New(Settings{})
	w, x := g.Input("w", 1, 3), g.Ints("x", 2)
	p := compile(t, Spec{Outputs: []*Node{MatMul(w, OneHot(x, 3))}})
	if err := p.Run(Feeds{w: []float64{nan, 2, inf}, x: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	if got, _ := p.Float64s(nil, p.spec.Outputs[0]); !slices.Equal(got, []float64{2, 2}) {
		t.Errorf("%v: the other columns have come in", got)
	}
	if err := p.Run(Feeds{w: []float64{1, 2, 3}, x: []int{0, 3}}); err == nil || !strings.Contains(err.Error(), "index at (1)") {
		t.Errorf("error %v", err)
	}
}
