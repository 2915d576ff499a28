package layers

import (
	"errors"
	"fmt"
	"slices"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// MLP is a network of L dense layers, the multilayer perceptron:
//
//	Z[l] = W[l]·A[l−1] + b[l],  A[l] = g[l](Z[l]),  l = 1, …, L,  A[0] = X
//
// Without hidden layers it is linear, logistic or softmax regression, as Output
// says. It is made by [MLPSettings.New].
type MLP struct {
	// Name stands before the names of the parameters, as in policy.W1, where a
	// graph has several networks; empty it is none.
	Name string

	// W and B are the parameters layer by layer: W[0], called W1, of shape
	// (n[1], n[0]) and B[0], called b1, of shape (n[1], 1), then those of W2, b2
	// and so on.
	W, B []*graph.Param

	Hidden []Activation // g of every layer but the last
	Output Layer        // g of the last; nil is Identity

	err    error
	wanted int // how many layers the settings ask for
}

var (
	_ Layer    = (*MLP)(nil)
	_ Stateful = (*MLP)(nil)
)

// MLPSettings configures an [MLP]. Sizes must be set.
type MLPSettings struct {
	// Name stands before the names of the parameters: a network "policy" has
	// policy.W1, policy.b1 and so on, so that several fit in one graph. If empty
	// they are W1, b1, and a graph has room for one such network.
	Name string

	// Sizes are the numbers of units n[0], …, n[L]: inputs, hidden layers,
	// outputs. There are at least two, each at least 1.
	Sizes []int

	// Hidden holds the activation of each hidden layer, or one for all of them.
	// If empty it is Tanh for all.
	Hidden []Activation

	// Output makes A of the last layer, such as Sigmoid or Softmax; any layer
	// without parameters will do. If nil it is Identity, which suits a regression,
	// and costs that take logits.
	Output Layer

	// Init sets W1, W2, … in this order: an initialiser for each layer, or one
	// for all. If empty, and where it is nil, it is Glorot. The biases start at 0.
	Init []Initializer

	// Dtype is tensor.Float64 or tensor.Float32, and must be that of the graphs
	// that use the network. If unset it is tensor.Float64. Weights are drawn in
	// float64 and then rounded, so both types start from the same draws.
	Dtype tensor.Dtype
}

// MLPNodes are the nodes of one application of an [MLP], layer by layer: Z[0] is
// Z1 of shape (n[1], m), and the last of Z are the logits.
type MLPNodes struct {
	Z, A []*graph.Node
}

// New returns a network with new parameters, for which it draws from rng.
func (s MLPSettings) New(rng Source) *MLP {
	n, err := s.build(rng)
	if err != nil {
		return &MLP{err: graph.Errorf("MLP", "%w", err), wanted: len(s.Sizes) - 1}
	}
	return n
}

func (s MLPSettings) build(rng Source) (*MLP, error) {
	if err := checkChain(s.Sizes); err != nil {
		return nil, err
	}
	hidden, err := perLayer("Hidden", s.Hidden, len(s.Sizes)-2)
	if err != nil {
		return nil, err
	}
	activations := hidden
	if a, ok := s.Output.(Activation); ok {
		activations = append(slices.Clone(hidden), a)
	}
	for _, a := range activations {
		if err := a.check(); err != nil {
			return nil, err
		}
	}
	if s.Output != nil && len(s.Output.Params()) > 0 {
		return nil, errors.New("the output activation has parameters, one without any expected")
	}
	n := &MLP{Name: s.Name, Hidden: hidden, Output: s.Output}
	return n, s.addLayers(n, rng)
}

// addLayers draws the parameters.
func (s MLPSettings) addLayers(n *MLP, rng Source) error {
	dtype, err := checkDtype(s.Dtype)
	if err != nil {
		return err
	}
	inits, err := perLayer("Init", s.Init, len(s.Sizes)-1)
	if err != nil {
		return err
	}
	names := newNaming(s.Name)
	for l, init := range inits {
		if init == nil {
			init = Glorot
		}
		wName, bName, title := names.dense()
		w, b, err := newAffine(wName, bName, s.Sizes[l], s.Sizes[l+1], dtype, init, rng)
		if err != nil {
			return fmt.Errorf("layer %d: %w", l+1, err)
		}
		w.Layer, b.Layer = title, title
		n.W, n.B = append(n.W, w), append(n.B, b)
	}
	return nil
}

// checkChain reports what is wrong with the sizes of layers behind one another.
func checkChain(sizes []int) error {
	if len(sizes) < 2 {
		return fmt.Errorf("%d sizes given, at least 2 expected: inputs, hidden layers, outputs", len(sizes))
	}
	for l := range sizes[1:] {
		if err := checkSizes(sizes[l], sizes[l+1], fmt.Sprintf("Sizes[%d]", l), fmt.Sprintf("Sizes[%d]", l+1)); err != nil {
			return err
		}
	}
	return nil
}

// perLayer returns a setting for each of n layers: those given, or the one for
// all of them, or zero values.
func perLayer[T any](name string, given []T, n int) ([]T, error) {
	switch len(given) {
	case n:
		return slices.Clone(given), nil
	case 0:
		return make([]T, n), nil
	case 1:
		return slices.Repeat(given, n), nil
	}
	return nil, fmt.Errorf("%s has %d entries for %d layers, one for each or one for all expected", name, len(given), n)
}

// Apply returns A of the last layer, of shape (n[L], m) for x of shape (n[0], m),
// as a [Sequential] of the same layers does. Costs from probabilities take it as
// it is; those from logits take Z, see [MLP.Forward].
func (n *MLP) Apply(x *graph.Node) *graph.Node {
	a := n.Forward(x).A
	return a[len(a)-1]
}

// Forward adds the network to the graph of x, of shape (n[0], m), and returns
// its nodes. After a mistake all of them are failed nodes, as many as there are
// to be layers, and at least one.
func (n *MLP) Forward(x *graph.Node) MLPNodes {
	failed := n.reject(x)
	if failed == nil {
		return n.forward(x)
	}
	count := 1
	if n != nil {
		count = max(1, len(n.W), n.wanted)
	}
	all := slices.Repeat([]*graph.Node{failed}, count)
	return MLPNodes{Z: all, A: slices.Clone(all)}
}

func (n *MLP) forward(x *graph.Node) MLPNodes {
	var out MLPNodes
	for l := range n.W {
		z := affine(n.W[l], n.B[l], x)
		x = n.activation(l).Apply(z)
		out.Z, out.A = append(out.Z, z), append(out.A, x)
	}
	return out
}

// activation returns that of a layer, counted from 0.
func (n *MLP) activation(l int) Layer {
	switch {
	case l < len(n.Hidden):
		return n.Hidden[l]
	case n.Output == nil:
		return Identity
	}
	return n.Output
}

func (n *MLP) reject(x *graph.Node) *graph.Node {
	switch {
	case n == nil:
		return graph.Fail(graph.Errorf("MLP", "the network is nil"), x)
	case n.err != nil:
		return graph.Fail(n.err, x)
	case len(n.W) == 0 || len(n.B) != len(n.W) || len(n.Hidden) != len(n.W)-1:
		return graph.Fail(graph.Errorf("MLP", "%d weights, %d biases and %d hidden activations do not make a network",
			len(n.W), len(n.B), len(n.Hidden)), x)
	}
	return reject("MLP", x)
}

// Params returns W1, b1, W2, b2, and so on, nil if the settings were wrong.
func (n *MLP) Params() []*graph.Param {
	if n == nil {
		return nil
	}
	var params []*graph.Param
	for l := range min(len(n.W), len(n.B)) {
		params = append(params, n.W[l], n.B[l])
	}
	return distinct(params...)
}

// State returns what Output keeps.
func (n *MLP) State() []*graph.Param {
	if n == nil {
		return nil
	}
	return State(n.Output)
}
