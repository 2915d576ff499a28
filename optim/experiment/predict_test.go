package experiment

import (
	"math"
	"testing"

	"chainrule/graph"
)

// Programs are kept for a few numbers of examples, none after Close, and a
// prediction works at any time.
func TestPredictorsKept(t *testing.T) {
	s := Settings{Cost: Cost{Kind: "squared-error"}}
	s.Inputs, s.Layers = Chain([]int{1, 1}, []string{"identity"})
	e, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 10} {
		if _, err := e.Predict(make([]float64, m)); err != nil || len(e.run) > maxPredictors {
			t.Errorf("%d examples: %d programs, error %v", m, len(e.run), err)
		}
	}
	for range 2 {
		if err := e.Close(); err != nil || len(e.run) != 0 {
			t.Errorf("%d programs after Close, error %v", len(e.run), err)
		}
		if _, err := e.Predict([]float64{1}); err != nil {
			t.Error(err)
		}
	}
}

// Without a finite cost nothing is right.
func TestScoreOfNoNumber(t *testing.T) {
	s := Settings{Inputs: 2, Layers: []Layer{{Kind: "dense", Units: 1, Activation: "sigmoid"}},
		Cost: Cost{Kind: "cross-entropy"}, Data: Data{Kind: "toy", Name: "moons", Examples: 20}}
	e, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	w := graph.Tensor([]float64{math.NaN(), 1}, 1, 2)
	if err := e.Network.Params()[0].Set(w); err != nil {
		t.Fatal(err)
	}
	if score, err := e.Score(e.Train); err != nil || score.Right != 0 || score.Accuracy != 0 || !math.IsNaN(score.Cost) {
		t.Errorf("%+v, error %v", score, err)
	}
}

// Squared error takes any output, sigmoids of three classes too.
func TestSquaredErrorTakesSigmoids(t *testing.T) {
	s := Settings{Inputs: 2, Layers: []Layer{{Kind: "dense", Units: 3, Activation: "sigmoid"}},
		Cost: Cost{Kind: "squared-error"}, Data: Data{Kind: "toy", Name: "spirals", Arms: 3}}
	if _, err := New(s); err != nil {
		t.Error(err)
	}
}
