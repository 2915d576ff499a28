// Package netspec reads the description of a network with its data, computes
// everything that one forward and one backward pass make of it, and compares
// that with what somebody else computed.
//
// Layers, rows and columns count from 1, as in the notes: W[1] or W1 is the
// matrix of the first layer. Matrices have the notes' shapes, with one column
// per example.
//
// It stands on optim/experiment, whose settings a spec is turned into, on
// graph/explain for the conventions of dZ, on graph/gradtest for the check by
// differences and on internal/handgrad for the
// comparison by hand, and imports no other package of the demo. A new slip that
// is to be recognised in somebody's numbers is a line in one of the slips files; a
// new way of giving them is a parser beside jsonspec.go, npz.go and printed.go.
package netspec
