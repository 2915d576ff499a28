package graph

import (
	"slices"
	"testing"
)

// Operations with indices give for all slices at once what they give for each.
func TestManyWithIndices(t *testing.T) {
	for _, last := range []bool{false, true} {
		g := New(Settings{})
		shape := func(sizes ...int) []int {
			if last {
				return append(sizes, 2)
			}
			return append([]int{2}, sizes...)
		}
		x, w, i := g.Input("x", shape(3, 4)...), g.Input("w", 3, 4), g.Ints("i", shape(3, 4)...)
		fixed := g.Array(Tensor([]int{2, 0, 1, 1, 0, 2, 1, 1, 1, 0, 0, 0}, 3, 4))
		f := func(x, i *Node) []*Node {
			out := []*Node{Gather(x, 1, fixed), Gather(w, 0, i), Gather(w, 1, At(i, 0, 1)), Gather(x, 0, At(i, 1, 0)), ScatterAdd(0, 3, At(i, 1, 2), x),
				TakeAlong(x, 0, i), TakeAlong(w, 0, i), ScatterAddAlong(1, 5, i, x), Sort(x, 1), Argmax(x, 0)}
			if !i.IsInteger() {
				t.Error("a slice of integers is not of integers")
			}
			return out
		}
		all, err := Mapping{Last: last}.Vmap(func(x []*Node) []*Node { return f(x[0], x[1]) }, x, i)
		if err != nil {
			t.Fatal(err)
		}
		values, numbered := make([]float64, 24), make([]int, 24)
		for k := range values {
			values[k], numbered[k] = float64(k*k%23), k%3
		}
		axis := 0
		if last {
			axis = -1
		}
		feeds := Feeds{x: values, i: numbered, w: values[:12]}
		for k := range 2 {
			for j, one := range f(At(x, axis, k), At(i, axis, k)) {
				some := At(all[j], axis, k)
				p := run(t, Spec{Outputs: []*Node{one, some}}, feeds)
				want, _ := p.Float64s(nil, one)
				if got, _ := p.Float64s(nil, some); !slices.Equal(got, want) {
					t.Errorf("last %t, slice %d of %v is %v, %v expected", last, k, all[j], got, want)
				}
			}
		}
	}
}
