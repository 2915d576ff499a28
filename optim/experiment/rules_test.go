package experiment_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"chainrule/optim"
	"chainrule/optim/experiment"
)

// What is written of a rule or schedule is made, with every field in its place, and
// read again as the same.
func TestRulesAndSchedulesAreMade(t *testing.T) {
	for rule, want := range map[string]optim.Rule{
		`{"kind":"gd","rate":0.5}`:                  optim.GradientDescent{LearningRate: 0.5},
		`{"kind":"adam"}`:                           optim.Adam{},
		`{"kind":"adamw","weight-decay":0.01}`:      optim.AdamW{WeightDecay: 0.01},
		`{"kind":"rmsprop"}`:                        optim.RMSProp{},
		`{"kind":"adagrad","rate":2,"epsilon":0.5}`: optim.Adagrad{LearningRate: 2, Epsilon: 0.5},
		`{"kind":"lion","rate":0.1,"beta1":0.2,"beta2":0.3,"weight-decay":0.4}`: optim.Lion{LearningRate: 0.1, Beta1: 0.2, Beta2: 0.3, WeightDecay: 0.4},
		`{"kind":"adamw","rate":0.1,"beta1":0.2,"beta2":0.3,"epsilon":0.4,"l1":0.6,"weight-decay":0.5}`: optim.Decay{
			Rule: optim.AdamW{LearningRate: 0.1, Beta1: 0.2, Beta2: 0.3, Epsilon: 0.4, WeightDecay: 0.5}, L1: 0.6},
		`{"kind":"rmsprop","rate":0.1,"beta":0.2,"epsilon":0.3,"momentum":0.4,"centered":true,"l1":0.5,"l2":0.6,"weight-decay":0.7,"clip":0.8,"clip-norm":0.9}`: optim.Clip{
			Value: 0.8, Norm: 0.9, Rule: optim.Decay{L1: 0.5, L2: 0.6, Decoupled: 0.7,
				Rule: optim.RMSProp{LearningRate: 0.1, Beta: 0.2, Epsilon: 0.3, Momentum: 0.4, Centered: true}}},
		`{"kind":"adagrad","decay":0.5}`: optim.Adagrad{Decay: 0.5},
		`{"kind":"gd","rate":1,"clip":2,"average":0.9}`: optim.Average{Decay: 0.9,
			Rule: optim.Clip{Rule: optim.GradientDescent{LearningRate: 1}, Value: 2}},
		`{"kind":"gd","rate":1,"clip":2}`:         optim.Clip{Rule: optim.GradientDescent{LearningRate: 1}, Value: 2},
		`{"kind":"gd","rate":1,"weight-decay":2}`: optim.Decay{Rule: optim.GradientDescent{LearningRate: 1}, Decoupled: 2},
	} {
		e := with(t, `"rule":`+rule)
		if !reflect.DeepEqual(e.Rule, want) {
			t.Errorf("%s makes %+v, %+v expected", rule, e.Rule, want)
		}
		if text, err := json.Marshal(e.Settings.Rule); err != nil || string(text) != rule {
			t.Errorf("%s is written as %s (%v)", rule, text, err)
		}
		if state, err := e.Trainer().State(); err != nil {
			t.Errorf("%s: %v, error %v", rule, state, err)
		}
	}
	for schedule, want := range map[string]optim.Schedule{
		`{"kind":"constant"}`:                                              optim.Constant{},
		`{"kind":"constant","warmup":3}`:                                   optim.Warmup{Steps: 3, Then: optim.Constant{}},
		`{"kind":"step","every":3}`:                                        optim.Staircase{Every: 3},
		`{"kind":"step","warmup":1,"every":3,"ratio":0.5}`:                 optim.Warmup{Steps: 1, Then: optim.Staircase{Every: 3, Ratio: 0.5}},
		`{"kind":"exponential","every":2,"ratio":0.5}`:                     optim.Exponential{Every: 2, Ratio: 0.5},
		`{"kind":"cosine"}`:                                                optim.Cosine{},
		`{"kind":"cosine","steps":8,"least":0.25}`:                         optim.Cosine{Steps: 8, Least: 0.25},
		`{"kind":"one-cycle"}`:                                             optim.OneCycle{},
		`{"kind":"one-cycle","steps":8,"rise":0.25,"div":2,"final-div":3}`: optim.OneCycle{Steps: 8, Rise: 0.25, Div: 2, FinalDiv: 3},
		`{"kind":"plateau"}`:                                               &optim.Plateau{},
		`{"kind":"plateau","ratio":0.5,"least":0.1,"patience":3,"threshold":0.2,"rest":4}`: &optim.Plateau{Ratio: 0.5, Patience: 3, Threshold: 0.2, Least: 0.1, Rest: 4},
	} {
		e := with(t, `"rule":{"kind":"adam"},"steps":10,"schedule":`+schedule)
		if got := e.Schedule(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s makes %+v, %+v expected", schedule, got, want)
		}
		for step := range 12 {
			if _, err := e.Schedule().Factor(optim.Position{Step: step, Steps: e.Settings.Steps}); err != nil {
				t.Errorf("%s, step %d: %v", schedule, step, err)
			}
		}
		if text, err := json.Marshal(e.Settings.Schedule); err != nil || string(text) != schedule {
			t.Errorf("%s is written as %s (%v)", schedule, text, err)
		}
	}
	e := with(t, `"rule":{"kind":"adam"},"schedule":{"kind":"plateau","patience":1}`)
	if err := e.Schedule().(optim.Observer).Observe(1); err != nil || !reflect.DeepEqual(e.Schedule(), &optim.Plateau{Patience: 1}) {
		t.Errorf("a new schedule has seen costs (%v)", err)
	}
	if got := with(t, `"rule":{"kind":"adam"}`).Schedule(); got != (optim.Constant{}) {
		t.Errorf("no schedule is %+v", got)
	}
}

// with returns an experiment with more fields.
func with(t *testing.T, fields string) *experiment.Experiment {
	t.Helper()
	e, err := experiment.Read(strings.NewReader(`{"version":1,"inputs":2,"layers":[{"kind":"dense","units":1}],"cost":{"kind":"squared-error"},` + fields + `}`))
	if err != nil {
		t.Fatalf("%s: %v", fields, err)
	}
	return e
}
