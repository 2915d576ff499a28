// Package fullbatch makes the cost of one batch small by methods that look at all of
// it at every step and choose the length of the step themselves: L-BFGS and Newton's
// method, as gonum's optimize has them. For small networks and noiseless costs they
// end where the gradient is as good as 0, in tens of steps where descent takes
// thousands.
//
// It imports graph and optim, whose Trainer says what to minimise, and
// gonum.org/v1/gonum/optimize, which is why it is a package of its own. Another method
// is a [Method] and a row in method.go.
package fullbatch
