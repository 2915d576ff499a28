// Package predict computes what a trained network says of examples, and is all that a
// program needs for it: it reads the file of a model and knows nothing of graphs and
// training.
//
// Data are example by example, as rows of a table: the inputs of the first example, then
// those of the second, and so are the outputs. (Graphs have a column per example.) An image is
// channel by channel, each row by row.
//
// # Bits
//
// The outputs for an example are the same bits whatever other examples are given with it
// and wherever it stands among them: every sum goes along the example, in an order that
// the layer alone decides (kernel.Product says which). They come near those of a graph of
// the same network, where sums go in another order, and not to the last bit. The dtype is
// the model's, whatever is given and taken.
//
// # Where things are
//
//   - model.go: Model, and what it says of itself; predict.go: examples in blocks;
//     classes.go and table.go: what outputs say, and examples as texts.
//   - network.go: a network as a list of steps over a few buffers; dense.go,
//     conv.go, pool.go, steps.go, recurrent.go, attention.go, activation.go, norm.go and
//     join.go: the steps of each kind of layer.
//
// It imports internal/kernel, internal/modelfile and what that stands on (experiment,
// schema, safetensors), and the standard library. A kind of layer is a row of makers.
package predict
