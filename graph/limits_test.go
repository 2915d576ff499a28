package graph

import (
	"math"
	"strings"
	"testing"
)

// Shapes whose number of entries, or of bytes, is no number of an int are mistakes of
// the operation that asks for them: a product that wraps around would be the size of
// a small array, or of none.
func TestTooManyEntries(t *testing.T) {
	for name, ask := range map[string]func(g *Graph){
		"input":       func(g *Graph) { g.Input("x", 1<<31, 1<<31, 4) },
		"constant":    func(g *Graph) { g.Const(1, 1<<61) },
		"all of int":  func(g *Graph) { g.Const(1, math.MaxInt) },
		"broadcast":   func(g *Graph) { BroadcastTo(g.Input("x"), 1<<62+1, 4) },
		"reshape":     func(g *Graph) { Reshape(g.Input("x", 1), 1<<32, 1<<32) },
		"random":      func(g *Graph) { RandomUniform(g.Const(1), 1<<62, 4) },
		"one-hot":     func(g *Graph) { OneHot(g.Input("x", 3), 1<<62) },
		"elementwise": func(g *Graph) { Add(g.Input("a", 1<<40, 1), g.Input("b", 1<<40)) },
		"outer":       func(g *Graph) { Outer(g.Input("a", 1<<40), g.Input("b", 1<<40)) },
		"product":     func(g *Graph) { MatMul(g.Input("a", 1<<40, 1), g.Input("b", 1, 1<<40)) },
	} {
		g := New(Settings{})
		if ask(g); g.Err() == nil || !strings.Contains(g.Err().Error(), "has more entries than") {
			t.Errorf("%s: error %v", name, g.Err())
		}
	}
	g := New(Settings{})
	g.Const(1, 1<<20, 1<<20)
	if err := g.Err(); err != nil {
		t.Errorf("as many entries as are supported: %v", err)
	}
}
