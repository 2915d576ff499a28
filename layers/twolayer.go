package layers

// NewTwoLayer returns the network of the notes, in float64:
//
//	Z1 = W1·X + b1,  A1 = g(Z1),  Z2 = W2·A1 + b2,  A2 = σ(Z2)
//
// for nx inputs, nh hidden units with the activation g, and ny outputs. It is the
// [MLP] with one hidden layer and a sigmoid output, whose weights init draws from
// rng, W1 first, and whose biases are 0. Only [Zeros] works without a source; a
// nil init is an error.
func NewTwoLayer(nx, nh, ny int, hidden Activation, init Initializer, rng Source) *MLP {
	if init == nil {
		init = func([]float64, int, int, Source) error { return errNoInit }
	}
	return MLPSettings{
		Sizes: []int{nx, nh, ny}, Hidden: []Activation{hidden}, Output: Sigmoid, Init: []Initializer{init},
	}.New(rng)
}
