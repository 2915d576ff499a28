// Package dataset holds labelled examples: it reads them from CSV, scales
// them, splits them into a part to train on and a part to judge by, and hands
// them out as the tensors that inputs of a graph are fed with.
//
// Examples lie in memory one after the other. That is the matrix with one
// column per example, (n, m) for n features and m examples, in column-major
// order; programs read such tensors where they lie.
//
// CSV goes through the files in this order: open.go and encoding.go make text of
// bytes, scanner.go cells of text, guess.go, header.go and number.go say what the
// cells are, rows.go and finish.go make a [Set] of them. Another source of examples
// is a function that returns a Set. The package imports tensor and the suggestion of
// near names, and no graph.
package dataset
