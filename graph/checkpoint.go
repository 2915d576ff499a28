package graph

import (
	"math"
	"slices"
)

// checkpointed makes the loop of loops over about √Steps steps each. What a gradient reads
// of the inner loops is computed again when it comes to them, for of a node that the chain
// rule makes, as the inner loop that keeps what is read, nothing is kept by the outer one.
// Nodes of the graph stand for the free ones of the body.
func (l Loop) checkpointed(b *loopBody, free []*Node) (final, stacked []*Node) {
	g := l.operands()[0].g
	steps := l.steps()
	inner := int(math.Ceil(math.Sqrt(float64(steps))))
	outer := (steps + inner - 1) / inner
	length := l.Length
	if length == nil && inner*outer > steps {
		length = g.Const(float64(steps))
	}
	chunks := Loop{Init: l.Init, Steps: outer}
	for _, x := range l.Over {
		if missing := inner*outer - steps; missing > 0 {
			x = Concat(0, x, g.Const(0, append([]int{missing}, x.shape[1:]...)...))
		}
		chunks.Over = append(chunks.Over, Reshape(x, append([]int{outer, inner}, x.shape[1:]...)...))
	}
	op := newScanOp(inner, length != nil, false, b)
	if length != nil {
		op.scan.most = steps
		chunks.Over = append(chunks.Over, g.lengths(length, steps, inner, outer))
	}
	final, stacked = chunks.Scan(func(state, in []*Node) (next, out []*Node) {
		rows := in[:len(l.Over)]
		n := op.Apply(slices.Concat(state, rows, free, in[len(l.Over):])...)
		return op.scan.finals(n), op.scan.stacks(n)
	})
	for i, x := range stacked {
		if x.err == nil {
			x = Reshape(x, append([]int{inner * outer}, x.shape[2:]...)...)
			stacked[i] = slice(x, 0, 0, steps)
		}
	}
	return final, stacked
}

// lengths returns how many steps of each of the inner loops are made, if so many are made
// in all; of a number that is none, that number.
func (g *Graph) lengths(length *Node, steps, inner, outer int) *Node {
	starts := make([]*Node, outer)
	for i := range starts {
		starts[i] = g.Const(float64(i*inner), 1)
	}
	left := Sub(length, Concat(0, starts...))
	isOne := Mul(GreaterEqual(length, g.Const(0)), LessEqual(length, g.Const(float64(steps))))
	return Where(isOne, Minimum(Maximum(left, g.Const(0)), g.Const(float64(inner))), length)
}
