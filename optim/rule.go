package optim

import (
	"errors"
	"slices"
	"strconv"

	"chainrule/graph"
)

// A Rule is a way of updating parameters from their gradients. It is written
// as graph nodes: Apply assigns a node to each parameter and to the rule's own
// state, and the updates become part of the compiled program. A rule may stand around
// another, and set Grads to others before it has that one Apply.
type Rule interface {
	Apply(u *Update)
}

// An Update is one step of a rule in the making. A Trainer makes it: in another
// one every node and parameter that it is asked for is a mistake.
type Update struct {
	// Params and Grads are the parameters and the nodes of their gradients, in
	// the same order.
	Params []*graph.Param
	Grads  []*graph.Node

	graph  *graph.Graph
	state  *state
	rates  map[string]*graph.Node
	assign []graph.Update

	averaged bool // what the step assigns is in the means of an Average
}

var errBareUpdate = errors.New("optim: the Update was not made by a Trainer")

func newUpdate(g *graph.Graph, params []*graph.Param, grads []*graph.Node, s *state) *Update {
	return &Update{Params: slices.Clone(params), Grads: grads, graph: g, state: s, rates: map[string]*graph.Node{}}
}

// Graph returns the graph that the step is built in.
func (u *Update) Graph() *graph.Graph {
	if u == nil {
		return nil
	}
	return u.graph
}

// Value returns the node of a parameter's value before the step.
func (u *Update) Value(p *graph.Param) *graph.Node { return u.Graph().Use(p) }

// Rate returns a scalar input that keeps its value from step to step until
// Trainer.SetRate changes it; initial is what it starts at. Both are finite
// numbers of at least 0.
func (u *Update) Rate(name string, initial float64) *graph.Node {
	if u.Graph() == nil {
		return graph.Fail(errBareUpdate)
	}
	if n, ok := u.rates[name]; ok {
		return n
	}
	if v := roundedTo(u.graph.Dtype(), initial); !isRate(v) {
		return graph.Fail(graph.Errorf("Rate "+strconv.Quote(name), rateError, v), u.Grads...)
	}
	u.state.rate(name, initial)
	n := u.graph.Input(name)
	u.rates[name] = n
	return n
}

// State returns a parameter of p's shape that belongs to the rule, such as a
// running mean of gradients. It starts at zero and is the same one in the
// programs of all batch sizes. Checkpoints know it by p's name and its own,
// which says the rule's too: "hidden.W Adam m".
func (u *Update) State(p *graph.Param, name string) *graph.Param {
	if u.Graph() == nil || p.Err() != nil {
		return &graph.Param{} // which whatever uses it reports
	}
	return u.state.param(u, p.Name()+" "+name, p.Dtype(), p.Shape())
}

// Scalar returns a scalar that belongs to the rule as a whole. It starts at zero.
func (u *Update) Scalar(name string) *graph.Param {
	if u.Graph() == nil {
		return &graph.Param{}
	}
	return u.state.param(u, name, u.graph.Dtype(), nil)
}

// Assign makes the step set p to the value of n. All assignments see the
// values from before the step.
func (u *Update) Assign(p *graph.Param, n *graph.Node) {
	if u == nil {
		return
	}
	u.assign = append(u.assign, graph.Update{Param: p, Value: n})
}

// learningRate is what every rule of this package calls its rate.
const learningRate = "learning rate"
