package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/toy"
	"chainrule/internal/words"
	"chainrule/layers"
	"github.com/spf13/cobra"
)

// newTrainCommand returns the command that trains.
func newTrainCommand() *cobra.Command {
	c := defaultConfig()
	cmd := &cobra.Command{
		Use:   "train",
		Short: "train a network on points in the plane or on a CSV file",
		Long: `Trains a network by descent on all examples at once, and then judges it by examples that it has not seen. Without flags it is the network of the notes, with one hidden layer, on the planar flower, 400 points of two classes.

Two classes end in one sigmoid output, more in a softmax. Points have a second set of the same size to judge by; of a file a part is held out, and its inputs are standardised.

It first compares the gradient that the chain rule made with the formulas written by hand and with central differences. It ends with pictures: the decision boundary if there are two inputs, the cost curve, and the graph, forward and backward, of a network that is not too deep.

Ctrl-C stops the training; what was trained so far is drawn.`,
		Example: "demo train\ndemo train --hidden 20 --activation relu\ndemo train --data spirals --arms 3 --hidden 32\n" +
			"demo train --csv iris.csv --label species --hidden 16,16",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runTrain(cmd, c)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addDataFlags(cmd, &c)
	addFileFlags(cmd, &c.csvConfig)
	addNetworkFlags(cmd, &c)
	addTrainingFlags(cmd, &c)
	output := flagGroup{cmd, "Output"}
	output.add(directoryPath(&c.out), "out", "directory for the pictures, made if it does not exist")
	output.addSwitch(&c.watch, "watch", "draw the regions of the classes and the cost in the terminal while the network trains")
	output.addSwitch(&c.profile, "profile", "show where the steps spent their time")
	output.addSwitch(&c.json, "json", "write JSON to standard output, one object a line")
	return cmd
}

func addDataFlags(cmd *cobra.Command, c *config) {
	group := flagGroup{cmd, "Data"}
	noise := func(v float64) bool { return v >= 0 && v <= maxNoise }
	group.add(choice(&c.data, toy.Names()...), "data", "points in the plane")
	group.add(whole(&c.examples, 1, maxExamples), "examples", "number of points")
	group.add(real(&c.noise, fmt.Sprintf("a number from 0 to %d", int(maxNoise)), noise).or(noises()),
		"noise", "standard deviation of what is added to the points")
	group.add(choice(&c.arms, "2", "3").as("N"), "arms", "arms of the spirals")
	group.add(whole(&c.seed, 0, 1<<32-1), "seed", "seed of the points, of what is held out and of the first weights; "+
		"the points of the flower are those published")
}

func addNetworkFlags(cmd *cobra.Command, c *config) {
	group := flagGroup{cmd, "Network"}
	group.add(unitList(&c.hidden, maxUnits, maxHidden).or("4 for the flower, 32 for spirals, 8 for a file, else 16"),
		"hidden", "units of the hidden layers, 0 for no hidden layer")
	group.add(nameList(&c.activation, layers.ActivationNames()...), "activation", "function of the hidden units, one for all layers or one for each")
	group.add(choice(&c.init, layers.InitializerNames()...).or("he before relu and its like, else glorot; normal for the flower with one hidden layer or none"),
		"init", "how the first weights are drawn, by NumPy's generator")
	group.add(positive(&c.scale).or("0.01 for normal and uniform, else 1"), "init-scale", "factor of the first weights")
	group.add(choice(&c.dtype, "float64", "float32"), "dtype", "type of all numbers")
}

func addTrainingFlags(cmd *cobra.Command, c *config) {
	group := flagGroup{cmd, "Training"}
	group.add(choice(&c.optimizer, "gd", "momentum", "adam").or("gd for the flower, else adam"),
		"optimizer", "gradient descent, the same with momentum, or Adam")
	group.add(positive(&c.rate).or("0.5 for gd, but 1.2 for the flower; 0.2 for momentum, 0.01 for adam"), "lr", "learning rate")
	group.add(whole(&c.steps, 0, maxSteps).or("10000 for the flower, 300 for a file, else 1000"), "steps", "number of updates")
}

// noises lists the noise of the toy sets.
func noises() string {
	var all []string
	for _, name := range toy.Names() {
		all = append(all, fmt.Sprintf("%v for %s", toy.DefaultNoise(name), name))
	}
	return strings.Join(all, ", ")
}

// runTrain is demo train.
func runTrain(cmd *cobra.Command, c config) error {
	given := func(flag string) bool { return cmd.Flags().Changed(flag) }
	if err := c.check(given); err != nil {
		return usage(cmd, "%w", err)
	}
	if columns, rows := terminal.Screen(cmd.OutOrStdout()); c.watch && (columns < terminal.LeastColumns || rows < terminal.LeastRows) {
		return usage(cmd, "--watch needs a terminal of at least %d columns and %d rows", terminal.LeastColumns, terminal.LeastRows)
	}
	e, err := c.await(cmd)
	if err != nil {
		return mistake(cmd, err)
	}
	if err := checkWeights(c.sizes(e)); err != nil {
		return usage(cmd, "--hidden %s: %w", cmp.Or(words.Join(c.withDefaults().hidden, ","), "0"), err)
	}
	dir, err := openDirectory(c.out, pictureNames()...)
	if err != nil {
		return usage(cmd, "--out %s: %w", quoted(c.out), err)
	}
	defer dir.removeIfEmpty()
	out := terminal.NewWriter(cmd.OutOrStdout())
	var r reporter = newTextReport(out, cmd.ErrOrStderr())
	if c.json {
		r = newJSONReport(out)
	}
	p, err := newProblem(c, e)
	if err != nil {
		return err
	}
	err = trainAndDraw(cmd.Context(), p, dir, r)
	if err == nil || errors.Is(err, errInterrupted) {
		err = cmp.Or(out.Err, err)
	}
	return err
}

// trainAndDraw does the work of demo train and reports it to r.
func trainAndDraw(ctx context.Context, p *problem, dir *directory, r reporter) error {
	r.start(p)
	check, err := p.checkGradients()
	if err != nil {
		return err
	}
	r.gradients(check)
	if err := check.wrong(); err != nil {
		return err
	}
	var costs curve
	trained, err := p.fit(ctx, func(step int, cost float64) {
		costs.add(step, cost)
		r.progress(step, cost)
	})
	if err != nil {
		return err
	}
	without := p.omissions(trained, dir)
	pictures, err := p.pictures(trained, &costs, without)
	if err != nil {
		return err
	}
	files, err := dir.write(pictures)
	if err != nil {
		return err
	}
	r.result(trained, files, without)
	switch {
	case trained.diverged:
		return p.divergence(trained, dir, files)
	case trained.interrupted:
		return errInterrupted
	}
	return nil
}
