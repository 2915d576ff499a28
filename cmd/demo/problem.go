package main

import (
	"fmt"
	"math"

	"chainrule/graph"
	"chainrule/internal/numpyrand"
	"chainrule/internal/toy"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// initialScale is the standard deviation of the first weights.
const initialScale = 0.01

// A problem is a network, its data and the rule that trains it.
type problem struct {
	config
	data  toy.Set
	dtype tensor.Dtype
	x, y  *tensor.Dense // (2,m) and (1,m)
	net   *layers.TwoLayer
	rule  optim.Rule
}

// newProblem returns the untrained network that c asks for.
func newProblem(c config) (*problem, error) {
	p := &problem{config: c, data: toy.Flower(), dtype: tensor.Float64}
	if c.dtype == "float32" {
		p.dtype = tensor.Float32
	}
	p.x = p.matrix(2, p.data.M, p.data.Rows())
	p.y = p.matrix(1, p.data.M, p.data.Y)
	hidden, err := layers.ActivationByName(c.activation)
	if err != nil {
		return nil, err
	}
	p.net = layers.TwoLayerSettings{
		NX: 2, NH: c.hidden, NY: 1,
		Hidden: hidden,
		Init:   layers.Normal(initialScale),
		Dtype:  p.dtype,
	}.New(numpyrand.New(c.seed))
	if p.rate == 0 {
		p.rate = descentRate
		if c.optimizer == "adam" {
			p.rate = adamRate
		}
	}
	p.rule = optim.GradientDescent{LearningRate: p.rate}
	if c.optimizer == "adam" {
		p.rule = optim.Adam{LearningRate: p.rate}
	}
	return p, nil
}

// sizes returns the numbers of units of the layers, such as "2-4-1".
func (p *problem) sizes() string { return fmt.Sprintf("2-%d-1", p.hidden) }

// method returns the name of the optimizer.
func (p *problem) method() string {
	if p.optimizer == "adam" {
		return "Adam"
	}
	return "gradient descent"
}

// matrix returns row-major data as a tensor of the problem's dtype.
func (p *problem) matrix(rows, cols int, data []float64) *tensor.Dense {
	if p.dtype == tensor.Float64 {
		return tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(data))
	}
	rounded := make([]float32, len(data))
	for i, v := range data {
		rounded[i] = float32(v)
	}
	return tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(rounded))
}

// floats returns the entries of a contiguous row-major matrix.
func floats(t *tensor.Dense) []float64 {
	if t.Dtype() == tensor.Float64 {
		return t.Float64s()
	}
	out := make([]float64, 0, t.Shape().TotalSize())
	for _, v := range t.Float32s() {
		out = append(out, float64(v))
	}
	return out
}

// An expression is the network on m examples as a graph.
type expression struct {
	x, y           *graph.Node
	z1, a1, z2, a2 *graph.Node
	cost, accuracy *graph.Node
	params         []*graph.Node // W1, b1, W2, b2
}

// express adds the network on m examples to g.
func (p *problem) express(g *graph.Graph, m int) expression {
	e := expression{x: g.Input("X", 2, m), y: g.Input("Y", 1, m)}
	n := p.net.Forward(e.x)
	e.z1, e.a1, e.z2, e.a2 = n.Z1, n.A1, n.Z2, n.A2
	e.cost = losses.SigmoidCrossEntropy(e.z2, e.y).Named("cost")
	e.accuracy = losses.BinaryAccuracy(e.z2, e.y)
	for _, w := range p.net.Params() {
		e.params = append(e.params, g.Param(w))
	}
	return e
}

// newGraph returns an empty graph for the problem.
func (p *problem) newGraph() *graph.Graph { return graph.New(graph.Settings{Dtype: p.dtype}) }

// score returns the cost and how many examples are right.
func (p *problem) score() (cost float64, right int, err error) {
	e := p.express(p.newGraph(), p.data.M)
	prog, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{e.cost, e.accuracy}})
	if err != nil {
		return 0, 0, err
	}
	if err := prog.Run(graph.Feeds{e.x: p.x, e.y: p.y}); err != nil {
		return 0, 0, err
	}
	if cost, err = prog.Scalar(e.cost); err != nil {
		return 0, 0, err
	}
	accuracy, err := prog.Scalar(e.accuracy)
	if err != nil {
		return 0, 0, err
	}
	if math.IsNaN(accuracy) {
		return cost, 0, nil
	}
	return cost, int(math.Round(accuracy * float64(p.data.M))), nil
}

// A predictor computes the probability of class 1 for points in the plane.
type predictor struct {
	*problem
	prog *graph.Program
	e    expression
	m    int // examples that prog takes
}

// predict returns the probabilities for the points (x1[i], x2[i]).
func (p *predictor) predict(x1, x2 []float64) ([]float64, error) {
	if p.prog == nil || p.m != len(x1) {
		p.m = len(x1)
		p.e = p.express(p.newGraph(), p.m)
		var err error
		if p.prog, err = graph.Compile(graph.Spec{Outputs: []*graph.Node{p.e.a2}}); err != nil {
			return nil, err
		}
	}
	points := p.matrix(2, p.m, append(append(make([]float64, 0, 2*p.m), x1...), x2...))
	if err := p.prog.Run(graph.Feeds{p.e.x: points}); err != nil {
		return nil, err
	}
	a2, err := p.prog.Value(p.e.a2)
	if err != nil {
		return nil, err
	}
	return floats(a2), nil
}
