// Package dataset holds examples and what is to be predicted of them, classes or
// numbers: it reads them from files, measures their scale, splits them into parts
// to train on and to judge by, and hands them out, all at once or in batches, as the
// tensors that inputs of a graph are fed with.
//
// Examples lie in memory one after the other. That is the matrix with one
// column per example, (n, m) for n features and m examples, in column-major
// order; programs read such tensors where they lie.
//
// Mini-batches of a set are dealt by their place alone, see [Set.Batches]; they are what an
// optim.Fit takes as its Data.
//
// # Where things are
//
//   - set.go, split.go, folds.go, scaling.go, tensors.go, batches.go: the set and
//     what is made of it; given.go: sets of numbers that are in memory.
//   - open.go, csv.go, reading.go, csverror.go: reading a file, its settings, what
//     is told of it, and its errors.
//   - guess.go, header.go: how a file is written; encoding.go, scanner.go,
//     number.go: cells; rows.go, features.go, targets.go, pieces.go, codes.go,
//     finish.go, fill.go: from cells to a set; stream.go, streamrow.go: from cells to
//     blocks of examples.
//   - idx.go: the format of MNIST.
//
// Of this module it imports internal/schema, nearest, words and files. Another kind
// of file is a function beside ReadCSV that returns a [Set].
package dataset
