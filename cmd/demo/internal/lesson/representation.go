package lesson

import (
	"context"
	"fmt"
	"strings"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/internal/plotting"
	"chainrule/internal/words"
	"chainrule/layers"
	"gorgonia.org/tensor"
)

func representation() Lesson {
	return Lesson{
		Name:  "representation",
		Title: "Layers and dimensions",
		Claim: "Layer 0 is the input and is not counted; in layer l the weights W[l] are (n[l], n[l−1]), the bias b[l] is (n[l], 1), and Z[l] and A[l] are (n[l], m).",
		Settings: []Setting{
			{Name: "sizes", Help: "units of the layers, the inputs first", Default: []int{3, 4, 1}, Least: 1, Most: 1000},
			{Name: "examples", Help: "m, the number of examples", Default: 5, Least: 1, Most: 1000},
		},
		Run: dimensions{claimedShapes}.run,
	}
}

// layerShapes are the dimensions of a layer.
type layerShapes struct{ w, b, z string }

// claimedShapes returns the dimensions of a layer as the claim has them: n units
// behind before ones, for m examples.
func claimedShapes(n, before, m int) layerShapes {
	return layerShapes{words.Shape(n, before), words.Shape(n, 1), words.Shape(n, m)}
}

// dimensions compares the dimensions of networks with those that a rule says.
type dimensions struct {
	rule func(n, before, m int) layerShapes
}

func (d dimensions) run(ctx context.Context, s Values, r *Report) error {
	sizes, m := s.Ints("sizes"), s.Int("examples")
	if len(sizes) < 2 || len(sizes) > 10 {
		return fmt.Errorf("sizes: %d layers given, 2 to 10 expected", len(sizes))
	}
	net := networkOf(sizes)
	g := graph.New(graph.Settings{})
	x := g.Input("X", sizes[0], m)
	nodes := net.Forward(x)
	r.Say("A layer takes the values of the layer before it, A[l−1], and makes its own, A[l] = g(W[l]·A[l−1] + b[l]). "+
		"The input counts as layer 0, A[0] = X, because the rule then has no exception; it has no weights, so a network with %s has %s.",
		words.Count(len(sizes)-2, "hidden layer"), words.Count(len(sizes)-1, "layer"))
	formulas, err := formulaLines(nodes.A[len(nodes.A)-1])
	if err != nil {
		return err
	}
	r.Show(formulas)
	r.Draw("network", "A line is a weight: a row of W holds the lines that end in one unit, so W has a row for every unit and a column for every unit before.",
		pictureOf(sizes, m))
	d.table(r, sizes, m, nodes, net)
	if err := firstColumn(r, sizes, x, nodes); err != nil {
		return err
	}
	if err := d.manySizes(ctx, r); err != nil {
		return err
	}
	wrongDimensions(r, sizes, m)
	return nil
}

// networkOf returns a network of tanh and sigmoid units.
func networkOf(sizes []int) *layers.MLP {
	return layers.MLPSettings{Sizes: sizes, Output: layers.Sigmoid}.New(numpyrand.New(1))
}

// pictureOf returns the drawing of a network.
func pictureOf(sizes []int, m int) plotting.Network {
	p := plotting.Network{Title: "A network of the sizes " + strings.ReplaceAll(strings.Trim(fmt.Sprint(sizes), "[]"), " ", ", ")}
	for l, n := range sizes {
		layer := plotting.NetworkLayer{Units: n, Unit: fmt.Sprintf("a[%d]", l)}
		switch l {
		case 0:
			layer.Unit, layer.Below = "x", "layer 0: input\nA0 = X "+words.Shape(n, m)
		case len(sizes) - 1:
			layer.Below = fmt.Sprintf("layer %d: output\nA%d %s", l, l, words.Shape(n, m))
		default:
			layer.Below = fmt.Sprintf("layer %d: hidden\nA%d %s", l, l, words.Shape(n, m))
		}
		if l > 0 {
			layer.Above = fmt.Sprintf("W%d %s\nb%d %s", l, words.Shape(n, sizes[l-1]), l, words.Shape(n, 1))
		}
		p.Layers = append(p.Layers, layer)
	}
	return p
}

// table lists the dimensions of every layer and compares them with the rule.
func (d dimensions) table(r *Report, sizes []int, m int, nodes layers.MLPNodes, net *layers.MLP) {
	t := Table{Header: []string{"layer", "units", "W", "b", "Z and A", "numbers to learn"},
		Rows: [][]string{{"0, input", fmt.Sprint(sizes[0]), "–", "–", words.Shape(sizes[0], m), "0"}}}
	total, right := 0, 0
	for l := 1; l < len(sizes); l++ {
		name := fmt.Sprintf("%d, hidden", l)
		if l == len(sizes)-1 {
			name = fmt.Sprintf("%d, output", l)
		}
		own := shapesOf(net, nodes, l)
		learn := net.W[l-1].Shape().TotalSize() + net.B[l-1].Shape().TotalSize()
		total += learn
		if own == d.rule(sizes[l], sizes[l-1], m) {
			right++
		}
		t.Rows = append(t.Rows, []string{name, fmt.Sprint(sizes[l]), own.w, own.b, own.z, fmt.Sprint(learn)})
	}
	r.Table(t)
	r.Say("Layer l has n[l]·(n[l−1] + 1) numbers to learn, here %d in all.", total)
	r.Check(right == len(sizes)-1, "In %d of the %d layers of this network W, b, Z and A have the dimensions of the rule.", right, len(sizes)-1)
}

// shapesOf returns the dimensions that a layer of a network has.
func shapesOf(net *layers.MLP, nodes layers.MLPNodes, l int) layerShapes {
	w, b := net.W[l-1].Shape(), net.B[l-1].Shape()
	return layerShapes{words.Shape(w[0], w[1]), words.Shape(b[0], b[1]), words.Shape(nodes.Z[l-1].Shape()...)}
}

// firstColumn shows the values of the first example in all layers.
func firstColumn(r *Report, sizes []int, x *graph.Node, nodes layers.MLPNodes) error {
	for _, n := range sizes {
		if n > 8 {
			return nil // too long to be read
		}
	}
	in := tensor.New(tensor.WithShape(x.Shape()...), tensor.Of(tensor.Float64))
	rng := numpyrand.New(2)
	for i := range in.Float64s() {
		in.Float64s()[i] = rng.NormFloat64()
	}
	values, err := computed(graph.Feeds{x: in}, nodes.A...)
	if err != nil {
		return err
	}
	t := Table{Header: []string{"unit", "a[0] = x"}}
	columns := [][]float64{column(asMatrix(in).Data, sizes[0])}
	for l, v := range values {
		t.Header = append(t.Header, fmt.Sprintf("a[%d]", l+1))
		columns = append(columns, column(v.Data, sizes[l+1]))
	}
	for i := 0; ; i++ {
		row, filled := []string{fmt.Sprint(i + 1)}, false
		for _, c := range columns {
			cell := ""
			if i < len(c) {
				cell, filled = signed("%.4f", c[i]), true
			}
			row = append(row, cell)
		}
		if !filled {
			break
		}
		t.Rows = append(t.Rows, row)
	}
	r.Say("The first example of some random ones, column 1 of A[0], A[1] and so on:")
	r.Table(t)
	return nil
}

// column returns the first column of a matrix of the given number of rows.
func column(data []float64, rows int) []float64 {
	out := make([]float64, rows)
	for i := range out {
		out[i] = data[i*len(data)/rows]
	}
	return out
}
