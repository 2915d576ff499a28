package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"chainrule/cmd/demo/internal/cli"
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
		Long: `Trains a network by descent on all examples at once, or on batches of them, and then judges it by examples that it has not seen. Without flags it is the network of the notes, with one hidden layer, on the planar flower, 400 points of two classes.

Two classes end in one sigmoid output, more in a softmax, numbers to predict in outputs as they are. Points have a second set of the same size to judge by; of a file a part is held out, and its inputs are standardised.

It first compares the gradient that the chain rule made with the formulas written by hand and with central differences. It ends with pictures: the decision boundary if there are two inputs, what is predicted against what is true for numbers, the cost curve, and the graph, forward and backward, of a network that is not too deep.

Ctrl-C stops the training; what was trained so far is drawn, and written with --save, from which --resume goes on.`,
		Example: "demo train\ndemo train --hidden 20 --activation relu\ndemo train --data spirals --arms 3 --hidden 32\n" +
			"demo train --csv iris.csv --label species --hidden 16,16\n" +
			"demo train --csv diabetes --val 0.2 --patience 20 --save m.safetensors\n" +
			"demo train --csv wine --batch 16 --find-rate\n" +
			"demo train --csv digits --conv 16,max,32,max --batch 32 --epochs 30\n" +
			"demo train --resume m.safetensors --steps 600",
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runTrain(cmd, &c)
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addDataFlags(cmd, &c)
	addFileFlags(cmd, &c.csvConfig)
	addNetworkFlags(cmd, &c)
	addTrainingFlags(cmd, &c)
	addFitFlags(cmd, &c.fitConfig)
	addModelFlags(cmd, &c.fitConfig)
	output := cli.NewGroup(cmd, "Output")
	output.Add(cli.Directory(&c.out), "out", "directory for the pictures, made if it does not exist")
	output.Switch(&c.findRate, "find-rate", "in place of the training take 100 steps at rates from 1e-7 to 10, draw the cost against the rate in "+ratesName+", and suggest one for --lr")
	output.Switch(&c.watch, "watch", "draw the regions of the classes and the cost on the whole terminal while the network trains; "+
		"Space pauses, s makes one step, + and - change the speed, q ends the training and keeps what it came to")
	output.Add(cli.Positive(&c.speed).Or("what makes the training last 8 seconds").Also("fps"), "speed", "steps a second that --watch shows, at most")
	output.Switch(&c.profile, "profile", "show where the steps spent their time")
	output.Switch(&c.json, "json", "write JSON to standard output, one object a line")
	return cmd
}

func addDataFlags(cmd *cobra.Command, c *config) {
	group := cli.NewGroup(cmd, "Data")
	noise := func(v float64) bool { return v >= 0 && v <= maxNoise }
	group.Add(cli.Choice(&c.data, toy.Names()...).Also("dataset", "set"), "data", "points in the plane")
	group.Add(cli.Integer(&c.examples).Also("n", "m", "samples", "points"), "examples", "number of points")
	group.Add(cli.Real(&c.noise, fmt.Sprintf("a number from 0 to %d", int(maxNoise)), noise).Or(noises()),
		"noise", "standard deviation of what is added to the points")
	group.Add(cli.Choice(&c.arms, "2", "3").As("N"), "arms", "arms of the spirals")
	group.Add(cli.Whole(&c.seed, 0, 1<<32-1), "seed", "seed of the points, of what is held out and of the first weights; "+
		"the points of the flower are those of "+toy.FlowerOrigin)
}

func addNetworkFlags(cmd *cobra.Command, c *config) {
	group := cli.NewGroup(cmd, "Network")
	group.Add(cli.Units(&c.hidden, maxUnits, maxHidden).Or("4 for the flower, 32 for spirals, 8 for a file, 0 with --conv, else 16").Also("units", "layers", "hidden-units", "hidden-layers"),
		"hidden", "units of the hidden layers, 0 for no hidden layer")
	addConvFlags(group, &c.convConfig)
	group.Add(cli.NameList(&c.activation, layers.ActivationNames()...), "activation", "function of the hidden units, one for all layers or one for each")
	group.Add(cli.Choice(&c.init, layers.InitializerNames()...).Or("he before relu and its like, else glorot; normal for the flower with one hidden layer or none"),
		"init", "how the first weights are drawn, by NumPy's generator: glorot takes their size from the inputs and outputs of a layer, he and lecun from its inputs")
	group.Add(cli.Positive(&c.scale).Or("0.01 for normal and uniform, else 1"), "init-scale", "factor of the first weights")
	group.Add(layerList(&c.frozen).Or("none"), "freeze", "layers with weights, by their numbers from 1, whose weights stay as they are, with those of --norm")
	group.Add(cli.Choice(&c.dtype, "float64", "float32"), "dtype", "type of all numbers")
}

func addTrainingFlags(cmd *cobra.Command, c *config) {
	group := cli.NewGroup(cmd, "Training")
	group.Add(optimizerValue(&c.optimizer, &c.rule).Or("gd for the flower, else adam"), "optimizer",
		"gradient descent, rules after it, or lbfgs and newton, which look at all examples and choose the length of their steps (newton takes a Hessian-vector product for each weight at every step, which is slow beyond some hundred weights); with fields of its own, as in momentum,nesterov,beta=0.95. These are, with their defaults, of "+ownFields())
	group.Add(cli.Positive(&c.rate).Or(usualRates(", but 1.2 for the flower")+"; none for lbfgs and newton").Also("rate", "learning-rate", "alpha", "eta"), "lr", "learning rate")
	group.Add(cli.Whole(&c.steps, 0, maxSteps).Or("10000 for the flower, 300 for a file, else 1000").Also("iterations", "iters", "updates"), "steps", "number of updates")
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
func runTrain(cmd *cobra.Command, c *config) error {
	given := func(flag string) bool { return cmd.Flags().Changed(flag) }
	file, saved, err := c.derive(cmd)
	if err != nil {
		return cli.Usage(cmd, "%w", err)
	}
	if err := c.check(given); err != nil {
		return cli.Usage(cmd, "%w", err)
	}
	if err := terminal.CheckRoom(cmd.OutOrStdout()); c.watch && err != nil {
		return cli.Usage(cmd, "--watch: %w", err)
	}
	e, err := c.await(cmd)
	if err != nil {
		return cli.Mistake(cmd, err)
	}
	if err := c.checkDerived(cmd, file, e); err != nil {
		return cli.Usage(cmd, "%w", err)
	}
	if err := checkWeights(c.sizes(e)); err != nil {
		return cli.Usage(cmd, "--hidden %s: %w", cmp.Or(words.Join(c.withDefaults().hidden, ","), "0"), err)
	}
	names := append(pictureNames(), predictedName)
	for k := range c.targets {
		names = append(names, predictedNameOf(k, len(c.targets)))
	}
	if c.findRate {
		names = []string{ratesName}
	}
	dir, err := openDirectory(c.out, names...)
	if err != nil {
		return cli.Usage(cmd, "--out %s: %w", cli.Quoted(c.out), err)
	}
	defer dir.removeIfEmpty()
	if target := c.target(); target != "" {
		to, err := openDirectory(filepath.Dir(target), filepath.Base(target))
		if err != nil {
			return cli.Usage(cmd, "--save %s: %w", cli.Quoted(target), err)
		}
		defer to.removeIfEmpty()
	}
	out := terminal.NewWriter(cmd.OutOrStdout())
	ctx, end := context.WithCancelCause(cmd.Context())
	defer end(nil)
	var r reporter = newTextReport(out, cmd.ErrOrStderr())
	switch {
	case c.json:
		r = newJSONReport(out)
	case c.watch:
		r = newWatch(out, cmd.InOrStdin(), end)
	}
	p, err := newProblem(*c, e, saved)
	if err != nil {
		return cli.Mistake(cmd, c.flagError(err))
	}
	if c.findRate {
		return interrupted(cmd, p.findRate(ctx, dir, out))
	}
	err = trainAndDraw(ctx, p, dir, r)
	if errors.Is(err, errFolds) {
		fmt.Fprintf(cmd.ErrOrStderr(), "demo: %v\n", err)
	}
	if err == nil || errors.Is(err, cli.ErrInterrupted) {
		err = cmp.Or(out.Err, err)
	}
	return err
}

// trainAndDraw does the work of demo train and reports it to r.
func trainAndDraw(ctx context.Context, p *problem, dir *directory, r reporter) error {
	defer r.trained() // after a panic too
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
	folds, err := p.foldScores(ctx, r.fold)
	if err != nil {
		return err
	}
	r.training()
	trained, err := p.fit(ctx, func(step int, cost float64) {
		costs.add(step, cost)
		r.progress(ctx, step, cost)
	}, r.record)
	trained.folds = folds
	r.trained()
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
	case trained.interrupted && !errors.Is(context.Cause(ctx), errEnded):
		return cli.ErrInterrupted
	}
	return nil
}
