// Package dataset holds labelled examples: it reads them from CSV, scales
// them, splits them into a part to train on and a part to judge by, and hands
// them out as the tensors that inputs of a graph are fed with.
//
// Examples lie in memory one after the other. That is the matrix with one
// column per example, (n, m) for n features and m examples, in column-major
// order; programs read such tensors where they lie.
//
// There is no type for mini-batches: an iterator over optim.Batch deals the
// examples, as in the example of optim.Fit.
//
// # Where things are
//
//   - set.go, split.go, scaling.go, tensors.go: the set and what is made of it.
//   - open.go, csv.go, reading.go, csverror.go: reading a file, its settings, what
//     is told of it, and its errors.
//   - guess.go, header.go: how a file is written; encoding.go, scanner.go,
//     number.go: cells; rows.go, pieces.go, codes.go, finish.go: from cells to a
//     set.
//
// Of this module it imports internal/nearest alone. Another kind of file is a
// function beside ReadCSV that returns a [Set].
package dataset
