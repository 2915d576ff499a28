package lesson

import (
	"context"
	"math"
	"strings"
	"testing"

	"chainrule/internal/handgrad"
	"chainrule/layers"
)

var quickBackprop = Values{"seeds": 3, "steps": 400}

func TestBackpropHolds(t *testing.T) {
	for _, s := range []Values{nil, {"activation": "sigmoid", "units": 1}, {"activation": "leaky-relu", "units": 7}, {"convention": "mean"},
		{"convention": "mean", "activation": "sigmoid"}} {
		r := measured(t, backprop(), quickBackprop, s)
		mustHold(t, r)
		distinctPictures(t, r)
	}
}

// Formulas with a common slip are found out.
func TestBackpropFailsByFormula(t *testing.T) {
	for name, plant := range map[string]func(g *handgrad.Gradients){
		"without 1/m": func(g *handgrad.Gradients) {
			for i := range g.DW1.Data {
				g.DW1.Data[i] *= 400
			}
		},
		"b1 slightly wrong": func(g *handgrad.Gradients) { g.DB1.Data[0] *= 1 + 1e-9 },
		"NaN":               func(g *handgrad.Gradients) { g.DZ2.Data[7] = math.NaN() },
	} {
		t.Run(name, func(t *testing.T) { mustFail(t, tried(t, planted(plant), quickBackprop), 1) })
	}
}

// In a few steps nothing is learned, and the slip is not shown to go unnoticed.
func TestBackpropFailsWithoutSteps(t *testing.T) {
	mustFail(t, measured(t, backprop(), quickBackprop, Values{"steps": 3}), 7)
}

func TestBackpropStops(t *testing.T) { mustStop(t, backprop(), Values{"steps": 100_000, "seeds": 100}) }

func TestBackpropRepeats(t *testing.T) { mustRepeat(t, backprop(), quickBackprop) }

// Kept dimensions make the same network as the trainer's.
func TestByFormulas(t *testing.T) {
	x, y := xor()
	right := newByFormulas(4, true, 1.2, 1, x, y)
	costs, err := right.train(context.Background(), 50)
	if err != nil || len(costs) != 51 {
		t.Fatalf("%d costs, %v", len(costs), err)
	}
	if costs[50] >= costs[0] || right.b1.Shape()[1] != 1 || right.answers() != "(1,1)" {
		t.Errorf("cost from %v to %v, b1 %v, %s answers", costs[0], costs[50], right.b1.Shape(), right.answers())
	}
	// With another number of hidden units than examples the slip is found.
	_, err = newByFormulas(3, false, 1.2, 1, x, y).train(context.Background(), 5)
	if err == nil || !strings.Contains(err.Error(), "step 2") || !strings.Contains(mistake(err), "(3,4) and (3,3)") {
		t.Errorf("error %v", err)
	}
}

// The two steps at the output by hand, and what is said of them.
func TestOutputStep(t *testing.T) {
	z, y := []float64{-1.5, 0.25, 3, 40}, []float64{0, 1, 1, 0}
	s, err := newOutputStep(z, y)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		a := 1 / (1 + math.Exp(-z[i]))
		da := -y[i]/a + (1-y[i])/(1-a)
		if got := s.values[0].Data[i]; math.Abs(got/da-1) > 1e-12 {
			t.Errorf("dA2 at z = %v is %v, %v by hand", z[i], got, da)
		}
		if got := s.values[1].Data[i]; math.Abs(got-(a-y[i])) > 1e-12 {
			t.Errorf("dZ2 at z = %v is %v, %v by hand", z[i], got, a-y[i])
		}
	}
	if !math.IsInf(s.values[0].Data[3], 1) || !math.IsNaN(s.values[1].Data[3]) {
		t.Errorf("sure and wrong: dA2 %v, dZ2 %v", s.values[0].Data[3], s.values[1].Data[3])
	}
	for _, c := range []struct {
		moderate float64
		lost     int
		fails    []int
	}{{1e-16, 1, nil}, {1e-3, 1, []int{0}}, {0, 0, []int{1}}} {
		r := &Report{}
		judgeOutputStep(r, c.moderate, c.lost)
		mustFail(t, r, c.fails...)
	}
}

// The formulas are those of the convention that is asked for.
func TestBackpropFormulas(t *testing.T) {
	for convention, want := range map[string]string{"notes": "dW2 = (1/m)·dZ2·A1ᵀ ", "mean": "dZ2 = (A2 − Y)/m "} {
		d, err := derive(2, 4, 400, layers.Tanh, 2, convention)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.listing(); !strings.Contains(got, want) {
			t.Errorf("%s: no %q in\n%s", convention, want, got)
		}
	}
}
