package plan

import (
	"slices"

	"chainrule/internal/kernel"
)

// The reductions, each by the function that makes one of two entries. The order
// in which kernel.FoldOf joins the entries of a run goes with it.
var (
	// Sum is a sum over some axes.
	Sum = reduction("sum", kernel.Add)

	// Max is the largest entry over some axes; NaN if one is.
	Max = reduction("max", kernel.Max)

	// Min is the smallest entry over some axes; NaN if one is.
	Min = reduction("min", kernel.Min)

	// Prod is a product over some axes.
	Prod = reduction("prod", kernel.Mul)
)

func reduction(name string, join kernel.Code) Kind {
	return &kind{name: name, join: join, lower: (*builder).reduction, tail: tailInSlot, head: true,
		units: reductionUnits,
		cost:  func(in *instr) float64 { return float64(volume(in.ins[0].dims)) * reduceCost },
		flop:  func(in *instr) int64 { return int64(volume(in.ins[0].dims)) },
		run:   runners{newReduceRunner[float64], newReduceRunner[float32]},
	}
}

func (b *builder) reduction(n *Node) operand {
	op := b.vals[n.In[0]]
	var red []bool
	for a, d := range op.dims {
		if d > 1 {
			red = append(red, slices.Contains(n.Axes, a))
		}
	}
	if !slices.Contains(red, true) {
		return b.reshape(op, n)
	}
	return b.emit(n, &instr{ins: []operand{op.squeezed()}, red: red})
}

// reductionUnits counts entries of the result, or blocks of its rows where the
// trailing axes are kept.
func reductionUnits(in *instr) int {
	last := len(in.red) - 1
	if in.red[last] {
		return in.size()
	}
	row := 1
	for a := last; a >= 0 && !in.red[a]; a-- {
		row *= in.ins[0].dims[a]
	}
	return in.size() / row * ((row + block - 1) / block)
}

// sumsRows reports whether each entry of the result is what one run comes to, so that
// runs follow one another in the operand.
func (in *instr) sumsRows() bool {
	return !slices.Contains(in.red[slices.Index(in.red, true):], false)
}
