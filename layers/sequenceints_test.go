package layers_test

import (
	"testing"

	"chainrule/graph"
	"chainrule/layers"
)

// Lengths may be an input of whole numbers.
func TestWholeLengths(t *testing.T) {
	for name, l := range sequenceLayers(2, graph.New(graph.Settings{}).Dtype()) {
		g := graph.New(graph.Settings{})
		x, lengths, whole := g.Input("X", 3, 2, 2), g.Input("lengths", 2), g.Ints("whole", 2)
		in := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3}
		want := run(t, layers.ApplyMasked(l, x, lengths), graph.Feeds{x: in, lengths: []float64{2, 3}})
		got := run(t, layers.ApplyMasked(l, x, whole), graph.Feeds{x: in, whole: []int{2, 3}})
		checkNear(t, name, got, want, 0)
	}
}
