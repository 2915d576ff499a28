package layers

import (
	"fmt"
	"strings"

	"chainrule/graph"
)

// An Activation is a function applied to every entry, or by Softmax to every
// column, as a layer without parameters. The zero value is Tanh.
type Activation int

// The activations, by the names that [ActivationByName] takes. Their sources
// are with the functions of package graph.
const (
	Tanh      Activation = iota // tanh
	Sigmoid                     // sigmoid: σ(z) = 1/(1 + e^−z)
	ReLU                        // relu: max(0, z)
	Identity                    // identity: z
	LeakyReLU                   // leaky-relu: z above 0, else 0.01·z
	ELU                         // elu: z above 0, else e^z − 1
	SiLU                        // silu: z·σ(z)
	GELU                        // gelu: z·Φ(z)
	Softplus                    // softplus: ln(1 + e^z)
	Softmax                     // softmax: e^z divided by the sum of those of its column
)

var _ Layer = Tanh

type activation struct {
	name  string
	apply func(z *graph.Node) *graph.Node
}

// activations returns what there is, by the constants.
func activations() []activation {
	return []activation{
		Tanh:      {"tanh", graph.Tanh},
		Sigmoid:   {"sigmoid", graph.Sigmoid},
		ReLU:      {"relu", graph.ReLU},
		Identity:  {"identity", func(z *graph.Node) *graph.Node { return z }},
		LeakyReLU: {"leaky-relu", graph.LeakyReLU},
		ELU:       {"elu", graph.ELU},
		SiLU:      {"silu", graph.SiLU},
		GELU:      {"gelu", graph.GELU},
		Softplus:  {"softplus", graph.Softplus},
		Softmax:   {"softmax", softmax},
	}
}

// ActivationNames returns the names of all activations, that of Tanh first.
func ActivationNames() []string {
	var names []string
	for _, a := range activations() {
		names = append(names, a.name)
	}
	return names
}

// ActivationByName returns the activation of that name, one of
// [ActivationNames] in upper or lower case. The error for another name suggests
// the nearest of them and lists all.
func ActivationByName(name string) (Activation, error) {
	i, err := byName("activation", name, ActivationNames())
	return Activation(i), err
}

// String returns the name of a in lower case.
func (a Activation) String() string {
	if a.check() == nil {
		return activations()[a].name
	}
	return fmt.Sprintf("Activation(%d)", int(a))
}

// Apply returns the activation of x, in the shape of x. Softmax needs x to have
// an axis, of whose entries it makes probabilities: for x of shape (n, m) those
// of every column, and for a sequence, of shape (T, n, m), those of every column of a step.
func (a Activation) Apply(x *graph.Node) *graph.Node {
	if failed := reject(a.String(), x); failed != nil {
		return failed
	}
	if err := a.check(); err != nil {
		return graph.Fail(graph.Errorf("Activation", "%w", err), x)
	}
	return activations()[a].apply(x)
}

// softmax makes probabilities of features.
func softmax(z *graph.Node) *graph.Node {
	switch shape := z.Shape(); len(shape) {
	case 3:
		return graph.Softmax(z, 1)
	case 4:
		return graph.Fail(graph.Errorf("Softmax", "images of shape %v given, (n,m) or a sequence (T,n,m) expected: Flatten makes numbers of images", shape), z)
	}
	return graph.Softmax(z, 0)
}

// Params returns nil.
func (a Activation) Params() []*graph.Param { return nil }

// check reports an activation that is none of the constants.
func (a Activation) check() error {
	names := ActivationNames()
	if a < 0 || int(a) >= len(names) {
		return fmt.Errorf("Activation(%d) is no activation, one of %s expected", int(a), strings.Join(names, ", "))
	}
	return nil
}
