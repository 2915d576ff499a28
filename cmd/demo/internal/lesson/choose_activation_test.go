package lesson

import (
	"math"
	"slices"
	"strings"
	"testing"
)

var quickChoice = Values{"seeds": 3, "steps": 1000, "more": []int{16}}

func TestChooseActivationHolds(t *testing.T) {
	s := quickChoice
	if !testing.Short() {
		s = nil
	}
	mustHold(t, tried(t, chooseActivation(), s))
}

func TestChooseActivationFails(t *testing.T) {
	for _, c := range []struct {
		name   string
		change Values
		fails  []int
	}{
		{"tanh is right on the flower", Values{"activation": "tanh"}, []int{1, 3}},
		{"more units do not bend identity", Values{"activation": "identity"}, []int{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := tried(t, chooseActivation(), quickChoice, c.change)
			mustFail(t, r, c.fails...)
		})
	}
}

func TestChooseActivationSaysThatTheRateIsTooLarge(t *testing.T) {
	l := chooseActivation()
	s := changed(t, l, quickChoice, Values{"rate": 1000.0, "seeds": 1, "steps": 200})
	if err := l.Run(t.Context(), s, &Report{}); err == nil || !strings.Contains(err.Error(), "--rate") {
		t.Errorf("the error is %v, want one that names --rate", err)
	}
}

func TestChooseActivationStops(t *testing.T) {
	mustStop(t, chooseActivation(), Values{"steps": 100_000})
}

func TestChooseActivationRepeats(t *testing.T) {
	mustRepeat(t, chooseActivation(), Values{"seeds": 2, "steps": 100, "more": []int{5}})
}

func TestCurveSteps(t *testing.T) {
	if got := curveSteps(3); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("of 3 steps %v", got)
	}
	if got := curveSteps(1000); len(got) != 200 || got[0] != 0 || got[1] != 5 || got[199] != 995 {
		t.Errorf("of 1000 steps %v", got)
	}
}

func TestLastOnCurved(t *testing.T) {
	all := accuracies{}
	for _, set := range append(curvedSets(), "gauss") {
		all[set] = map[string]float64{"tanh": 0.9, "relu": 0.8, "identity": 0.5}
	}
	all["gauss"]["tanh"] = 0.4 // does not count
	if !lastOnCurved(all) {
		t.Error("identity is said not to be the last")
	}
	all["xor"]["relu"] = 0.5
	if lastOnCurved(all) {
		t.Error("identity is said to be the last alone")
	}
}

func TestAccuraciesBest(t *testing.T) {
	a := accuracies{"flower": {"tanh": 0.7, "sigmoid": 0.9, "relu": 0.9}}
	if v, name := a.best("flower"); v != 0.9 || name != "sigmoid" {
		t.Errorf("%v by %s, want 0.9 by the first, sigmoid", v, name)
	}
}

// The derivatives at the output are those of the formulas, and what is said of
// them depends on them.
func TestOutputSlopes(t *testing.T) {
	table, wrong, err := outputSlopes(outputKinds())
	if err != nil {
		t.Fatal(err)
	}
	a, th := 1/(1+math.Exp(5)), math.Tanh(-5) // at z = −5, where the label is 1
	for i, want := range []float64{a - 1, th - 1, 2 * (th - 1) * (1 - th*th), 2 * (a - 1) * a * (1 - a)} {
		if math.Abs(wrong[i]/want-1) > 1e-9 {
			t.Errorf("%v: %v, %v expected", table.Rows[i], wrong[i], want)
		}
	}
	for _, c := range []struct {
		wrong []float64
		fails []int
	}{{wrong, nil}, {[]float64{-0.5, -1, -0.0001, 0}, []int{0}}, {[]float64{-0.99, -1, -0.5, 0}, []int{0}}} {
		r := &Report{}
		judgeOutputSlopes(r, c.wrong)
		mustFail(t, r, c.fails...)
	}
}

func TestJudgeOutputs(t *testing.T) {
	sets := []string{"a", "b"}
	for _, c := range []struct {
		best  [][]float64
		fails []int
	}{
		{[][]float64{{0.9, 0.8}, {0.9, 0.8}, {0.905, 0.7}, {0.9, 0.8}}, nil},
		{[][]float64{{0.9, 0.8}, {0.9, 0.8}, {0.9, 0.82}, {0.9, 0.8}}, []int{0}},
		{[][]float64{{0.9, 0.8}, {0.9, 0.8}, {0.9, 0.8}, {0.95, 0.8}}, []int{0}},
	} {
		r := &Report{}
		judgeOutputs(r, sets, c.best)
		mustFail(t, r, c.fails...)
	}
}
