package graph

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Arrays of more axes are tiled as those of few are: each entry lies at its index modulo the sizes.
func TestTileOfManyAxes(t *testing.T) {
	for _, shape := range [][]int{{2, 1, 2, 1, 2}, {1, 2, 1, 1, 2, 1, 1, 2}} {
		g := New(Settings{})
		x := g.Input("x", shape...)
		y := Tile(x, slices.Repeat([]int{2}, len(shape))...)
		if y.Err() != nil {
			t.Fatal(y.Err())
		}
		values := make([]float64, size(shape))
		for i := range values {
			values[i] = float64(i)
		}
		got := numbers(t, y, Feeds{x: values})
		index := make([]int, len(shape))
		for _, v := range got {
			at := 0
			for axis, i := range index {
				at = at*shape[axis] + i%shape[axis]
			}
			if v != values[at] {
				t.Fatalf("shape %v: %v at %v, %v expected", shape, v, index, values[at])
			}
			for axis := len(index) - 1; axis >= 0; axis-- {
				if index[axis]++; index[axis] < 2*shape[axis] {
					break
				}
				index[axis] = 0
			}
		}
		for _, d := range numbers(t, mustGrad(t, Sum(y), x)[0], Feeds{x: values}) {
			if want := float64(int(1) << len(shape)); d != want {
				t.Errorf("shape %v: derivative %v, %v expected", shape, d, want)
			}
		}
	}
}

// Ranges are apart if no index is in both.
func TestRangesApart(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 9))
	random := func() (r Range, all []int) {
		r = Range{From: 10 + rng.IntN(20), Step: 1 + rng.IntN(5)}
		n := 1 + rng.IntN(6)
		if rng.IntN(2) == 0 {
			r.From, r.Step = r.From+30, -r.Step
		}
		r.To = r.From + n*r.Step
		for i := range n {
			all = append(all, r.From+i*r.Step)
		}
		return r, all
	}
	apart := 0
	for range 2000 {
		a, as := random()
		b, bs := random()
		want := !slices.ContainsFunc(as, func(i int) bool { return slices.Contains(bs, i) })
		if a.isApart(b) != want {
			t.Fatalf("%+v and %+v: apart %v", a, b, !want)
		}
		if want {
			apart++
		}
	}
	if apart < 200 || apart > 1800 {
		t.Errorf("%d of 2000 are apart", apart)
	}
}
