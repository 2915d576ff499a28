package main

import (
	"cmp"
	"context"
	"errors"

	"github.com/spf13/cobra"
)

// A config is what the flags of demo train say.
type config struct {
	hidden     int
	activation string
	rate       float64 // 0: that of the optimizer
	steps      int
	seed       uint32
	dtype      string
	optimizer  string
	out        string
	json       bool
}

// defaultConfig is the published network and training.
func defaultConfig() config {
	return config{hidden: 4, activation: "tanh", steps: 10000, seed: 2,
		dtype: "float64", optimizer: "gd", out: "out"}
}

// The rates of the optimizers, if none is given.
const (
	descentRate = 1.2
	adamRate    = 0.001 // that of optim.Adam
)

const (
	maxHidden = 10_000 // beyond that memory is short
	maxSteps  = 1_000_000_000
)

// newTrainCommand returns the command that trains.
func newTrainCommand() *cobra.Command {
	c := defaultConfig()
	cmd := &cobra.Command{
		Use:   "train",
		Short: "train the two-layer network of the notes on the flower",
		Long: `Trains a network with one hidden layer on the planar flower, 400 points of two classes, by descent on all of them at once.

It first compares the gradient that the chain rule made with the formulas written by hand and with central differences. It ends with three pictures: the decision boundary, the cost curve and the graph, forward and backward.

Ctrl-C stops the training; what was trained so far is drawn.`,
		Example: "demo train\ndemo train --hidden 20 --activation relu",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runTrain(cmd, c)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	network := flagGroup{cmd, "Network"}
	network.add(whole(&c.hidden, 1, maxHidden), "hidden", "number of hidden units")
	network.add(choice(&c.activation, "tanh", "sigmoid", "relu"), "activation", "function of the hidden units")
	network.add(whole(&c.seed, 0, 1<<32-1), "seed", "seed of the first weights, 0.01 times NumPy's randn")
	network.add(choice(&c.dtype, "float64", "float32"), "dtype", "type of all numbers")

	training := flagGroup{cmd, "Training"}
	training.add(choice(&c.optimizer, "gd", "adam"), "optimizer", "gradient descent or Adam")
	training.add(positive(&c.rate, "1.2 for gd, 0.001 for adam"), "lr", "learning rate")
	training.add(whole(&c.steps, 0, maxSteps), "steps", "number of updates")

	output := flagGroup{cmd, "Output"}
	output.add(path(&c.out), "out", "directory for the pictures, made if it does not exist")
	output.addSwitch(&c.json, "json", "write JSON to standard output, one object a line")
	return cmd
}

// runTrain is demo train.
func runTrain(cmd *cobra.Command, c config) error {
	dir, err := openDirectory(c.out, pictureNames()...)
	if err != nil {
		return usage(cmd, "--out %s: %w", quoted(c.out), err)
	}
	defer dir.removeIfEmpty()
	out := &output{w: cmd.OutOrStdout()}
	var r reporter = newTextReport(out, cmd.ErrOrStderr())
	if c.json {
		r = newJSONReport(out)
	}
	err = trainAndDraw(cmd.Context(), c, dir, r)
	if err == nil || errors.Is(err, errInterrupted) {
		err = cmp.Or(out.failure(), err)
	}
	return err
}

// trainAndDraw does the work of demo train and reports it to r.
func trainAndDraw(ctx context.Context, c config, dir *directory, r reporter) error {
	p, err := newProblem(c)
	if err != nil {
		return err
	}
	r.start(p)
	check, err := p.checkGradients()
	if err != nil {
		return err
	}
	r.gradients(check)
	if err := wrongGradients(check); err != nil {
		return err
	}
	var costs curve
	trained, err := p.train(ctx, func(step int, cost float64) {
		costs.add(step, cost)
		r.progress(step, cost)
	})
	if err != nil {
		return err
	}
	pictures, err := p.pictures(trained, &costs)
	if err != nil {
		return err
	}
	files, err := dir.write(pictures)
	if err != nil {
		return err
	}
	r.result(trained, files)
	switch {
	case trained.diverged:
		return p.divergence(trained, dir, files)
	case trained.interrupted:
		return errInterrupted
	}
	return nil
}
