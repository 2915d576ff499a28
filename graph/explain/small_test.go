package explain_test

import (
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/explain"
)

// Small numbers are written with an exponent, and both their signs are minus signs.
func TestSmallNumbers(t *testing.T) {
	x := graph.New(graph.Settings{}).Input("x", 2)
	d, err := explain.Derive(graph.Sum(x), x)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Evaluate(graph.Feeds{x: graph.Tensor([]float64{-1e-5, 2e-5}, 2)}); err != nil {
		t.Fatal(err)
	}
	if text := d.Text(0); !strings.Contains(text, "[ −1.0000e−05   2.0000e−05 ]") {
		t.Errorf("the matrix of x is not in\n%s", text)
	}
}

// With one example nothing is summed over the examples.
func TestBiasOfOneExample(t *testing.T) {
	g := graph.New(graph.Settings{})
	b := g.Input("b", 4, 1)
	d, err := explain.Derive(graph.Sum(graph.Square(graph.Add(g.Input("Y", 4, 1), b))), b)
	if err != nil {
		t.Fatal(err)
	}
	if text := d.Text(0); strings.Contains(text, "sum over the examples") {
		t.Errorf("a sum over one example:\n%s", text)
	}
}
