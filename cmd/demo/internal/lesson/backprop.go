package lesson

import (
	"context"
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/graph/gradtest"
	"chainrule/internal/handgrad"
	"chainrule/internal/numpyrand"
	"chainrule/internal/toy"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

func backprop() Lesson {
	return Lesson{
		Name:  "backprop",
		Title: "Six formulas of back-propagation",
		Claim: "The gradient of a network with one hidden layer is six formulas, each derivative as large as what it belongs to: dZ2 = A2 − Y, dW2 = (1/m)·dZ2·A1ᵀ, db2 = (1/m)·Σ dZ2, dZ1 = W2ᵀ·dZ2 ⊙ g′(Z1), dW1 = (1/m)·dZ1·Xᵀ, db1 = (1/m)·Σ dZ1.",
		Settings: []Setting{
			{Name: "units", Help: "hidden units", Default: 4, Least: 1, Most: 100},
			{Name: "activation", Help: "of the hidden units", Default: "tanh", Names: []string{"tanh", "sigmoid", "relu", "leaky-relu", "identity"}},
			{Name: "convention", Help: "of dZ: derivatives of each example's own loss, as in notes, or of the mean cost", Default: string(explain.Notes), Names: explain.ConventionNames()},
			{Name: "seed", Help: "of the first weights", Default: 2, Least: 0, Most: 1e6},
			{Name: "seeds", Help: "runs on XOR", Default: 10, Least: 1, Most: 1000},
			{Name: "steps", Help: "steps of each run on XOR", Default: 1000, Least: 1, Most: 100000},
			{Name: "rate", Help: "learning rate on XOR", Default: 1.2, Least: 1e-6, Most: 100},
		},
		Run:   sixFormulas{handgrad.TwoLayer.Gradients}.run,
		opens: openBackprop,
	}
}

// openBackprop is what the page opens.
func openBackprop(s Values) opening {
	n := network{hidden: []int{s.Int("units")}, seed: uint32(s.Int("seed")), rate: s.Float("rate")}
	return opening{section: backpropSection, screen: OneStep, data: flowerData(), run: n, numbers: []string{costNumber}}
}

// sixFormulas compares the graph's gradients with those of formulas written by
// hand.
type sixFormulas struct {
	byHand func(n handgrad.TwoLayer, x, y handgrad.Matrix) (handgrad.Gradients, error)
}

// derivation is a two-layer network with its gradients.
type derivation struct {
	net   *layers.MLP
	x, y  *graph.Node
	nodes layers.MLPNodes
	cost  *graph.Node
	of    []*graph.Node // Z2, W2, b2, Z1, W1, b1, in the order of back-propagation
	lines *explain.Derivation
	grads []*graph.Node // of those
	own   float64       // by what dZ2 and dZ1 are larger than the gradients of the cost: m for derivatives of own losses
}

// derive returns the gradients of a network with the given shape for m examples.
func derive(nx, units, m int, g layers.Activation, seed uint32, convention string) (*derivation, error) {
	d := &derivation{net: layers.NewTwoLayer(nx, units, 1, g, layers.Glorot, numpyrand.New(seed))}
	graphs := graph.New(graph.Settings{})
	d.x, d.y = graphs.Input("X", nx, m), graphs.Input("Y", 1, m)
	d.nodes = d.net.Forward(d.x)
	d.cost = losses.BinaryCrossEntropy(d.nodes.A[1], d.y).Named("J")
	d.of = []*graph.Node{d.nodes.Z[1], graphs.Use(d.net.W[1]), graphs.Use(d.net.B[1]),
		d.nodes.Z[0], graphs.Use(d.net.W[0]), graphs.Use(d.net.B[0])}
	settings := explain.Settings{Convention: explain.MeanCost}
	d.own = 1
	if explain.Convention(convention) == explain.Notes {
		settings.Convention, d.own = explain.Notes, float64(m)
	}
	var err error
	if d.lines, err = settings.Derive(d.cost, d.of...); err != nil {
		return nil, err
	}
	d.grads = d.lines.Gradients()
	return d, nil
}

// times returns by what gradient i is larger than that of the cost.
func (d *derivation) times(i int) float64 {
	if d.of[i].Param() == nil {
		return d.own
	}
	return 1
}

func (f sixFormulas) run(ctx context.Context, s Values, r *Report) error {
	g, err := layers.ActivationByName(s.Text("activation"))
	if err != nil {
		return err
	}
	data, err := toy.New("flower", toy.Settings{})
	if err != nil {
		return err
	}
	d, err := derive(len(data.Features), s.Int("units"), data.Len(), g, uint32(s.Int("seed")), s.Text("convention"))
	if err != nil {
		return err
	}
	r.Say("The chain rule goes backwards through the four equations of the network. This program has no formulas of back-propagation: it has a rule for each operation, applies the chain rule and simplifies. "+
		"For the flower, 400 points, and %s it prints, forward and then backward:", words.Count(s.Int("units"), "hidden unit"))
	r.Show(d.listing())
	meaning, err := d.meaning()
	if err != nil {
		return err
	}
	r.Say("%s", meaning)
	if err := f.compare(ctx, r, d, data, g); err != nil {
		return err
	}
	r.Say("The dimensions leave little choice, which is a way to remember the formulas: dW2 must be %s, and of dZ2 %s and A1 %s only dZ2·A1ᵀ is.",
		words.Shape(d.of[1].Shape()...), words.Shape(d.of[0].Shape()...), words.Shape(d.nodes.A[0].Shape()...))
	if err := throughOutput(r); err != nil {
		return err
	}
	return withoutKeptDimensions(ctx, s, r)
}

// compare compares the formulas and their values with those by hand and with
// central differences.
func (f sixFormulas) compare(ctx context.Context, r *Report, d *derivation, data *dataset.Set, g layers.Activation) error {
	feeds := graph.Feeds{d.x: data.Inputs(tensor.Float64), d.y: data.Labels(tensor.Float64)}
	values, err := computed(feeds, d.grads...)
	if err != nil {
		return err
	}
	hand, err := f.gradients(d, data, g)
	if err != nil {
		return err
	}
	byHand := []handgrad.Matrix{hand.DZ2, hand.DW2, hand.DB2, hand.DZ1, hand.DW1, hand.DB1}
	symbols, texts := d.texts()
	differences, err := d.differences(ctx, feeds, values)
	if err != nil {
		return err
	}
	t := Table{Header: []string{"", "by the chain rule", "dimensions", "largest entry", "graph − hand", "graph − differences"}}
	worst, off, fits := 0.0, 0.0, 0
	for i, n := range d.grads {
		gap := relativeGap(values[i].Data, byHand[i].Scale(d.times(i)).Data)
		row := differences.Rows[i]
		worst, off = max(worst, gap), max(off, row.Relative())
		if n.Shape().Eq(d.of[i].Shape()) {
			fits++
		}
		t.Rows = append(t.Rows, []string{symbols[i], texts[i], words.Shape(n.Shape()...), fmt.Sprintf("%.4g", largest(values[i].Data)),
			gapText(gap), gapText(row.Relative())})
	}
	r.Say("Each against the formula written by hand and against central differences of the cost, relative to its largest entry%s:", d.compared())
	r.Table(t)
	judgeSix(r, fits, worst)
	entries := 0
	for _, row := range differences.Rows {
		entries += len(row.Entries)
	}
	r.Check(differences.Err() == nil, "Of %d entries %d are what central differences say, as near as these are sure, and none is undecided; the largest error is %s.",
		entries, differences.Count(gradtest.Right), gapText(off))
	if g == layers.Tanh {
		hand, of := sixOfTheNotes(), "of the notes"
		if d.own == 1 {
			hand, of = sixOfTheMean(), "derived by hand from the mean cost"
		}
		right := matches(texts, hand)
		r.Check(right == 6, "%d of the 6 formulas that the program prints are those %s, to the letter.", right, of)
	}
	return nil
}

// judgeSix judges how many derivatives have the dimensions of what they belong to,
// and how far the graph and the six formulas differ.
func judgeSix(r *Report, fits int, worst float64) {
	const same = 1e-12
	r.Supports("each derivative is as large as what it belongs to", fits == 6, "%d of the 6 derivatives have the dimensions of what they belong to.", fits)
	r.Supports("the six formulas give the gradient", worst <= same, "The graph and the six formulas by hand differ by %s (up to %.0e is rounding).", atMost(worst), same)
}

// gradients returns the gradients by hand.
func (f sixFormulas) gradients(d *derivation, data *dataset.Set, g layers.Activation) (handgrad.Gradients, error) {
	hidden, err := handgrad.ActivationByName(g.String())
	if err != nil {
		return handgrad.Gradients{}, err
	}
	n := handgrad.TwoLayer{W1: asMatrix(d.net.W[0].Value()), B1: asMatrix(d.net.B[0].Value()),
		W2: asMatrix(d.net.W[1].Value()), B2: asMatrix(d.net.B[1].Value()), Hidden: hidden}
	x := handgrad.Matrix{Rows: len(data.Features), Cols: data.Len(), Data: byRows(data.X, len(data.Features))}
	return f.byHand(n, x, asMatrix(data.Labels(tensor.Float64)))
}

// byRows returns examples of n features, one after the other, row by row.
func byRows(examples []float64, n int) []float64 {
	out := make([]float64, 0, len(examples))
	for i := range n {
		for j := i; j < len(examples); j += n {
			out = append(out, examples[j])
		}
	}
	return out
}

// listing returns the lines of the derivation.
func (d *derivation) listing() string {
	var formulas []graph.Formula
	for _, l := range slices.Concat(d.lines.Forward, d.lines.Backward) {
		formulas = append(formulas, l.Formula)
	}
	return listing(formulas)
}

// meaning says what the derivatives are of.
func (d *derivation) meaning() (string, error) {
	if d.own == 1 {
		return "Every derivative is that of the cost J itself: 1/m stands in dZ2 once, where the mean over the examples brings it in, and dZ2 is ∂J/∂Z2. Notes often write dZ2 = A2 − Y and put 1/m into dW and db (--convention notes): the same dW and db come out.", nil
	}
	ofCost, err := graph.Grad(d.cost, d.of[0])
	if err != nil {
		return "", err
	}
	formulas, err := graph.Formulas(ofCost...)
	if err != nil {
		return "", err
	}
	return "As in notes, each column of dZ2 is the derivative of that example's own loss, and 1/m, the mean over the examples, comes in with dW and db. The derivatives of the cost J itself (--convention mean) are the same for W and b, and m times smaller for Z: ∂J/∂Z2 = " + formulas[len(formulas)-1].Text + ".", nil
}

// compared says what is compared with differences of the cost.
func (d *derivation) compared() string {
	if d.own == 1 {
		return ""
	}
	return "; with differences it is dZ2/m and dZ1/m that are compared, for these are ∂J/∂Z2 and ∂J/∂Z1"
}

// texts returns the symbols and formulas of the gradients.
func (d *derivation) texts() (symbols, texts []string) {
	for _, n := range d.grads {
		for _, l := range d.lines.Backward {
			if l.Node == n {
				symbols, texts = append(symbols, l.Symbol), append(texts, l.Text)
				break
			}
		}
	}
	return symbols, texts
}

// sixOfTheNotes are the formulas for tanh in the order of back-propagation.
func sixOfTheNotes() []string {
	return []string{"A2 − Y", "(1/m)·dZ2·A1ᵀ", "(1/m)·Σ dZ2", "W2ᵀ·dZ2 ⊙ (1 − A1²)", "(1/m)·dZ1·Xᵀ", "(1/m)·Σ dZ1"}
}

// sixOfTheMean are those of the mean cost.
func sixOfTheMean() []string {
	return []string{"(A2 − Y)/m", "dZ2·A1ᵀ", "Σ dZ2", "W2ᵀ·dZ2 ⊙ (1 − A1²)", "dZ1·Xᵀ", "Σ dZ1"}
}

// matches returns how many of two lists are equal, place by place.
func matches(a, b []string) int {
	n := 0
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}
