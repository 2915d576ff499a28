// Package experiment makes networks, costs, rules and trainers of an experiment
// that is written as JSON, or as the same plain struct: for those who want to
// train a network without building a graph.
//
//	{"version": 1,
//	 "layers": [{"kind": "dense", "units": 4, "activation": "tanh"},
//	            {"kind": "dense", "units": 1, "activation": "sigmoid"}],
//	 "cost": {"kind": "cross-entropy"},
//	 "rule": {"kind": "gd", "rate": 1.2},
//	 "data": {"kind": "toy", "name": "flower"},
//	 "steps": 10000, "seed": 2}
//
// [Read] and [New] make an [Experiment] of it, which has the network as a layer,
// the cost, the rule and the data for an optim.Trainer, the schedule of its rate, and
// predictions and scores. A mistake is an [Error] with the path in the JSON.
//
// It imports layers, losses, optim and optim/dataset, which do not know it.
//
// A new kind of layer, rule, schedule or cost is its fields and a row of layer.go,
// rule.go, schedule.go or cost.go in internal/experiment, what it does in layers (with
// Describe), optim or losses, and a row of builders in layers, or of ruleBuilders,
// scheduleBuilders or costBuilders here.
package experiment
