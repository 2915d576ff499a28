package graph_test

import (
	"fmt"
	"testing"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// indices returns whole numbers from 0 to below size, some of them several times, as an
// array of a shape.
func indices(x node, size int, shape ...int) node {
	numbers := make([]int, tensor.Shape(shape).TotalSize())
	for i := range numbers {
		numbers[i] = (i*i + 2*i + 1) % size
	}
	return x.Graph().Array(graph.Tensor(numbers, shape...))
}

// longAxis returns the size of an axis of x.
func longAxis(x node, axis int) int { return x.Shape()[axis] }

// The operations with indices, each for every shape of the rank.
var indexedCases = []struct {
	op    string
	apply func(node) node
	rank  int
}{
	{"Gather", func(x node) node { return graph.Gather(x, 0, indices(x, longAxis(x, 0), 4)) }, 1},
	{"Gather", func(x node) node { return graph.Gather(x, -1, indices(x, longAxis(x, 0), 2, 3)) }, 1},
	{"Gather", func(x node) node { return graph.Gather(x, 0, indices(x, longAxis(x, 0))) }, 1},
	{"Gather", func(x node) node { return graph.Gather(x, 0, indices(x, longAxis(x, 0), 3)) }, 2},
	{"Gather", func(x node) node { return graph.Gather(x, 1, indices(x, longAxis(x, 1), 1)) }, 2},
	{"Gather", func(x node) node { return graph.Gather(graph.Transpose(x), 0, indices(x, longAxis(x, 1), 7)) }, 2},
	{"Gather", func(x node) node { return graph.Gather(x, 1, indices(x, longAxis(x, 1), 2, 2)) }, 3},
	{"Gather", func(x node) node { return graph.Gather(x, 0, indices(x, longAxis(x, 0))) }, 3},
	{"ScatterAdd", func(x node) node { return graph.ScatterAdd(0, 3, indices(x, 3, longAxis(x, 0)), x) }, 1},
	{"ScatterAdd", func(x node) node { return graph.ScatterAdd(0, 4, indices(x, 4), x) }, 1},
	{"ScatterAdd", func(x node) node { return graph.ScatterAdd(-1, 3, indices(x, 3, longAxis(x, 1)), x) }, 2},
	{"ScatterAdd", func(x node) node { return graph.ScatterAdd(0, 1, indices(x, 1, x.Shape()...), x) }, 2},
	{"ScatterAdd", func(x node) node { return graph.ScatterAdd(1, 5, indices(x, 5, x.Shape()[1:]...), x) }, 3},
	{"TakeAlong", func(x node) node { return graph.TakeAlong(x, 0, indices(x, longAxis(x, 0), 4)) }, 1},
	{"TakeAlong", func(x node) node { return graph.TakeAlong(x, 1, indices(x, longAxis(x, 1), longAxis(x, 0), 2)) }, 2},
	{"TakeAlong", func(x node) node { return graph.TakeAlong(x, -2, indices(x, longAxis(x, 0), x.Shape()...)) }, 2},
	{"TakeAlong", func(x node) node {
		return graph.TakeAlong(x, 1, indices(x, longAxis(x, 1), longAxis(x, 0), 3, longAxis(x, 2)))
	}, 3},
	{"TakeAlong", func(x node) node { return graph.Sort(x, 0) }, 1},
	{"TakeAlong", func(x node) node { return graph.Sort(x, -1) }, 2},
	{"TakeAlong", func(x node) node { return graph.Sorting{Descending: true, First: 1}.Sort(x, 0) }, 2},
	{"TakeAlong", func(x node) node {
		values, _ := graph.TopK(x, 2, (longAxis(x, 2)+1)/2)
		return values
	}, 3},
	{"ScatterAddAlong", func(x node) node { return graph.ScatterAddAlong(0, 3, indices(x, 3, longAxis(x, 0)), x) }, 1},
	{"ScatterAddAlong", func(x node) node { return graph.ScatterAddAlong(-1, 4, indices(x, 4, x.Shape()...), x) }, 2},
	{"ScatterAddAlong", func(x node) node { return graph.ScatterAddAlong(1, 1, indices(x, 1, x.Shape()...), x) }, 3},
	{"Argsort", func(x node) node { return graph.Argsort(x, 0) }, 1},
	{"Argsort", func(x node) node { return graph.Sorting{Descending: true}.Argsort(x, 1) }, 2},
	{"Reshape", func(x node) node { return graph.Argmax(x, 0) }, 2},
	{"Reshape", func(x node) node { return graph.Argmin(x, 1) }, 3},
	{"Reshape", func(x node) node { return graph.At(x, -1, -1) }, 2},
	{"Reshape", func(x node) node { return graph.At(x, 1, 0) }, 3},
}

func TestGradientTableIndexed(t *testing.T) {
	for _, dtype := range dtypes {
		for i, c := range indexedCases {
			for _, s := range shapes {
				if c.rank != len(s) {
					continue
				}
				t.Run(fmt.Sprintf("%s%d/%v/%v", c.op, i, dtype, s), func(t *testing.T) {
					checkOp(t, c.op, dtype, 2, func(x []node) node { return c.apply(x[0]) }, []domain{anywhere}, s)
				})
			}
		}
	}
}
