package experiment_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/optim/experiment"
)

// mixed has layers that act differently in training.
const mixed = `{"version": 1, "seed": 3, "dtype": "float64", "layers": [
  {"kind": "standardize"},
  {"kind": "dense", "units": 8, "activation": "relu"},
  {"kind": "batch-norm"},
  {"kind": "residual", "layers": [{"kind": "layer-norm"}, {"kind": "dense", "units": 8, "activation": "tanh"}, {"kind": "dropout", "rate": 0.25}]},
  {"kind": "dense", "units": 1, "activation": "sigmoid"}],
 "cost": {"kind": "cross-entropy", "smoothing": 0.05, "class-weights": [1, 2]}, "rule": {"kind": "adam", "rate": 0.01},
 "data": {"kind": "toy", "name": "moons", "examples": 64, "noise": 0.1, "seed": 1}}`

func read(t *testing.T, text string) *experiment.Experiment {
	t.Helper()
	e, err := experiment.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// values returns the numbers of parameters.
func values(params []*graph.Param) string {
	var all []string
	for _, p := range params {
		all = append(all, fmt.Sprint(p.Name(), p.Value().Data()))
	}
	return strings.Join(all, "\n")
}

// An experiment with all of them learns, with the same bits for any number of workers; and a
// prediction does not depend on what else is in its batch.
func TestLayersOfTraining(t *testing.T) {
	var trained []string
	for _, workers := range []int{1, 2} {
		e := read(t, mixed)
		e.Workers = workers
		trainer := e.Trainer()
		batch := e.Batch(e.Train)
		var first, last float64
		before := values(layers.State(e.Network))
		for i := range 150 {
			cost, err := trainer.Step(batch)
			if err != nil {
				t.Fatal(err)
			}
			if last = cost; i == 0 {
				first = cost
			}
		}
		if !(last < first/2) {
			t.Errorf("the cost goes from %v to %v", first, last)
		}
		if score, err := e.Score(e.Train); err != nil || score.Accuracy < 0.9 {
			t.Errorf("score %+v, error %v", score, err)
		}
		kept := values(layers.State(e.Network))
		if kept == before {
			t.Error("steps change nothing of what layers keep")
		}
		trained = append(trained, values(e.Network.Params())+kept)
		all, err := e.Predict(e.Train.X)
		if err != nil {
			t.Fatal(err)
		}
		one, err := e.Predict(e.Train.X[:2])
		if err != nil || math.Abs(one[0]-all[0]) > 1e-14 {
			t.Errorf("%v alone, %v among others, error %v", one, all[0], err)
		}
		if values(layers.State(e.Network)) != kept {
			t.Error("predictions change what layers keep")
		}
		if err := trainer.Close(); err != nil {
			t.Error(err)
		}
	}
	if trained[0] != trained[1] {
		t.Error("two workers train another network than one")
	}
}

// A training that goes on with all that a step changes ends where one without a break does.
func TestResumeWithLayers(t *testing.T) {
	whole, broken := read(t, mixed), read(t, mixed)
	steps := func(e *experiment.Experiment, n int, state []*graph.Param) []*graph.Param {
		trainer := e.Trainer()
		defer trainer.Close()
		kept, err := trainer.State()
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range state {
			if err := kept[i].Set(p.Value()); err != nil {
				t.Fatal(err)
			}
		}
		for range n {
			if _, err := trainer.Step(e.Batch(e.Train)); err != nil {
				t.Fatal(err)
			}
		}
		return kept
	}
	steps(whole, 10, nil)
	state := steps(broken, 6, nil)
	resumed := read(t, mixed)
	to := slices.Concat(resumed.Network.Params(), layers.State(resumed.Network))
	for i, p := range slices.Concat(broken.Network.Params(), layers.State(broken.Network)) {
		if err := to[i].Set(p.Value()); err != nil {
			t.Fatal(err)
		}
	}
	steps(resumed, 4, state)
	if a, b := values(whole.Network.Params()), values(resumed.Network.Params()); a != b {
		t.Errorf("after a resume\n%s\n%s expected", b, a)
	}
	if a, b := values(layers.State(whole.Network)), values(layers.State(resumed.Network)); a != b {
		t.Errorf("after a resume are kept\n%s\n%s expected", b, a)
	}
}

// Every kind of cost with its fields is the cost of its formula.
func TestCostKinds(t *testing.T) {
	softplus := func(z float64) float64 { return math.Log1p(math.Exp(z)) }
	const z0, z1 = 0.5, -1.5 // of the label 0 and of the label 1
	for _, c := range []struct {
		activation, cost string
		want             float64
	}{
		{"", `"squared-error"`, (z0*z0 + (z1-1)*(z1-1)) / 2},
		{"", `"absolute-error"`, (0.5 + 2.5) / 2},
		{"", `"huber"`, (0.125 + 2) / 2},
		{"", `"huber", "delta": 2`, (0.125 + 2*(2.5-1)) / 2},
		{"", `"hinge"`, (1.5 + 2.5) / 2},
		{"", `"hinge", "class-weights": [2, 3]`, (2*1.5 + 3*2.5) / 2},
		{"sigmoid", `"cross-entropy"`, (softplus(z0) + softplus(-z1)) / 2},
		{"sigmoid", `"cross-entropy", "class-weights": [2, 3]`, (2*softplus(z0) + 3*softplus(-z1)) / 2},
		{"sigmoid", `"cross-entropy", "smoothing": 0.5`, (0.75*softplus(z0) + 0.25*softplus(-z0) + 0.75*softplus(-z1) + 0.25*softplus(z1)) / 2},
	} {
		for _, dtype := range []string{"float64", "float32"} {
			e := read(t, `{"version": 1, "inputs": 1, "dtype": "`+dtype+`", "layers": [{"kind": "dense", "units": 1, "activation": "`+
				c.activation+`", "init": {"kind": "zeros"}}], "cost": {"kind": `+c.cost+`}}`)
			g := e.NewGraph()
			n := e.Express(g, 2)
			p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{n.Cost}, Given: []*graph.Node{n.Z[0]}})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Run(feedsOf(n, dtype, []float64{z0, z1}, []float64{0, 1})); err != nil {
				t.Fatal(err)
			}
			got, err := p.Scalar(n.Cost)
			if tolerance := map[string]float64{"float64": 1e-15, "float32": 1e-6}[dtype]; err != nil || math.Abs(got-c.want) > tolerance*4 {
				t.Errorf("%s %s: %v, error %v; %v expected", c.cost, dtype, got, err, c.want)
			}
		}
	}
}

func feedsOf(n experiment.Nodes, dtype string, z, y []float64) graph.Feeds {
	if dtype == "float64" {
		return graph.Feeds{n.Z[0]: z, n.Y: y}
	}
	narrow := func(v []float64) (out []float32) {
		for _, x := range v {
			out = append(out, float32(x))
		}
		return out
	}
	return graph.Feeds{n.Z[0]: narrow(z), n.Y: narrow(y)}
}

// What the fields of costs cannot be.
func TestCostMistakes(t *testing.T) {
	for _, c := range []struct{ units, activation, cost, path, words string }{
		{"1", "sigmoid", `"hinge"`, "layers[0].activation", `"sigmoid" given, which makes probabilities: hinge takes scores`},
		{"1", "tanh", `"cross-entropy"`, "layers[0].activation", "sigmoid or softmax expected"},
		{"1", "sigmoid", `"cross-entropy", "smoothing": 1`, "cost.smoothing", "from 0 to below 1"},
		{"1", "sigmoid", `"cross-entropy", "delta": 1`, "cost.delta", "cross-entropy has no such field"},
		{"1", "", `"huber", "delta": -1`, "cost.delta", "-1 given, a number above 0"},
		{"1", "", `"huber", "smoothing": 0.1`, "cost.smoothing", "huber has no such field"},
		{"1", "sigmoid", `"cross-entropy", "class-weights": [1]`, "cost.class-weights", "1 given, 2 expected for 1 outputs"},
		{"3", "softmax", `"cross-entropy", "class-weights": [1, 2]`, "cost.class-weights", "2 given, 3 expected for 3 outputs"},
		{"3", "softmax", `"cross-entropy", "class-weights": [1, -2, 1]`, "cost.class-weights[1]", "-2 given"},
		{"3", "softmax", `"cross-entropy", "class-weights": [1, "2", 1]`, "cost.class-weights[1]", `"2" given, a number`},
		{"3", "softmax", `"cross-entropy", "class-weights": 2`, "cost.class-weights", "the number 2 given, a list"},
		{"3", "softmax", `"cross-entropy", "class-weights": [0, 0, 0]`, "cost.class-weights", "all are 0"},
		{"1", "", `"absolute-error", "class-weights": [1, 1]`, "cost.class-weights", "no such field"},
	} {
		_, err := experiment.Read(strings.NewReader(`{"version": 1, "inputs": 1, "layers": [{"kind": "dense", "units": ` + c.units + `, "activation": "` +
			c.activation + `"}], "cost": {"kind": ` + c.cost + `}}`))
		at, ok := err.(*experiment.Error)
		if !ok || at.Path != c.path || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: error %v, path %s and %q expected", c.cost, err, c.path, c.words)
		}
	}
}
