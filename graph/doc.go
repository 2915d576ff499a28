// Package graph writes a computation as a graph of nodes, lets the chain rule
// write the graph of its derivatives, and compiles both into a program.
//
// A graph is built from inputs, parameters and constants by functions such as
// MatMul, Add and Tanh. Grad adds the nodes of the gradient; they are nodes
// like all others and can be differentiated again. Compile turns the nodes
// that are asked for into a Program, and its updates (parameter ← node) make
// forward pass, backward pass and gradient descent one program.
//
//	g := graph.New(graph.Settings{})
//	x := g.Input("x", 3)
//	y := graph.Sum(graph.Tanh(x))
//	grads, err := graph.Grad(y, x) // one node for each x
//	p, err := graph.Compile(graph.Spec{Outputs: []*graph.Node{y, grads[0]}})
//	err = p.Run(graph.Feeds{x: []float64{1, 2, 3}})
//	dx, err := p.Float64s(nil, grads[0])
//
// The methods Add, Sub, Mul, Div, MatMul, Plus, Times and T of a node write
// arithmetic from left to right. Nothing but Grad and what runs returns an
// error: the first mistake of a graph is kept until then. The packages layers,
// losses and optim make networks of nodes and train them.
//
// Data is one column per example: X is (n[0], m), W[l] is (n[l], n[l−1]) and
// b[l] is (n[l], 1).
//
// The expressions are gorgonia expression graphs (see Graph.ExprGraph), and
// gorgonia's symbolic differentiation walks them backwards.
//
// # Where things are
//
//   - graph.go, node.go, param.go: what a graph consists of; chain.go: arithmetic as
//     methods; upstream.go: what a node depends on; assign.go, substitute.go: what a
//     step changes, and other values for parameters; errors.go: the first mistake is
//     kept, with its place.
//   - op.go: what an operation is; attrs.go and slope.go belong to it, and
//     operations.go lists all. Each stands whole in one file: arithmetic.go,
//     functions.go, activations.go and compare.go are tables of element-wise
//     ones, matmul.go, transpose.go, reshape.go, broadcast.go, slice.go,
//     concat.go, reduce.go, extremum.go, softmax.go, crossentropy.go, prod.go,
//     cumsum.go and seed.go have the others; arrays.go composes some. form.go and
//     equivalents.go find the logits of probabilities, stable.go computes logarithms from
//     them, and detour.go keeps what such a logarithm or cost depends on beside them;
//     panic.go makes errors of panics in a user's functions.
//   - grad.go, walk.go: the way back, with gorgonia; byexample.go: the same in the
//     convention of course notes, for which mean.go marks means and along.go tells
//     which axes of operands go along with which of results; simplify.go: the engine of
//     the rewrite rules, which stand with their operations, and the canonical
//     form of sign and scale; derivatives.go: products with Jacobians; jacobian.go:
//     the way forward, Jacobians and Hessians; mapping.go, mappingrules.go: nodes for
//     many slices at once.
//   - compile.go, compose.go: lowering to package plan; program.go, execution.go,
//     storage.go, profile.go: running; evaluate.go: the naive evaluation, which
//     knows nothing of the lowering; require.go: what labels must be; finite.go:
//     where a run ceases to be finite; expr.go: the graph as gorgonia's.
//   - formula.go, formula_names.go, formula_step.go, script.go: nodes as formulas;
//     source.go, sourcedefs.go: what operations say of programs in other languages.
//
// It imports gorgonia and, of this module, internal/plan, internal/kernel,
// internal/term and internal/words. It knows nothing of layers, losses, rules of training, pictures
// or documents.
//
// # How to add
//
// An operation: docs/add-an-op.md. A rewrite rule: a row of the operation at the
// root of what it rewrites. Nothing outside an operation asks for its name; a
// family is recognised by AttrsOf and a single operation by its address.
package graph

// gorgonia panics at start-up on Go ≥ 1.21 without this version of the module.
import _ "go4.org/unsafe/assume-no-moving-gc"
