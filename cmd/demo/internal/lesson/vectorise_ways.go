package lesson

import (
	"fmt"
	"math"
	"runtime"

	"chainrule/graph"
	"chainrule/internal/handgrad"
	"chainrule/internal/numpyrand"

	"gorgonia.org/tensor"
)

// A plainNet is a two-layer network, tanh then sigmoid, as arrays.
type plainNet struct {
	n0, n1, n2     int
	w1, b1, w2, b2 []float64
}

func newPlainNet(n0, n1, n2 int) *plainNet {
	rng := numpyrand.New(1)
	draw := func(rows, cols int) []float64 {
		v := make([]float64, rows*cols)
		for i := range v {
			v[i] = rng.NormFloat64() / math.Sqrt(float64(cols))
		}
		return v
	}
	return &plainNet{n0, n1, n2, draw(n1, n0), draw(n1, 1), draw(n2, n1), draw(n2, 1)}
}

func (n *plainNet) name() string { return fmt.Sprintf("%d-%d-%d", n.n0, n.n1, n.n2) }

// work returns the multiplications for one example.
func (n *plainNet) work() int { return n.n1 * (n.n0 + n.n2) }

// examples returns m random examples, one after the other.
func (n *plainNet) examples(m int) []float64 {
	rng := numpyrand.New(2)
	x := make([]float64, m*n.n0)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

// loopForward computes the outputs of m examples in plain loops, one example
// after the other.
func loopForward(n *plainNet, x []float64, m int, out []float64) {
	a1 := make([]float64, n.n1)
	for i := range m {
		for j := range a1 {
			z := n.b1[j]
			row := n.w1[j*n.n0 : (j+1)*n.n0]
			for k, v := range x[i*n.n0 : (i+1)*n.n0] {
				z += row[k] * v
			}
			a1[j] = math.Tanh(z)
		}
		for j := range n.n2 {
			z := n.b2[j]
			row := n.w2[j*n.n1 : (j+1)*n.n1]
			for k, v := range a1 {
				z += row[k] * v
			}
			out[i*n.n2+j] = 1 / (1 + math.Exp(-z))
		}
	}
}

// A pass is the network's forward pass over m examples as a program.
type pass struct {
	program *graph.Program
	out     *graph.Node
	result  *tensor.Dense
}

// forward returns the nodes of the network for m examples.
func (n *plainNet) forward(m int) (x, a2 *graph.Node) {
	matrix := func(rows int, v []float64) handgrad.Matrix {
		return handgrad.Matrix{Rows: rows, Cols: len(v) / rows, Data: v}
	}
	g := graph.New(graph.Settings{})
	x = g.Input("X", n.n0, m)
	a1 := graph.Tanh(graph.Add(graph.MatMul(param(g, "W1", matrix(n.n1, n.w1)), x), param(g, "b1", matrix(n.n1, n.b1))).MarkZ())
	z2 := graph.Add(graph.MatMul(param(g, "W2", matrix(n.n2, n.w2)), a1), param(g, "b2", matrix(n.n2, n.b2))).MarkZ()
	return x, graph.Sigmoid(z2)
}

// formulas returns the forward pass over 400 examples as a listing.
func (n *plainNet) formulas() (string, error) {
	_, a2 := n.forward(400)
	return formulaLines(a2)
}

// newPass compiles the forward pass over m examples. It must be closed.
func (n *plainNet) newPass(m int) (*pass, error) {
	_, a2 := n.forward(m)
	p := &pass{out: graph.Transpose(a2), result: tensor.New(tensor.WithShape(m, n.n2), tensor.Of(tensor.Float64))}
	var err error
	p.program, err = graph.Compile(graph.Spec{Outputs: []*graph.Node{p.out}})
	return p, err
}

// run computes the outputs of examples in a column-major matrix, example by
// example.
func (p *pass) run(x *tensor.Dense) ([]float64, error) {
	if err := p.program.RunInOrder([]any{x}); err != nil {
		return nil, err
	}
	if err := p.program.CopyTo(p.result, p.out); err != nil {
		return nil, err
	}
	return p.result.Float64s(), nil
}

// columns returns m examples, one after the other, as a matrix of m columns.
func (n *plainNet) columns(x []float64, m int) *tensor.Dense {
	t := tensor.New(tensor.WithShape(n.n0, m), tensor.AsFortran(x))
	runtime.KeepAlive(x)
	return t
}

// atOnce returns the outputs of all examples by one matrix.
func (n *plainNet) atOnce(x []float64, m int) ([]float64, error) {
	p, err := n.newPass(m)
	if err != nil {
		return nil, err
	}
	defer p.program.Close()
	return p.run(n.columns(x, m))
}

// oneByOne returns the outputs of all examples by a graph for one.
func (n *plainNet) oneByOne(x []float64, m int) ([]float64, error) {
	p, err := n.newPass(1)
	if err != nil {
		return nil, err
	}
	defer p.program.Close()
	out := make([]float64, m*n.n2)
	return out, p.each(n, n.columns(make([]float64, n.n0), 1), x, m, out)
}

// each runs a pass for one example over all of them, by way of one.
func (p *pass) each(n *plainNet, one *tensor.Dense, x []float64, m int, out []float64) error {
	in := one.Float64s()
	for i := range m {
		copy(in, x[i*n.n0:(i+1)*n.n0])
		v, err := p.run(one)
		if err != nil {
			return err
		}
		copy(out[i*n.n2:], v)
	}
	return nil
}
