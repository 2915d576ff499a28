package layers

import "chainrule/graph"

// RNN is the recurrent layer
//
//	h[t] = f(W·x[t] + b + U·h[t−1] + c)
//
// where f is the Activation. From x of shape (T, n, m) it makes h of shape (T, H, m), from
// h[−1] = 0 on.
//
// From J. L. Elman, "Finding structure in time", Cognitive Science 14, 1990.
type RNN struct {
	Recurrent

	Activation Activation // f; the zero value is Tanh
}

var _ Masked = (*RNN)(nil)

// NewRNN returns a layer with new parameters, for which it draws W and then U from rng.
func (s RecurrentSettings) NewRNN(rng Source) *RNN { return &RNN{Recurrent: s.make("RNN", 1, rng)} }

// Apply returns h of shape (T, H, m), or the last of it, for x of shape (T, n, m).
func (r *RNN) Apply(x *graph.Node) *graph.Node { return r.ApplyMasked(x, nil) }

// ApplyMasked returns h where the examples have lengths of their own: behind the end of an example the state stays
// what it was, and h is 0. See [Masked].
func (r *RNN) ApplyMasked(x, lengths *graph.Node) *graph.Node {
	y, _ := r.Run(x, lengths)
	return y
}

// Params returns W, U, B and C, nil if the settings were wrong.
func (r *RNN) Params() []*graph.Param {
	if r == nil {
		return nil
	}
	return r.params()
}

// Run is ApplyMasked, or without lengths, nil, Apply, from a given state of shape (H, m) on, and returns the state
// behind the last step of each example too.
func (r *RNN) Run(x, lengths *graph.Node, state ...*graph.Node) (h *graph.Node, final []*graph.Node) {
	if r == nil {
		failed := graph.Fail(graph.Errorf("RNN", "the layer is nil"), x)
		return failed, []*graph.Node{failed}
	}
	return r.run(cell{op: "RNN", gates: 1, states: 1, step: r.step}, x, lengths, state)
}

func (r *RNN) step(z, u, _ *graph.Node, states []*graph.Node) []*graph.Node {
	return []*graph.Node{r.Activation.Apply(graph.Add(z, graph.MatMul(u, states[0])))}
}
