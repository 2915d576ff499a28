package main

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/internal/words"
	"chainrule/optim/experiment"
	"github.com/spf13/cobra"
)

// A fitConfig is what flags say about a training besides its rate and steps.
type fitConfig struct {
	batch    int // examples of a step, 0 for all
	epochs   int // 0: steps say how long it lasts
	val      float64
	patience int
	schedule experiment.Schedule
	cost     experiment.Cost // of a --config; without a kind it is that of the task
	rule     experiment.Rule // but for its kind and rate
	frozen   []int           // layers, from 1
	initFrom string          // file of the first weights, "" for none
	dropout  float64
	norm     string // "", batch or layer
	folds    int

	save   string // file, "" for none
	every  int    // epochs after which it is written; 0 for a tenth of all
	resume string // file to go on from
	file   string // of settings
}

func addFitFlags(cmd *cobra.Command, c *fitConfig) {
	group := cli.NewGroup(cmd, "Training")
	below1 := func(v float64) bool { return v >= 0 && v < 1 }
	group.Add(cli.Whole(&c.epochs, 1, maxSteps).Or("as --steps says"), "epochs", "how often each example is seen, in place of --steps")
	group.Add(cli.Whole(&c.batch, 1, maxExamples).Or("all").Also("batch-size"), "batch", "examples of a step, in a new random order in every epoch")
	group.Add(scheduleOf(&c.schedule).Or("constant"), "schedule", "how the learning rate goes on: "+words.List(experiment.ScheduleKinds(), "or")+
		", with numbers of its own, as in step,every=100,ratio=0.5 or cosine,warmup=50. These are, with their defaults, of "+scheduleFields())
	group.Add(cli.Real(&c.dropout, "a number from 0 to below 1", below1), "dropout", "probability by which each hidden output is dropped in a step")
	group.Add(cli.Choice(&c.norm, "batch", "layer").Or("none"), "norm", "normalise hidden units before their function, over the batch or over the layer")
	group.Add(cli.Positive(&c.rule.L1).Or("0"), "l1", "penalty of the weights: the gradient of L1 times the sum of their magnitudes is added")
	group.Add(cli.Positive(&c.rule.L2).Or("0"), "l2", "the same with half the sum of their squares")
	group.Add(cli.Positive(&c.rule.WeightDecay).Or(fmt.Sprintf("0, but %v for adamw", usualDecay)), "weight-decay", "part by which a step shrinks the weights, times the rate, beside what the optimizer does")
	group.Add(cli.Positive(&c.rule.Clip).Or("none"), "clip", "largest magnitude of an entry of the gradients")
	group.Add(cli.Positive(&c.rule.ClipNorm).Or("none"), "clip-norm", "largest norm of all gradients together")
	group.Add(cli.Real(&c.rule.Average, "a number from 0 to below 1", below1).Or("none").Also("ema"), "average",
		"decay of running means of the weights, such as 0.99, which become the network in place of the last weights")
	group.Add(cli.Real(&c.val, "a number from 0 to below 1", below1).Also("validation"), "val", "share of the examples, but for those that --held leaves out, that is left for validation after every epoch")
	group.Add(cli.Whole(&c.patience, 1, maxSteps).Or("none").Also("early-stopping"), "patience",
		"epochs in a row that are no better than the best before, by validation if there is some, after which the training ends and goes back to the best")
	group.Add(cli.Whole(&c.folds, 2, maxFolds).Or("none").Also("cv"), "folds", "train as often before, on all but one of so many parts, and judge by that part")
}

// schedules are the fields of the kinds of --schedule, with their defaults; those without
// one have to be given.
var schedules = []struct{ kind, fields string }{
	{"step", "every,ratio=0.1"},
	{"exponential", "ratio,every=1"},
	{"cosine", "least=0"},
	{"one-cycle", "rise=0.3,div=25,final-div=10000"},
	{"plateau", "ratio=0.1,patience=11,threshold=0,least=0,rest=0"},
}

// scheduleFields lists them for the help.
func scheduleFields() string {
	text := ""
	for _, s := range schedules {
		text += s.kind + ": " + strings.ReplaceAll(s.fields, ",", ", ") + "; "
	}
	return text + "cosine and one-cycle: steps, of all that are left; all: warmup=0"
}

func addModelFlags(cmd *cobra.Command, c *fitConfig) {
	group := cli.NewGroup(cmd, "Model")
	group.Add(cli.File(&c.save, "safetensors", "the name of a file").Or("none").Also("model"), "save",
		fmt.Sprintf("file for the model, written also while it trains and on Ctrl-C; .safetensors can be resumed, .npz has the parameters for NumPy, .json is the spec that demo grad takes, with %d of the examples at most, and is written in the end", specExamples))
	group.Add(cli.Whole(&c.every, 1, maxSteps).Or("a tenth of all"), "save-every", "epochs after which the file of --save is written")
	group.Add(cli.File(&c.resume, "safetensors", "the name of a file").Or("none"), "resume",
		"file of --save to go on from, with its settings, and maybe more --steps or --epochs or another --patience; it is written again unless --save names another")
	group.Add(cli.File(&c.initFrom, "safetensors", "the name of a file").Or("none").Also("weights", "pretrained"), "init-from",
		"file of the first weights, for --freeze or a training on other data: a model, with how it scales its inputs, or an .npz archive of arrays called as the parameters are")
	group.Add(cli.File(&c.file, "json", "the name of a JSON file").Or("none"), "config", "settings of a run, as "+runName+" in the directory of --out repeats them, but for --save and --folds; flags change them")
}

// maxFolds is how many parts the examples are dealt into.
const maxFolds = 100

// scheduleOf is a kind of schedule with its numbers.
func scheduleOf(dst *experiment.Schedule) *cli.Value {
	v := cli.Choice(new(string), experiment.ScheduleKinds()...)
	v.Kind, v.Names = "NAME", nil
	v.Parse = func(s string) error {
		kind, fields, err := kindWithFields(s, experiment.ScheduleKinds())
		if err != nil {
			return err
		}
		numbers := map[string]float64{}
		for name, v := range fields {
			number, ok := v.(float64)
			if !ok {
				return fmt.Errorf("NAME=NUMBER expected in place of %s", name)
			}
			numbers[name] = number
		}
		schedule, err := experiment.NewSchedule(kind, numbers)
		if err == nil {
			*dst = schedule
		}
		return err
	}
	return v
}

// checkFit reports what cannot be together.
func (c config) checkFit(given func(flag string) bool) error {
	switch {
	case given("steps") && given("epochs"):
		return errors.New("--epochs and --steps given, one of them expected")
	case c.resume != "" && c.file != "":
		return errors.New("--config has no effect: the settings are those of the file of --resume")
	case c.resume != "" && given("init-from"):
		return errors.New("--init-from has no effect: the weights are those of the file of --resume")
	case c.initFrom != "" && (given("init") || given("init-scale")):
		return errors.New("--init and --init-scale have no effect: the first weights are those of the file of --init-from")
	case c.resume != "" && c.folds > 0:
		return errors.New("--folds has no effect: the training of --resume has begun")
	case c.resume != "" && strings.ToLower(filepath.Ext(c.resume)) != ".safetensors":
		return fmt.Errorf("--resume %s: a file that ends in .safetensors expected", cli.Quoted(c.resume))
	case c.save != "":
		if err := experiment.CheckEnding(c.save); err != nil && !isSpec(c.save) {
			return fmt.Errorf("--save %s: a file that ends in .safetensors, .npz or .json expected", cli.Quoted(c.save))
		}
	}
	return nil
}

// layers returns the network, of which dense layers have these units and functions.
func (c config) layers(dense []experiment.Layer) []experiment.Layer {
	var all []experiment.Layer
	for l, layer := range dense {
		layer.Frozen = slices.Contains(c.frozen, c.convWeights()+l+1)
		hidden := l < len(dense)-1
		if hidden && c.norm != "" {
			function := experiment.Layer{Kind: "activation", Activation: layer.Activation}
			layer.Activation = ""
			all = append(all, layer, experiment.Layer{Kind: c.norm + "-norm", Frozen: layer.Frozen}, function)
		} else {
			all = append(all, layer)
		}
		if hidden && c.dropout > 0 {
			all = append(all, experiment.Layer{Kind: "dropout", Rate: c.dropout})
		}
	}
	return all
}

// perEpoch is how many steps an epoch takes.
func (c config) perEpoch(examples int) int {
	if c.batch == 0 {
		return 1
	}
	return (examples + c.batch - 1) / c.batch
}

// total is how many steps the training takes if nothing ends it.
func (p *problem) total() int {
	if p.epochs > 0 {
		return p.epochs * p.perEpoch(p.Train.Len())
	}
	return p.steps
}

// byEpoch tells a training that is told of by epochs from one by steps.
func (c config) byEpoch() bool {
	return c.batch > 0 || c.val > 0 || c.patience > 0 || c.epochs > 0 || c.schedule.Kind == "plateau"
}

// saveEvery is after how many epochs the file of --save is written.
func (p *problem) saveEvery() int {
	if p.every > 0 {
		return p.every
	}
	epochs := p.epochs
	if epochs == 0 {
		epochs = p.steps / p.perEpoch(p.Train.Len())
	}
	return max((epochs+9)/10, 1)
}

// target is the file that the model is written to, "" for none.
func (c config) target() string {
	if c.save == "" {
		return c.resume
	}
	return c.save
}

// withFlags returns a config that a file says, changed by the flags of cmd that were
// given.
func (c *config) withFlags(cmd *cobra.Command, base config) error {
	texts := map[string]string{}
	for _, name := range fitFlags(cmd) {
		if f := cmd.Flags().Lookup(name); f.Changed {
			texts[name] = f.Value.String()
		}
	}
	base.save, base.every, base.resume, base.file, base.folds = c.save, c.every, c.resume, c.file, c.folds
	base.out, base.watch, base.speed, base.json, base.profile, base.findRate = c.out, c.watch, c.speed, c.json, c.profile, c.findRate
	if cmd.Flags().Changed("steps") {
		base.epochs = 0
	}
	if cmd.Flags().Changed("epochs") {
		base.steps = -1
	}
	*c = base // which the flags point to
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if err := cmd.Flags().Lookup(name).Value.Set(texts[name]); err != nil {
			return err
		}
	}
	return nil
}

// fitFlags are the flags that say what an experiment is, and not what becomes of it.
func fitFlags(cmd *cobra.Command) []string {
	var names []string
	for _, name := range flagNames(cmd) {
		if !slices.Contains([]string{"help", "save", "save-every", "resume", "config", "folds", "find-rate", "out", "watch", "speed", "json", "profile"}, name) {
			names = append(names, name)
		}
	}
	return names
}
