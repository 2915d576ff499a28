// Package experiment holds an experiment as one plain value that is its own
// JSON: the network as a list of layers, cost, rule, schedule, data, seeds and
// dtype. It only says what is wanted; package optim/experiment makes networks,
// costs and trainers of it. The flags of the programs, the spec of demo grad, the
// lessons and the benchmarks all become this value.
//
// Whatever has variants is an object with a "kind", and a kind has fields of its
// own: a new one joins in the table of layer.go, cost.go, rule.go or
// schedule.go, or in the method
// kinds of its struct, without another version. Errors begin with the path in the JSON, which
// counts from 0, as in layers[1].units.
//
// Layers hand on a Flow: how many numbers an example has, and the image that they are, if they are
// one. image.go has the kinds that ask for one.
//
// It imports nothing but the standard library and the suggestion of near names.
package experiment
