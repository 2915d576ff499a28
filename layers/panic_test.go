package layers_test

import (
	"errors"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
)

// An Initializer that panics is a mistake of its layer, by name and place.
func TestPanicOfAnInitializer(t *testing.T) {
	boom := func(w []float64, in, out int, _ layers.Source) error { return errors.New([]string{}[in]) }
	x := graph.New(graph.Settings{}).Input("X", 2, 3)
	err := layers.NewDense("d", 2, 1, boom, nil).Apply(x).Err()
	var p *graph.Panic
	if !errors.As(err, &p) || !strings.Contains(err.Error(), "the Initializer panicked at panic_test.go:") {
		t.Errorf("error %v", err)
	}
}
