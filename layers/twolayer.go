package layers

import (
	"chainrule/graph"
	"gorgonia.org/tensor"
)

// TwoLayer is the network of the notes, with one hidden layer:
//
//	Z1 = W1·X + b1,  A1 = g(Z1),  Z2 = W2·A1 + b2,  A2 = σ(Z2)
//
// for n_x inputs, n_h hidden units and n_y outputs. It is an [MLP] of two layers
// whose parameters and nodes have names.
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
	n, err := MLPSettings{
		Sizes:  []int{s.NX, s.NH, s.NY},
		Hidden: []Activation{s.Hidden},
		Init:   []Initializer{s.Init},
		Dtype:  s.Dtype,
	}.build(rng)
	if err != nil {
		return nil, err
	}
	return &TwoLayer{W1: n.W[0], B1: n.B[0], W2: n.W[1], B2: n.B[1], Hidden: s.Hidden}, nil
}

// deep returns the network as one of any depth.
func (t *TwoLayer) deep() *MLP {
	return &MLP{
		W:      []*graph.Param{t.W1, t.W2},
		B:      []*graph.Param{t.B1, t.B2},
		Hidden: []Activation{t.Hidden},
		Output: Sigmoid,
	}
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
	n := t.deep().forward(x)
	return TwoLayerNodes{Z1: n.Z[0], A1: n.A[0], Z2: n.Z[1], A2: n.A[1]}
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
	return t.deep().Params()
}
