package graph_test

import (
	"strings"
	"testing"

	"chainrule/graph"
)

// The errors of TopK are of TopK, with what was asked for.
func TestTopKErrors(t *testing.T) {
	for _, c := range []struct {
		axis, k int
		want    string
	}{
		{1, 0, "TopK(x (2,3)): 0 entries asked for, at least 1 expected"},
		{1, 4, "TopK(x (2,3)): 4 entries asked for along axis 1, 1 to 3 expected"},
		{-2, 3, "TopK(x (2,3)): 3 entries asked for along axis -2, 1 to 2 expected"},
		{2, 1, "axis 2"},
	} {
		values, indices := graph.TopK(graph.New(graph.Settings{}).Input("x", 2, 3), c.axis, c.k)
		for _, n := range []node{values, indices} {
			if err := n.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the first %d along axis %d: error %v, %q expected", c.k, c.axis, err, c.want)
			}
		}
	}
}
