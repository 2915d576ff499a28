package layers

import (
	"fmt"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// TwoLayer is the network of the notes, with one hidden layer:
//
//	Z1 = W1·X + b1,  A1 = g(Z1),  Z2 = W2·A1 + b2,  A2 = σ(Z2)
//
// for n_x inputs, n_h hidden units and n_y outputs.
type TwoLayer struct {
	W1 *graph.Param // (n_h, n_x), called W1
	B1 *graph.Param // (n_h, 1), called b1
	W2 *graph.Param // (n_y, n_h), called W2
	B2 *graph.Param // (n_y, 1), called b2

	Hidden Activation // g

	err error
}

var _ Layer = (*TwoLayer)(nil)

// TwoLayerSettings configures a [TwoLayer]. The three sizes must be set.
type TwoLayerSettings struct {
	NX, NH, NY int // numbers of inputs, hidden units and outputs, at least 1

	// Hidden is the activation of the hidden units. The zero value is Tanh.
	Hidden Activation

	// Init sets W1 and then W2; if nil it is Glorot. The biases start at 0.
	Init Initializer

	// Dtype is tensor.Float64 or tensor.Float32, and must be that of the graphs
	// that use the network. If unset it is tensor.Float64.
	Dtype tensor.Dtype
}

// TwoLayerNodes are the nodes of one application of a [TwoLayer], each with one
// column per example.
type TwoLayerNodes struct {
	Z1, A1 *graph.Node // (n_h, m)
	Z2, A2 *graph.Node // (n_y, m): the logits, and their probabilities σ(Z2)
}

// NewTwoLayer returns a float64 network whose weights init draws from rng, W1
// first, and whose biases are 0. Only [Zeros] works without a source; a nil
// init is an error.
func NewTwoLayer(nx, nh, ny int, hidden Activation, init Initializer, rng Source) *TwoLayer {
	if init == nil {
		return &TwoLayer{err: graph.Errorf("TwoLayer", "%w", errNoInit)}
	}
	return TwoLayerSettings{NX: nx, NH: nh, NY: ny, Hidden: hidden, Init: init}.New(rng)
}

// New returns a network with new parameters, for which it draws from rng.
func (s TwoLayerSettings) New(rng Source) *TwoLayer {
	t, err := s.build(rng)
	if err != nil {
		return &TwoLayer{err: graph.Errorf("TwoLayer", "%w", err)}
	}
	return t
}

func (s TwoLayerSettings) build(rng Source) (*TwoLayer, error) {
	if err := checkSizes(s.NX, s.NH, "NX", "NH"); err != nil {
		return nil, err
	}
	if err := checkSizes(s.NH, s.NY, "NH", "NY"); err != nil {
		return nil, err
	}
	if err := s.Hidden.check(); err != nil {
		return nil, err
	}
	dtype, err := checkDtype(s.Dtype)
	if err != nil {
		return nil, err
	}
	if s.Init == nil {
		s.Init = Glorot
	}
	t := &TwoLayer{Hidden: s.Hidden}
	if t.W1, t.B1, err = newAffine("W1", "b1", s.NX, s.NH, dtype, s.Init, rng); err != nil {
		return nil, fmt.Errorf("first layer: %w", err)
	}
	if t.W2, t.B2, err = newAffine("W2", "b2", s.NH, s.NY, dtype, s.Init, rng); err != nil {
		return nil, fmt.Errorf("second layer: %w", err)
	}
	return t, nil
}

// Apply returns the logits Z2 of shape (n_y, m) for x of shape (n_x, m), which
// is what costs take. See [TwoLayer.Forward] for the probabilities A2.
func (t *TwoLayer) Apply(x *graph.Node) *graph.Node { return t.Forward(x).Z2 }

// Forward adds the network to the graph of x, of shape (n_x, m), and returns
// its nodes. After a mistake all of them are failed nodes.
func (t *TwoLayer) Forward(x *graph.Node) TwoLayerNodes {
	failed := t.reject(x)
	if failed != nil {
		return TwoLayerNodes{failed, failed, failed, failed}
	}
	var n TwoLayerNodes
	n.Z1 = affine(t.W1, t.B1, x)
	n.A1 = t.Hidden.Apply(n.Z1)
	n.Z2 = affine(t.W2, t.B2, n.A1)
	n.A2 = graph.Sigmoid(n.Z2)
	return n
}

func (t *TwoLayer) reject(x *graph.Node) *graph.Node {
	switch {
	case t == nil:
		return graph.Fail(graph.Errorf("TwoLayer", "the network is nil"), x)
	case t.err != nil:
		return graph.Fail(t.err, x)
	}
	return reject("TwoLayer", x)
}

// Params returns W1, b1, W2 and b2, nil if the constructor was given wrong
// arguments.
func (t *TwoLayer) Params() []*graph.Param {
	if t == nil {
		return nil
	}
	return distinct(t.W1, t.B1, t.W2, t.B2)
}
