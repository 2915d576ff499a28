package explain_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/graph/gradtest"
	"chainrule/internal/formulatest"
	"chainrule/internal/handgrad"
	"chainrule/layers"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// A costCase builds a cost of m examples in a graph of its own. The same seed
// gives the same parameters for every m.
type costCase struct {
	cost    func(b *builder) node
	note    string // a part of the note in the convention of the notes
	lines   []string
	unclear bool // its text has a Σ of which only the program knows the axis, or functions that the evaluator does not know
	coupled bool // examples reach each other's losses
	byCost  bool // all derivatives are those of the cost
}

// A builder makes the values of a case. Parameters and their values depend on the
// order in which they are asked for alone.
type builder struct {
	g      *graph.Graph
	m      int
	rng    *rand.Rand
	params []node
	data   map[node]string // inputs by name
}

func newBuilder(m int) *builder {
	return &builder{g: graph.New(graph.Settings{}), m: m, rng: rand.New(rand.NewPCG(5, 6)), data: map[node]string{}}
}

func (b *builder) param(name string, rows, cols int) node {
	n := b.g.Use(graph.NewParam(name, dense(randomMatrix(b.rng, rows, cols))))
	b.params = append(b.params, n)
	return n
}

func (b *builder) input(name string, rows int) node {
	n := b.g.Input(name, rows, b.m)
	b.data[n] = name
	return n
}

// feeds returns values of the inputs: the columns from, from+1, … of data that are
// the same for every number of examples.
func (b *builder) feeds(from int) graph.Feeds {
	out := graph.Feeds{}
	for n, name := range b.data {
		rows, all := n.Shape()[0], 64
		rng := rand.New(rand.NewPCG(uint64(len(name)), uint64(name[0])))
		values := randomMatrix(rng, rows, all)
		if name[0] == 'Y' {
			for i, v := range values.Data {
				values.Data[i] = math.Round(1 / (1 + math.Exp(-v)))
			}
		}
		part := handgrad.Matrix{Rows: rows, Cols: n.Shape()[1]}
		for i := range rows {
			part.Data = append(part.Data, values.Data[i*all+from:][:part.Cols]...)
		}
		out[n] = dense(part)
	}
	return out
}

// layer returns Z = W·A + b.
func (b *builder) layer(a node, units int) node {
	i := len(b.params)/2 + 1
	w, bias := b.param(fmt.Sprint("W", i), units, a.Shape()[0]), b.param(fmt.Sprint("b", i), units, 1)
	return graph.Add(graph.MatMul(w, a), bias).MarkZ()
}

// net returns the logits of a network 2-4-1 with tanh.
func (b *builder) net() (z node) { return b.layer(graph.Tanh(b.layer(b.input("X", 2), 4)), 1) }

func (b *builder) crossEntropy(z node) node {
	graph.Sigmoid(z)
	return losses.SigmoidCrossEntropy(z, b.input("Y", z.Shape()[0]))
}

var keep = graph.Reduce{KeepDims: true}

// costCases are costs of many kinds by name.
func costCases() map[string]costCase {
	return map[string]costCase{
		"two layers": {cost: func(b *builder) node { return b.crossEntropy(b.net()) },
			note:  "Each column of dZ2 is the derivative of that example's own loss; the mean over the examples comes in with the parameters.",
			lines: []string{"dZ2 = A2 − Y", "dW2 = (1/m)·dZ2·A1ᵀ", "db2 = (1/m)·Σ dZ2", "dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)", "dW1 = (1/m)·dZ1·Xᵀ", "db1 = (1/m)·Σ dZ1"}},
		"three layers": {cost: func(b *builder) node {
			return b.crossEntropy(b.layer(graph.ReLU(b.layer(graph.Sigmoid(b.layer(b.input("X", 3), 4)), 5)), 2))
		}, lines: []string{"dZ3 = A3 − Y", "dW3 = (1/m)·dZ3·A2ᵀ", "dZ2 = W3ᵀ·dZ3 ⊙ step(Z2)", "dZ1 = W2ᵀ·dZ2 ⊙ (A1 ⊙ (1 − A1))"}},
		"softmax": {cost: func(b *builder) node {
			z := b.layer(b.input("X", 2), 3)
			graph.Softmax(z, 0)
			return losses.SoftmaxCrossEntropy(z, graph.Softmax(b.input("Y", 3), 0))
		}, lines: []string{"dW1 = (1/m)·dZ1·Xᵀ"}},
		"squared error": {cost: func(b *builder) node { return losses.SquaredError(b.net(), b.input("Y", 1)) },
			lines: []string{"dZ2 = 2·t1", "dW2 = (1/m)·dZ2·A1ᵀ"}},
		"squares of sigmoid": {cost: func(b *builder) node { return losses.SquaredError(graph.Sigmoid(b.net()), b.input("Y", 1)) },
			lines: []string{"dZ2 = 2·t1 ⊙ (A2 ⊙ (1 − A2))"}},
		"penalty of weights": {cost: func(b *builder) node {
			cost := b.crossEntropy(b.net())
			return graph.Add(cost, graph.Add(graph.Sum(graph.Square(b.params[0])), graph.Sum(graph.Square(b.params[2]))).Times(0.05))
		}, lines: []string{"dZ2 = A2 − Y", "dW2 = (1/m)·dZ2·A1ᵀ + W2/10", "dW1 = (1/m)·dZ1·Xᵀ + W1/10", "db1 = (1/m)·Σ dZ1"}},
		"mean penalty": {cost: func(b *builder) node {
			return graph.Add(b.crossEntropy(b.net()), graph.Mean(graph.Square(b.params[0])))
		}, lines: []string{"dZ2 = A2 − Y", "dW1 = (1/m)·dZ1·Xᵀ + W1/4"}},
		"weighted examples": {cost: func(b *builder) node {
			z, y := b.net(), b.input("Y", 1)
			graph.Sigmoid(z)
			return graph.Mean(graph.Mul(b.input("v", 1), graph.Sub(graph.Softplus(z), graph.Mul(y, z))))
		}, lines: []string{"dW2 = (1/m)·dZ2·A1ᵀ"}},
		"two losses": {cost: func(b *builder) node {
			a := graph.Tanh(b.layer(b.input("X", 2), 4))
			return graph.Add(b.crossEntropy(b.layer(a, 1)), losses.SquaredError(b.layer(a, 2), b.input("T", 2)).Times(0.3))
		}, lines: []string{"dZ2 = A2 − Y", "dZ3 = 0.6·t1", "dW3 = (1/m)·dZ3·A1ᵀ"}},
		"negative mean": {cost: func(b *builder) node {
			z := b.net()
			y := b.input("Y", 1)
			return losses.BinaryCrossEntropy(graph.Clip(graph.Sigmoid(z), 1e-9, 1), y)
		}, lines: []string{"dW2 = (1/m)·dZ2·A1ᵀ"}, unclear: true},
		"mean of all entries": {cost: func(b *builder) node {
			return graph.Mean(graph.Square(graph.Sub(b.layer(b.input("X", 2), 4), b.input("Y", 4))))
		}, lines: []string{"dZ1 = t1/2", "dW1 = (1/m)·dZ1·Xᵀ"}},
		"mean of sums": {cost: func(b *builder) node { return graph.Mean(graph.Sum(graph.Square(b.net()), 0)) }, lines: []string{"dZ2 = 2·Z2"}},
		"sum of means": {cost: func(b *builder) node { return graph.Sum(graph.Mean(graph.Square(b.net()), 1)) }, lines: []string{"dZ2 = 2·Z2"}},
		"rows are examples": {cost: func(b *builder) node {
			return graph.Mean(graph.Square(graph.MatMul(graph.Transpose(b.input("X", 2)), b.param("w", 2, 1)).Named("r")))
		}, note: "Each row of dr is", lines: []string{"dr = 2·r", "dw = (1/m)·X·dr"}},
		"mean of means": {cost: func(b *builder) node { return graph.Mean(graph.Mean(graph.Square(b.layer(b.input("X", 2), 4)), 0)) },
			lines: []string{"dZ1 = Z1/2"}},
		"layer normalisation": {cost: func(b *builder) node {
			z := b.layer(b.input("X", 2), 4)
			return b.crossEntropy(b.layer(graph.Tanh(graph.Sub(z, keep.Mean(z, 0))), 1))
		}, lines: []string{"dZ2 = A2 − Y", "dW1 = (1/m)·dZ1·Xᵀ"}, unclear: true},
		"weights made of weights": {cost: func(b *builder) node {
			w := graph.Tanh(b.param("V", 1, 2)).Named("w")
			return b.crossEntropy(graph.MatMul(w, b.input("X", 2)).Named("Z"))
		}, lines: []string{"dw = (1/m)·dZ·Xᵀ", "dV = dw ⊙ (1 − w²)"}},
		"one weight twice": {cost: func(b *builder) node {
			w, x := b.param("w", 2, 2), b.input("X", 2)
			return graph.Mean(graph.Square(graph.MatMul(w, graph.Tanh(graph.MatMul(w, x).Named("z")))))
		}, note: "Each column of dz is"},
		"learned scale of the loss": {cost: func(b *builder) node {
			s := b.param("s", 1, 1)
			return graph.Sum(graph.Add(graph.Mul(graph.Exp(s), keep.Mean(graph.Square(b.net()))), s))
		}, lines: []string{"dZ2 = t1 ⊙ (2·Z2)"}},
		"inputs asked for": {cost: func(b *builder) node {
			z := b.net()
			for n := range b.data {
				b.params = append(b.params, n)
			}
			return b.crossEntropy(z)
		}, lines: []string{"dX = W1ᵀ·dZ1"}},
		"probabilities asked for": {cost: func(b *builder) node {
			p := graph.Sigmoid(b.net()).Named("P")
			b.params = append(b.params, p)
			return losses.BinaryCrossEntropy(p, b.input("Y", 1))
		}, note: "Each column of d", lines: []string{"dZ2 = P − Y", "dW1 = (1/m)·dZ1·Xᵀ"}, unclear: true},
		"logarithms of probabilities": {cost: func(b *builder) node {
			p := graph.Sigmoid(b.net()).Named("P")
			b.params = append(b.params, p)
			return graph.Mean(graph.Sub(graph.Square(p), graph.Log(p)))
		}, lines: []string{"dW1 = (1/m)·dZ1·Xᵀ"}, unclear: true},
		"weights of classes": {cost: func(b *builder) node {
			z := b.layer(b.input("X", 2), 3)
			graph.Softmax(z, 0)
			return losses.WeightedSoftmaxCrossEntropy(z, b.input("Y", 3))
		}, lines: []string{"dZ1 = A1 ⊙ (Σ Y) − Y", "dW1 = (1/m)·dZ1·Xᵀ"}, unclear: true},
		"centred over the batch": {cost: func(b *builder) node {
			z := b.layer(b.input("X", 2), 4)
			return b.crossEntropy(b.layer(graph.Tanh(graph.Sub(z, keep.Mean(z, 1))), 1))
		}, note: "Through Σ Z1 the values of one example go into the losses of others: for Z1 the derivative is that of J itself, written ∂J/∂Z1.",
			lines: []string{"dZ2 = A2 − Y", "dW2 = (1/m)·dZ2·t1ᵀ", "dW1 = (∂J/∂Z1)·Xᵀ", "db1 = Σ ∂J/∂Z1"}, unclear: true, coupled: true},
		"batch normalisation": {cost: func(b *builder) node {
			z := b.layer(b.input("X", 2), 4)
			centred := graph.Sub(z, keep.Mean(z, 1))
			scaled := graph.Div(centred, graph.Sqrt(keep.Mean(graph.Square(centred), 1).Plus(1e-3)))
			return b.crossEntropy(b.layer(graph.Tanh(scaled.Named("N")), 1))
		}, note: "written ∂J/∂Z1", lines: []string{"dZ2 = A2 − Y", "dW1 = (∂J/∂Z1)·Xᵀ"}, unclear: true, coupled: true},
		"largest example": {cost: func(b *builder) node {
			z := b.layer(b.input("X", 2), 4)
			return b.crossEntropy(b.layer(graph.Sub(z, keep.Max(z, 1)).Named("D"), 1))
		}, note: "written ∂J/∂Z1", lines: []string{"dZ2 = A2 − Y"}, unclear: true, coupled: true},
		"penalty of values": {cost: func(b *builder) node {
			z1 := b.layer(b.input("X", 2), 4)
			a := graph.Tanh(z1)
			return graph.Add(b.crossEntropy(b.layer(a, 1)), graph.Sum(graph.Square(a)).Times(0.01))
		}, note: "Σ t1 goes into J beside the mean over the examples: for Z1 the derivative is that of J itself", lines: []string{"dZ2 = A2 − Y", "dW1 = (∂J/∂Z1)·Xᵀ"}, coupled: true},
		"no mean": {cost: func(b *builder) node { return graph.Sum(graph.Square(b.net())) },
			note: "Every derivative is that of J itself, which was not built as a mean over examples.", lines: []string{"dZ2 = 2·Z2", "dW2 = dZ2·A1ᵀ"}, byCost: true},
		"root of the mean": {cost: func(b *builder) node { return graph.Sqrt(graph.Mean(graph.Square(b.net()))) },
			note: "no example has a loss of its own, since the mean over the examples goes into J in a way that is not linear.", lines: []string{"dW2 = dZ2·A1ᵀ"}, byCost: true, unclear: true},
		"product of means": {cost: func(b *builder) node {
			z := b.net()
			return graph.Mul(graph.Mean(graph.Square(z)), graph.Mean(graph.Exp(z)))
		}, note: "not linear", byCost: true},
		"mean of weights alone": {cost: func(b *builder) node { return graph.Mean(graph.Square(b.param("W", 3, 4))) },
			note: "not built as a mean over examples", lines: []string{"dW = W/6"}, byCost: true},
		"pairs of examples": {cost: func(b *builder) node {
			z := b.net()
			return graph.Mean(graph.Square(graph.MatMul(graph.Transpose(z), z)))
		}, note: "not built as a mean over examples", byCost: true},
		"two batches": {cost: func(b *builder) node {
			w := b.param("w", 1, 2)
			other := b.g.Input("X2", 2, 5)
			b.data[other] = "X2"
			return graph.Add(graph.Mean(graph.Square(graph.MatMul(w, b.input("X", 2)).Named("z"))),
				graph.Mean(graph.Exp(graph.MatMul(w, other).Named("z2"))))
		}, lines: []string{"dz = 2·z"}, unclear: true},
	}
}

// A line of a gradient, with what it is the gradient of.
type gradientLine struct {
	explain.Line
	of      node
	partial bool // written ∂J/∂Z1
}

// gradientLines returns the lines of the way back that are gradients of values.
func gradientLines(d *explain.Derivation) []gradientLine {
	values := map[string]node{}
	for _, l := range slices.Concat(d.Given, d.Forward) {
		values[l.Symbol] = l.Node
	}
	var out []gradientLine
	for _, l := range slices.Concat(d.Raw, d.Backward) {
		name, partial := strings.CutPrefix(l.Symbol, "∂J/∂")
		if !partial {
			name = strings.TrimPrefix(l.Symbol, "d")
		}
		if of := values[name]; of != nil && name != l.Symbol {
			out = append(out, gradientLine{l, of, partial})
		}
	}
	return out
}

// Every line of a derivation, in both conventions, is what the independent
// evaluator makes of its text, and every gradient in it is m times or once what
// central differences of the cost say.
func TestConventionsTellTheTruth(t *testing.T) {
	for name, c := range costCases() {
		for _, m := range []int{6, 49, 1} {
			for _, s := range []explain.Settings{{}, {Convention: explain.MeanCost}} {
				b := newBuilder(m)
				cost := c.cost(b).Named("J")
				d, err := s.DeriveRaw(cost, b.params...)
				if err != nil {
					t.Fatal(name, err)
				}
				feeds := b.feeds(0)
				if err := d.Evaluate(feeds); err != nil {
					t.Fatal(name, err)
				}
				what := fmt.Sprintf("%s, m = %d, convention %q", name, m, s.Convention)
				if !c.unclear {
					evaluateText(t, what, d, m)
				}
				own := s.Convention != explain.MeanCost && !c.byCost
				checkByDifferences(t, what, d, cost, feeds, own)
			}
		}
	}
}

// evaluateText evaluates all lines by their text.
func evaluateText(t *testing.T, what string, d *explain.Derivation, m int) {
	t.Helper()
	for way, lines := range map[string][]explain.Line{"raw": d.Raw, "simplified": d.Backward} {
		e := &formulatest.Evaluator{Values: map[string]handgrad.Matrix{"m": formulatest.Scalar(float64(m))}}
		for _, l := range d.Given {
			e.Values[l.Symbol] = matrixOf(l.Value)
		}
		for _, l := range slices.Concat(d.Forward, lines) {
			checkLine(t, what+", "+way, e, l, 1e-5) // six digits are printed
		}
	}
}

// checkByDifferences compares the gradients with central differences. If own, those
// of values with a column for each example, but for those written ∂J/∂Z1, are m
// times as large.
func checkByDifferences(t *testing.T, what string, d *explain.Derivation, cost node, feeds graph.Feeds, own bool) {
	t.Helper()
	var claims []gradtest.Claim
	for _, l := range gradientLines(d) {
		times := 1.0
		if own && !l.partial && l.of.Param() == nil {
			times = examplesOf(l.of)
		}
		values := slices.Clone(matrixOf(l.Value).Data)
		for i := range values {
			values[i] /= times
		}
		claims = append(claims, gradtest.Claim{Of: l.of, Values: values})
	}
	report, err := gradtest.Judge(t.Context(), gradtest.Settings{}, cost, feeds, claims...)
	if err != nil {
		t.Fatal(what, err)
	}
	if len(claims) == 0 || report.Count(gradtest.Wrong) > 0 || report.Count(gradtest.Right) == 0 {
		t.Errorf("%s: %d gradients\n%v", what, len(claims), report)
	}
}

// examplesOf returns the number of examples of which n has a part each: a value with
// a part for none is told by its name here.
func examplesOf(n node) float64 {
	switch shape := n.Shape(); {
	case n.Symbol() == "w" || len(shape) != 2 || shape[0] == 1 && shape[1] == 1 && n.Symbol() == "s":
		return 1
	case n.Symbol() == "r":
		return float64(shape[0])
	default:
		return float64(shape[1])
	}
}

// A number that is no convention is an error, not one of the two.
func TestNoSuchConvention(t *testing.T) {
	g := graph.New(graph.Settings{})
	w := g.Input("W", 2, 2)
	_, err := explain.Settings{Convention: "sum"}.Derive(graph.Sum(w), w)
	_, rawErr := explain.Settings{Convention: "sum"}.DeriveRaw(graph.Sum(w), w)
	const want = "Derive: Convention \"sum\" given, Notes or MeanCost expected"
	if err == nil || rawErr == nil || !strings.HasSuffix(err.Error(), want) || !strings.HasSuffix(rawErr.Error(), want) {
		t.Errorf("the errors are %v and %v", err, rawErr)
	}
}

// The formulas and the notes of the cases.
func TestConventionOfTheNotes(t *testing.T) {
	for name, c := range costCases() {
		b := newBuilder(6)
		d, err := explain.Derive(c.cost(b).Named("J"), b.params...)
		if err != nil {
			t.Fatal(name, err)
		}
		all := "\n"
		for _, l := range d.Backward {
			all += l.Symbol + " = " + l.Text + "\n"
		}
		for _, want := range c.lines {
			if !strings.Contains(all, "\n"+want+"\n") {
				t.Errorf("%s: no line %q in%s", name, want, all)
			}
		}
		if !strings.Contains(d.Note, c.note) || d.Note == "" {
			t.Errorf("%s: the note is %q, not %q", name, d.Note, c.note)
		}
		if partial := strings.Contains(all, "∂J/∂"); partial != c.coupled {
			t.Errorf("%s: ∂J/∂ is %v in%s", name, partial, all)
		}
	}
}

// Columns of dZ are derivatives of each example's own loss: the gradient of the same
// cost of that example alone.
func TestOwnLosses(t *testing.T) {
	const m = 5
	for name, c := range costCases() {
		if c.coupled || c.byCost || name == "two batches" {
			continue
		}
		b := newBuilder(m)
		d, err := explain.Derive(c.cost(b).Named("J"), b.params...)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := d.Evaluate(b.feeds(0)); err != nil {
			t.Fatal(name, err)
		}
		compared := 0
		for j := range m {
			alone := newBuilder(1)
			cost := c.cost(alone)
			for _, l := range gradientLines(d) {
				if l.of.Param() != nil || examplesOf(l.of) != m {
					continue
				}
				same := alone.g.Nodes()[slices.Index(b.g.Nodes(), l.of)]
				want := gradients(t, cost, alone.feeds(j), same)[0]
				got := matrixOf(l.Value)
				if got.Cols != m {
					got = got.Transpose()
				}
				var column []float64
				for i := range got.Rows {
					column = append(column, got.Data[i*m+j])
				}
				if gap := largestGap(column, want); !(gap <= 1e-12*math.Max(1, largestOf(want))) {
					t.Errorf("%s: column %d of %s is %v, of the example alone it is %v", name, j, l.Symbol, column, want)
				}
				compared++
			}
		}
		if compared == 0 {
			t.Errorf("%s: nothing to compare", name)
		}
	}
}

// The formulas by hand, whose dZ is that of the mean cost: m times it in one
// convention and once in the other.
func TestConventionsByHand(t *testing.T) {
	for _, m := range []int{1, 3, 49, 400} {
		for _, softmax := range []bool{false, true} {
			n := explained{m, []int{2, 4, 3, 2}, []layers.Activation{layers.Tanh, layers.Sigmoid}, layers.Sigmoid, crossEntropyCost}
			if softmax {
				n.output, n.cost = layers.Softmax, softmaxCost
			}
			cost, params, feeds := n.build(t)
			for x, v := range feeds {
				if labels := v.(*tensor.Dense); x.Name() == "Y" { // columns that sum to 1
					for j := range m {
						labels.Float64s()[j], labels.Float64s()[m+j] = float64(j%2), float64(1-j%2)
					}
				}
			}
			model := handgrad.MLP{Hidden: []handgrad.Activation{handgrad.Tanh, handgrad.Sigmoid}, Softmax: softmax}
			for i := range 3 {
				model.W = append(model.W, matrixOf(params[2*i].Param().Value()))
				model.B = append(model.B, matrixOf(params[2*i+1].Param().Value()))
			}
			var x, y handgrad.Matrix
			for in, v := range feeds {
				if in.Name() == "X" {
					x = matrixOf(v.(*tensor.Dense))
				} else {
					y = matrixOf(v.(*tensor.Dense))
				}
			}
			want, err := model.Gradients(x, y)
			if err != nil {
				t.Fatal(err)
			}
			for convention, times := range map[explain.Convention]float64{explain.Notes: float64(m), explain.MeanCost: 1} {
				d, err := explain.Settings{Convention: convention}.Derive(cost, params...)
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Evaluate(feeds); err != nil {
					t.Fatal(err)
				}
				compared := 0
				for _, l := range d.Backward {
					layer := int(l.Symbol[len(l.Symbol)-1] - '1')
					by, scale := want.DW[layer], 1.0
					switch l.Symbol[:2] {
					case "dZ":
						by, scale = want.DZ[layer], times
					case "db":
						by = want.DB[layer]
					}
					compared++
					got := matrixOf(l.Value).Scale(1 / scale)
					if gap := largestGap(got.Data, by.Data); !(gap <= notesTolerance*largestOf(by.Data)) {
						t.Errorf("m = %d, convention %q: %s differs by %v", m, convention, l.Symbol, gap)
					}
				}
				if compared != 9 {
					t.Errorf("%d lines", compared)
				}
			}
		}
	}
}

// A random network of per-example steps, some of which may let the examples meet.
func randomCost(b *builder, rng *rand.Rand, meet bool) node {
	a := b.layer(b.input("X", 2), 3)
	for range 2 + rng.IntN(4) {
		switch steps := 9 + 3*len(meetings(meet)); rng.IntN(steps) {
		case 0:
			a = graph.Tanh(a)
		case 1:
			a = b.layer(a, 2+rng.IntN(3))
		case 2:
			a = graph.Mul(a, graph.Sigmoid(a))
		case 3:
			a = graph.Softmax(a, 0)
		case 4:
			a = graph.Concat(0, a, graph.Mul(a, b.param(fmt.Sprint("s", len(b.params)), a.Shape()[0], 1)))
		case 5:
			a = graph.Transpose(graph.MatMulTrans(a, true, b.param(fmt.Sprint("V", len(b.params)), a.Shape()[0], 3), false))
		case 6:
			a = graph.Sub(a, keep.Mean(a, 0))
		case 7:
			a = graph.CumSum(a, 0)
		case 8:
			a = graph.Reshape(graph.Reshape(a, 1, a.Shape()[0], b.m).Times(1.5), a.Shape()...)
		default:
			step := meetings(meet)[rng.IntN(len(meetings(meet)))]
			a = step(a)
		}
		if rng.IntN(2) == 0 {
			a.MarkZ()
		}
	}
	a = b.layer(a, 1).MarkZ()
	cost := graph.Mean(graph.Square(graph.Sub(a, b.input("Y", 1))))
	if rng.IntN(2) == 0 {
		cost = graph.Sub(cost.Times(0.7), graph.Mean(graph.Sigmoid(a)))
	}
	if rng.IntN(2) == 0 {
		cost = graph.Add(graph.Sum(graph.Square(b.params[0])).Times(0.01), cost)
	}
	return cost
}

// meetings are steps through which examples reach each other's losses.
func meetings(some bool) []func(a node) node {
	if !some {
		return nil
	}
	return []func(a node) node{
		func(a node) node { return graph.Sub(a, keep.Mean(a, 1)) },
		func(a node) node { return graph.Softmax(a, 1) },
		func(a node) node { return graph.CumSum(a, 1) },
		func(a node) node { return graph.MatMul(graph.MatMulTrans(a, false, a, true), a).Times(0.1) },
		func(a node) node { return graph.Mul(a, graph.Tanh(graph.Sum(a))) },
	}
}

// In random networks every derivative is m times or once that of the cost, as its
// name says, and columns are those of each example alone unless examples meet.
func TestConventionOfRandomCosts(t *testing.T) {
	own, partial := 0, 0
	for seed := range uint64(60) {
		const m = 7
		b := newBuilder(m)
		cost := randomCost(b, rand.New(rand.NewPCG(seed, 8)), seed%2 == 1).Named("J")
		d, err := explain.DeriveRaw(cost, b.params...)
		if err != nil {
			t.Fatal(seed, err)
		}
		feeds := b.feeds(0)
		if err := d.Evaluate(feeds); err != nil {
			t.Fatal(seed, err)
		}
		for _, l := range gradientLines(d) {
			times := 1.0
			if !l.partial && l.of.Param() == nil {
				times, own = m, own+1
			} else if l.partial {
				partial++
			}
			want := gradients(t, cost, feeds, l.of)[0]
			got := slices.Clone(matrixOf(l.Value).Data)
			for i := range got {
				got[i] /= times
			}
			if gap := largestGap(got, want); !(gap <= 1e-11*math.Max(1, largestOf(want))) {
				t.Errorf("seed %d: %v differs by %v", seed, l.Formula, gap)
			}
		}
		if seed < 10 {
			checkByDifferences(t, fmt.Sprint("seed ", seed), d, cost, feeds, true)
		}
		alone := newBuilder(1)
		costAlone := randomCost(alone, rand.New(rand.NewPCG(seed, 8)), seed%2 == 1)
		for _, l := range gradientLines(d) {
			if l.partial || l.of.Param() != nil || seed%2 == 1 {
				continue
			}
			want := gradients(t, costAlone, alone.feeds(3), alone.g.Nodes()[slices.Index(b.g.Nodes(), l.of)])[0]
			got := matrixOf(l.Value)
			if got.Cols != m && l.of.Shape()[0] == m { // rows are examples
				got = got.Transpose()
			}
			for i, v := range want {
				if gap := math.Abs(got.Data[i*m+3] - v); !(gap <= 1e-11*math.Max(1, largestOf(want))) {
					t.Errorf("seed %d: of example 3 alone %s differs by %v", seed, l.Symbol, gap)
				}
			}
		}
	}
	if own < 100 || partial < 20 {
		t.Errorf("%d derivatives of own losses, %d written ∂J/∂", own, partial)
	}
}

// The README shows the lines of the two-layer network.
func TestReadmeShowsTheDerivation(t *testing.T) {
	n := explainedNetworks()["two layers"]
	cost, params, _ := n.build(t)
	d, err := explain.Derive(cost, params...)
	if err != nil {
		t.Fatal(err)
	}
	block := "```\n"
	for _, l := range d.Backward {
		block += l.Symbol + " = " + l.Text + "\n"
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), block+"```\n") {
		t.Errorf("the README does not show\n%s", block)
	}
}

// Names belong to the derivation: Grad returns the gradient of the cost, the same
// node as without a derivation, and formulas call it so.
func TestDerivationLeavesTheGraphAlone(t *testing.T) {
	formulas := func(derive bool) (lines []string) {
		b := newBuilder(6)
		cost := b.crossEntropy(b.net())
		if derive {
			if _, err := explain.DeriveRaw(cost, b.params...); err != nil {
				t.Fatal(err)
			}
		}
		d, err := graph.Grad(cost, b.params...)
		if err != nil {
			t.Fatal(err)
		}
		all, err := graph.Formulas(d...)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			lines = append(lines, f.String())
		}
		return lines
	}
	if with, without := formulas(true), formulas(false); !slices.Equal(with, without) || !slices.Contains(with, "dZ2 = (A2 − Y)/m (1,6)") {
		t.Errorf("%q\nand without a derivation\n%q", with, without)
	}
}

// An update by a derivation's gradient is one instruction, as one by Grad's.
func TestUpdatesStayOneInstruction(t *testing.T) {
	count := func(gradientsOf func(cost node, params []node) []node) int {
		b := newBuilder(400)
		cost := b.crossEntropy(b.net())
		spec := graph.Spec{Outputs: []node{cost}}
		for i, d := range gradientsOf(cost, b.params) {
			spec.Updates = append(spec.Updates, graph.Update{Param: b.params[i].Param(), Value: graph.Sub(b.params[i], d.Times(0.5))})
		}
		p, err := graph.Compile(spec)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		return strings.Count(p.String(), "\n")
	}
	byGrad := count(func(cost node, params []node) []node {
		d, err := graph.Grad(cost, params...)
		if err != nil {
			t.Fatal(err)
		}
		return d
	})
	byDerivation := count(func(cost node, params []node) []node {
		d, err := explain.Derive(cost, params...)
		if err != nil {
			t.Fatal(err)
		}
		return d.Gradients()
	})
	if byGrad != byDerivation {
		t.Errorf("%d lines of a program by a derivation, %d by Grad", byDerivation, byGrad)
	}
}

// A factor is written as a share of m only where a mean over the examples may be in
// it: penalties and the factors of own losses are not, whatever m is.
func TestSharesOfM(t *testing.T) {
	for _, m := range []int{4, 6, 20} {
		b := newBuilder(m)
		cost := graph.Add(b.crossEntropy(b.net()).Times(0.5), graph.Sum(graph.Square(b.params[0])).Times(0.25))
		for convention, want := range map[explain.Convention][]string{
			explain.Notes:    {"dZ2 = (A2 − Y)/2", "dW1 = (1/m)·dZ1·Xᵀ + W1/2"},
			explain.MeanCost: {"dW1 = W1/2 + dZ1·Xᵀ"},
		} {
			d, err := explain.Settings{Convention: convention}.Derive(cost, b.params...)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range d.Backward {
				got = append(got, l.Symbol+" = "+l.Text)
			}
			for _, line := range want {
				if !slices.Contains(got, line) {
					t.Errorf("m = %d: no %q in %q", m, line, got)
				}
			}
		}
	}
}

// The ½ of a loss stands in the formula of a mean as it is, whatever m is, beside the mean's
// own 1/m.
func TestFractionsOfLosses(t *testing.T) {
	for _, m := range []int{2, 4, 6, 20} {
		g := graph.New(graph.Settings{})
		x, y := g.Input("X", 3, m), g.Input("Y", 3, m)
		d, err := explain.Derive(losses.Huber(x, y, 1).Named("J"), x)
		if err != nil {
			t.Fatal(err)
		}
		if text := d.Text(0); !strings.Contains(text, " = (1/m)·Σ where(t3, t2 + (−0.5), t1²/2)") {
			t.Errorf("m = %d: the loss is not halved in\n%s", m, text)
		}
	}
}

// The cost is called a mean if it is one, and of what it is.
func TestWordsOfMeans(t *testing.T) {
	for _, c := range []struct {
		cost func(x, y node) node
		want string
	}{
		{losses.SquaredError, "squared error, mean over the examples"},
		{func(x, y node) node { return graph.Sum(graph.Square(graph.Sub(x, y))) }, "squared error"},
		{func(x, y node) node { return graph.Sum(graph.Square(graph.Sub(x, y))).Times(0.25) }, "squared error"},
		{func(x, y node) node { return graph.Mean(graph.Square(graph.Sub(x, y))) }, "squared error, mean over all entries"},
	} {
		g := graph.New(graph.Settings{})
		x, y := g.Input("X", 3, 4), g.Input("Y", 3, 4)
		d, err := explain.Derive(c.cost(x, y).Named("J"), x)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Forward[len(d.Forward)-1]; got.Rule != c.want {
			t.Errorf("%v: %q, %q expected", got, got.Rule, c.want)
		}
	}
}
