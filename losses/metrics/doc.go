// Package metrics says how good predictions are, from the numbers that a network gave: shares
// of right examples, confusion, curves, calibration and errors of regressions.
//
// Each metric is a struct whose zero value is ready. Add takes an example, Merge what another
// has seen, and the other methods tell the result, at any time and as often as wanted. So a
// stream of any length is measured in bounded memory, and several goroutines measure a part
// each and merge; one goroutine at a time uses a struct. [ROC] alone keeps all scores;
// [StreamROC] does not.
//
// Outputs of classes come as one number for each class, or, of two classes, as one number
// alone, the probability of class 1. The likeliest class is the first of the largest, and
// class 1 of one number above 0.5, as for losses.Accuracy and losses.BinaryAccuracy. Classes
// are counted from 0.
//
// What is no number, is beyond its range or names a class that does not exist is an error of
// Add, which then counts nothing. A result that is not defined, as any without examples, is
// NaN; where a convention makes it 0 instead the method says so.
//
// In a graph, as a node, package losses has costs and accuracies. This package imports nothing
// but the standard library. classes.go checks outputs and sum.go adds; each metric is a file.
// Another is a file with Add and Merge, and a row in testdata/measures.py.
package metrics
