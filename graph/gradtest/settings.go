package gradtest

import (
	"math"

	"chainrule/graph"
)

// Settings configures a check. Its zero value is ready to use.
type Settings struct {
	// Order is the highest order of derivatives to check. If 0 it is 1. The
	// second order is the gradient of Σ v⊙g, where g is the gradient and v
	// normally distributed, summed over all nodes; its difference quotients
	// are made of gradients. Higher orders go on in the same way. All lower
	// orders are checked too.
	Order int

	// MaxEntries is how many entries of each node are compared, a random
	// sample if the node has more. If 0 all are.
	MaxEntries int

	// Seed starts the random choices: values of inputs that are not fed,
	// standard normal, in the order in which the inputs were made, from
	// rand.NewPCG(Seed, 1); the vectors v of higher orders from
	// rand.NewPCG(Seed, 2); the sample of entries from rand.NewPCG(Seed, 3).
	Seed uint64

	// Float32Tolerance is how far the gradient that a float32 graph computes
	// in float32 may be from the one in float64, relative to the largest entry
	// or to 1e-3·max(1, |cost|) if that is larger. If 0 it is 1e-4.
	Float32Tolerance float64
}

// withDefaults returns s with defaults for what is zero.
func (s Settings) withDefaults() (Settings, error) {
	if !(s.Float32Tolerance >= 0) || math.IsInf(s.Float32Tolerance, 0) {
		return s, graph.Errorf(opName, "Float32Tolerance is %v, a finite number of at least 0 expected", s.Float32Tolerance)
	}
	if s.Order < 0 || s.MaxEntries < 0 {
		return s, graph.Errorf(opName, "Order is %d and MaxEntries %d, at least 0 expected", s.Order, s.MaxEntries)
	}
	if s.Float32Tolerance == 0 {
		s.Float32Tolerance = 1e-4
	}
	if s.Order == 0 {
		s.Order = 1
	}
	return s, nil
}

const opName = "gradtest"
