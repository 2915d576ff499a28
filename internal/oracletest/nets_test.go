package oracletest

import (
	"fmt"
	"slices"

	"chainrule/graph"
	"chainrule/losses"
	"gorgonia.org/tensor"
)

// A netRow is the line of a network; networks.py says what it holds.
type netRow struct {
	Kind, Case  string
	Activations []string
	Loss        string
	X, Y        array
	W           []array `json:"W"`
	B           []array `json:"b"`
	VW, VB      []array // a direction
	Z, A        []array
	Cost, DX    array
	DW, DB      []array
	HW, HB      []array // the Hessian times the direction
}

var activations = map[string]func(node) node{
	"tanh": graph.Tanh, "sigmoid": graph.Sigmoid, "relu": graph.ReLU, "leakyrelu": graph.LeakyReLU, "elu": graph.ELU,
	"silu": graph.SiLU, "gelu": graph.GELU, "softplus": graph.Softplus,
	"softmax":  func(z node) node { return graph.Softmax(z, 0) },
	"identity": func(z node) node { return z },
}

var costs = map[string]func(a, y node) node{
	"SigmoidCrossEntropy": losses.SigmoidCrossEntropy, "BinaryCrossEntropy": losses.BinaryCrossEntropy,
	"SquaredError": losses.SquaredError, "SoftmaxCrossEntropy": losses.SoftmaxCrossEntropy,
	"CategoricalCrossEntropy": losses.CategoricalCrossEntropy,
}

func (r *netRow) label() string { return r.Case }

func (r *netRow) inputs() []array {
	return slices.Concat([]array{r.X, r.Y}, r.W, r.B, r.VW, r.VB)
}

func (r *netRow) compute(dtype tensor.Dtype) ([]pair, error) {
	c := newComputation(dtype)
	x, y := c.input("X", r.X), c.input("Y", r.Y)
	w, b := c.params("W", r.W), c.params("b", r.B)
	a := x
	for l, name := range r.Activations {
		activate, ok := activations[name]
		if !ok {
			return nil, fmt.Errorf("no activation %s", name)
		}
		z := graph.Add(graph.MatMul(w[l], a), b[l])
		a = activate(z)
		c.expect(fmt.Sprint("Z", l+1), z, r.Z[l])
		c.expect(fmt.Sprint("A", l+1), a, r.A[l])
	}
	loss, ok := costs[r.Loss]
	if !ok {
		return nil, fmt.Errorf("no loss %s", r.Loss)
	}
	cost := loss(a, y)
	c.expect("cost", cost, r.Cost)
	if err := r.derive(c, cost, x, w, b); err != nil {
		return nil, err
	}
	return c.run()
}

// derive adds the gradient and the Hessian-vector product.
func (r *netRow) derive(c *computation, cost, x node, w, b []node) error {
	params, n := slices.Concat(w, b), len(w)
	d, err := graph.Grad(cost, append(slices.Clone(params), x)...)
	if err != nil {
		return err
	}
	c.expectAll("dW", d[:n], r.DW)
	c.expectAll("db", d[n:2*n], r.DB)
	c.expect("dX", d[2*n], r.DX)
	v := append(c.inputs("vW", r.VW), c.inputs("vb", r.VB)...)
	h, err := graph.HVP(cost, params, v)
	if err != nil {
		return err
	}
	c.expectAll("HW", h[:n], r.HW)
	c.expectAll("Hb", h[n:], r.HB)
	return nil
}
