package netspec

import (
	"fmt"

	"chainrule/internal/handgrad"
)

// A Line is a line of the computation, such as Z1, cost or dW2.
type Line struct {
	Kind  string // Z, A, cost, dZ, dW or db
	Layer int    // from 1; 0 for the cost
}

// The kinds of lines, by the fields of a result.
const (
	kindZ    = "Z"
	kindA    = "A"
	kindCost = "cost"
	kindDZ   = "dZ"
	kindDW   = "dW"
	kindDB   = "db"
)

// String returns the notes' name of the line, such as dW2.
func (l Line) String() string {
	if l.Kind == kindCost {
		return l.Kind
	}
	return fmt.Sprint(l.Kind, l.Layer)
}

// lines returns those of a network in the order of computation: Z1, A1, Z2, A2,
// cost, dZ2, dW2, db2, dZ1, dW1, db1.
func lines(depth int) []Line {
	var all []Line
	for l := 1; l <= depth; l++ {
		all = append(all, Line{kindZ, l}, Line{kindA, l})
	}
	all = append(all, Line{kindCost, 0})
	for l := depth; l >= 1; l-- {
		all = append(all, Line{kindDZ, l}, Line{kindDW, l}, Line{kindDB, l})
	}
	return all
}

// needs reports whether l is computed from another line, directly or not.
func (l Line) needs(other Line) bool {
	forward := l.Kind == kindZ || l.Kind == kindA
	switch other.Kind {
	case kindZ:
		return !forward || l.Layer > other.Layer || l.Layer == other.Layer && l.Kind == kindA
	case kindA:
		return !forward || l.Layer > other.Layer
	case kindDZ:
		return l.Kind == kindDZ && l.Layer < other.Layer || (l.Kind == kindDW || l.Kind == kindDB) && l.Layer <= other.Layer
	}
	return false
}

// value returns a line of the result, the cost as a (1,1) matrix.
func (r *Result) value(l Line) handgrad.Matrix {
	switch l.Kind {
	case kindZ:
		return r.Z[l.Layer-1]
	case kindA:
		return r.A[l.Layer-1]
	case kindDZ:
		return r.DZ[l.Layer-1]
	case kindDW:
		return r.DW[l.Layer-1]
	case kindDB:
		return r.DB[l.Layer-1]
	}
	return number(r.Cost)
}
