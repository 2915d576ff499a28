package fullbatch

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/optimize"
)

// Method is a way to choose steps from gradients.
type Method int

const (
	// LBFGS keeps the last few gradients to estimate the curvature (D. C. Liu and
	// J. Nocedal, "On the limited memory BFGS method for large scale optimization",
	// 1989). Its memory is a few times that of the parameters.
	LBFGS Method = iota

	// Newton solves H·d = −g, where multiples of the identity are added to the
	// Hessian H until it is positive definite (J. Nocedal and S. J. Wright, "Numerical
	// Optimization", 2006, algorithm 3.3). A step takes one Hessian-vector product for
	// each entry of the parameters, and solves a system of that size; so there may be
	// at most MostNewton of them.
	Newton
)

// MostNewton is how many entries the parameters may have for Newton.
const MostNewton = 1000

func (m Method) String() string {
	switch m {
	case LBFGS:
		return "LBFGS"
	case Newton:
		return "Newton"
	}
	return fmt.Sprintf("Method(%d)", int(m))
}

// gonum returns the method, which is not to stop by gradients of its own choice.
func (m Method) gonum(memory int, line optimize.Linesearcher) optimize.Method {
	if m == Newton {
		return &optimize.Newton{GradStopThreshold: math.NaN(), Linesearcher: line}
	}
	return &optimize.LBFGS{Store: memory, GradStopThreshold: math.NaN(), Linesearcher: line}
}
