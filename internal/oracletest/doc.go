// Package oracletest compares this library with PyTorch.
//
// testdata/pytorch.json holds values, gradients and second derivatives of every
// operation and loss and of some networks, which pytorch.py computed. The tests
// of this package do the same with packages graph and losses, and fail where
// the two differ, or where an operation has no row in the table.
package oracletest
