package graph_test

import (
	"chainrule/graph"
	"gorgonia.org/tensor"
)

// numbered returns integers of a shape as an input.
func (g *goldenGraph) numbered(name string, below int, shape ...int) node {
	numbers := make([]int, tensor.Shape(shape).TotalSize())
	for i := range numbers {
		numbers[i] = i * i % below
	}
	n := g.Ints(name, shape...)
	g.feeds[n] = graph.Tensor(numbers, shape...)
	return n
}

func goldenIndexed() []goldenCase {
	return []goldenCase{
		{name: "Gather rows", build: func(g *goldenGraph) node {
			return graph.Gather(g.param("W", 7, 3), 0, g.numbered("tokens", 7, 4, 2))
		}},
		{name: "Gather columns", build: func(g *goldenGraph) node {
			return graph.Tanh(graph.Gather(g.input("x", 2, 5), 1, g.numbered("i", 5, 6)))
		}},
		{name: "ScatterAdd", build: func(g *goldenGraph) node {
			return graph.ScatterAdd(1, 4, g.numbered("i", 4, 6), g.input("y", 3, 6))
		}},
		{name: "At", build: func(g *goldenGraph) node { return graph.At(g.input("x", 4, 3), 0, -2) }},
	}
}
