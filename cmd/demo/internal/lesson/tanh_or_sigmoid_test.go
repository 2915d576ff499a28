package lesson

import (
	"context"
	"math"
	"testing"

	"chainrule/graph"
	"chainrule/internal/plotting"
	"chainrule/optim/dataset"
)

var quickTanh = Values{"seeds": 3, "sets": []string{"flower", "xor"}, "rates": []float64{1.2, 4.8, 19.2}}

func TestTanhOrSigmoidHolds(t *testing.T) {
	mustHold(t, measured(t, tanhOrSigmoid(), defaultsOr(t, quickTanh)))
}

func TestTanhOrSigmoidFails(t *testing.T) {
	for _, c := range []struct {
		name   string
		change Values
		fails  []int
	}{
		{"one rate, far too large", Values{"rate": 100.0, "rates": []float64{100}, "seeds": 2, "steps": 200}, []int{0, 1, 2, 4, 5, 6}},
		{"nothing to tune", Values{"rates": []float64{1.2}}, []int{2}},
		{"the deep network is not deep", Values{"deep": []int{4}}, []int{6}},
	} {
		t.Run(c.name, func(t *testing.T) { mustFail(t, measured(t, tanhOrSigmoid(), quickTanh, c.change), c.fails...) })
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
		v, err := valuesOf(g.apply(z), graph.Feeds{z: graph.Tensor([]float64{-h, 0, h}, 3)})
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

// A1 of two units and three examples: the means are 0.5 and −1/6, the first
// example has one sign, and the curvature is that of 2/3·Σ by hand.
func TestNewCentring(t *testing.T) {
	c, err := newCentring([]float64{0.5, 1, 0, 0.5, -1, 0}, 3)
	if err != nil {
		t.Fatal(err)
	}
	near := func(got, want float64) bool { return math.Abs(got-want) < 1e-12 }
	if !near(c.mean, (0.5-1.0/6)/2) || !near(c.unit, (0.5+1.0/6)/2) || !near(c.oneSign, 1.0/3) {
		t.Errorf("%+v", c)
	}
	// Σ (a1, 1)·(a1, 1)ᵀ, times 2/3.
	h := [3][3]float64{{1.25, -0.75, 1.5}, {-0.75, 1.25, -0.5}, {1.5, -0.5, 3}}
	v, norm := [3]float64{1, 1, 1}, 0.0
	for range 500 { // the power method
		var next [3]float64
		norm = 0
		for i := range 3 {
			for j := range 3 {
				next[i] += 2.0 / 3 * h[i][j] * v[j]
			}
			norm += next[i] * next[i]
		}
		norm = math.Sqrt(norm)
		for i := range 3 {
			v[i] = next[i] / norm
		}
	}
	if math.Abs(c.steep-norm) > 1e-9 {
		t.Errorf("λmax is %v, by the power method %v", c.steep, norm)
	}
}

// What the judges of the centre say depends on what was measured.
func TestJudgeCentres(t *testing.T) {
	centred, shifted, sigmoid := centrings{{mean: 0.01, unit: 0.1, oneSign: 0.2, steep: 3}}, centrings{{mean: 1, unit: 1, oneSign: 1, steep: 10}}, centrings{{mean: 0.5, unit: 0.5, oneSign: 1, steep: 4}}
	for name, c := range map[string]struct {
		first [4]centrings
		fails []int
	}{
		"as measured":         {[4]centrings{centred, shifted, centred, sigmoid}, nil},
		"tanh is not centred": {[4]centrings{shifted, shifted, centred, sigmoid}, []int{0, 1, 2}},
		"the sigmoid is":      {[4]centrings{centred, shifted, centred, centred}, []int{0, 1}},
		"it is all one to it": {[4]centrings{centred, centred, centred, sigmoid}, []int{2}},
	} {
		r := &Report{}
		judgeCentres(r, c.first, c.first)
		t.Run(name, func(t *testing.T) { mustFail(t, r, c.fails...) })
	}
}

// A median that is not reached stands as a mark at the top and not in the line.
func TestNotReachedIsMarked(t *testing.T) {
	e, r := quickRace(t), &Report{}
	e.drawPairs(r, "flower", []racePair{
		{&heat{set: "flower", rate: 1, steps: sample{10, 20}}, &heat{set: "flower", rate: 1, steps: sample{30, 40}}},
		{&heat{set: "flower", rate: 2, steps: sample{5, 6}}, &heat{set: "flower", rate: 2, steps: sample{50, 50}}},
	})
	lines := r.Blocks[0].(Picture).Drawing.(plotting.Chart).Lines
	if len(lines) != 3 || !math.IsNaN(lines[1].Y[1]) || lines[1].Y[0] != 35 || lines[0].Y[1] != 5.5 {
		t.Fatalf("%+v", lines)
	}
	if beyond := lines[2]; beyond.Name != "sigmoid: not in 50 steps" || !beyond.NoLine || beyond.X[0] != 2 || beyond.Y[0] != 50 {
		t.Errorf("%+v", beyond)
	}
}
