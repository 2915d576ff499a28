package graph_test

import (
	"fmt"
	"math"
	"testing"

	"chainrule/graph"
)

func ExampleTensor() {
	w := graph.NewParam("W", graph.Tensor([]float64{1, 2, 3, 4, 5, 6}, 2, 3))
	fmt.Println(w.Shape(), w.Value().Data())
	seed := graph.NewParam("seed", graph.Tensor([]float64{41}))
	fmt.Println(seed.Shape(), seed.Value().Data())
	// Output:
	// (2, 3) [1 2 3 4 5 6]
	// () 41
}

func TestTensorOfOtherSizes(t *testing.T) {
	for _, shape := range [][]int{nil, {5}, {2, 2}, {-2, -3}, {6, 0}, {3, 2, 2}, {math.MaxInt, 2}, {1 << 32, 1 << 32}} {
		if graph.Tensor(make([]float64, 6), shape...) != nil {
			t.Errorf("shape %v takes 6 values", shape)
		}
	}
}
