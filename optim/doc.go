// Package optim trains parameters. A [Trainer] compiles a cost, its gradient and
// a rule's update into one program per batch size; Step runs it, Evaluate runs
// the cost alone. A [Fit] steps through epochs of batches, measures after each, and
// ends when nothing gets better; its [History] is a table, and written as CSV or for
// TensorBoard.
//
// The rules are [GradientDescent], [Momentum], [Adam], [AdamW], [RMSProp], [Adagrad]
// and [Lion]. [Clip], [Decay], [PerParameter] and [Average] are rules around another,
// which see the gradients before it, or its step after it. Rates go on by a
// [Schedule], and a [RangeTest] finds one to begin with. [Flatten] sees parameters as
// one list of numbers; methods that work on it are in optim/fullbatch. [Together] trains many
// small networks of one shape by one program.
//
// Another rule is a type with one method, Apply, that writes a step as graph nodes; it
// stands in a file of its own beside theirs, with its formula, the formula's source
// and its defaults in the comment, and momentum.go is one to start from. A field in
// which 0 means its default is one in which 0 itself means nothing, or another rule.
// What it keeps from step to step it asks of the [Update]: State and Scalar for
// numbers, Rate for what SetRate changes. All of that is the Trainer's, shared by all
// batch sizes and reported by Trainer.State and Trainer.Rates.
//
// What a layer keeps (running means, the seed of a dropout) is the layer's: its
// graph assigns it by graph.Graph.Assign, and the Trainer makes that part of the
// step.
//
// The package imports graph, and internal/modelfile and safetensors for checkpoints, and
// neither layers nor losses: a cost is any function that builds a scalar. Data sets and batches are in optim/dataset.
package optim
