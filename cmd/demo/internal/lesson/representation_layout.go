package lesson

import (
	"fmt"
	"strings"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"chainrule/layers"
)

// What an example is in X.
const (
	columns = "columns"
	rows    = "rows"
)

// laidOut is a network of tanh and sigmoid units whose examples are columns or
// rows.
type laidOut struct {
	sizes  []int
	layout string
	x      *graph.Node
	w, b   []*graph.Node // of the layers from 1 on
	z, a   []*graph.Node
}

// layOut builds a network for m examples.
func layOut(sizes []int, m int, layout string) laidOut {
	n := laidOut{sizes: sizes, layout: layout}
	g := graph.New(graph.Settings{})
	if layout == rows {
		n.inRows(g, m)
		return n
	}
	n.x = g.Input("X", sizes[0], m)
	net := layers.MLPSettings{Sizes: sizes, Output: layers.Sigmoid}.New(numpyrand.New(1))
	nodes := net.Forward(n.x)
	n.z, n.a = nodes.Z, nodes.A
	for l := range net.W {
		n.w, n.b = append(n.w, g.Use(net.W[l])), append(n.b, g.Use(net.B[l]))
	}
	return n
}

// inRows builds the network with an example in each row, as in Keras: A·W + b.
func (n *laidOut) inRows(g *graph.Graph, m int) {
	n.x = g.Input("X", m, n.sizes[0])
	rng, a := numpyrand.New(1), n.x
	param := func(name string, size int, shape ...int) *graph.Node {
		values := make([]float64, size)
		for i := range values {
			values[i] = rng.NormFloat64() / float64(shape[0])
		}
		return g.Use(graph.NewParam(name, graph.Tensor(values, shape...)))
	}
	for l := 1; l < len(n.sizes); l++ {
		units, before := n.sizes[l], n.sizes[l-1]
		w, b := param(fmt.Sprintf("W%d", l), before*units, before, units), param(fmt.Sprintf("b%d", l), units, 1, units)
		z := graph.Add(graph.MatMul(a, w), b).MarkZ()
		if l == len(n.sizes)-1 {
			a = graph.Sigmoid(z)
		} else {
			a = graph.Tanh(z)
		}
		n.w, n.b, n.z, n.a = append(n.w, w), append(n.b, b), append(n.z, z), append(n.a, a)
	}
}

// shapes returns the dimensions of the layers from 1 on.
func (n laidOut) shapes() []layerShapes {
	var all []layerShapes
	for l := range n.w {
		all = append(all, layerShapes{words.Shape(n.w[l].Shape()...), words.Shape(n.b[l].Shape()...), words.Shape(n.z[l].Shape()...)})
	}
	return all
}

// picture returns the drawing of the network.
func (n laidOut) picture() plotting.Network {
	p := plotting.Network{Title: "A network of the sizes " + strings.ReplaceAll(strings.Trim(fmt.Sprint(n.sizes), "[]"), " ", ", ")}
	own := n.shapes()
	for l, units := range n.sizes {
		layer := plotting.NetworkLayer{Units: units, Unit: fmt.Sprintf("a[%d]", l)}
		if l == 0 {
			layer.Unit, layer.Below = "x", "layer 0: input\nA0 = X "+words.Shape(n.x.Shape()...)
			p.Layers = append(p.Layers, layer)
			continue
		}
		kind := "hidden"
		if l == len(n.sizes)-1 {
			kind = "output"
		}
		layer.Below = fmt.Sprintf("layer %d: %s\nA%d %s", l, kind, l, own[l-1].z)
		layer.Above = fmt.Sprintf("W%d %s\nb%d %s", l, own[l-1].w, l, own[l-1].b)
		p.Layers = append(p.Layers, layer)
	}
	return p
}
