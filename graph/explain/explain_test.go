package explain_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/layers"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// An explained network is one whose derivation is checked.
type explained struct {
	m      int
	sizes  []int
	hidden []layers.Activation
	output layers.Activation
	cost   func(z, a, y node) node
}

func crossEntropyCost(z, _, y node) node { return losses.SigmoidCrossEntropy(z, y) }
func softmaxCost(z, _, y node) node      { return losses.SoftmaxCrossEntropy(z, y) }
func squaredCost(_, a, y node) node      { return losses.SquaredError(a, y) }

// explainedNetworks are the networks of the notes and others, by name.
func explainedNetworks() map[string]explained {
	tanh := []layers.Activation{layers.Tanh}
	return map[string]explained{
		"logistic regression":   {400, []int{2, 1}, nil, layers.Sigmoid, crossEntropyCost},
		"two layers":            {400, []int{2, 4, 1}, tanh, layers.Sigmoid, crossEntropyCost},
		"one example":           {1, []int{2, 4, 1}, tanh, layers.Sigmoid, crossEntropyCost},
		"one of everything":     {1, []int{1, 1, 1}, tanh, layers.Sigmoid, crossEntropyCost},
		"several outputs":       {5, []int{2, 3, 2}, tanh, layers.Sigmoid, crossEntropyCost},
		"softmax":               {7, []int{2, 4, 3}, tanh, layers.Softmax, softmaxCost},
		"softmax regression":    {7, []int{2, 3}, nil, layers.Softmax, softmaxCost},
		"squared error":         {7, []int{3, 4, 2}, tanh, layers.Identity, squaredCost},
		"linear regression":     {7, []int{3, 1}, nil, layers.Identity, squaredCost},
		"squared error, σ":      {7, []int{3, 4, 2}, tanh, layers.Sigmoid, squaredCost},
		"squared error, σ, m=4": {4, []int{2, 3, 1}, tanh, layers.Sigmoid, squaredCost},
		"squares of softmax":    {7, []int{2, 4, 3}, []layers.Activation{layers.Softmax}, layers.Softmax, squaredCost},
		"mixed": {9, []int{2, 5, 4, 3, 1}, []layers.Activation{layers.Tanh, layers.ReLU, layers.Sigmoid},
			layers.Sigmoid, crossEntropyCost},
		"mixed more": {9, []int{2, 5, 4, 3, 2, 2}, []layers.Activation{layers.LeakyReLU, layers.ELU, layers.SiLU, layers.Softplus},
			layers.Identity, squaredCost},
		"linear hidden units": {9, []int{2, 5, 4, 1}, []layers.Activation{layers.Identity}, layers.Sigmoid, crossEntropyCost},
	}
}

// build returns the cost, the parameters and values for the inputs.
func (n explained) build(t *testing.T) (cost node, params []node, feeds graph.Feeds) {
	t.Helper()
	rng := rand.New(rand.NewPCG(21, 4))
	net := layers.MLPSettings{Sizes: n.sizes, Hidden: n.hidden, Output: n.output}.New(rng)
	g := graph.New(graph.Settings{})
	last := len(n.sizes) - 1
	x, y := g.Input("X", n.sizes[0], n.m), g.Input("Y", n.sizes[last], n.m)
	nodes := net.Forward(x)
	cost = n.cost(nodes.Z[last-1], nodes.A[last-1], y).Named("cost")
	for _, p := range net.Params() {
		params = append(params, g.Use(p))
		if err := p.Set(dense(randomMatrix(rng, p.Shape()[0], p.Shape()[1]))); err != nil {
			t.Fatal(err)
		}
	}
	feeds = graph.Feeds{x: dense(randomMatrix(rng, n.sizes[0], n.m)), y: dense(randomLabels(rng, n.sizes[last], n.m))}
	return cost, params, feeds
}

// steps returns lines as "symbol = formula shape: rule".
func steps(lines []explain.Line) []string {
	var out []string
	for _, l := range lines {
		out = append(out, l.String()+": "+l.Rule)
	}
	return out
}

func checkSteps(t *testing.T, name string, got []explain.Line, want ...string) {
	t.Helper()
	if s := steps(got); !slices.Equal(s, want) {
		t.Errorf("%s:\n%s\nwant\n%s", name, strings.Join(s, "\n"), strings.Join(want, "\n"))
	}
}

// derived returns the derivation of a network, whatever the order in which its
// gradients are asked for.
func derived(t *testing.T, n explained, s explain.Settings) *explain.Derivation {
	t.Helper()
	cost, params, _ := n.build(t)
	d, err := s.DeriveRaw(cost, params...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The formulas of the notes, exactly.
func TestExplainNotes(t *testing.T) {
	all := explainedNetworks()
	d := derived(t, all["two layers"], explain.Settings{})
	checkSteps(t, "two layers, forward", d.Forward,
		"Z1 = W1·X + b1 (4,400): weighted sum and bias",
		"A1 = tanh(Z1) (4,400): activation: tanh",
		"Z2 = W2·A1 + b2 (1,400): weighted sum and bias",
		"A2 = σ(Z2) (1,400): activation: sigmoid",
		"cost = (1/m)·Σ (softplus(Z2) − Y ⊙ Z2) (): cross-entropy, from Z2")
	checkSteps(t, "two layers, backward", d.Backward,
		"dZ2 = A2 − Y (1,400): sigmoid under cross-entropy",
		"dW2 = (1/m)·dZ2·A1ᵀ (1,4): product: gradient of the left factor, mean over the examples",
		"db2 = (1/m)·Σ dZ2 (1,1): bias: mean over the examples",
		"dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²) (4,400): chain rule through Z2; tanh′ = 1 − A²",
		"dW1 = (1/m)·dZ1·Xᵀ (4,2): product: gradient of the left factor, mean over the examples",
		"db1 = (1/m)·Σ dZ1 (4,1): bias: mean over the examples")
	checkSteps(t, "two layers, raw", d.Raw,
		"dZ2 = 1 ⊙ (σ(Z2) − Y) (1,400): cross-entropy′ = σ(Z) − Y",
		"dW2 = (1/m)·dZ2·A1ᵀ (1,4): product: gradient of the left factor, mean over the examples",
		"db2 = (1/m)·Σ dZ2 (1,1): bias: mean over the examples",
		"dA1 = W2ᵀ·dZ2 (4,400): product: gradient of the right factor",
		"dZ1 = dA1 ⊙ (1 − A1²) (4,400): tanh′ = 1 − A²",
		"dW1 = (1/m)·dZ1·Xᵀ (4,2): product: gradient of the left factor, mean over the examples",
		"db1 = (1/m)·Σ dZ1 (4,1): bias: mean over the examples")
	checkSteps(t, "logistic regression", derived(t, all["logistic regression"], explain.Settings{}).Backward,
		"dZ1 = A1 − Y (1,400): sigmoid under cross-entropy",
		"dW1 = (1/m)·dZ1·Xᵀ (1,2): product: gradient of the left factor, mean over the examples",
		"db1 = (1/m)·Σ dZ1 (1,1): bias: mean over the examples")
	checkSteps(t, "softmax", derived(t, all["softmax regression"], explain.Settings{}).Backward,
		"dZ1 = A1 − Y (3,7): softmax under cross-entropy",
		"dW1 = (1/m)·dZ1·Xᵀ (3,2): product: gradient of the left factor, mean over the examples",
		"db1 = (1/m)·Σ dZ1 (3,1): bias: mean over the examples")
}

// Those of the mean cost.
func TestExplainMeanCost(t *testing.T) {
	all := explainedNetworks()
	d := derived(t, all["two layers"], explain.Settings{Convention: explain.MeanCost})
	checkSteps(t, "two layers, backward", d.Backward,
		"dZ2 = (A2 − Y)/m (1,400): sigmoid under cross-entropy",
		"dW2 = dZ2·A1ᵀ (1,4): product: gradient of the left factor",
		"db2 = Σ dZ2 (1,1): bias: sum over the examples",
		"dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²) (4,400): chain rule through Z2; tanh′ = 1 − A²",
		"dW1 = dZ1·Xᵀ (4,2): product: gradient of the left factor",
		"db1 = Σ dZ1 (4,1): bias: sum over the examples")
	checkSteps(t, "two layers, raw", d.Raw,
		"dZ2 = 1/m ⊙ (σ(Z2) − Y) (1,400): cross-entropy′ = σ(Z) − Y",
		"dW2 = dZ2·A1ᵀ (1,4): product: gradient of the left factor",
		"db2 = Σ dZ2 (1,1): bias: sum over the examples",
		"dA1 = W2ᵀ·dZ2 (4,400): product: gradient of the right factor",
		"dZ1 = dA1 ⊙ (1 − A1²) (4,400): tanh′ = 1 − A²",
		"dW1 = dZ1·Xᵀ (4,2): product: gradient of the left factor",
		"db1 = Σ dZ1 (4,1): bias: sum over the examples")
	checkSteps(t, "logistic regression", derived(t, all["logistic regression"], explain.Settings{Convention: explain.MeanCost}).Backward,
		"dZ1 = (A1 − Y)/m (1,400): sigmoid under cross-entropy",
		"dW1 = dZ1·Xᵀ (1,2): product: gradient of the left factor",
		"db1 = Σ dZ1 (1,1): bias: sum over the examples")
	checkSteps(t, "softmax", derived(t, all["softmax regression"], explain.Settings{Convention: explain.MeanCost}).Backward,
		"dZ1 = (A1 − Y)/m (3,7): softmax under cross-entropy",
		"dW1 = dZ1·Xᵀ (3,2): product: gradient of the left factor",
		"db1 = Σ dZ1 (3,1): bias: sum over the examples")
}

// Three layers with an activation each, in the order of back-propagation.
func TestExplainMixed(t *testing.T) {
	checkSteps(t, "mixed", derived(t, explainedNetworks()["mixed"], explain.Settings{}).Backward,
		"dZ4 = A4 − Y (1,9): sigmoid under cross-entropy",
		"dW4 = (1/m)·dZ4·A3ᵀ (1,3): product: gradient of the left factor, mean over the examples",
		"db4 = (1/m)·Σ dZ4 (1,1): bias: mean over the examples",
		"dZ3 = W4ᵀ·dZ4 ⊙ (A3 ⊙ (1 − A3)) (3,9): chain rule through Z4; σ′ = A ⊙ (1 − A)",
		"dW3 = (1/m)·dZ3·A2ᵀ (3,4): product: gradient of the left factor, mean over the examples",
		"db3 = (1/m)·Σ dZ3 (3,1): bias: mean over the examples",
		"dZ2 = W3ᵀ·dZ3 ⊙ step(Z2) (4,9): chain rule through Z3; relu′ = 1 above 0, else 0",
		"dW2 = (1/m)·dZ2·A1ᵀ (4,5): product: gradient of the left factor, mean over the examples",
		"db2 = (1/m)·Σ dZ2 (4,1): bias: mean over the examples",
		"dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²) (5,9): chain rule through Z2; tanh′ = 1 − A²",
		"dW1 = (1/m)·dZ1·Xᵀ (5,2): product: gradient of the left factor, mean over the examples",
		"db1 = (1/m)·Σ dZ1 (5,1): bias: mean over the examples")
	checkSteps(t, "squared error, σ", derived(t, explainedNetworks()["squared error, σ"], explain.Settings{}).Backward[:1],
		"dZ2 = 2·t1 ⊙ (A2 ⊙ (1 − A2)) (2,7): chain rule through the squared error; σ′ = A ⊙ (1 − A)")
	checkSteps(t, "linear regression", derived(t, explainedNetworks()["linear regression"], explain.Settings{}).Backward[:1],
		"dZ1 = 2·t1 (1,7): derivative of the squared error")
	checkSteps(t, "one example", derived(t, explainedNetworks()["one example"], explain.Settings{}).Backward[:4],
		"dZ2 = A2 − Y (1,1): sigmoid under cross-entropy",
		"dW2 = dZ2·A1ᵀ (1,4): product: gradient of the left factor",
		"db2 = dZ2 (1,1): sum: passed on as it is",
		"dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²) (4,1): chain rule through Z2; tanh′ = 1 − A²")
}

// The order is that of back-propagation, in whatever order the gradients are
// asked for, and whatever was differentiated before.
func TestExplainOrder(t *testing.T) {
	n := explainedNetworks()["two layers"]
	cost, params, _ := n.build(t)
	if _, err := graph.GradRaw(cost, params...); err != nil {
		t.Fatal(err)
	}
	if _, err := graph.Grad(cost, params[3], params[0]); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(params) // b2, W2, b1, W1
	d, err := explain.Derive(cost, params...)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range d.Backward {
		got = append(got, l.Symbol+" = "+l.Text)
	}
	want := []string{"dZ2 = A2 − Y", "db2 = (1/m)·Σ dZ2", "dW2 = (1/m)·dZ2·A1ᵀ", "dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)", "db1 = (1/m)·Σ dZ1", "dW1 = (1/m)·dZ1·Xᵀ"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	again, err := explain.Derive(cost, append(params, params[0])...)
	if err != nil || !slices.Equal(steps(again.Backward), steps(d.Backward)) {
		t.Errorf("the second time it is %q, error %v", steps(again.Backward), err)
	}
}

// Graphs that are no networks.
func TestExplainOthers(t *testing.T) {
	g := graph.New(graph.Settings{})
	w, x, idle := g.Input("w", 3), g.Input("x", 3), g.Input("idle", 2)
	for name, c := range map[string]struct {
		cost node
		xs   []node
		want []string
	}{
		"a product":      {graph.Sum(graph.Mul(w, x)), []node{w}, []string{"dw = x (3): product: times the other factor"}},
		"a sum":          {graph.Sum(w), []node{w}, []string{"dw = 1 (3): sum: the same for every entry"}},
		"two uses":       {graph.Sum(graph.Mul(graph.Tanh(w), w)), []node{w}, []string{"dw = t2 + w ⊙ (1 − t2²) (3): sum over its 2 uses: product: times the other factor; tanh′ = 1 − A²"}},
		"a square":       {graph.Sum(graph.Square(w)), []node{w}, []string{"dw = 2·w (3): square′ = 2·Z"}},
		"one entry":      {graph.Square(g.Input("s")), []node{g.Nodes()[len(g.Nodes())-2]}, []string{"ds = 2·s (): square′ = 2·Z"}},
		"unrelated":      {graph.Sum(graph.Square(x)), []node{idle}, []string{"didle = 0 (2): the cost does not depend on it in a way that has a slope"}},
		"no name at all": {graph.Sum(graph.Exp(graph.Neg(x))), []node{g.Nodes()[0]}, []string{"dw = 0 (3): the cost does not depend on it in a way that has a slope"}},
	} {
		d, err := explain.Derive(c.cost, c.xs...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkSteps(t, name, d.Backward, c.want...)
	}
}

// The gradient with respect to an interior node that nobody named.
func TestExplainInterior(t *testing.T) {
	g := graph.New(graph.Settings{})
	inner := graph.Tanh(g.Input("x", 3))
	d, err := explain.Derive(graph.Sum(graph.Square(inner)), inner)
	if err != nil {
		t.Fatal(err)
	}
	checkSteps(t, "forward", d.Forward, "t1 = tanh(x) (3): activation: tanh", "t2 = Σ t1² (): ")
	checkSteps(t, "backward", d.Backward, "dt1 = 2·t1 (3): square′ = 2·Z")
}

func TestExplainErrors(t *testing.T) {
	g, other := graph.New(graph.Settings{}), graph.New(graph.Settings{})
	x := g.Input("x", 3)
	y := graph.Sum(x).Named("y")
	failing := graph.New(graph.Settings{})
	failed := graph.MatMul(failing.Input("X", 2, 3), failing.Input("V", 2, 3))
	for name, c := range map[string]struct {
		cost node
		xs   []node
		want string
	}{
		"nothing":       {nil, nil, "there is no graph"},
		"no nodes":      {y, nil, "no nodes given to differentiate with respect to"},
		"not a scalar":  {x, []node{x}, "one entry expected"},
		"another graph": {graph.New(graph.Settings{}).Input("y"), []node{other.Input("x", 3)}, "different graphs"},
		"nil":           {graph.New(graph.Settings{}).Input("x"), []node{nil}, "a node is nil"},
		"a mistake":     {failed, []node{failed}, "MatMul(X (2,3), V (2,3))"},
	} {
		for what, f := range map[string]func(node, ...node) (*explain.Derivation, error){"Derive": explain.Derive, "DeriveRaw": explain.DeriveRaw} {
			if d, err := f(c.cost, c.xs...); err == nil || d != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %s: %v, error %v", name, what, d, err)
			}
		}
	}
}

// Values that are no numbers, and shapes that are no matrices, are shown too.
func TestDerivationValues(t *testing.T) {
	g := graph.New(graph.Settings{})
	x := g.Input("x", 2, 2, 2)
	d, err := explain.Derive(graph.Sum(graph.Square(x)).Named("cost"), x)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Evaluate(nil); err == nil {
		t.Error("no error without a feed")
	}
	feed := graph.Tensor([]float64{1, -2, math.NaN(), math.Inf(1), 1e-9, 0, 12345, 5}, 2, 2, 2)
	if err := d.Evaluate(graph.Feeds{x: feed}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"⎡     1     −2 ⎤\n", "⎢   NaN   +Inf ⎥\n", "⎣ 12345      5 ⎦\n", "⎣ 24690     10 ⎦\n"} {
		if text := d.Text(0); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	wide := graph.New(graph.Settings{Dtype: tensor.Float32}).Input("X", 20, 20)
	d, err = explain.Derive(graph.Sum(wide), wide)
	if err != nil {
		t.Fatal(err)
	}
	ones := graph.Tensor(slices.Repeat([]float32{0.125}, 400), 20, 20)
	if err := d.Evaluate(graph.Feeds{wide: ones}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"⎡ 0.125  0.125  0.125  0.125  0.125      … ⎤\n", "⎣     …      …      …      …      …      … ⎦\n"} {
		if text := d.Text(0); !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}
