package lesson

import (
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/internal/plotting"
	"chainrule/internal/words"
)

var quickChoice = Values{"seeds": 5, "steps": 1000, "more": []int{16}}

func TestChooseActivationHolds(t *testing.T) {
	mustHold(t, measured(t, chooseActivation(), defaultsOr(t, quickChoice)))
}

// tanhChoice has fewer seeds: whether outputs differ with them is not of tanh.
var tanhChoice = Values{"activation": "tanh", "seeds": 3}

func TestChooseActivationFails(t *testing.T) {
	r := measured(t, chooseActivation(), quickChoice, tanhChoice)
	ofTanh := &Report{}
	for _, c := range r.Checks()[:5] {
		ofTanh.add(c)
	}
	mustFail(t, ofTanh, 1, 2, 4) // tanh is right on the flower, and would be measured against itself
	saysOneThing(t, r)
}

// More units do not bend the identity.
func TestIdentityLacksNoUnits(t *testing.T) {
	s := changed(t, chooseActivation(), Values{"activation": "identity", "more": []int{16}, "seeds": 2, "steps": 400})
	c, err := newContest(s)
	if err != nil {
		t.Fatal(err)
	}
	var trials []*trial
	for _, units := range unitsTried(s) {
		trials = append(trials, c.trial("flower", "tanh", units, s.Float("rate")),
			c.trial("flower", "identity", units, s.Float("rate")), c.trial("flower", "identity", units, s.Float("rate")/4))
	}
	if err := c.run(t.Context(), trials); err != nil {
		t.Fatal(err)
	}
	r := &Report{}
	c.compareUnits(r, s, trials)
	mustFail(t, r, 0)
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

// saysOneThing checks what the judges of the accuracies say: sentences that are true
// whether the claim is refuted or not, and no activation measured against itself.
func saysOneThing(t *testing.T, r *Report) {
	t.Helper()
	for _, c := range r.Checks() {
		if strings.Contains(c.Text, "tanh lacks against tanh") || c.Says == Refutes && !c.Holds && !strings.Contains(c.Text, ": 0 of 7.") {
			t.Errorf("holds %v, says %v of %q: %s", c.Holds, c.Says, c.Part, c.Text)
		}
	}
	for _, b := range r.Blocks {
		if table, ok := b.(Table); ok && len(words.Distinct(table.Header)) < len(table.Header) {
			t.Errorf("a column stands twice: %q", table.Header)
		}
	}
}

// Whatever activation is tried and however it fares, a verdict has the sets for it
// and a text that says how many there are.
func TestJudgeAccuracies(t *testing.T) {
	for name, c := range map[string]struct {
		tried  map[string]float64 // accuracy where it is not 0.9, that of all others
		want   Verdict
		fails  []int
		part   string // of the first check
		second string // text
	}{
		"best on all":         {nil, Holds, []int{1, 2}, "taking relu is right on flower, moons, circles, spirals, blobs, xor and gauss", "There are sets on which relu is behind the best by more than one point: 0 of 7."},
		"behind on one":       {map[string]float64{"moons": 0.8}, HoldsInPart, []int{2}, "taking relu is right on flower, circles, spirals, blobs, xor and gauss", "There are sets on which relu is behind the best by more than one point: 1 of 7, moons 80.0 % (tanh 90.0 %)."},
		"behind on flower":    {map[string]float64{"flower": 0.8}, HoldsInPart, nil, "taking relu is right on moons, circles, spirals, blobs, xor and gauss", "There are sets on which relu is behind the best by more than one point: 1 of 7, flower 80.0 % (tanh 90.0 %)."},
		"little behind there": {map[string]float64{"flower": 0.88}, HoldsInPart, []int{2}, "taking relu is right on moons, circles, spirals, blobs, xor and gauss", "There are sets on which relu is behind the best by more than one point: 1 of 7, flower 88.0 % (tanh 90.0 %)."},
	} {
		t.Run(name, func(t *testing.T) {
			all := accuraciesOf(0.9, 0.9)
			for set, v := range c.tried {
				all[set]["relu"] = v
			}
			for _, set := range curvedSets() {
				all[set]["identity"] = 0.5
			}
			r := &Report{}
			judgeAccuracies(r, "relu", all)
			mustFail(t, r, c.fails...)
			if got := r.Checks(); r.Verdict() != c.want || got[0].Part != c.part || got[1].Text != c.second {
				t.Errorf("%v, %+v", r.Verdict(), got)
			}
		})
	}
	r := &Report{}
	judgeAccuracies(r, "relu", accuraciesOf(0.8, 0.9))
	if got := r.Checks()[0]; r.Verdict() != DoesNotHold || got.Holds || got.Part != "taking relu is right on some sets" || !strings.HasSuffix(got.Text, ": 0 of 7.") {
		t.Errorf("%v, %+v", r.Verdict(), got)
	}
}

// What an activation lacks against tanh is judged only where it lacks something,
// another number of units was tried, and it is not tanh.
func TestJudgeUnits(t *testing.T) {
	for name, c := range map[string]struct {
		tried string
		units []int
		gaps  []float64
		fails []int
		text  string
	}{
		"shrinks":       {"relu", []int{4, 16}, []float64{0.14, 0.04}, nil, "from 14.0 points with 4 to 4.0 with 16"},
		"grows":         {"relu", []int{4, 16}, []float64{0.04, 0.14}, []int{0}, "from 4.0 points with 4 to 14.0 with 16"},
		"lacks nothing": {"gelu", []int{4, 16}, []float64{-0.02, -0.03}, []int{0}, "gelu lacks nothing against tanh"},
		"one number":    {"relu", []int{4}, []float64{0.14}, []int{0}, "Only one number of hidden units was tried, 4"},
		"tanh":          {"tanh", []int{4, 16}, []float64{0, -0.01}, []int{0}, "the others are measured against tanh"},
	} {
		t.Run(name, func(t *testing.T) {
			r := &Report{}
			judgeUnits(r, c.tried, c.units, c.gaps)
			mustFail(t, r, c.fails...)
			if text := r.Checks()[0].Text; !strings.Contains(text, c.text) {
				t.Errorf("%q, want %q in it", text, c.text)
			}
		})
	}
	if got := unitsTried(Values{"units": 8, "more": []int{16, 4, 8}}); !slices.Equal(got, []int{4, 8, 16}) {
		t.Errorf("%v are tried, want the least first and each once", got)
	}
}

// A picture of one curve has no lowest and highest.
func TestCurvesAreCompared(t *testing.T) {
	s := changed(t, chooseActivation(), Values{"seeds": 1, "steps": 2, "curves": []string{"relu", "relu"}})
	c, err := newContest(s)
	if err != nil {
		t.Fatal(err)
	}
	var trials []*trial
	for _, set := range []string{"flower", "circles"} {
		trials = append(trials, c.trial(set, "relu", 1, 0.1))
	}
	r := &Report{}
	if err := c.run(t.Context(), trials); err != nil {
		t.Fatal(err)
	}
	c.drawCurves(r, s, trials)
	p := r.Blocks[0].(Picture)
	if n := len(p.Drawing.(plotting.Chart).Lines); n != 1 || strings.Contains(p.Caption, "lowest") {
		t.Errorf("%d curves: %s", n, p.Caption)
	}
}

// The outputs are compared on the spirals too, on which short trainings tell them
// apart.
func TestOutputsOnSpirals(t *testing.T) {
	s := changed(t, chooseActivation(), Values{"seeds": 1, "steps": 1})
	c, err := newContest(s)
	if err != nil {
		t.Fatal(err)
	}
	r := &Report{}
	if err := c.trainOutputs(t.Context(), r, s, outputKinds()); err != nil {
		t.Fatal(err)
	}
	if header := r.Blocks[1].(Table).Header; !slices.Contains(header, "spirals") {
		t.Errorf("the sets are %q", header)
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
