// Package layers builds networks out of layers. A layer owns its parameters
// and adds its computation to any number of graphs.
//
// Data is one column per example: a layer with n inputs takes a node of shape
// (n, m) and returns one with m columns as well.
//
// Nothing here fails on the spot. A mistake made in a constructor (a size of 0,
// no name, no source of random numbers where one is needed) is kept in the
// layer and becomes the error of every graph that the layer is applied to, with
// the place where the constructor was called.
//
// A layer is a type with Apply and Params, in a file of its own beside Dense; if
// it can be written as an entry of an experiment it is a [Describer] too. An
// activation is a row of the table in activation.go, an initialiser one of
// initnames.go. The package imports graph, and internal/experiment for the
// entries; neither losses nor optim.
package layers
