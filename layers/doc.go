// Package layers builds networks out of layers. A layer owns its parameters
// and adds its computation to any number of graphs.
//
// Data is one column per example: a layer with n inputs takes a node of shape
// (n, m) and returns one with m columns as well. Images are (C, H, W, m), and columns again behind
// [Flatten] or [GlobalAvgPool].
//
// A sequence is of shape (T, n, m): T steps, of which each is such a matrix. [Dense], activations, [Dropout]
// and [LayerNorm] take each step by itself; layers that are [Masked] know that examples may be
// shorter.
//
// A graph built for training (graph.Settings.Training) and one for evaluation get the same
// nodes of a layer but for two: [Dropout] acts in training only, and [BatchNorm] takes means
// of the batch in training and those that it keeps in evaluation. Both assign what they keep,
// so a step's program has the graph's Assignments among its updates, as an optim.Trainer's has.
//
// Nothing here fails on the spot. A mistake made in a constructor (a size of 0,
// no name, no source of random numbers where one is needed) is kept in the
// layer and becomes the error of every graph that the layer is applied to, with
// the place where the constructor was called.
//
// # A layer of one's own
//
// It is a type with Apply and Params, and need not stand here. Whether it is in
// training, graph.Graph.IsTraining tells; what it keeps from step to step (a
// running mean, the seed of a dropout) is a parameter that it gives to
// graph.Graph.Assign, leaves out of Params and lists as [Stateful]. For formulas and pictures it may say
// what its parameters are: Letter and Layer of graph.Param, and graph.Node.MarkZ.
// See the examples of [Layer].
//
// # Where things are
//
//   - layer.go: Layer; dense.go, activation.go, dropout.go, batchnorm.go, layernorm.go,
//     standardize.go: the layers, of which rows.go helps those with a number for each
//     feature; image.go, conv2d.go: those of images;
//     sequential.go, residual.go, parallel.go: layers of layers; mlp.go and
//     twolayer.go: the networks.
//   - masked.go: sequences and their lengths; steps.go, positions.go, attention.go, transformer.go:
//     layers for them; embedding.go: columns in place of integers; recurrent.go: what those of rnn.go, gru.go and lstm.go share;
//     describesequences.go, buildsequences.go: these layers as settings and back.
//   - initializer.go and weights.go: first weights; byname.go and initnames.go:
//     names of activations and initialisers; describe.go, describekinds.go, describeimages.go: a network
//     as settings; build.go, buildimages.go: a network from settings; naming.go: what both call layers
//     without a name; substitute.go: a network with other parameters; state.go: what layers
//     keep besides their parameters; summary.go: a network as a table.
//   - model.go, save.go and load.go: a network as a file; package predict: one that only
//     predicts.
//
// The package imports graph, internal/experiment for Describe and Build,
// internal/modelfile, schema, safetensors, npz and files and layers/predict for models, and
// internal/nearest for names; it knows nothing of costs and training. A new
// layer is a file of its own; one that an experiment can name implements
// [Describer], and is a row of builders, of slotsOf in internal/modelfile and of makers in
// layers/predict.
package layers
