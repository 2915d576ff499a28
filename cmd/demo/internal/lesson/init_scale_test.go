package lesson

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

var quickInit = Values{"scales": []float64{1e-8, 0.01, 1, 100}, "seeds": 3, "steps": 1500, "deep-seeds": 2, "deep-steps": 150}

func TestInitScaleHolds(t *testing.T) {
	mustHold(t, measured(t, initScale(), defaultsOr(t, quickInit)))
}

// Without a saturated start there is nothing that saturation slows down.
func TestInitScaleWithoutSaturation(t *testing.T) {
	mustFail(t, measured(t, initScale(), quickInit, Values{"scales": []float64{0.01, 0.5}}), 0, 3)
}

// Two layers learn from weights of 0.01 and bear those of 1; the rate is too small
// for them to do so in 100 steps.
func TestInitScaleWithoutDepth(t *testing.T) {
	mustFail(t, measured(t, initScale(), quickInit, Values{"layers": 2, "deep-steps": 1500}), 4, 5, 6)
}

func TestInitScaleStops(t *testing.T) {
	mustStop(t, initScale(), Values{"scales": []float64{100}, "steps": 1_000_000})
	mustStop(t, initScale(), Values{"steps": 1, "deep-steps": 100_000})
}

func TestInitScaleRepeats(t *testing.T) {
	mustRepeat(t, initScale(), Values{"steps": 50, "deep-steps": 20, "seeds": 3})
}

// The trials rise in scale, each once, with that of the claim and Glorot in place.
func TestShallowTrials(t *testing.T) {
	for _, test := range []struct {
		scales []float64
		want   string
	}{
		{[]float64{100, 0.001, 1, 0.01, 1}, "0.001 0.01 Glorot 1 100"},
		{[]float64{0.001, 0.1}, "0.001 0.01 0.1 Glorot"},
		{[]float64{1}, "0.01 Glorot 1"},
	} {
		var names []string
		for _, trial := range shallowTrials(changed(t, initScale(), Values{"scales": test.scales})) {
			names = append(names, trial.name)
		}
		if got := strings.Join(names, " "); got != test.want {
			t.Errorf("%v: %s, want %s", test.scales, got, test.want)
		}
	}
}

// The smallest network there is, and the deepest, whose values overflow.
func TestInitScaleExtremes(t *testing.T) {
	measured(t, initScale(), Values{"units": 1, "width": 1, "layers": 2, "steps": 1, "deep-steps": 1, "seeds": 1, "deep-seeds": 1, "scales": []float64{1e-100}})
	measured(t, initScale(), Values{"layers": 30, "width": 128, "steps": 1, "deep-steps": 1, "seeds": 1, "deep-seeds": 1, "scales": []float64{1e6, 1e6}})
}

// ‖dW1‖ at the start is the difference quotient of the cost along itself.
func TestInitStart(t *testing.T) {
	n := quickFlower(t, 3)
	defer n.close()
	start, err := n.start()
	if err != nil {
		t.Fatal(err)
	}
	const step = 1e-5
	before, err := n.value()
	if err != nil {
		t.Fatal(err)
	}
	w := n.W[0].Value()
	sum := 0.0
	for i := range w.Float64s() {
		if err := n.W[0].Set(w); err != nil {
			t.Fatal(err)
		}
		up := n.W[0].Value()
		up.Float64s()[i] += step
		if err := n.W[0].Set(up); err != nil {
			t.Fatal(err)
		}
		after, err := n.value()
		if err != nil {
			t.Fatal(err)
		}
		sum += math.Pow((after-before)/step, 2)
	}
	if got, want := start.norms[0], math.Sqrt(sum); math.Abs(got-want) > 1e-4*want {
		t.Errorf("‖dW1‖ is %v, by differences %v", got, want)
	}
	if len(start.norms) != 2 || !(start.saturated >= 0 && start.saturated <= 1) {
		t.Errorf("the start is %+v", start)
	}
}

func TestInitStepsText(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		steps sample
		want  string
	}{
		{sample{7}, "7 (7 to 7)"},
		{sample{9, 7, 8}, "8 (7 to 9)"},
		{sample{9, inf, 8}, "9 (8 to never)"},
		{sample{9, inf, inf}, "never (9 to never)"},
		{sample{inf, inf}, "never"},
	} {
		trial := &initTrial{steps: c.steps}
		if got := trial.stepsText(); got != c.want {
			t.Errorf("%s for %s, want %s", got, fmt.Sprint(c.steps), c.want)
		}
	}
}

// Glorot's weights are as large as their inputs and outputs say.
func TestGlorotScale(t *testing.T) {
	r := &Report{}
	if err := glorotScale(changed(t, initScale(), nil), r); err != nil {
		t.Fatal(err)
	}
	mustFail(t, r)
	r = &Report{}
	judgeGlorotScale(r, 0.05)
	mustFail(t, r, 0)
}
