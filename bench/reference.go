package main

import (
	"fmt"
	"math"

	"chainrule/internal/handgrad"
)

// An Outcome is what a system makes of a problem's initial parameters.
type Outcome struct {
	Cost   float64     // before the first step; 0 for a forward pass
	Values [][]float64 // the gradients dW1, db1, …; for a forward pass, its outputs
	After  [][]float64 // the parameters after checkSteps steps; for a forward pass, none
}

// checkSteps is how many steps a check takes, so that the update is checked too.
const checkSteps = 2

// Reference computes the outcome in float64 by the formulas of handgrad, which
// share no code with any system.
func Reference(p *Problem) (Outcome, error) {
	if p.Product != nil {
		return p.Product.reference()
	}
	net := handgrad.MLP{W: p.W, B: p.B, Softmax: p.Output == "softmax"}
	for range len(p.W) - 1 {
		g, err := handgrad.ActivationByName(p.Hidden)
		if err != nil {
			return Outcome{}, err
		}
		net.Hidden = append(net.Hidden, g)
	}
	first, err := net.Gradients(p.X, p.Y)
	if err != nil {
		return Outcome{}, err
	}
	if p.Rule == "forward" {
		return Outcome{Values: [][]float64{first.A[len(first.A)-1].Data}}, nil
	}
	out := Outcome{Cost: first.Cost, Values: gradients(first)}
	if out.After, err = referenceSteps(p, net, out.Values); err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// gradients lists dW1, db1, dW2, and so on.
func gradients(g handgrad.MLPGradients) [][]float64 {
	var all [][]float64
	for l := range g.DW {
		all = append(all, g.DW[l].Data, g.DB[l].Data)
	}
	return all
}

// referenceSteps returns the parameters after checkSteps steps of the problem's
// rule, of which the first has the given gradients.
func referenceSteps(p *Problem, net handgrad.MLP, grads [][]float64) ([][]float64, error) {
	net.W, net.B = nil, nil
	var params [][]float64
	for l := range p.W {
		w, b := clone(p.W[l]), clone(p.B[l])
		net.W, net.B = append(net.W, w), append(net.B, b)
		params = append(params, w.Data, b.Data)
	}
	update, err := referenceRule(p, params)
	if err != nil {
		return nil, err
	}
	for step := range checkSteps {
		if step > 0 {
			g, err := net.Gradients(p.X, p.Y)
			if err != nil {
				return nil, err
			}
			grads = gradients(g)
		}
		update(step+1, grads)
	}
	return params, nil
}

func clone(m Matrix) Matrix {
	m.Data = append([]float64(nil), m.Data...)
	return m
}

// The constants of Adam, for all systems.
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

// referenceRule returns the function that makes update number t of params.
func referenceRule(p *Problem, params [][]float64) (func(t int, grads [][]float64), error) {
	switch p.Rule {
	case "descent":
		return func(_ int, grads [][]float64) {
			for i, g := range grads {
				for j, d := range g {
					params[i][j] -= p.Rate * d
				}
			}
		}, nil
	case "adam":
		m, v := zerosLike(params), zerosLike(params)
		return func(t int, grads [][]float64) {
			c1, c2 := 1-math.Pow(beta1, float64(t)), 1-math.Pow(beta2, float64(t))
			for i, g := range grads {
				for j, d := range g {
					m[i][j] = beta1*m[i][j] + (1-beta1)*d
					v[i][j] = beta2*v[i][j] + (1-beta2)*d*d
					params[i][j] -= p.Rate * (m[i][j] / c1) / (math.Sqrt(v[i][j]/c2) + epsilon)
				}
			}
		}, nil
	}
	return nil, fmt.Errorf("workload %s: unknown rule %q", p.Name, p.Rule)
}

func zerosLike(arrays [][]float64) [][]float64 {
	out := make([][]float64, len(arrays))
	for i, a := range arrays {
		out[i] = make([]float64, len(a))
	}
	return out
}
