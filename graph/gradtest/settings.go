package gradtest

import (
	"math"

	"chainrule/graph"
)

// Settings configures a check. Its zero value is ready to use.
type Settings struct {
	// Step is how far an entry x is moved, times max(1, |x|). If 0 it is the
	// cube root of the float64 machine epsilon, 6.06e-6, which balances the
	// truncation and the rounding of a central difference.
	Step float64

	// Tolerance is the largest error at which the symbolic and the numeric
	// gradient agree. If 0 it is 1e-6.
	Tolerance float64

	// Float32Tolerance is the same for the gradient that a float32 graph
	// computes in float32 and the one in float64. If 0 it is 1e-4.
	Float32Tolerance float64

	// Floor is what errors are relative to where no entry of either gradient
	// is larger: there the comparison is absolute, with the bound
	// Tolerance·Floor. If 0 it is 1e-3·max(1, |cost|).
	Floor float64

	// Order is the highest order of derivatives to check. If 0 it is 1. The
	// second order is the gradient of Σ v⊙g, where g is the gradient and v
	// normally distributed, summed over all nodes; its difference quotients
	// are made of gradients. Higher orders go on in the same way. All lower
	// orders are checked too.
	Order int

	// Seed starts the random choices: values of inputs that are not fed,
	// standard normal, in the order in which the inputs were made, from
	// rand.NewPCG(Seed, 1); the vectors v of higher orders from
	// rand.NewPCG(Seed, 2); the sample of entries from rand.NewPCG(Seed, 3).
	Seed uint64

	// MaxEntries is how many entries of each node are compared, a random
	// sample if the node has more. If 0 all are.
	MaxEntries int
}

// withDefaults returns s with defaults for what is zero, except Floor, which
// depends on the cost.
func (s Settings) withDefaults() (Settings, error) {
	for _, f := range []struct {
		name     string
		value    *float64
		fallback float64
	}{
		{"Step", &s.Step, math.Cbrt(epsilon)},
		{"Tolerance", &s.Tolerance, 1e-6},
		{"Float32Tolerance", &s.Float32Tolerance, 1e-4},
		{"Floor", &s.Floor, 0},
	} {
		if !(*f.value >= 0) || math.IsInf(*f.value, 0) {
			return s, graph.Errorf(opName, "%s is %v, a finite number of at least 0 expected", f.name, *f.value)
		}
		if *f.value == 0 {
			*f.value = f.fallback
		}
	}
	if s.Order < 0 || s.MaxEntries < 0 {
		return s, graph.Errorf(opName, "Order is %d and MaxEntries %d, at least 0 expected", s.Order, s.MaxEntries)
	}
	if s.Order == 0 {
		s.Order = 1
	}
	return s, nil
}

const (
	opName  = "gradtest.Compare"
	epsilon = 0x1p-52
)
