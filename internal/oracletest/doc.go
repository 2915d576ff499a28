// Package oracletest compares this library with PyTorch.
//
// testdata/pytorch.json holds values, gradients and second derivatives of every
// operation and loss and of some networks, which pytorch.py computed. The tests
// of this package do the same with packages graph and losses, and fail where
// the two differ, or where an operation has no row in the table.
//
// The layers that normalise are compared in the same way: layers.py writes
// testdata/layers.json, and layers_test.go reads it. So are those for sequences, by
// sequences.py and sequences_test.go.
//
// It has no code but tests, so that nobody imports it. Another operation is a row
// in pointwise.py or arrays.py and its builder in builders_test.go; pytorch.py
// writes the table.
package oracletest
