package main

import (
	"slices"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"chainrule/optim/dataset"
	"gorgonia.org/tensor"
)

// A problem is a network, its data and the rule that trains it.
type problem struct {
	config // with defaults
	examples
	dtype tensor.Dtype
	net   *layers.MLP
	rule  optim.Rule
}

// newProblem returns the untrained network that c asks for, on examples that
// it asked for too.
func newProblem(c config, e examples) (*problem, error) {
	p := &problem{config: c.withDefaults(), examples: e, dtype: tensor.Float64}
	if c.dtype == "float32" {
		p.dtype = tensor.Float32
	}
	var hidden []layers.Activation
	for _, name := range p.activation {
		a, err := layers.ActivationByName(name)
		if err != nil {
			return nil, err
		}
		hidden = append(hidden, a)
	}
	inits, err := p.initializers()
	if err != nil {
		return nil, err
	}
	output := layers.Sigmoid
	if p.softmax() {
		output = layers.Softmax
	}
	p.net = layers.MLPSettings{Sizes: p.sizes(), Hidden: hidden, Output: output,
		Init: inits, Dtype: p.dtype}.New(numpyrand.New(p.seed))
	switch p.optimizer {
	case "gd":
		p.rule = optim.GradientDescent{LearningRate: p.rate}
	case "momentum":
		p.rule = optim.Momentum{LearningRate: p.rate}
	case "adam":
		p.rule = optim.Adam{LearningRate: p.rate}
	}
	return p, nil
}

// sizes returns the numbers of units of all layers, that of the inputs first.
func (p *problem) sizes() []int { return p.config.sizes(p.examples) }

// sizes returns those of the network for the examples.
func (c config) sizes(e examples) []int {
	return slices.Concat([]int{len(e.train.Features)}, c.withDefaults().hidden, []int{e.outputs()})
}

// softmax tells a softmax of several outputs from the sigmoid of one.
func (p *problem) softmax() bool { return p.outputs() > 1 }

// activations returns the names of those of all layers.
func (p *problem) activations() []string {
	if p.softmax() {
		return append(slices.Clone(p.activation), "softmax")
	}
	return append(slices.Clone(p.activation), "sigmoid")
}

// network describes it in a title, such as "2-4-1 with tanh hidden units".
func (p *problem) network() string {
	sizes := unitsText(p.sizes())
	if len(p.hidden) == 0 {
		return sizes + " without hidden units"
	}
	return sizes + " with " + listed(distinct(p.activation), "and") + " hidden units"
}

// method returns the name of the optimizer.
func (p *problem) method() string {
	return map[string]string{"gd": "gradient descent", "momentum": "momentum", "adam": "Adam"}[p.optimizer]
}

// An expression is the network on m examples as a graph.
type expression struct {
	x, y           *graph.Node
	z, a           []*graph.Node // Z1, Z2, … and A1, A2, …
	cost, accuracy *graph.Node
	params         []*graph.Node // W1, b1, W2, b2, …
}

// express adds the network on m examples to g.
func (p *problem) express(g *graph.Graph, m int) expression {
	e := expression{x: g.Input("X", len(p.train.Features), m), y: g.Input("Y", p.outputs(), m)}
	n := p.net.Forward(e.x)
	e.z, e.a = n.Z, n.A
	logits := e.z[len(e.z)-1]
	if p.softmax() {
		e.cost = losses.SoftmaxCrossEntropy(logits, e.y).Named("cost")
		e.accuracy = losses.Accuracy(logits, e.y)
	} else {
		e.cost = losses.SigmoidCrossEntropy(logits, e.y).Named("cost")
		e.accuracy = losses.BinaryAccuracy(logits, e.y)
	}
	for _, w := range p.net.Params() {
		e.params = append(e.params, g.Param(w))
	}
	return e
}

// output is the node of the probabilities.
func (e expression) output() *graph.Node { return e.a[len(e.a)-1] }

// newGraph returns an empty graph for the problem.
func (p *problem) newGraph() *graph.Graph { return graph.New(graph.Settings{Dtype: p.dtype}) }

// feeds returns the values of the inputs of e for the examples of a set.
func (p *problem) feeds(e expression, s *dataset.Set) graph.Feeds {
	return graph.Feeds{e.x: s.Inputs(p.dtype), e.y: s.Labels(p.dtype)}
}

// sample returns n of the examples to train on, evenly chosen, with numbers
// that are rounded to the problem's dtype.
func (p *problem) sample(n int) *dataset.Set {
	s := p.train
	n = min(n, s.Len())
	width := len(s.Features)
	out := &dataset.Set{Features: s.Features, Classes: s.Classes}
	for i := range n {
		j := i * s.Len() / n
		for _, v := range s.X[j*width : (j+1)*width] {
			if p.dtype == tensor.Float32 {
				v = float64(float32(v))
			}
			out.X = append(out.X, v)
		}
		out.Class = append(out.Class, s.Class[j])
	}
	return out
}
