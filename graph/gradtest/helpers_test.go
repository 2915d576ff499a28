package gradtest_test

import (
	"chainrule/graph"
	"gorgonia.org/tensor"
)

type nodes = []*graph.Node

func dense(shape tensor.Shape, values ...float64) *tensor.Dense {
	return graph.Tensor(values, shape...)
}
