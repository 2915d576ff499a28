package lesson

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/numpyrand"
	"chainrule/internal/words"
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
			{Name: "layout", Help: "what an example is in X, in the notes a column, in many libraries a row", Default: columns, Names: []string{columns, rows}},
		},
		Run:   dimensions{claimedShapes}.run,
		opens: openRepresentation,
	}
}

// openRepresentation is what the page opens.
func openRepresentation(Values) opening {
	return opening{section: layersSection, screen: OneStep, data: flowerData(), run: fourUnits(2, 1.2), numbers: []string{costNumber}}
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
	sizes, m, layout := s.Ints("sizes"), s.Int("examples"), s.Text("layout")
	if len(sizes) < 2 || len(sizes) > 10 {
		return fmt.Errorf("sizes: %d layers given, 2 to 10 expected", len(sizes))
	}
	net := layOut(sizes, m, layout)
	formula, of := "W[l]·A[l−1] + b[l]", "row of W holds the lines that end in one unit, so W has a row for every unit and a column for every unit before."
	if layout == rows {
		formula, of = "A[l−1]·W[l] + b[l]", "column of W holds the lines that end in one unit, so W has a column for every unit and a row for every unit before."
	}
	r.Say("A layer takes the values of the layer before it, A[l−1], and makes its own, A[l] = g(%s). "+
		"The input counts as layer 0, A[0] = X, because the rule then has no exception; it has no weights, so a network with %s has %s.",
		formula, words.Count(len(sizes)-2, "hidden layer"), words.Count(len(sizes)-1, "layer"))
	formulas, err := formulaLines(net.a[len(net.a)-1])
	if err != nil {
		return err
	}
	r.Show(formulas)
	r.Draw("network", "A line is a weight: a "+of, net.picture())
	own := net.table(r)
	judgeDimensions(r, sizes, own, d.claimed(sizes, m))
	if err := net.firstExample(r); err != nil {
		return err
	}
	if err := d.manySizes(ctx, r, layout); err != nil {
		return err
	}
	wrongDimensions(r, sizes, m, layout)
	return nil
}

// claimed returns the dimensions of a network's layers by the rule.
func (d dimensions) claimed(sizes []int, m int) []layerShapes {
	var all []layerShapes
	for l := 1; l < len(sizes); l++ {
		all = append(all, d.rule(sizes[l], sizes[l-1], m))
	}
	return all
}

// judgeDimensions compares the dimensions of the layers that have weights with
// those of the claim.
func judgeDimensions(r *Report, sizes []int, own, claimed []layerShapes) {
	r.Supports("the input is no layer of its own, it has no weights", len(own) == len(sizes)-1,
		"The sizes are %d numbers and %s: W and b are there for all but the input.", len(sizes), words.Count(len(own), "layer"))
	right := 0
	for l := range min(len(own), len(claimed)) {
		if own[l] == claimed[l] {
			right++
		}
	}
	r.Supports("W, b, Z and A of this network have the dimensions of the rule", right == len(claimed),
		"In %d of the %d layers of this network W, b, Z and A have the dimensions of the rule.", right, len(claimed))
}

// table lists the dimensions of every layer and returns them.
func (n laidOut) table(r *Report) []layerShapes {
	t := Table{Header: []string{"layer", "units", "W", "b", "Z and A", "numbers to learn"},
		Rows: [][]string{{"0, input", fmt.Sprint(n.sizes[0]), "–", "–", words.Shape(n.x.Shape()...), "0"}}}
	total, own := 0, n.shapes()
	for i, shapes := range own {
		name := fmt.Sprintf("%d, hidden", i+1)
		if i == len(own)-1 {
			name = fmt.Sprintf("%d, output", i+1)
		}
		learn := n.w[i].Shape().TotalSize() + n.b[i].Shape().TotalSize()
		total += learn
		t.Rows = append(t.Rows, []string{name, fmt.Sprint(n.sizes[i+1]), shapes.w, shapes.b, shapes.z, fmt.Sprint(learn)})
	}
	r.Table(t)
	r.Say("Layer l has n[l]·(n[l−1] + 1) numbers to learn, here %d in all.", total)
	return own
}

// firstExample shows the values of the first example in all layers.
func (n laidOut) firstExample(r *Report) error {
	for _, units := range n.sizes {
		if units > 8 {
			return nil // too long to be read
		}
	}
	in := tensor.New(tensor.WithShape(n.x.Shape()...), tensor.Of(tensor.Float64))
	rng := numpyrand.New(2)
	for i := range in.Float64s() {
		in.Float64s()[i] = rng.NormFloat64()
	}
	values, err := computed(graph.Feeds{n.x: in}, n.a...)
	if err != nil {
		return err
	}
	t := Table{Header: []string{"unit"}}
	var examples [][]float64
	for l, v := range append([]handgrad.Matrix{asMatrix(in)}, values...) {
		name := fmt.Sprintf("a[%d]", l)
		if l == 0 {
			name = "a[0] = x"
		}
		t.Header, examples = append(t.Header, name), append(examples, n.first(v, n.sizes[l]))
	}
	for i := range slices.Max(n.sizes) {
		row := []string{fmt.Sprint(i + 1)}
		for _, e := range examples {
			cell := ""
			if i < len(e) {
				cell = sentence("%.4f", e[i])
			}
			row = append(row, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	r.Say("The first example of some random ones, %s 1 of A[0], A[1] and so on:", strings.TrimSuffix(n.layout, "s"))
	r.Table(t)
	return nil
}

// first returns the values of the first example in a layer.
func (n laidOut) first(v handgrad.Matrix, units int) []float64 {
	if n.layout == rows {
		return v.Data[:units]
	}
	out := make([]float64, units)
	for i := range out {
		out[i] = v.Data[i*v.Cols]
	}
	return out
}
