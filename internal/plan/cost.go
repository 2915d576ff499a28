package plan

import "chainrule/internal/kernel"

// partCost is the least work of a part, in nanoseconds: handing one to another
// worker takes a few hundred.
const partCost = 8000

// wakeCost is how long a helper that is parked takes to wake, in nanoseconds.
const wakeCost = 50000

// What things cost in nanoseconds, roughly: only how work is split rests on it.
const (
	multiplyCost = 0.05 // a multiplication and addition of a product
	reduceCost   = 0.3  // an entry of a sum
	stepCost     = 0.4  // an entry of a function with a loop of its own
	callCost     = 8    // an entry of another function
)

// parts returns into how many parts of at least a cost an instruction goes for
// some workers. A product has few parts, since each of them packs an operand
// anew; its bits do not depend on them.
func (in *instr) parts(workers int, least float64) int {
	parts := max(1, min(in.units, int(in.cost()/least)))
	if in.kind == MatMul && volume(in.shape[:len(in.shape)-2]) == 1 {
		parts = min(parts, workers)
	}
	return parts
}

// setUnits sets the number of units of work that an instruction consists of.
func (in *instr) setUnits() {
	switch in.kind {
	case Map:
		in.units = (in.size() + block - 1) / block
	case MatMul:
		k := len(in.shape) - 2
		if in.units = volume(in.shape[:k]); in.units == 1 {
			m, n := in.shape[k], in.shape[k+1]
			rows, cols := tile(m, n)
			in.units = max((m+rows-1)/rows, (n+cols-1)/cols)
		}
	case Sum, Max, Min:
		last := len(in.red) - 1
		in.units = in.size()
		if !in.red[last] {
			row := 1
			for a := last; a >= 0 && !in.red[a]; a-- {
				row *= in.ins[0].dims[a]
			}
			in.units = in.size() / row * ((row + block - 1) / block)
		}
	default:
		in.units = 1
	}
}

// tile returns the rows and columns of a unit of an m×n product. One of them is
// all there are.
func tile(m, n int) (rows, cols int) {
	if n >= m {
		return m, 32
	}
	return 12, n
}

// cost estimates the time of an instruction.
func (in *instr) cost() float64 {
	size, total := float64(in.size()), 0.0
	if in.tail != nil {
		total = in.tail.cost()
	}
	if in.head != nil {
		total += in.head.cost()
	}
	switch in.kind {
	case MatMul:
		return total + size*float64(in.ins[0].dims[len(in.shape)-1])*multiplyCost
	case Sum, Max, Min:
		return total + float64(volume(in.ins[0].dims))*reduceCost
	}
	for _, st := range in.steps {
		if st.f.Code == kernel.None {
			total += size * callCost
		} else {
			total += size * stepCost
		}
	}
	return total
}
