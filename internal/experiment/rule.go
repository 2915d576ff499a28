package experiment

// Rule is a way of updating parameters: gd, momentum, adam, adamw, rmsprop, adagrad or
// lion, with what is done to gradients and weights besides.
type Rule struct {
	Kind string  `json:"kind"`
	Rate float64 `json:"rate,omitempty"` // learning rate; 0 is 0.001 of adam and adamw, 0.01 of rmsprop and adagrad, 0.0001 of lion

	Beta     float64 `json:"beta,omitempty"` // 0 is 0.9 of momentum, 0.99 of rmsprop
	Nesterov bool    `json:"nesterov,omitempty"`

	Beta1   float64 `json:"beta1,omitempty"`   // 0 is 0.9
	Beta2   float64 `json:"beta2,omitempty"`   // 0 is 0.999, of lion 0.99
	Epsilon float64 `json:"epsilon,omitempty"` // 0 is 1e-8, of adagrad 1e-10

	Momentum float64 `json:"momentum,omitempty"` // of rmsprop; 0 is none
	Centered bool    `json:"centered,omitempty"` // of rmsprop

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
)

func (Rule) kinds() []kind {
	betas := []field{{"beta1", share}, {"beta2", share}}
	return []kind{
		ruleKind(GradientDescent, neededRate, rate),
		ruleKind(Momentum, neededRate, rate, field{"beta", share}, field{"nesterov", nil}),
		ruleKind(Adam, rate, rate, append(betas, field{"epsilon", rate})...),
		ruleKind(AdamW, rate, neededRate, append(betas, field{"epsilon", rate})...),
		ruleKind(RMSProp, rate, rate, field{"beta", share}, field{"epsilon", rate}, field{"momentum", share}, field{"centered", nil}),
		ruleKind(Adagrad, rate, rate, field{"epsilon", rate}),
		ruleKind(Lion, rate, rate, betas...),
	}
}

// ruleKind is a kind with the fields that all have, and its own between them.
func ruleKind(name string, rateCheck, decayCheck check, own ...field) kind {
	fields := append([]field{{"rate", rateCheck}}, own...)
	return kind{name: name, fields: append(fields, field{"l1", rate}, field{"l2", rate}, field{"weight-decay", decayCheck},
		field{"clip", rate}, field{"clip-norm", rate})}
}
