package graph_test

import (
	"strings"
	"testing"

	"chainrule/graph"
)

// What an error says there is one of stands in the singular.
func TestErrorsAgreeWithTheirNumbers(t *testing.T) {
	for want, build := range map[string]func(x *graph.Node) *graph.Node{
		"axis 4 of shape (1), which has 1 axis":  func(x *graph.Node) *graph.Node { return graph.Sum(x, 4) },
		"axis 3 of shape (1), which has 1 axis":  func(x *graph.Node) *graph.Node { return graph.Concat(3, x, x) },
		"for shape (1), which has 1 axis":        func(x *graph.Node) *graph.Node { return graph.Slice(x, graph.Range{}, graph.Range{}) },
		"shape (1) has 1 entry, shape (2) has 2": func(x *graph.Node) *graph.Node { return graph.Reshape(x, 2) },
		"the first factor has 1 column and the second 2 rows": func(x *graph.Node) *graph.Node {
			return graph.MatMul(graph.Reshape(x, 1, 1), x.Graph().Input("M", 2, 1))
		},
		"the first factor has 2 columns and the second 1 row": func(x *graph.Node) *graph.Node {
			return graph.MatMul(x.Graph().Input("M", 1, 2), graph.Reshape(x, 1, 1))
		},
		"permutation [0 0 0] of 3 axes for shape (1)": func(x *graph.Node) *graph.Node { return graph.Transpose(x, 0, 0, 0) },
	} {
		n := build(graph.New(graph.Settings{}).Input("x", 1))
		if err := n.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, %q expected in it", err, want)
		}
	}
}
