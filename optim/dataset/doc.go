// Package dataset holds labelled examples: it reads them from CSV, scales
// them, splits them into a part to train on and a part to judge by, and hands
// them out as the tensors that inputs of a graph are fed with.
//
// Examples lie in memory one after the other. That is the matrix with one
// column per example, (n, m) for n features and m examples, in column-major
// order; programs read such tensors where they lie.
package dataset
