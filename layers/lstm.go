package layers

import "chainrule/graph"

// LSTM is the recurrent layer with a memory s beside its state h, and gates i, f and o
//
//	i = σ(Wi·x[t] + bi + Ui·h[t−1] + ci), and so f and o
//	g = tanh(Wg·x[t] + bg + Ug·h[t−1] + cg)
//	s[t] = f⊙s[t−1] + i⊙g
//	h[t] = o⊙tanh(s[t])
//
// whose blocks of rows stand in the parameters in the order i, f, g, o, as PyTorch's. From x of shape (T, n, m) it makes
// h of shape (T, H, m), from h[−1] = s[−1] = 0 on.
//
// From S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9, 1997, with the gate f of
// F. A. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", Neural Computation 12, 2000.
type LSTM struct{ Recurrent }

var _ Masked = (*LSTM)(nil)

// NewLSTM returns a layer with new parameters, for which it draws W and then U from rng.
func (s RecurrentSettings) NewLSTM(rng Source) *LSTM { return &LSTM{s.make("LSTM", 4, rng)} }

// Apply returns h of shape (T, H, m), or the last of it, for x of shape (T, n, m).
func (l *LSTM) Apply(x *graph.Node) *graph.Node { return l.ApplyMasked(x, nil) }

// ApplyMasked returns h where the examples have lengths of their own: behind the end of an example state and memory
// stay what they were, and h is 0. See [Masked].
func (l *LSTM) ApplyMasked(x, lengths *graph.Node) *graph.Node {
	y, _ := l.Run(x, lengths)
	return y
}

// Params returns W, U, B and C, nil if the settings were wrong.
func (l *LSTM) Params() []*graph.Param {
	if l == nil {
		return nil
	}
	return l.params()
}

// Run is ApplyMasked, or without lengths, nil, Apply, from a given state and memory of shape (H, m) on, and returns
// state and memory behind the last step of each example too.
func (l *LSTM) Run(x, lengths *graph.Node, state ...*graph.Node) (h *graph.Node, final []*graph.Node) {
	if l == nil {
		failed := graph.Fail(graph.Errorf("LSTM", "the layer is nil"), x)
		return failed, []*graph.Node{failed, failed}
	}
	return l.run(cell{op: "LSTM", gates: 4, states: 2, step: lstmStep}, x, lengths, state)
}

func lstmStep(x, u, _ *graph.Node, states []*graph.Node) []*graph.Node {
	h, memory := states[0], states[1]
	z := graph.Add(x, graph.MatMul(u, h))
	i, f := graph.Sigmoid(gate(z, 0, 4)), graph.Sigmoid(gate(z, 1, 4))
	g, o := graph.Tanh(gate(z, 2, 4)), graph.Sigmoid(gate(z, 3, 4))
	memory = graph.Add(graph.Mul(f, memory), graph.Mul(i, g))
	return []*graph.Node{graph.Mul(o, graph.Tanh(memory)), memory}
}
