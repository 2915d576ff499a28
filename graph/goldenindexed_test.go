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
		{name: "TakeAlong", build: func(g *goldenGraph) node {
			return graph.TakeAlong(g.input("x", 2, 5), 1, g.numbered("i", 5, 2, 3))
		}},
		{name: "ScatterAddAlong", build: func(g *goldenGraph) node {
			return graph.ScatterAddAlong(0, 3, g.numbered("i", 3, 4, 2), g.input("y", 4, 2))
		}},
		{name: "Sort", build: func(g *goldenGraph) node { return graph.Sort(graph.Sin(g.input("x", 3, 20)), 1) }},
		{name: "TopK", build: func(g *goldenGraph) node {
			values, indices := graph.TopK(g.input("x", 7, 2), 0, 3)
			return graph.Mul(values, indices)
		}},
		{name: "Argmax", build: func(g *goldenGraph) node {
			x := g.input("x", 3, 4)
			return graph.Concat(0, graph.Argmax(x, 0), graph.Argmin(x, 0), graph.At(graph.Argsort(x, 1), 0, 1)).Times(0.5)
		}},
		{name: "At", build: func(g *goldenGraph) node { return graph.At(g.input("x", 4, 3), 0, -2) }},
	}
}
