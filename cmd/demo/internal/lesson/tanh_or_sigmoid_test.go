package lesson

import (
	"context"
	"math"
	"testing"

	"chainrule/graph"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

var quickTanh = Values{"seeds": 3, "sets": []string{"flower", "xor"}, "rates": []float64{1.2, 4.8, 19.2}}

func TestTanhOrSigmoidHolds(t *testing.T) {
	s := quickTanh
	if !testing.Short() {
		s = nil
	}
	mustHold(t, tried(t, tanhOrSigmoid(), s))
}

func TestTanhOrSigmoidFails(t *testing.T) {
	for _, c := range []struct {
		name   string
		change Values
		fails  []int
	}{
		{"one rate, far too large", Values{"rate": 100.0, "rates": []float64{100}, "seeds": 2, "steps": 200}, []int{0, 1, 2, 4, 5}},
		{"nothing to tune", Values{"rates": []float64{1.2}}, []int{2}},
		{"the deep network is not deep", Values{"deep": []int{4}}, []int{6}},
	} {
		t.Run(c.name, func(t *testing.T) { mustFail(t, tried(t, tanhOrSigmoid(), quickTanh, c.change), c.fails...) })
	}
}

func TestTanhOrSigmoidFailsWithAWrongMap(t *testing.T) {
	e := quickRace(t)
	e.toSigmoid = func(tanh, sigmoid stack) error {
		if err := tanh.toSigmoid(sigmoid); err != nil {
			return err
		}
		b := sigmoid.dense[1].B
		value := b.Value()
		value.Float64s()[0] = tanh.dense[1].B.Value().Float64s()[0] // ΣW2 is forgotten
		return b.Set(value)
	}
	r := &Report{}
	if err := mapTanh(context.Background(), changed(t, tanhOrSigmoid(), Values{"steps": 50}), r, e); err != nil {
		t.Fatal(err)
	}
	mustFail(t, r, 0)
}

// quickRace returns a race on the flower.
func quickRace(t *testing.T) race {
	t.Helper()
	data, err := toySet("flower")
	if err != nil {
		t.Fatal(err)
	}
	return race{data: map[string]*dataset.Set{"flower": data}, target: 0.35, most: 50, seeds: 2, toSigmoid: stack.toSigmoid}
}

func TestTanhOrSigmoidStops(t *testing.T) {
	mustStop(t, tanhOrSigmoid(), Values{"steps": 100_000, "target": 0.01})
}

func TestTanhOrSigmoidRepeats(t *testing.T) { mustRepeat(t, tanhOrSigmoid(), quickTanh) }

func TestToSigmoidOfAnySizes(t *testing.T) {
	e := quickRace(t)
	for _, hidden := range [][]int{{1}, {4}, {5, 3}, {2, 1, 4}} {
		m, err := e.newMapping(context.Background(), "flower", hidden, 3, 1.2)
		if err != nil {
			t.Fatal(err)
		}
		if !(m.largest > 0.01) || !(m.apart < 1e-13) {
			t.Errorf("%v: logits up to %v are %v apart", hidden, m.largest, m.apart)
		}
	}
}

func TestToSigmoidNeedsEqualSizes(t *testing.T) {
	tanh, _, _, sigmoid := sigmoidals()
	if err := newStack([]int{4}, tanh, 1).toSigmoid(newStack([]int{5}, sigmoid, 1)); err == nil {
		t.Error("4 units were mapped to 5")
	}
}

func TestSigmoidals(t *testing.T) {
	tanh, shifted, flat, sigmoid := sigmoidals()
	const h = 1e-6
	for _, g := range []sigmoidal{tanh, shifted, flat, sigmoid} {
		z := graph.New(graph.Settings{}).Input("z", 3)
		v, err := valuesOf(g.apply(z), graph.Feeds{z: tensor.New(tensor.WithBacking([]float64{-h, 0, h}))})
		if err != nil {
			t.Fatal(err)
		}
		below, at, above := v[0], v[1], v[2]
		if slope := (above - below) / (2 * h); math.Abs(slope-g.slope) > 1e-9 {
			t.Errorf("%s: slope %v, want %v", g.name, slope, g.slope)
		}
		if (at == 0) != g.centred {
			t.Errorf("%s: %v at 0", g.name, at)
		}
	}
}

func TestHeatCountsSteps(t *testing.T) {
	e := quickRace(t)
	tanh, _, _, _ := sigmoidals()
	h := e.heat("flower", []int{4}, tanh, 1e-6)
	if err := e.run(context.Background(), []*heat{h}); err != nil {
		t.Fatal(err)
	}
	if h.steps[0] != 50 || e.text(h.median()) != "over 50" {
		t.Errorf("%v steps, %s, of a network that does not move", h.steps, e.text(h.median()))
	}
	e.target = 100
	if err := e.run(context.Background(), []*heat{h}); err != nil {
		t.Fatal(err)
	}
	if h.steps[0] != 0 || h.median() != 1 {
		t.Errorf("%v steps, median %v, to a cost from which it starts", h.steps, h.median())
	}
}

func TestGeometricMean(t *testing.T) {
	if got := geometricMean([]float64{2, 8}); math.Abs(got-4) > 1e-12 {
		t.Errorf("%v, want 4", got)
	}
	if got := geometricMean([]float64{3}); math.Abs(got-3) > 1e-12 {
		t.Errorf("%v, want 3", got)
	}
}
