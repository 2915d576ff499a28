package play

import (
	"slices"

	"chainrule/graph"
	"chainrule/optim/experiment"
)

// A pass is a backward pass as graph nodes, in the convention of the notes: dZ is the
// derivative of each example's own loss, and 1/m comes in with dW and db. Layers are
// counted from 0.
type pass struct {
	nodes      experiment.Nodes
	rate       *graph.Node   // α, a scalar
	dZ, dW, db []*graph.Node // layer by layer
}

// w is the matrix of layer l.
func (p *pass) w(l int) *graph.Node { return p.nodes.Params[2*l] }

// input is what layer l is given.
func (p *pass) input(l int) *graph.Node {
	if l == 0 {
		return p.nodes.X
	}
	return p.nodes.A[l-1]
}

// Formulas are the wrong ones of a backward pass; those that are nil are right.
type formulas struct {
	Output  func(p *pass, right *graph.Node) *graph.Node     // dZ of the last layer
	Weights func(p *pass, l int) *graph.Node                 // by which dZ of layer l goes back: W
	Carry   func(w, dZ *graph.Node) *graph.Node              // dA of the layer before: Wᵀ·dZ
	Slope   func(p *pass, l int, dA *graph.Node) *graph.Node // dZ of layer l: dA ⊙ g′(Z)
	Input   func(p *pass, l int) *graph.Node                 // what dW of layer l holds beside dZ: A of the layer before
	Sum     func(dZ *graph.Node) *graph.Node                 // of dZ over the examples, for db

	MeanW, MeanB func(m int) float64 // the factor of dW and of db: 1/m
}

// rightPass adds the pass that the chain rule makes of the cost.
func rightPass(nodes experiment.Nodes) (*pass, error) {
	depth := len(nodes.Z)
	own, err := graph.GradByExample(nodes.Cost, slices.Concat(nodes.Z, nodes.Params)...)
	if err != nil {
		return nil, err
	}
	p := &pass{nodes: nodes, dZ: own.Gradients[:depth]}
	for l := range depth {
		p.dW = append(p.dW, own.Gradients[depth+2*l])
		p.db = append(p.db, own.Gradients[depth+2*l+1])
	}
	return p, nil
}

// pass adds the pass by the formulas. What they, and those that come before, leave
// right is the node of the right pass, and so has its bits.
func (f formulas) pass(right *pass) (*pass, error) {
	depth, m := len(right.dZ), right.nodes.X.Shape()[1]
	p := &pass{nodes: right.nodes, rate: right.rate, dZ: slices.Clone(right.dZ), dW: slices.Clone(right.dW), db: slices.Clone(right.db)}
	for l := depth - 1; l >= 0; l-- {
		f.addDZ(p, right, l)
		same := p.dZ[l] == right.dZ[l]
		if !same || f.Input != nil || f.MeanW != nil {
			p.dW[l] = averaged(f.MeanW, m, graph.MatMulTrans(p.dZ[l], false, orRight(f.Input, (*pass).input)(p, l), true))
		}
		if !same || f.Sum != nil || f.MeanB != nil {
			sum := f.Sum
			if sum == nil {
				sum = sumOfExamples
			}
			p.db[l] = averaged(f.MeanB, m, sum(p.dZ[l]))
		}
	}
	return p, p.nodes.Cost.Graph().Err()
}

// addDZ adds dZ of layer l, behind which all is there.
func (f formulas) addDZ(p, right *pass, l int) {
	if l == len(p.dZ)-1 {
		if f.Output != nil {
			p.dZ[l] = f.Output(p, right.dZ[l])
		}
		return
	}
	if p.dZ[l+1] == right.dZ[l+1] && f.Weights == nil && f.Carry == nil && f.Slope == nil {
		return
	}
	carry := f.Carry
	if carry == nil {
		carry = func(w, dZ *graph.Node) *graph.Node { return graph.MatMulTrans(w, true, dZ, false) }
	}
	dA := carry(orRight(f.Weights, (*pass).w)(p, l+1), p.dZ[l+1])
	slope := f.Slope
	if slope == nil {
		slope = slopeRight
	}
	p.dZ[l] = slope(p, l, dA)
}

// orRight returns a formula, or the right one if there is none.
func orRight(f, right func(p *pass, l int) *graph.Node) func(p *pass, l int) *graph.Node {
	if f == nil {
		return right
	}
	return f
}

// averaged multiplies a sum over m examples by a factor, 1/m if there is none.
func averaged(factor func(m int) float64, m int, sum *graph.Node) *graph.Node {
	f := 1 / float64(m)
	if factor != nil {
		f = factor(m)
	}
	if f == 1 {
		return sum
	}
	return sum.Times(f)
}

func sumOfExamples(dZ *graph.Node) *graph.Node { return graph.Reduce{KeepDims: true}.Sum(dZ, 1) }
