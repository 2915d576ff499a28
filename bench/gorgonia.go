package main

import (
	"errors"
	"fmt"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// gorgoniaEngine is gorgonia as its users call it: an expression of its own
// operations, gradients by gorgonia.Grad, a TapeMachine and a solver. Mistakes
// in building, over which gorgonia.Must panics, become errors in newGorgonia.
type gorgoniaEngine struct {
	p       *Problem
	dtype   tensor.Dtype
	graph   *G.ExprGraph
	params  G.Nodes
	initial []*tensor.Dense
	cost    *G.Node // the outputs of a forward pass
	value   G.Value // of cost
	machine G.VM
	solver  G.Solver
}

func newGorgonia(p *Problem) (_ engine, err error) {
	if p.Product != nil {
		return nil, errSkip("its products are gonum's")
	}
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	e := &gorgoniaEngine{p: p, dtype: dtypeOf(p), graph: G.NewGraph()}
	if err := e.build(); err != nil {
		return nil, err
	}
	options := []G.SolverOpt{G.WithLearnRate(p.Rate)}
	if p.Rule == "adam" {
		e.solver = G.NewAdamSolver(append(options, G.WithBeta1(beta1), G.WithBeta2(beta2), G.WithEps(epsilon))...)
	} else {
		e.solver = G.NewVanillaSolver(options...)
	}
	return e, nil
}

// build makes the expression, its gradients and the machine.
func (e *gorgoniaEngine) build() error {
	z := e.logits(e.input("X", e.p.X))
	if e.p.Rule == "forward" {
		e.cost = e.outputs(z)
	} else {
		e.cost = e.costOf(z, e.input("Y", e.p.Y))
	}
	G.Read(e.cost, &e.value)
	var options []G.VMOpt
	if e.p.Rule != "forward" {
		if _, err := G.Grad(e.cost, e.params...); err != nil {
			return err
		}
		options = append(options, G.BindDualValues(e.params...))
	}
	e.machine = G.NewTapeMachine(e.graph, options...)
	return nil
}

// input adds a matrix with its value.
func (e *gorgoniaEngine) input(name string, m Matrix) *G.Node {
	return G.NewMatrix(e.graph, e.dtype, G.WithShape(m.Rows, m.Cols), G.WithName(name), G.WithValue(e.tensor(m)))
}

func (e *gorgoniaEngine) tensor(m Matrix) *tensor.Dense {
	return newTensor(e.dtype, m.Data, m.Rows, m.Cols)
}

// constant is a scalar of the graph's dtype.
func (e *gorgoniaEngine) constant(v float64) *G.Node {
	if e.dtype == tensor.Float32 {
		return G.NewConstant(float32(v))
	}
	return G.NewConstant(v)
}

// logits builds Z of the last layer.
func (e *gorgoniaEngine) logits(x *G.Node) *G.Node {
	for l, w := range e.p.W {
		W, b := e.input(fmt.Sprintf("W%d", l+1), w), e.input(fmt.Sprintf("b%d", l+1), e.p.B[l])
		e.params = append(e.params, W, b)
		e.initial = append(e.initial, e.tensor(w), e.tensor(e.p.B[l]))
		z := e.addBias(G.Must(G.Mul(W, x)), b)
		switch {
		case l == len(e.p.W)-1:
			return z
		case e.p.Hidden == "tanh":
			x = G.Must(G.Tanh(z))
		default:
			x = G.Must(G.Rectify(z))
		}
	}
	return x
}

func (e *gorgoniaEngine) addBias(z, b *G.Node) *G.Node {
	if e.p.Examples == 1 {
		return G.Must(G.Add(z, b))
	}
	return G.Must(G.BroadcastAdd(z, b, nil, []byte{1}))
}

// costOf builds the mean cross-entropy. For a softmax it is written without the
// largest logit, which gorgonia cannot differentiate: logits are small here.
func (e *gorgoniaEngine) costOf(z, y *G.Node) *G.Node {
	var norm *G.Node
	if e.p.Output == "softmax" {
		norm = G.Must(G.Log(G.Must(G.Sum(G.Must(G.Exp(z)), 0))))
	} else {
		norm = G.Must(G.Softplus(z))
	}
	chosen := G.Must(G.Sum(G.Must(G.HadamardProd(y, z))))
	sum := G.Must(G.Sub(G.Must(G.Sum(norm)), chosen))
	return G.Must(G.Mul(sum, e.constant(1/float64(e.p.Examples))))
}

// outputs builds A of the last layer.
func (e *gorgoniaEngine) outputs(z *G.Node) *G.Node {
	if e.p.Output == "softmax" {
		return G.Must(G.SoftMax(z, 0))
	}
	return G.Must(G.Sigmoid(z))
}

func (e *gorgoniaEngine) reset() error {
	for i, n := range e.params {
		if err := tensor.Copy(n.Value().(*tensor.Dense), e.initial[i]); err != nil {
			return err
		}
	}
	return nil
}

func (e *gorgoniaEngine) step() error {
	if err := e.run(); err != nil || e.p.Rule == "forward" {
		return err
	}
	return e.solver.Step(G.NodesToValueGrads(e.params))
}

// run computes the cost and the gradients, which the solver sets to 0 again.
func (e *gorgoniaEngine) run() error {
	e.machine.Reset()
	return e.machine.RunAll()
}

func (e *gorgoniaEngine) check() (out Outcome, err error) {
	if err := errors.Join(e.reset(), e.run()); err != nil {
		return out, err
	}
	if e.p.Rule == "forward" {
		return Outcome{Values: [][]float64{numbers(e.value)}}, nil
	}
	out.Cost = numbers(e.value)[0]
	for _, n := range e.params {
		g, err := n.Grad()
		if err != nil {
			return out, err
		}
		out.Values = append(out.Values, numbers(g))
	}
	for step := range checkSteps {
		if step > 0 {
			if err := e.run(); err != nil {
				return out, err
			}
		}
		if err := e.solver.Step(G.NodesToValueGrads(e.params)); err != nil {
			return out, err
		}
	}
	for _, n := range e.params {
		out.After = append(out.After, numbers(n.Value()))
	}
	return out, nil
}

func (e *gorgoniaEngine) close() error { return e.machine.Close() }

// numbers returns a copy of a value's entries.
func numbers(v G.Value) []float64 {
	switch d := v.Data().(type) {
	case float64:
		return []float64{d}
	case float32:
		return []float64{float64(d)}
	case []float32:
		return converted[float64](d)
	case []float64:
		return converted[float64](d)
	}
	return nil
}
