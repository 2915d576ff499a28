// Package toy makes small data sets in the plane, for demonstrations and for
// tests against numbers that others published: the published flower, and from a
// seed moons, circles, spirals and others, see [New].
package toy

// Set is the data set that [Flower] returns, of M examples, each a point in the plane with a label.
//
// The examples lie in X one after the other, x0 and x1 of example 0, then of
// example 1, and so on. That is the (2,M) matrix with one column per example
// in column-major order.
type Set struct {
	X []float64 // the points, length 2·M
	Y []float64 // the labels, 0 or 1, length M
	M int       // number of examples
}

// Rows returns a copy of X in row-major order: x0 of all examples, then x1 of
// all examples.
func (s Set) Rows() []float64 {
	rows := make([]float64, 2*s.M)
	for i := range s.M {
		rows[i] = s.X[2*i]
		rows[s.M+i] = s.X[2*i+1]
	}
	return rows
}

// newSet returns a set of m examples, all zero.
func newSet(m int) Set {
	return Set{X: make([]float64, 2*m), Y: make([]float64, m), M: m}
}

// put stores example i.
func (s Set) put(i int, x0, x1, y float64) {
	s.X[2*i], s.X[2*i+1], s.Y[i] = x0, x1, y
}
