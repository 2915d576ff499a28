// Package handgrad holds back-propagation written by hand: logistic regression,
// a network with one hidden layer, and one with any number of them, each
// derivative one line in the notation of the notes. It knows nothing of graphs,
// so that what graph code computes can be compared with it. It is written to be
// read, not to be fast.
//
// Matrices have one column per example, and dP stands for the derivative of the
// cost with respect to P. The cost is the mean over the m examples of the
// cross-entropy, summed over the outputs. No function changes its arguments.
//
// It imports nothing of ours, and must not: it is an oracle. A cost or an
// activation is added as formulas, not by a call of what it is to be compared
// with.
package handgrad
