package experiment_test

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/internal/toy"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/losses/metrics"
	"chainrule/optim"
	"chainrule/optim/experiment"
)

// everyNetwork returns what the flags of the demo can describe, and layers with
// names.
func everyNetwork() []experiment.Settings {
	var all []experiment.Settings
	for _, hidden := range [][]int{nil, {4}, {3, 5}} {
		for _, activation := range layers.ActivationNames() {
			for i, output := range []string{"sigmoid", "softmax", "identity"} {
				s := experiment.Settings{Name: []string{"", "policy"}[i%2], Seed: uint32(i), Steps: 10 * i, Dtype: []string{"", "float32", "float64"}[i]}
				s.Cost.Kind = []string{"cross-entropy", "cross-entropy", "squared-error"}[i]
				s.Rule = []experiment.Rule{{Kind: "gd", Rate: 1.2}, {Kind: "momentum", Rate: 0.1, Beta: 0.5, Nesterov: true},
					{Kind: "adam", Beta1: 0.8, Beta2: 0.9, Epsilon: 1e-3}}[i]
				sizes := slices.Concat([]int{2}, hidden, []int{[]int{1, 3, 2}[i]})
				s.Inputs, s.Layers = experiment.Chain(sizes, append(slices.Repeat([]string{activation}, len(hidden)), output))
				for l := range s.Layers {
					kind := layers.InitializerNames()[(l+i)%len(layers.InitializerNames())]
					s.Layers[l].Init = experiment.Init{Kind: kind, Scale: 0.5 * float64(i)}
				}
				all = append(all, s)
			}
		}
	}
	named := experiment.Settings{Inputs: 2, Cost: experiment.Cost{Kind: "squared-error"}, Schedule: experiment.Schedule{Kind: "constant"},
		Layers: []experiment.Layer{{Kind: "activation", Activation: "tanh"}, {Kind: "dense", Name: "a", Units: 3},
			{Kind: "activation", Activation: "elu"}, {Kind: "dense", Name: "b", Units: 2, Activation: "gelu"}}}
	return append(all, named, named)
}

// An experiment that is written and read is the same, and makes the same
// network; and the network describes itself as these layers.
func TestRoundTrip(t *testing.T) {
	for i, s := range everyNetwork() {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		var again experiment.Settings
		if err := json.Unmarshal(text, &again); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		s.Version = experiment.Version
		if !reflect.DeepEqual(again, s) {
			t.Fatalf("%+v, %+v expected from %s", again, s, text)
		}
		first, err := experiment.New(s)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		second, err := experiment.Read(strings.NewReader(string(text)))
		if err != nil {
			t.Fatal(err)
		}
		for k, p := range first.Network.Params() {
			if q := second.Network.Params()[k]; p.Name() != q.Name() || !reflect.DeepEqual(p.Value().Data(), q.Value().Data()) {
				t.Errorf("%d: %s %v, %s %v expected", i, q.Name(), q.Value(), p.Name(), p.Value())
			}
		}
		got, err := layers.Describe(first.Network)
		if err != nil {
			t.Fatal(err)
		}
		want := experiment.Settings{Name: s.Name, Inputs: s.Inputs}
		for _, l := range s.Layers {
			if n := len(want.Layers); l.Kind == "activation" && n > 0 && want.Layers[n-1].Activation == "" {
				want.Layers[n-1].Activation = l.Activation
				continue
			}
			l.Init = experiment.Init{}
			want.Layers = append(want.Layers, l)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d describes itself as %+v, %+v expected", i, got, want)
		}
	}
}

// The builder draws as the layers do by hand, and costs are those of losses.
func TestSameAsByHand(t *testing.T) {
	s := experiment.Settings{Seed: 5, Cost: experiment.Cost{Kind: "cross-entropy"}, Rule: experiment.Rule{Kind: "gd", Rate: 0.5},
		Data: experiment.Data{Kind: "toy", Name: "blobs", Noise: 0.3, Seed: 1}}
	s.Inputs, s.Layers = experiment.Chain([]int{2, 6, 3}, []string{"relu", "softmax"})
	s.Layers[0].Init = experiment.Init{Kind: "normal", Scale: 0.3}
	e, err := experiment.New(s)
	if err != nil {
		t.Fatal(err)
	}
	net := layers.MLPSettings{Sizes: []int{2, 6, 3}, Hidden: []layers.Activation{layers.ReLU},
		Init: []layers.Initializer{layers.Normal(0.3), layers.Glorot}}.New(numpyrand.New(5))
	points, err := toy.New("blobs", toy.Settings{Examples: 400, Noise: 0.3, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	byHand := &optim.Trainer{Params: net.Params(), Rule: optim.GradientDescent{LearningRate: 0.5},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			return losses.SoftmaxCrossEntropy(net.Apply(g.Input("X", 2, m)), g.Input("Y", 3, m))
		}}
	trainer := e.Trainer()
	for step := range 20 {
		got, err := trainer.Step(e.Batch(e.Train))
		if err != nil {
			t.Fatal(err)
		}
		want, err := byHand.Step(e.Batch(points))
		if err != nil || got != want {
			t.Fatalf("step %d: cost %v, %v expected, error %v", step, got, want, err)
		}
	}
	if err := trainer.Close(); err != nil {
		t.Error(err)
	}
}

// Scores are what predictions say, for sigmoid and softmax, in both dtypes, and
// for more numbers of examples than programs are kept.
func TestPredictAndScore(t *testing.T) {
	for _, dtype := range []string{"float64", "float32"} {
		for name, net := range map[string][]int{"moons": {2, 5, 1}, "blobs": {2, 5, 3}} {
			s := experiment.Settings{Dtype: dtype, Cost: experiment.Cost{Kind: "cross-entropy"},
				Data: experiment.Data{Kind: "toy", Name: name, Examples: 60, Noise: 0.5}}
			output := map[int]string{1: "sigmoid", 3: "softmax"}[net[2]]
			s.Inputs, s.Layers = experiment.Chain(net, []string{"tanh", output})
			e, err := experiment.New(s)
			if err != nil {
				t.Fatal(err)
			}
			all, err := e.Predict(e.Held.X)
			if err != nil || len(all) != 60*net[2] {
				t.Fatal(len(all), err)
			}
			right := 0
			for i, class := range e.Held.Class {
				if likeliest, err := metrics.Class(all[i*net[2]:][:net[2]]); err != nil {
					t.Fatal(err)
				} else if likeliest == class {
					right++
				}
			}
			score, err := e.Score(e.Held)
			if err != nil || score.Right != right || score.Of != 60 || score.Accuracy != float64(right)/60 || !(score.Cost > 0) {
				t.Errorf("%s: score %+v, error %v; %d right by predictions", name, score, err, right)
			}
			for m := 1; m <= 20; m++ {
				part, err := e.Predict(e.Held.X[:2*m])
				if err != nil || len(part) != m*net[2] {
					t.Fatal(len(part), err)
				}
				for i, v := range part {
					if !(math.Abs(v-all[i]) <= 1e-6) {
						t.Errorf("%s: output %d of %d examples is %v, %v expected", name, i, m, v, all[i])
					}
				}
			}
			if err := e.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestPredictMistakes(t *testing.T) {
	s := experiment.Settings{Cost: experiment.Cost{Kind: "squared-error"}, Data: experiment.Data{Kind: "toy", Name: "xor"}}
	s.Inputs, s.Layers = experiment.Chain([]int{2, 1}, []string{"identity"})
	e, err := experiment.New(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Predict([]float64{1, 2, 3}); err == nil || !strings.Contains(err.Error(), "3 numbers given, 2 for each") {
		t.Errorf("error %v", err)
	}
	if _, err := e.Score(e.Train); err == nil || !strings.Contains(err.Error(), "squared-error") {
		t.Errorf("error %v", err)
	}
	if _, err := e.Trainer().Step(e.Batch(e.Train)); err == nil {
		t.Error("a trainer without a rule is no error")
	}
}

// Everything that a kind can be is built.
func TestRules(t *testing.T) {
	for want, rule := range map[optim.Rule]experiment.Rule{
		optim.GradientDescent{LearningRate: 2}:                          {Kind: "gd", Rate: 2},
		optim.Momentum{LearningRate: 2, Beta: 0.5, Nesterov: true}:      {Kind: "momentum", Rate: 2, Beta: 0.5, Nesterov: true},
		optim.Adam{LearningRate: 2, Beta1: 0.1, Beta2: 0.2, Epsilon: 3}: {Kind: "adam", Rate: 2, Beta1: 0.1, Beta2: 0.2, Epsilon: 3},
	} {
		s := experiment.Settings{Cost: experiment.Cost{Kind: "squared-error"}, Rule: rule}
		s.Inputs, s.Layers = experiment.Chain([]int{1, 1}, []string{"identity"})
		if e, err := experiment.New(s); err != nil || e.Rule != want {
			t.Errorf("%+v: error %v; %+v expected", rule, err, want)
		}
	}
}

// The published flower, from its JSON to its accuracy.
func ExampleRead() {
	e, err := experiment.Read(strings.NewReader(`{"version": 1,
		"layers": [{"kind": "dense", "units": 4, "activation": "tanh", "init": {"kind": "normal", "scale": 0.01}},
		           {"kind": "dense", "units": 1, "activation": "sigmoid", "init": {"kind": "normal", "scale": 0.01}}],
		"cost": {"kind": "cross-entropy"}, "rule": {"kind": "gd", "rate": 1.2},
		"data": {"kind": "toy", "name": "flower"}, "steps": 5000, "seed": 2}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	trainer := e.Trainer()
	defer trainer.Close()
	for range e.Settings.Steps {
		if _, err := trainer.Step(e.Batch(e.Train)); err != nil {
			fmt.Println(err)
			return
		}
	}
	score, err := e.Score(e.Train)
	fmt.Printf("cost %.6f, %d of %d right, error %v\n", score.Cost, score.Right, score.Of, err)
	// Output: cost 0.222644, 362 of 400 right, error <nil>
}

// Name stands before the names of all parameters, so that several networks fit
// in one graph.
func TestNames(t *testing.T) {
	s := experiment.Settings{Name: "policy", Cost: experiment.Cost{Kind: "squared-error"}}
	s.Inputs, s.Layers = experiment.Chain([]int{2, 3, 1}, []string{"tanh", "identity"})
	for _, c := range [][2]string{{"", "policy.W1 policy.b1 policy.W2 policy.b2"}, {"%d", "policy.0.W policy.0.b policy.1.W policy.1.b"}} {
		name, want := c[0], c[1]
		for l := range s.Layers {
			if name != "" {
				s.Layers[l].Name = fmt.Sprintf(name, l)
			}
		}
		e, err := experiment.New(s)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, p := range e.Network.Params() {
			names = append(names, p.Name())
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("parameters %s, %s expected", got, want)
		}
	}
}
