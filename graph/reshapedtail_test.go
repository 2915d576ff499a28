package graph

import (
	"fmt"
	"slices"
	"testing"
)

// A product that is reshaped before what is computed of its entries has rows of another length
// than these: an operand with a number for each row counts the new ones.
func TestTailsOfReshapedProducts(t *testing.T) {
	const n = 48
	for _, product := range [][2]int{{1, n}, {2, n / 2}, {n / 2, 2}, {n, 1}} {
		for _, shape := range [][]int{{n, 1}, {1, n}, {3, n / 3}, {n / 4, 4}, {3, 2, n / 6}, {3, 1, 1, n / 3}} {
			for axis := range shape {
				g := New(Settings{})
				w, x := g.Input("w", product[0], 1), g.Input("x", 1, product[1])
				gain := slices.Repeat([]int{1}, len(shape))
				gain[axis] = shape[axis]
				p := g.Input("p", gain...)
				values := make([]float64, shape[axis])
				for i := range values {
					values[i] = float64(i + 1)
				}
				y := Mul(Reshape(MatMul(w, x), shape...), p)
				prog := run(t, Spec{Outputs: []*Node{y}}, Feeds{w: slices.Repeat([]float64{2}, product[0]), x: slices.Repeat([]float64{3}, product[1]), p: values})
				got, err := prog.Float64s(nil, y)
				if err != nil {
					t.Fatal(err)
				}
				behind := size(shape[axis+1:])
				for i, v := range got {
					if want := 6 * values[i/behind%shape[axis]]; v != want {
						t.Errorf("%s: entry %d is %v, %v expected", fmt.Sprint(product, shape, axis), i, v, want)
						break
					}
				}
			}
		}
	}
}
