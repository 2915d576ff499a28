// Package losses builds costs and metrics: nodes that say how far the outputs
// of a network are from the labels.
//
// Outputs and labels have shape (n_y, m), one column per example. A cost is a
// scalar: the mean over the m examples of the sum over the n_y outputs.
// Nothing is broadcast: outputs and labels of different shapes are an error of
// the graph, which names both. Only where the outputs are K classes may the
// labels be one row instead, of shape (1, m), with the number of each example's
// class, counted from 0.
//
// A cost or metric is a function in a file of its own that checks its pair of
// nodes by pair.go and then writes a formula. The package imports graph, and
// neither layers nor optim.
package losses
