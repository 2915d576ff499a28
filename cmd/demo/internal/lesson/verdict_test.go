package lesson

import (
	"math"
	"strings"
	"testing"

	"chainrule/internal/handgrad"
	"chainrule/internal/toy"
	"chainrule/layers"
	"chainrule/optim/dataset"
)

func TestVerdictFollowsFromChecks(t *testing.T) {
	const supports, refutes = true, false
	for name, test := range map[string]struct {
		report func(r *Report)
		want   Verdict
		why    string
	}{
		"nothing":              {func(r *Report) {}, NotTried, ""},
		"an explanation":       {func(r *Report) { r.Check(true, "a") }, NotTried, ""},
		"support":              {func(r *Report) { r.Supports("p", supports, "a"); r.Check(true, "b") }, Holds, ""},
		"a failed support":     {func(r *Report) { r.Supports("p", refutes, "a") }, DoesNotHold, "The lesson's own finding was not reproduced: 1 of 1 check came out otherwise."},
		"a counterexample":     {func(r *Report) { r.Refutes("p", true, "a") }, DoesNotHold, ""},
		"no counterexample":    {func(r *Report) { r.Refutes("p", false, "a") }, Holds, "The lesson's own finding was not reproduced: 1 of 1 check came out otherwise."},
		"both":                 {func(r *Report) { r.Supports("p", true, "a"); r.Refutes("q", true, "b") }, HoldsInPart, "What holds: p. What does not: q."},
		"parts stand once":     {func(r *Report) { r.Supports("p", true, "a"); r.Supports("p", true, "b"); r.Refutes("q", true, "c") }, HoldsInPart, "What holds: p. What does not: q."},
		"a failed explanation": {func(r *Report) { r.Supports("p", true, "a"); r.Check(false, "b") }, Holds, "The lesson's own finding was not reproduced: 1 of 2 checks came out otherwise."},
		"not tried":            {func(r *Report) { r.Supports("p", true, "a"); r.Untried("b") }, Holds, "The lesson's own finding was not reproduced: 1 of 2 checks came out otherwise."},
		"weighed apart":        {func(r *Report) { r.Weigh("p", Supports, false, "a"); r.Weigh("q", Refutes, true, "b") }, HoldsInPart, "What holds: p. What does not: q. The lesson's own finding was not reproduced: 1 of 2 checks came out otherwise."},
	} {
		r := &Report{}
		test.report(r)
		if r.Verdict() != test.want || r.Explanation() != test.why {
			t.Errorf("%s: %v, %q; want %v, %q", name, r.Verdict(), r.Explanation(), test.want, test.why)
		}
	}
}

func TestConclude(t *testing.T) {
	r := &Report{}
	r.Supports("p", true, "a")
	r.Conclude("What %s.", "holds")
	if len(r.Blocks) != 2 || r.Blocks[1] != Text("What holds.") {
		t.Errorf("%v", r.Blocks)
	}
	r.Check(false, "b")
	if r.Conclude("More."); len(r.Blocks) != 3 {
		t.Errorf("what was not found is concluded: %v", r.Blocks)
	}
}

// The claim on the page is that of the settings, and with the defaults that of the
// notes.
func TestClaimFor(t *testing.T) {
	for _, l := range All() {
		if got := l.ClaimFor(l.Defaults()); got != l.Claim {
			t.Errorf("%s claims %q with its defaults, want %q", l.Name, got, l.Claim)
		}
	}
	for _, test := range []struct {
		l    Lesson
		s    Values
		want string
	}{
		{chooseActivation(), Values{"activation": "tanh"}, "always take tanh."},
		{linear(), Values{"activation": "tanh"}, "With tanh hidden units"},
		{errata(), Values{"inputs": 1, "units": 2}, "W[1] is (1,2) for 1 input and 2 units;"},
		{symmetry(), Values{"spread": 0.01}, "start at zero, give or take 0.01, all hidden"},
	} {
		if got := test.l.ClaimFor(changed(t, test.l, test.s)); !strings.Contains(got, test.want) {
			t.Errorf("%s with %v claims %q, want %q in it", test.l.Name, test.s, got, test.want)
		}
	}
}

// judgedBy returns the report of judges.
func judgedBy(judges ...func(r *Report)) func(t *testing.T) *Report {
	return func(*testing.T) *Report {
		r := &Report{}
		for _, judge := range judges {
			judge(r)
		}
		return r
	}
}

// with returns the report of a lesson's experiment.
func with(l Lesson, changes ...Values) func(t *testing.T) *Report {
	return func(t *testing.T) *Report { return measured(t, l, changes...) }
}

// altered returns the report of an experiment that is not the lesson's own.
func altered(l Lesson, changes ...Values) func(t *testing.T) *Report {
	return func(t *testing.T) *Report { return tried(t, l, changes...) }
}

// outcomes has for each lesson and verdict an experiment that comes to it, by its
// settings or, where none of them do, by measured values that its judges get.
func outcomes() map[string]map[Verdict]func(t *testing.T) *Report {
	return map[string]map[Verdict]func(t *testing.T) *Report{
		"representation": {
			Holds:       with(representation()),
			HoldsInPart: with(representation(), Values{"layout": rows}),
			DoesNotHold: judgedBy(func(r *Report) {
				judgeDimensions(r, []int{3, 4, 1}, make([]layerShapes, 3), dimensions{claimedShapes}.claimed([]int{3, 4, 1}, 5))
				judgeMany(r, 672, 1824, 1)
			}),
		},
		"one-example": {
			Holds:       with(oneExample()),
			HoldsInPart: with(oneExample(), Values{"activation": "relu"}),
			DoesNotHold: judgedBy(func(r *Report) { judgeEquations(r, layers.Tanh, equationGaps{1e-9, 1e-9, 1e-9, 1e-9, 1e-9}) }),
		},
		"vectorise": {
			Holds:       vectorised(0, [2]float64{3e-6, 1e-4}, [2]float64{1e-6, 8e-6}),
			HoldsInPart: vectorised(0, [2]float64{1e-7, 1e-4}, [2]float64{3e-7, 8e-6}),
			DoesNotHold: vectorised(1e-3, [2]float64{1e-7, 1e-4}, [2]float64{3e-7, 8e-5}),
		},
		"activations": {
			Holds:       judgedBy(activationValues(0, [2]float64{0, 0}, [2]float64{0.01, 1})),
			HoldsInPart: with(activations(), quickActivations),
			DoesNotHold: judgedBy(activationValues(1e-6, [2]float64{0.1, 0}, [2]float64{0, 0})),
		},
		"tanh-or-sigmoid": {
			Holds:       judgedBy(tanhValues(280, 4, 5, [4]float64{100, 200, 110, 210}, 200, [4]float64{50, 90, 60, 95})),
			HoldsInPart: with(tanhOrSigmoid(), quickTanh),
			DoesNotHold: judgedBy(tanhValues(100, 1, 0.9, [4]float64{100, 101, 500, 500}, 110, [4]float64{50, 51, 60, 55})),
		},
		"choose-activation": {
			Holds:       with(chooseActivation(), quickChoice, tanhChoice),
			HoldsInPart: with(chooseActivation(), quickChoice),
			DoesNotHold: judgedBy(func(r *Report) { judgeAccuracies(r, "relu", accuraciesOf(0.98, 1)) }),
		},
		"linear": {
			Holds: with(linear(), quickLinear),
			HoldsInPart: judgedBy(func(r *Report) {
				judgeCollapse(r, layers.Identity, 1e-15)
				judgeDepth(r, 1e-3)
				judgeLogistic(r, layers.Identity, 1e-15)
			}),
			DoesNotHold: with(linear(), quickLinear, Values{"activation": "tanh"}),
		},
		"backprop": {
			Holds:       with(backprop(), quickBackprop),
			HoldsInPart: altered(planted(func(g *handgrad.Gradients) { g.DB1.Data[0] *= 2 }), quickBackprop),
			DoesNotHold: judgedBy(func(r *Report) { judgeSix(r, 5, 1e-3) }),
		},
		"gradient-descent": {
			Holds:       with(gradientDescent(), quickDescent, Values{"rate": 1000.0}),
			HoldsInPart: with(gradientDescent(), quickDescent),
			DoesNotHold: judgedBy(descentValues),
		},
		"symmetry": {
			Holds: symmetryValues(
				symmetryEnd{cost: 0.65, accuracy: 0.67, moved: 1}, // starts of zeros
				symmetryEnd{cost: 0.65, accuracy: 0.67, moved: 1}, // W1 or W2 random
				symmetryEnd{cost: 0.28, accuracy: 0.89, moved: 7, apart: 10, biasApart: 0.3}),
			HoldsInPart: with(symmetry(), quickSymmetry),
			DoesNotHold: symmetryValues(
				symmetryEnd{cost: 0.28, accuracy: 0.89, moved: 7, apart: 10, biasApart: 0.3},
				symmetryEnd{cost: 0.28, accuracy: 0.89, moved: 7, apart: 10, biasApart: 0.3},
				symmetryEnd{cost: 0.28, accuracy: 0.89, moved: 7, apart: 10, biasApart: 0}),
		},
		"init-scale": {
			Holds:       judgedBy(scaleValues(sample{100, 100}, sample{900, 900}, true)),
			HoldsInPart: with(initScale(), quickInit),
			DoesNotHold: judgedBy(scaleValues(sample{900, 900}, sample{100, 100}, false)),
		},
		"hidden-units": {
			Holds:       with(hiddenUnits(), quickHidden, Values{"many": 60}),
			HoldsInPart: with(hiddenUnits(), quickHidden),
			DoesNotHold: judgedBy(func(r *Report) {
				s := hiddenUnits().Defaults()
				judgePublished(r, s, []fittedFlower{{units: 2, accuracy: 0.67}, {units: 5, accuracy: 0.68}, {units: 50, accuracy: 0.69}})
				fresh := []freshFit{{2, sample{0.7}, sample{0.66}}, {5, sample{0.7}, sample{0.66}}, {50, sample{0.75}, sample{0.74}}}
				judgeFresh(r, s, fresh, fresh)
			}),
		},
		"dead-relu": {
			Holds:       with(deadReLU(), quickDead, Values{"deep": []int{8}}),
			HoldsInPart: with(deadReLU(), quickDead),
			DoesNotHold: judgedBy(func(r *Report) {
				judgeFirst(r, 100, 1, 0)
				judgeLeaky(r, 100, 0, 0.3, 0.6)
				judgeDeeper(r, [2]int{10, 10}, [2]int{0, 1}, 0, "")
			}),
		},
		"errata": {
			Holds:       with(errata(), quickErrata),
			HoldsInPart: with(errata(), quickErrata, Values{"units": 3}),
			DoesNotHold: altered(averaging(), quickErrata, Values{"units": 3, "z": 10.0, "target": 0.9}),
		},
	}
}

// Every lesson can come to every verdict.
func TestEveryVerdict(t *testing.T) {
	all := outcomes()
	for _, l := range All() {
		for _, v := range []Verdict{Holds, HoldsInPart, DoesNotHold} {
			t.Run(l.Name+"/"+strings.ReplaceAll(v.String(), " ", "-"), func(t *testing.T) {
				try := all[l.Name][v]
				if try == nil {
					t.Fatal("nothing comes to this verdict")
				}
				r := try(t)
				if r.Verdict() != v {
					t.Errorf("it %v. %s", r.Verdict(), r.Explanation())
				}
				consistent(t, r)
			})
		}
	}
}

// consistent checks that a report says one thing of each part of its claim.
func consistent(t *testing.T, r *Report) {
	t.Helper()
	says := map[string]Bearing{}
	for _, c := range r.Checks() {
		if c.Says == Neither {
			continue
		}
		if c.Part == "" {
			t.Errorf("%q says something of no part of the claim", c.Text)
		}
		if before, twice := says[c.Part]; twice && before != c.Says {
			t.Errorf("of %q checks say that it holds and that it does not", c.Part)
		}
		says[c.Part] = c.Says
	}
}

// vectorised judges outputs that are so far apart, and times of a Go loop and of
// the matrix for 1 and for 1000 examples.
func vectorised(apart float64, loop, whole [2]float64) func(t *testing.T) *Report {
	return judgedBy(func(r *Report) {
		judgeValues(r, apart, nil)
		judge(r, []*timings{timesOf([2]float64{}, [2]float64{}, loop, whole)})
	})
}

// activationValues judges slopes that differ by so much from the formulas, those
// of sigmoid and tanh at −10 and 10 and those of ReLU there, and tanh, which
// differs as much from a stretched sigmoid.
func activationValues(apart float64, bent, relu [2]float64) func(r *Report) {
	return func(r *Report) {
		judgeSlopes(r, apart, 0, 4000, 4000)
		judgeFlatness(r, map[layers.Activation][2]float64{layers.Sigmoid: bent, layers.Tanh: bent, layers.ReLU: relu})
		judgeStretched(r, apart)
	}
}

// tanhValues judges the pairs of 280 that tanh won, the factors of the sigmoid
// with equal and with best rates, and the steps of tanh, of units of slope 1, of
// centred ones and of the sigmoid, for one hidden layer, from the start of tanh,
// and for two hidden layers.
func tanhValues(won int, same, best float64, one [4]float64, mapped float64, deep [4]float64) func(r *Report) {
	return func(r *Report) {
		judgePairs(r, won, 280)
		judgeTuned(r, same, best)
		heats := func(steps float64) []*heat { return []*heat{{set: "flower", steps: sample{steps}}} }
		c := causeHeats{sets: []string{"flower"}, mapped: heats(mapped)}
		for i := range one {
			c.one, c.deep = append(c.one, heats(one[i])), append(c.deep, heats(deep[i]))
		}
		c.checks(r, tanhOrSigmoid().Defaults(), race{most: 2000}, 1.2)
	}
}

// accuraciesOf returns accuracies of relu and of all others on all sets.
func accuraciesOf(relu, others float64) accuracies {
	all := accuracies{}
	for _, set := range toy.Names() {
		all[set] = map[string]float64{}
		for _, name := range hiddenActivations() {
			if all[set][name] = others; name == "relu" {
				all[set][name] = relu
			}
		}
	}
	return all
}

// descentValues judges rates at which everything goes the other way: the small
// one climbs, the large one falls and learns.
func descentValues(r *Report) {
	s := gradientDescent().Defaults()
	up, down := &descent{excess: []float64{1, 2}}, &descent{excess: []float64{1, 0.5}}
	lineChecks(r, s, []*lineFit{{large: 1}}, []*descent{up}, []*descent{down})
	run := func(rate, rises float64) *flowerRun {
		return &flowerRun{rate: rate, costs: [][]float64{{0.7, 0.2}}, rises: sample{rises}, accuracy: sample{0.9}, border: sample{1}}
	}
	flowerChecks(r, s, []*flowerRun{run(0.01, 0.1), run(3, 0)})
}

// symmetryValues judges the ends of starts from zeros or equal weights, from one
// random layer and from two.
func symmetryValues(zero, one, two symmetryEnd) func(t *testing.T) *Report {
	return judgedBy(func(r *Report) {
		trial := symmetryTrial{Values: symmetry().Defaults()}
		z, o, random := symmetryGroup{zero}, symmetryGroup{one}, symmetryGroup{two}
		trial.judgeStarts(r, []symmetryGroup{z, z, z, z, o, o, random})
	})
}

// scaleValues judges starts of 0.01, 1 and 100, of which the first two or the last
// are saturated, by the steps of the very small and of the others, and ten layers
// that learn from 0.01 or not.
func scaleValues(small, others sample, learns bool) func(r *Report) {
	trial := func(name string, saturated float64, steps sample) *initTrial {
		starts := []initStart{{saturated: saturated, norms: []float64{1, 1}, relative: 1 - saturated}}
		return &initTrial{name: name, hidden: make([]int, 9), starts: starts, first: sample{0.7}, last: sample{0.7}, steps: steps}
	}
	return func(r *Report) {
		never := sample{math.Inf(1), math.Inf(1)}
		saturated, deep := [2]float64{0, 0.9}, sample{50, 60}
		if !learns {
			saturated, deep = [2]float64{0.9, 0}, never
		}
		last := never
		if !learns {
			last = others
		}
		judgeShallow(r, []*initTrial{trial("0.01", saturated[0], small), trial("1", saturated[0], others), trial("100", saturated[1], last)})
		judgeDeep(r, trial("0.01", 0, deep), trial("Glorot", 0, sample{50, 60}), trial("1", 0, never))
	}
}

// averaging is errata with a second layer that averages.
func averaging() Lesson {
	l := errata()
	l.Run = errataRun{func(net *learner, data *dataset.Set) (a1, z2 []float64, err error) {
		a1, z2, err = hiddenAndSum(net, data)
		for j := range z2 {
			z2[j] = (a1[j] + a1[len(z2)+j] + a1[2*len(z2)+j] + a1[3*len(z2)+j]) / 4
		}
		return a1, z2, err
	}}.run
	return l
}

// planted is backprop with a slip in the formulas by hand.
func planted(plant func(g *handgrad.Gradients)) Lesson {
	l := backprop()
	l.Run = sixFormulas{func(n handgrad.TwoLayer, x, y handgrad.Matrix) (handgrad.Gradients, error) {
		g, err := n.Gradients(x, y)
		plant(&g)
		return g, err
	}}.run
	return l
}
