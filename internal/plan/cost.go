package plan

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
// some workers.
func (in *instr) parts(workers int, least float64) int {
	parts := max(1, min(in.units, int(in.cost()/least)))
	if few := in.kind.perPart; few != nil && few(in) {
		parts = min(parts, workers)
	}
	return parts
}

// setUnits sets the number of units of work that an instruction consists of.
func (in *instr) setUnits() {
	in.units = 1
	if count := in.kind.units; count != nil {
		in.units = count(in)
	}
}

// cost estimates the time of an instruction.
func (in *instr) cost() float64 {
	return total(in, func(k Kind) func(in *instr) float64 { return k.cost })
}

// flop counts the operations of an instruction.
func (in *instr) flop() int64 { return total(in, func(k Kind) func(in *instr) int64 { return k.flop }) }

// total adds up what an instruction, its tail and its head come to each.
func total[V int64 | float64](in *instr, part func(k Kind) func(in *instr) V) V {
	var sum V
	for _, each := range []*instr{in.tail, in.head, in} {
		if each == nil {
			continue
		}
		if f := part(each.kind); f != nil {
			sum += f(each)
		}
	}
	return sum
}
