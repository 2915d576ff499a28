package layers

import "chainrule/graph"

// A Stateful layer keeps numbers that are not trained: what it was measured with,
// running means, the seed of its random numbers. They belong to the model as much
// as Params do, and a file of the model holds both.
type Stateful interface {
	// State returns what the layer keeps, without Params and without nils. Its names
	// are those of no other parameter of the network.
	State() []*graph.Param
}

var _ Stateful = Sequential(nil)

// State returns what a network keeps besides its Params, each once and in the
// order of its layers: nil if it is not [Stateful].
func State(net Layer) []*graph.Param {
	if s, ok := net.(Stateful); ok {
		return distinct(s.State()...)
	}
	return nil
}

// State returns what the layers keep, in order.
func (s Sequential) State() []*graph.Param {
	var kept []*graph.Param
	for _, layer := range s {
		kept = append(kept, State(layer)...)
	}
	return distinct(kept...)
}
