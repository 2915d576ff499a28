// Package losses builds costs and metrics: nodes that say how far the outputs
// of a network are from the labels.
//
// Outputs and labels have shape (n_y, m), one column per example. A cost is a
// scalar: the mean over the m examples of the sum over the n_y outputs. It is
// built by graph.MeanOver, by which derivations know each example's own loss.
// Nothing is broadcast: outputs and labels of different shapes are an error of
// the graph, which names both. Only where the outputs are K classes may the
// labels be one row instead, of shape (1, m), with the number of each example's
// class, counted from 0.
//
// A cost with weights of classes or examples, with smoothed labels, or as the loss of each
// example is the method of [With] of the same name.
//
// The costs stand in crossentropy.go, softmax.go, squarederror.go, absoluteerror.go, huber.go
// and hinge.go, their settings in with.go, the metrics in accuracy.go; pair.go checks outputs
// and labels. Metrics of plain numbers, for streams, are package losses/metrics. The package imports
// graph alone. A new cost is a method of With and a function in a file of their own that
// begins with a check of pair.go and With.check and ends with what its labels must be, by
// graph.Require.
// Elsewhere any function that returns a scalar node is a cost: see the example
// ownLoss.
package losses
