package experiment

// Rule is a way of updating parameters: gd, momentum or adam.
type Rule struct {
	Kind string  `json:"kind"`
	Rate float64 `json:"rate,omitempty"` // learning rate; of adam 0 is 0.001

	Beta     float64 `json:"beta,omitempty"` // of momentum; 0 is 0.9
	Nesterov bool    `json:"nesterov,omitempty"`

	Beta1   float64 `json:"beta1,omitempty"`   // of adam; 0 is 0.9
	Beta2   float64 `json:"beta2,omitempty"`   // of adam; 0 is 0.999
	Epsilon float64 `json:"epsilon,omitempty"` // of adam; 0 is 1e-8
}

// The kinds of rules.
const (
	GradientDescent = "gd"
	Momentum        = "momentum"
	Adam            = "adam"
)

func (Rule) kinds() []kind {
	return []kind{
		{name: GradientDescent, fields: []field{{"rate", neededRate}}},
		{name: Momentum, fields: []field{{"rate", neededRate}, {"beta", share}, {"nesterov", nil}}},
		{name: Adam, fields: []field{{"rate", rate}, {"beta1", share}, {"beta2", share}, {"epsilon", rate}}},
	}
}
