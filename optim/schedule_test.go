package optim_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"chainrule/optim"
)

// Factors at single steps, written down from the formulas; and the formulas again
// as loops, which multiply or add step by step.
func TestFactors(t *testing.T) {
	half, third := math.Sqrt2/2, math.Cbrt(0.5)
	for _, c := range []struct {
		s    optim.Schedule
		all  int // steps of the training
		want map[int]float64
	}{
		{optim.Constant{}, 0, map[int]float64{0: 1, 7: 1}},
		{optim.Staircase{Every: 3}, 0, map[int]float64{0: 1, 2: 1, 3: 0.1, 5: 0.1, 6: 0.01, 9: 0.001}},
		{optim.Staircase{Every: 1, Ratio: 2}, 0, map[int]float64{0: 1, 10: 1024}},
		{optim.Exponential{Ratio: 0.5}, 0, map[int]float64{0: 1, 1: 0.5, 3: 0.125}},
		{optim.Exponential{Ratio: 0.5, Every: 3}, 0, map[int]float64{0: 1, 1: third, 2: third * third, 3: 0.5, 6: 0.25}},
		{optim.Cosine{Steps: 8}, 0, map[int]float64{0: 1, 2: (1 + half) / 2, 4: 0.5, 6: (1 - half) / 2, 8: 0, 9: 0, 1000: 0}},
		{optim.Cosine{Least: 0.2}, 4, map[int]float64{0: 1, 1: 0.2 + 0.8*(1+half)/2, 2: 0.6, 3: 0.2 + 0.8*(1-half)/2, 4: 0.2}},
		{optim.OneCycle{}, 11, map[int]float64{0: 0.04, 10: 4e-6, 11: 4e-6}},
		{optim.OneCycle{Steps: 9, Rise: 1.0 / 3, Div: 5, FinalDiv: 10}, 100, map[int]float64{0: 0.2, 1: 0.6, 2: 1, 5: 0.51, 8: 0.02, 50: 0.02}},
		{optim.OneCycle{Steps: 2, Rise: 0.5}, 0, map[int]float64{0: 1, 1: 4e-6}}, // the top is at step 0
		{optim.OneCycle{Steps: 2, Rise: 0.1, Div: 1, FinalDiv: 1}, 0, map[int]float64{0: 1, 1: 1}},
		{optim.Warmup{Steps: 4}, 0, map[int]float64{0: 0.25, 1: 0.5, 2: 0.75, 3: 1, 4: 1, 5: 1}},
		{optim.Warmup{}, 0, map[int]float64{0: 1}},
		{optim.Warmup{Steps: 2, Then: optim.Cosine{}}, 10, map[int]float64{0: 0.5, 1: 1, 2: 1, 4: (1 + half) / 2, 6: 0.5, 10: 0}},
		{optim.Warmup{Steps: 2, Then: optim.OneCycle{Div: 4}}, 12, map[int]float64{0: 0.125, 1: 0.25, 2: 0.25}},
		{optim.Warmup{Steps: 2, Then: optim.Warmup{Steps: 2}}, 0, map[int]float64{0: 0.25, 1: 0.5, 2: 0.5, 3: 1, 4: 1}},
	} {
		for step, want := range c.want {
			got, err := c.s.Factor(optim.Position{Step: step, Steps: c.all})
			if err != nil || !(math.Abs(got-want) <= 1e-12) {
				t.Errorf("%+v, step %d: factor %v (%v), %v expected", c.s, step, got, err, want)
			}
		}
	}
	product := 1.0
	for step := range 200 { // by recurrence
		got, err := optim.Exponential{Ratio: 0.97}.Factor(optim.Position{Step: step})
		if err != nil || !(math.Abs(got-product) <= 1e-12) {
			t.Errorf("step %d: factor %v (%v), %v expected", step, got, err, product)
		}
		product *= 0.97
	}
}

// Plateaus by cases that were counted by hand.
func TestPlateau(t *testing.T) {
	for _, c := range []struct {
		s     optim.Plateau
		costs []float64
		want  []float64 // after each
	}{
		{optim.Plateau{Patience: 2}, []float64{3, 2, 2, 2, 1, 1, 1, 1}, []float64{1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01}},
		{optim.Plateau{Patience: 1, Ratio: 0.5, Least: 0.2}, []float64{1, 1, 1, 1}, []float64{1, 0.5, 0.25, 0.2}},
		{optim.Plateau{Patience: 1, Ratio: 0.5, Rest: 2}, []float64{1, 1, 1, 1, 1, 1}, []float64{1, 0.5, 0.5, 0.5, 0.25, 0.25}},
		{optim.Plateau{Patience: 1, Ratio: 0.5, Threshold: 0.1}, []float64{1, 0.95, 0.89, -1, -1.05, -1.2}, []float64{1, 0.5, 0.5, 0.5, 0.25, 0.25}},
		{optim.Plateau{Patience: 2, Ratio: 0.5}, []float64{math.NaN(), math.Inf(1), 1, math.NaN(), 2}, []float64{1, 0.5, 0.5, 0.5, 0.25}},
		{optim.Plateau{Ratio: 0.5}, []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5}},
	} {
		s := c.s
		for i, cost := range c.costs {
			if err := (optim.Warmup{Then: &s}).Observe(cost); err != nil {
				t.Fatal(err)
			}
			if got, err := s.Factor(optim.Position{}); err != nil || math.Abs(got-c.want[i]) > 1e-15 {
				t.Errorf("%+v: after cost %d the factor is %v (%v), %v expected", c.s, i, got, err, c.want[i])
			}
			text, err := json.Marshal(s) // a checkpoint
			if err != nil {
				t.Fatal(err)
			}
			var again optim.Plateau
			if err := json.Unmarshal(text, &again); err != nil || !reflect.DeepEqual(again, s) {
				t.Fatalf("%s is read as %+v (%v), %+v expected", text, again, err, s)
			}
			s = again
		}
		if s.State.Seen != len(c.costs) {
			t.Errorf("%d costs seen, %d expected", s.State.Seen, len(c.costs))
		}
	}
}

// Fields out of range are errors with their name, what was given and expected.
func TestMistakesOfSchedules(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for want, s := range map[string]optim.Schedule{
		"Staircase.Every: 0 given, at least 1 expected":                                     optim.Staircase{},
		"Staircase.Ratio: -1 given, a number above 0 expected":                              optim.Staircase{Every: 1, Ratio: -1},
		"Staircase: the factor has grown to +Inf":                                           optim.Staircase{Every: 1, Ratio: 1e200},
		"Exponential.Ratio: 0 given, a number above 0 expected":                             optim.Exponential{},
		"Exponential.Ratio: NaN given":                                                      optim.Exponential{Ratio: nan},
		"Exponential.Ratio: +Inf given":                                                     optim.Exponential{Ratio: inf},
		"Exponential.Every: -1 given, at least 0 expected":                                  optim.Exponential{Ratio: 1, Every: -1},
		"Exponential: the factor has grown to +Inf":                                         optim.Exponential{Ratio: 1e200},
		"Cosine.Steps: 0 given, at least 1 expected where the Position does not tell Steps": optim.Cosine{},
		"Cosine.Steps: -3 given":                                                            optim.Cosine{Steps: -3},
		"Cosine.Least: 2 given, a number from 0 to 1 expected":                              optim.Cosine{Steps: 9, Least: 2},
		"Cosine.Least: NaN given":                                                           optim.Cosine{Steps: 9, Least: nan},
		"OneCycle.Steps: 0 given":                                                           optim.OneCycle{},
		"OneCycle.Steps: 1 given, at least 2 expected":                                      optim.OneCycle{Steps: 1},
		"OneCycle.Rise: 1 given, a number above 0 and below 1 expected":                     optim.OneCycle{Steps: 9, Rise: 1},
		"OneCycle.Div: 0.5 given, a number from 1 to":                                       optim.OneCycle{Steps: 9, Div: 0.5},
		"OneCycle.FinalDiv: +Inf given":                                                     optim.OneCycle{Steps: 9, FinalDiv: inf},
		"Warmup.Steps: -1 given, at least 0 expected":                                       optim.Warmup{Steps: -1},
		"Plateau.Ratio: 1 given, a number above 0 and below 1 expected":                     &optim.Plateau{Ratio: 1},
		"Plateau.Patience: -1 given":                                                        &optim.Plateau{Patience: -1},
		"Plateau.Threshold: 1 given, a number from 0 to below 1 expected":                   &optim.Plateau{Threshold: 1},
		"Plateau.Least: -1 given":                                                           &optim.Plateau{Least: -1},
		"Plateau.Rest: -1 given":                                                            &optim.Plateau{Rest: -1},
		"Plateau.State.Falls: -1 given":                                                     &optim.Plateau{State: optim.PlateauState{Falls: -1}},
		"the Plateau is nil":                                                                (*optim.Plateau)(nil),
	} {
		for _, s := range []optim.Schedule{s, optim.Warmup{Then: s}} {
			if f, err := s.Factor(optim.Position{Step: 2}); err == nil || f != 0 || !strings.Contains(err.Error(), want) {
				t.Errorf("%+v: factor %v, error %v, %q expected", s, f, err, want)
			}
			if o, ok := s.(optim.Observer); ok && strings.Contains(want, "Plateau") {
				if err := o.Observe(1); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%+v: Observe gives %v, %q expected", s, err, want)
				}
			}
		}
	}
	for _, s := range []optim.Schedule{optim.Constant{}, optim.Staircase{Every: 1}, optim.Exponential{Ratio: 1}, optim.Cosine{Steps: 1}, optim.OneCycle{Steps: 2},
		optim.Warmup{}, &optim.Plateau{}} {
		for want, p := range map[string]optim.Position{"Position.Step: -1 given": {Step: -1}, "Position.Steps: -2 given": {Steps: -2}} {
			if _, err := s.Factor(p); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%T: error %v, %q expected", s, err, want)
			}
		}
	}
	if _, err := (optim.Warmup{Steps: 5}).Factor(optim.Position{Steps: 5}); err == nil || !strings.Contains(err.Error(), "Warmup.Steps: 5 given, below the 5 steps") {
		t.Errorf("error %v", err)
	}
}
