package optim

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"chainrule/graph"
	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// Together trains networks of one shape at once, by one program in which the networks lie
// along the last axis of every array. Where networks and batches are small this is many
// times faster than one after the other: the steps of a network alone are then spent on
// what each instruction costs besides its numbers. A thousand steps of 2-2-1 on 4 examples
// take a twentieth, of 2-4-1 on 8 an eighth, of 2-8-1 on 32 two thirds; from there on it does
// not pay, since a product of matrices in a network alone has a kernel of its own.
//
// All networks see the same batches. Each comes to what a Trainer of its own would
// have made of it but for rounding, since sums are added in another order. Its fields
// are set before the first step and not changed after; one goroutine uses it at a time.
type Together struct {
	// Trainer is that of one network. Its Cost and its Rule are those of all; it takes no
	// step itself, and what its rule keeps and its rates are what every network starts
	// from. With its Finite one network refuses the step of all.
	Trainer *Trainer

	// Nets are the parameters of every network: for each what the Trainer's Params and
	// then its Kept are for its own, which may be one of them, of the same shapes in the
	// same order.
	Nets [][]*graph.Param

	running  atomic.Bool
	programs map[key]*togetherProgram
	order    []*graph.Param // the Trainer's Params and Kept
	stacked  map[*graph.Param]*graph.Param
	rates    map[string]*graph.Param
}

// togetherProgram is a step or an evaluation of all networks.
type togetherProgram struct {
	*graph.Program
	one   *program // what is known of one network's
	costs *graph.Node
}

// Step takes one step of every network on a batch, and returns the cost of each before
// it, in the order of Nets. Of a network that diverges it is not finite, and the others
// go on. A program is kept for each number of examples until Close.
func (n *Together) Step(batch Batch) (costs []float64, err error) { return n.run(batch, true) }

// Evaluate returns the cost of a batch for every network, of a graph built for
// evaluation, and changes nothing.
func (n *Together) Evaluate(batch Batch) (costs []float64, err error) { return n.run(batch, false) }

func (n *Together) run(batch Batch, train bool) ([]float64, error) {
	if err := n.begin(); err != nil {
		return nil, err
	}
	defer n.end()
	m, err := n.Trainer.examples(batch, train)
	if err != nil {
		return nil, err
	}
	k := key{m, train, train && n.Trainer.Finite}
	p := n.programs[k]
	if p == nil {
		if p, err = n.compile(k); err != nil {
			return nil, err
		}
		n.programs[k] = p
	}
	if err := p.one.check(batch); err != nil {
		return nil, err
	}
	for i, name := range p.one.names {
		if name != "" {
			p.one.values[i] = batch[name]
		}
	}
	err = p.RunInOrder(p.one.values)
	clear(p.one.values)
	if err != nil {
		return nil, refused(err)
	}
	return p.Float64s(make([]float64, 0, len(n.Nets)), p.costs)
}

// SetRate changes a rate of the rule from the next step on: to one number for each of the
// Nets, or to one for all. They are finite numbers of at least 0.
func (n *Together) SetRate(name string, rates ...float64) error {
	if err := n.begin(); err != nil {
		return err
	}
	defer n.end()
	p, ok := n.rates[name]
	if !ok {
		return fmt.Errorf("optim: the rule has no rate %q; it has %s", name, quoted(n.Trainer.state.rateNames))
	}
	if len(rates) == 1 {
		rates = slices.Repeat(rates, len(n.Nets))
	}
	if len(rates) != len(n.Nets) {
		return fmt.Errorf("optim: SetRate of %q: %s given, one for each of %s expected", name, words.Count(len(rates), "number"), words.Count(len(n.Nets), "network"))
	}
	for _, v := range rates {
		if r := roundedTo(p.Dtype(), v); !isRate(r) {
			return fmt.Errorf("optim: SetRate of %q: "+rateError, name, r)
		}
	}
	return p.Set(flatOf(p).parts[0].tensor(rates))
}

// Store sets the parameters of every network to what the steps have made of them.
func (n *Together) Store() error {
	if err := n.begin(); err != nil {
		return err
	}
	defer n.end()
	for j, p := range n.order {
		if err := unstack(n.stacked[p], n.Nets, j); err != nil {
			return err
		}
	}
	return nil
}

// Close frees the buffers of the programs. The networks can be stepped on and stored
// after it.
func (n *Together) Close() error {
	if n == nil {
		return nil
	}
	if !n.running.CompareAndSwap(false, true) {
		return errTogether
	}
	defer n.running.Store(false)
	for k, p := range n.programs {
		if err := p.Close(); err != nil {
			return err
		}
		delete(n.programs, k)
	}
	return nil
}

var errTogether = errors.New("optim: the Together is in use already: one goroutine at a time may use it")

func (n *Together) end() {
	n.Trainer.end()
	n.running.Store(false)
}

// begin makes the Together this goroutine's until end, and puts the networks together if that
// was not done.
func (n *Together) begin() error {
	if n == nil {
		return errors.New("optim: the Together is nil")
	}
	if !n.running.CompareAndSwap(false, true) {
		return errTogether
	}
	if err := n.Trainer.begin(); err != nil {
		n.running.Store(false)
		return err
	}
	if n.stacked == nil {
		if err := n.stack(); err != nil {
			n.stacked = nil
			n.end()
			return err
		}
	}
	return nil
}

// stack checks the networks and puts their parameters together.
func (n *Together) stack() error {
	t := n.Trainer
	if err := t.learn(); err != nil {
		return err
	}
	n.order = slices.Concat(t.Params, t.Kept)
	if err := n.check(); err != nil {
		return err
	}
	n.programs, n.stacked, n.rates = map[key]*togetherProgram{}, map[*graph.Param]*graph.Param{}, map[string]*graph.Param{}
	for j, p := range n.order {
		one := make([]*graph.Param, len(n.Nets))
		for i, net := range n.Nets {
			one[i] = net[j]
		}
		n.stacked[p] = stack(one)
	}
	for _, p := range t.state.params {
		n.stacked[p] = stack(slices.Repeat([]*graph.Param{p}, len(n.Nets)))
	}
	for name, v := range t.state.rates {
		p := graph.NewParam(name+" of all", zeros(n.order[0].Dtype(), tensor.Shape{len(n.Nets)}))
		n.rates[name] = p
		if err := p.Set(flatOf(p).parts[0].tensor(slices.Repeat([]float64{v}, len(n.Nets)))); err != nil {
			return err
		}
	}
	return nil
}

// check reports networks that are not like the Trainer's.
func (n *Together) check() error {
	if len(n.Nets) == 0 {
		return errors.New("optim: the Together has no Nets")
	}
	seen := map[*graph.Param]int{}
	for i, net := range n.Nets {
		for _, p := range net {
			if other, known := seen[p]; known {
				return fmt.Errorf("optim: parameter %q is in networks %d and %d of Nets: each has its own", p.Name(), other, i)
			}
			seen[p] = i
		}
		if len(net) != len(n.order) {
			return fmt.Errorf("optim: network %d of Nets has %s, the Trainer's Params and Kept are %d", i, words.Count(len(net), "parameter"), len(n.order))
		}
		for j, p := range net {
			like := n.order[j]
			switch {
			case p.Err() != nil:
				return fmt.Errorf("optim: parameter %d of network %d of Nets: %w", j, i, p.Err())
			case !slices.Equal(p.Shape(), like.Shape()) || p.Dtype() != like.Dtype():
				return fmt.Errorf("optim: parameter %d of network %d of Nets, %q, is of shape %v and %v, that of the Trainer of %v and %v", j, i, p.Name(), p.Shape(), p.Dtype(), like.Shape(), like.Dtype())
			}
		}
	}
	return nil
}

// compile makes the program of all networks for a key.
func (n *Together) compile(k key) (*togetherProgram, error) {
	t := n.Trainer
	one, spec, err := t.build(k)
	if err != nil {
		return nil, err
	}
	g := one.cost.Graph()
	for _, node := range g.Nodes() {
		if p := node.Param(); p != nil && n.stacked[p] == nil {
			return nil, fmt.Errorf("optim: the cost uses the parameter %q, which neither the Trainer's Params nor its Kept nor its rule's state hold: all networks would share it", p.Name())
		}
	}
	ys, values := []*graph.Node{one.cost}, map[*graph.Node]*graph.Node{}
	for _, p := range n.order {
		values[g.Use(p)] = g.Use(n.stacked[p])
	}
	for i, u := range spec.Updates {
		all := n.stacked[u.Param]
		if all == nil {
			return nil, fmt.Errorf("optim: the step assigns %q, which neither the Trainer's Params nor its Kept nor its rule's state hold", u.Param.Name())
		}
		ys, values[g.Use(u.Param)] = append(ys, u.Value), g.Use(all)
		spec.Updates[i].Param = all
	}
	for _, node := range g.Nodes() {
		if p := n.rates[node.Name()]; p != nil && node.IsInput() && one.inputs[node.Name()] == nil {
			values[node] = g.Use(p)
		}
	}
	if err := g.Err(); err != nil {
		return nil, err
	}
	all, err := graph.Mapping{Last: true}.Nodes(ys, values)
	if err != nil {
		return nil, err
	}
	for i := range spec.Updates {
		spec.Updates[i].Value = all[i+1]
	}
	spec.Outputs = all[:1]
	p := &togetherProgram{one: one, costs: all[0]}
	if p.Program, err = graph.Compile(spec); err != nil {
		return nil, err
	}
	one.Program = p.Program
	return p, one.order(t.state.rates)
}

// stack returns parameters of one shape as one, along a last axis.
func stack(params []*graph.Param) *graph.Param {
	first, n := params[0], len(params)
	p := graph.NewParam(first.Name()+" of all", zeros(first.Dtype(), append(first.Shape(), n)))
	all := make([]float64, n*first.Shape().TotalSize())
	for i, one := range params {
		for e, v := range flatOf(one).CopyOut(nil) {
			all[e*n+i] = v
		}
	}
	if err := flatOf(p).CopyIn(all); err != nil {
		return graph.NewParam(p.Name(), nil) // cannot be: the sizes are those of the parameters
	}
	return p
}

// unstack sets parameter j of every network to its part of all.
func unstack(all *graph.Param, nets [][]*graph.Param, j int) error {
	values := flatOf(all).CopyOut(nil)
	part := make([]float64, len(values)/len(nets))
	for i, net := range nets {
		for e := range part {
			part[e] = values[e*len(nets)+i]
		}
		if err := flatOf(net[j]).CopyIn(part); err != nil {
			return err
		}
	}
	return nil
}

// flatOf is Flatten of one parameter.
func flatOf(p *graph.Param) Flat {
	n := p.Shape().TotalSize()
	return Flat{parts: []FlatPart{{Param: p, Len: n}}, size: n}
}
