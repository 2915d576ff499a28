// Package graph writes a computation as a graph of nodes, lets the chain rule
// write the graph of its derivatives, and compiles both into a program.
//
// A graph is built from inputs, parameters and constants by functions such as
// MatMul, Add and Tanh. Grad adds the nodes of the gradient; they are nodes
// like all others and can be differentiated again. Compile turns the nodes
// that are asked for into a Program, and its updates (parameter ← node) make
// forward pass, backward pass and gradient descent one program.
//
// Data is one column per example: X is (n[0], m), W[l] is (n[l], n[l−1]) and
// b[l] is (n[l], 1).
//
// The expressions are gorgonia expression graphs (see Graph.ExprGraph), and
// gorgonia's symbolic differentiation walks them backwards.
package graph

// gorgonia panics at start-up on Go ≥ 1.21 without this version of the module.
import _ "go4.org/unsafe/assume-no-moving-gc"
