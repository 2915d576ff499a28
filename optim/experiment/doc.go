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
// [Experiment.Fit] trains it to the end, [Experiment.Training] is the same as an optim.Fit
// for who wants to watch. [Experiment.Save] writes the model that layers/predict reads, and
// where the training is; [Open] goes on from there.
//
// Sets stay in their own units. Where inputs are scaled, and targets that are numbers, this
// is done on the way into the network and undone on the way out: see [Experiment.Scaled]. A
// model that is saved has layers for it.
//
// Files: data.go and scale.go are about the examples, training.go, score.go, predict.go
// and save.go about what is done with a network; nodes.go and rules.go build.
//
// It imports layers, losses, losses/metrics, optim, optim/dataset and optim/fullbatch, which do
// not know it, internal/experiment, internal/schema, toy and numpyrand, and internal/modelfile,
// safetensors and files, with which files are written.
//
// A new kind of layer, rule, schedule or cost is its fields and a row of layer.go,
// rule.go, schedule.go or cost.go in internal/experiment, what it does in layers (with
// Describe), optim or losses, and a row of builders in layers, or of ruleBuilders,
// scheduleBuilders or costBuilders here.
package experiment
