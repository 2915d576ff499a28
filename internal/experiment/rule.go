package experiment

import (
	"fmt"
	"reflect"
	"slices"
)

// Rule is a way of updating parameters: gd, momentum, adam, adamw, rmsprop, adagrad or
// lion, with what is done to gradients and weights besides; or lbfgs or newton, which look
// at all examples at every step and choose how long it is.
type Rule struct {
	Kind string  `json:"kind"`
	Rate float64 `json:"rate,omitempty"` // learning rate; 0 is 0.001 of adam and adamw, 0.01 of rmsprop and adagrad, 0.0001 of lion

	Beta     float64 `json:"beta,omitempty"`     // 0 is 0.9 of momentum, 0.99 of rmsprop
	Nesterov bool    `json:"nesterov,omitempty"` // of momentum

	Beta1   float64 `json:"beta1,omitempty"`   // 0 is 0.9
	Beta2   float64 `json:"beta2,omitempty"`   // 0 is 0.999, of lion 0.99
	Epsilon float64 `json:"epsilon,omitempty"` // 0 is 1e-8, of adagrad 1e-10

	Momentum float64 `json:"momentum,omitempty"` // of rmsprop; 0 is none
	Centered bool    `json:"centered,omitempty"` // of rmsprop

	Decay float64 `json:"decay,omitempty"` // of adagrad: step t has the rate divided by 1 + decay·(t−1); 0 is none

	Gradient float64 `json:"gradient,omitempty"` // of lbfgs and newton: none of its entries is larger where they end; 0 is 1e-6
	Memory   int     `json:"memory,omitempty"`   // of lbfgs: steps that it looks back on; 0 is 15

	// L1 and L2 are penalties of the weights, and not of the biases, whose
	// gradients L1·sign(W) and L2·W are added to those of the cost; WeightDecay takes
	// rate·WeightDecay·W from the weights beside the rule's step. 0 is none; adamw must
	// have a WeightDecay.
	L1          float64 `json:"l1,omitempty"`
	L2          float64 `json:"l2,omitempty"`
	WeightDecay float64 `json:"weight-decay,omitempty"`

	// Clip is the largest magnitude of an entry of the gradients, and ClipNorm that of
	// all of them together. They act before the penalties are added. 0 is none.
	Clip     float64 `json:"clip,omitempty"`
	ClipNorm float64 `json:"clip-norm,omitempty"`

	// Average is the decay of running means of the parameters, such as 0.999: they, and
	// not the last parameters, are the network that is scored and saved. 0 is none.
	Average float64 `json:"average,omitempty"`
}

// The kinds of rules.
const (
	GradientDescent = "gd"
	Momentum        = "momentum"
	Adam            = "adam"
	AdamW           = "adamw"
	RMSProp         = "rmsprop"
	Adagrad         = "adagrad"
	Lion            = "lion"
	LBFGS           = "lbfgs"
	Newton          = "newton"
)

func (Rule) kinds() []kind {
	betas := []field{{"beta1", share}, {"beta2", share}}
	return []kind{
		ruleKind(GradientDescent, neededRate, rate),
		ruleKind(Momentum, neededRate, rate, field{"beta", share}, field{"nesterov", nil}),
		ruleKind(Adam, rate, rate, append(betas, field{"epsilon", rate})...),
		ruleKind(AdamW, rate, neededRate, append(betas, field{"epsilon", rate})...),
		ruleKind(RMSProp, rate, rate, field{"beta", share}, field{"epsilon", rate}, field{"momentum", share}, field{"centered", nil}),
		ruleKind(Adagrad, rate, rate, field{"epsilon", rate}, field{"decay", rate}),
		ruleKind(Lion, rate, rate, betas...),
		{name: LBFGS, fields: []field{{"gradient", rate}, {"memory", count}}},
		{name: Newton, fields: []field{{"gradient", rate}}},
	}
}

// ruleKind is a kind with the fields that all have which take a rate, and its own between
// them.
func ruleKind(name string, rateCheck, decayCheck check, own ...field) kind {
	fields := append([]field{{"rate", rateCheck}}, own...)
	return kind{name: name, fields: append(fields, field{"l1", rate}, field{"l2", rate}, field{"weight-decay", decayCheck},
		field{"clip", rate}, field{"clip-norm", rate}, field{"average", share})}
}

// FullBatch reports whether the rule looks at all examples at every step.
func (r Rule) FullBatch() bool { return r.Kind == LBFGS || r.Kind == Newton }

// NewRule returns the rule of a kind with its fields by their names in the JSON: numbers
// as float64, what is true or false as bool. Values that cannot be, and fields that are
// missing, Check tells.
func NewRule(kind string, fields map[string]any) (Rule, error) {
	return ofFields[Rule]("rule", kind, fields)
}

// checkRule checks the rule beside layers that have been checked.
func (s Settings) checkRule() error {
	if err := s.checkGiven("rule", s.Rule); err != nil {
		return err
	}
	r := s.Rule
	switch {
	case reflect.ValueOf(r).IsZero():
		return nil
	case r.Average > 0 && s.Patience > 0:
		return Errorf("patience", "%d given beside rule.average, one of them expected: the means go on when the network goes back to its best", s.Patience)
	case !r.FullBatch():
		return nil
	case s.Batch > 0:
		return Errorf("batch", "%d given, but %s looks at all examples at every step", s.Batch, r.Kind)
	case s.Patience > 0:
		return Errorf("patience", "%d given, but %s ends where the gradient does", s.Patience, r.Kind)
	case s.Schedule.Kind != "":
		return Errorf("schedule", "given, but %s has no rate", r.Kind)
	}
	return steady("layers", s.Layers, r.Kind)
}

// steady reports a layer that makes the cost another one whenever it is computed.
func steady(path string, list []Layer, rule string) error {
	for i, l := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		if slices.Contains([]string{Dropout, BatchNorm}, l.Kind) {
			return Errorf(at+".kind", "%s given, but %s takes a cost that is the same whenever it is computed: leave the layer out, or take another rule", l.Kind, rule)
		}
		if err := steady(at+".layers", l.Layers, rule); err != nil {
			return err
		}
	}
	return nil
}
