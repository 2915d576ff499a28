package layers

import "chainrule/graph"

// GRU is the recurrent layer with gates r and z
//
//	r = σ(Wr·x[t] + br + Ur·h[t−1] + cr)
//	z = σ(Wz·x[t] + bz + Uz·h[t−1] + cz)
//	n = tanh(Wn·x[t] + bn + r⊙(Un·h[t−1] + cn))
//	h[t] = (1 − z)⊙n + z⊙h[t−1]
//
// whose blocks of rows stand in the parameters in the order r, z, n, as PyTorch's. From x of shape (T, n, m) it makes
// h of shape (T, H, m), from h[−1] = 0 on.
//
// From K. Cho and others, "Learning phrase representations using RNN encoder-decoder for statistical
// machine translation", EMNLP 2014; r behind the product and (1 − z)⊙n are PyTorch's.
type GRU struct{ Recurrent }

var _ Masked = (*GRU)(nil)

// NewGRU returns a layer with new parameters, for which it draws W and then U from rng.
func (s RecurrentSettings) NewGRU(rng Source) *GRU { return &GRU{s.make("GRU", 3, rng)} }

// Apply returns h of shape (T, H, m), or the last of it, for x of shape (T, n, m).
func (r *GRU) Apply(x *graph.Node) *graph.Node { return r.ApplyMasked(x, nil) }

// ApplyMasked returns h where the examples have lengths of their own: behind the end of an example the state stays
// what it was, and h is 0. See [Masked].
func (r *GRU) ApplyMasked(x, lengths *graph.Node) *graph.Node {
	y, _ := r.Run(x, lengths)
	return y
}

// Params returns W, U, B and C, nil if the settings were wrong.
func (r *GRU) Params() []*graph.Param {
	if r == nil {
		return nil
	}
	return r.params()
}

// Run is ApplyMasked, or without lengths, nil, Apply, from a given state of shape (H, m) on, and returns the state
// behind the last step of each example too.
func (r *GRU) Run(x, lengths *graph.Node, state ...*graph.Node) (h *graph.Node, final []*graph.Node) {
	if r == nil {
		failed := graph.Fail(graph.Errorf("GRU", "the layer is nil"), x)
		return failed, []*graph.Node{failed}
	}
	return r.run(cell{op: "GRU", gates: 3, states: 1, step: gruStep, within: true}, x, lengths, state)
}

func gruStep(x, u, c *graph.Node, states []*graph.Node) []*graph.Node {
	h := states[0]
	a := graph.Add(graph.MatMul(u, h), c)
	r := graph.Sigmoid(graph.Add(gate(x, 0, 3), gate(a, 0, 3)))
	z := graph.Sigmoid(graph.Add(gate(x, 1, 3), gate(a, 1, 3)))
	n := graph.Tanh(graph.Add(gate(x, 2, 3), graph.Mul(r, gate(a, 2, 3))))
	return []*graph.Node{graph.Add(n, graph.Mul(z, graph.Sub(h, n)))}
}
