package layers

import (
	"fmt"
	"strings"

	"chainrule/graph"
)

// An Activation is a function applied to every entry, as a layer without
// parameters. The zero value is Tanh.
type Activation int

// The activations.
const (
	Tanh     Activation = iota
	Sigmoid             // σ(z) = 1/(1 + e^−z)
	ReLU                // max(0, z)
	Identity            // z
)

var _ Layer = Tanh

// activationNames returns the names of the activations in their order.
func activationNames() []string { return []string{"tanh", "sigmoid", "relu", "identity"} }

// ActivationByName returns the activation of that name: tanh, sigmoid, relu or
// identity, in upper or lower case. The error for another name suggests the
// nearest of them and lists all.
func ActivationByName(name string) (Activation, error) {
	names := activationNames()
	for i, known := range names {
		if strings.EqualFold(name, known) {
			return Activation(i), nil
		}
	}
	return 0, fmt.Errorf("unknown activation %q, did you mean %q? (known: %s)",
		name, nearest(strings.ToLower(name), names), strings.Join(names, ", "))
}

// String returns the name of a in lower case.
func (a Activation) String() string {
	if names := activationNames(); a >= 0 && int(a) < len(names) {
		return names[a]
	}
	return fmt.Sprintf("Activation(%d)", int(a))
}

// Apply returns the activation of x, in the shape of x.
func (a Activation) Apply(x *graph.Node) *graph.Node {
	if failed := reject(a.String(), x); failed != nil {
		return failed
	}
	switch a {
	case Tanh:
		return graph.Tanh(x)
	case Sigmoid:
		return graph.Sigmoid(x)
	case ReLU:
		return graph.ReLU(x)
	case Identity:
		return x
	}
	return graph.Fail(graph.Errorf("Activation", "%w", a.check()), x)
}

// Params returns nil.
func (a Activation) Params() []*graph.Param { return nil }

// check reports an activation that is none of the constants.
func (a Activation) check() error {
	if a < Tanh || a > Identity {
		return fmt.Errorf("%v is no activation, one of %s expected", a, strings.Join(activationNames(), ", "))
	}
	return nil
}
