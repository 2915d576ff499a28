package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/internal/files"
	"chainrule/optim/experiment"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func flagNames(cmd *cobra.Command) (names []string) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return names
}

// configOf returns the flags that say these settings. What no flag can say is left out:
// settingsDiffer finds it.
func configOf(s experiment.Settings) config {
	c := defaultConfig()
	c.seed, c.dtype = s.Seed, cmp.Or(s.Dtype, "float64")
	c.steps, c.epochs, c.batch, c.patience = s.Steps, s.Epochs, s.Batch, s.Patience
	c.optimizer, c.rate, c.rule, c.schedule, c.cost = s.Rule.Kind, s.Rule.Rate, s.Rule, s.Schedule, s.Cost
	c.initFrom = s.InitFrom
	d := s.Data
	c.val = d.Val
	if d.Kind == "csv" {
		c.csvConfig = csvConfig{csv: d.Path, label: d.Label, targets: d.Targets, ignore: d.Ignore, header: cmp.Or(d.Header, "auto"), separator: d.Separator,
			decimal: d.Decimal, missing: cmp.Or(d.Missing, "error"), task: d.Task, text: d.Text, encoding: d.Encoding, share: d.Held}
	} else {
		c.data, c.noise, c.examples = d.Name, d.Noise, cmp.Or(d.Examples, c.examples)
		if d.Arms != 0 {
			c.arms = strconv.Itoa(d.Arms)
		}
	}
	c.network(s.Layers)
	return c
}

// network takes the layers apart that config.layers puts together.
func (c *config) network(layers []experiment.Layer) {
	c.hidden, c.activation = []int{}, nil
	var dense, convs []experiment.Layer
	for _, l := range layers {
		if c.takeConv(l) {
			if l.Kind == "conv" {
				convs = append(convs, l)
			}
			continue
		}
		switch n := len(dense); l.Kind {
		case "dense":
			dense = append(dense, l)
		case "batch-norm", "layer-norm":
			c.norm = strings.TrimSuffix(l.Kind, "-norm")
		case "activation":
			if n > 0 {
				dense[n-1].Activation = l.Activation
			}
		case "dropout":
			c.dropout = l.Rate
		}
	}
	var inits []string
	for l, layer := range dense {
		if layer.Frozen {
			c.frozen = append(c.frozen, c.convWeights()+l+1)
		}
		inits = append(inits, cmp.Or(layer.Init.Kind, "glorot"))
		c.scale = cmp.Or(layer.Init.Scale, 1)
		if l < len(dense)-1 {
			c.hidden, c.activation = append(c.hidden, layer.Units), append(c.activation, layer.Activation)
		}
	}
	if len(c.activation) == 0 {
		c.activation = []string{"tanh"} // of no units
	}
	for _, l := range convs {
		if kind := cmp.Or(l.Init.Kind, "glorot"); c.initOf("relu") != kind {
			c.init = kind
		}
		c.scale = cmp.Or(l.Init.Scale, 1)
	}
	for l, layer := range dense {
		if c.initOf(layer.Activation) != inits[l] {
			c.init = inits[l]
		}
	}
}

// A difference is something that settings of a file say otherwise than flags.
type difference struct{ path, file, flags string }

// settingsDiffer returns the differences of two settings; resumed allows those that a training
// that goes on may have.
func settingsDiffer(file, flags experiment.Settings, resumed bool) []difference {
	a, b := flat(file), flat(flags)
	var all []difference
	for _, path := range slices.Sorted(maps.Keys(merge(a, b))) {
		from, to := a[path], b[path]
		if from == to || resumed && mayChange(path, from, to) {
			continue
		}
		all = append(all, difference{path, cmp.Or(from, "none"), cmp.Or(to, "none")})
	}
	return all
}

// listed writes the first of the differences.
func listed(all []difference, format func(d difference) string) string {
	const most = 6
	var texts []string
	for _, d := range all[:min(len(all), most)] {
		texts = append(texts, format(d))
	}
	if n := len(all) - most; n > 0 {
		texts = append(texts, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(texts, "; ")
}

func merge(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// mayChange reports whether a training that is resumed may have another value at a path: it
// may last longer, where steps may become epochs and the other way round, and have more or
// less patience.
func mayChange(path, from, to string) bool {
	switch path {
	case "patience":
		return true
	case "steps", "epochs":
	default:
		return false
	}
	before, _ := strconv.Atoi(from)
	now, err := strconv.Atoi(to)
	return err != nil || now >= before
}

// flat returns what settings say by its path in the JSON, defaults filled in.
func flat(s experiment.Settings) map[string]string {
	s.Version = experiment.Version
	s.Dtype = cmp.Or(s.Dtype, "float64")
	if s.Data.Kind == "csv" {
		s.Data.Header, s.Data.Missing = cmp.Or(s.Data.Header, "auto"), cmp.Or(s.Data.Missing, "error")
	} else {
		s.Data.Examples = cmp.Or(s.Data.Examples, defaultConfig().examples)
	}
	s.Layers = slices.Clone(s.Layers)
	for i, l := range s.Layers {
		if l.Kind == "dense" || l.Kind == "conv" {
			s.Layers[i].Init = experiment.Init{Kind: cmp.Or(l.Init.Kind, "glorot"), Scale: cmp.Or(l.Init.Scale, 1)}
		}
	}
	text, err := json.Marshal(s)
	if err != nil {
		return map[string]string{"": err.Error()}
	}
	var tree any
	all := map[string]string{}
	if err := json.Unmarshal(text, &tree); err == nil { // what Marshal wrote
		flatten("", tree, all)
	}
	return all
}

func flatten(path string, v any, into map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			flatten(strings.TrimPrefix(path+"."+name, "."), inner, into)
		}
	case []any:
		for i, inner := range v {
			flatten(fmt.Sprintf("%s[%d]", path, i), inner, into)
		}
	default:
		text, _ := json.Marshal(v) // as it was read
		into[path] = string(text)
	}
}

// readSettings returns the settings of --config.
func readSettings(path string) (experiment.Settings, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return experiment.Settings{}, files.Reason(err)
	}
	return experiment.Parse(text)
}

// derive sets c to what the file of --config or --resume says, changed by the flags, and
// returns the settings of the file.
func (c *config) derive(cmd *cobra.Command) (file experiment.Settings, saved *experiment.Saved, err error) {
	switch {
	case c.resume != "":
		if saved, err = experiment.OpenSaved(c.resume); err != nil {
			return file, nil, fmt.Errorf("--resume: %w", err)
		}
		file = saved.Settings
	case c.file != "":
		if file, err = readSettings(c.file); err != nil {
			return file, nil, fmt.Errorf("--config %s: %w", cli.Quoted(c.file), err)
		}
	default:
		return file, nil, nil
	}
	if c.resume != "" && file.Rule.FullBatch() {
		return file, nil, fmt.Errorf("--resume %s: a training by %s does not go on: what it knows of its steps is in no file; --init-from begins a new one with its weights",
			cli.Quoted(c.resume), file.Rule.Kind)
	}
	if file.Data.IsZero() || file.Rule.Kind == "" {
		return file, nil, fmt.Errorf("--config or --resume: the settings have no data or no rule to train by")
	}
	return file, saved, c.withFlags(cmd, configOf(file))
}

// checkDerived reports settings of a file that flags cannot say, and with --resume flags
// that change them.
func (c config) checkDerived(cmd *cobra.Command, file experiment.Settings, e examples) error {
	file.Inputs = len(e.sets.Train.Features) // which it need not say
	if c.resume != "" {
		if all := settingsDiffer(file, c.settings(e), true); len(all) > 0 {
			return fmt.Errorf("--resume %s: the training has other settings: %s; only --steps and --epochs may grow, and --patience be another", cli.Quoted(c.resume),
				listed(all, func(d difference) string {
					return fmt.Sprintf("%s %s, %s in the file", flagOf(d.path), d.flags, d.file)
				}))
		}
	} else if c.file != "" {
		plain := configOf(file)
		all := settingsDiffer(file, plain.settings(e), false)
		isKind := func(d difference) bool {
			return strings.HasPrefix(d.path, "layers[") && strings.HasSuffix(d.path, "].kind")
		}
		if slices.ContainsFunc(all, isKind) { // from which the other differences of layers follow
			all = slices.DeleteFunc(all, func(d difference) bool { return !isKind(d) })
		}
		if len(all) > 0 {
			return fmt.Errorf("--config %s: demo train has no flags for this: %s; package optim/experiment trains it, in a program of yours", cli.Quoted(c.file),
				listed(all, func(d difference) string {
					return fmt.Sprintf("%s is %s, with flags %s", d.path, d.file, d.flags)
				}))
		}
	}
	return nil
}

// flagOf returns the flag that sets what is at a path of the JSON, or the path.
func flagOf(path string) string {
	if flag := flagPaths[path]; flag != "" {
		return flag
	}
	if strings.HasPrefix(path, "schedule.") {
		return "--schedule"
	}
	if field, ok := strings.CutPrefix(path, "rule."); ok {
		return "--optimizer " + field
	}
	if strings.HasPrefix(path, "layers[") {
		switch path[strings.LastIndexByte(path, '.')+1:] {
		case "units":
			return "--hidden"
		case "activation":
			return "--activation"
		case "shape":
			return "--image"
		case "channels", "kernel":
			return "--conv"
		}
	}
	return path
}

// flagPaths are the flags by the paths that they set.
var flagPaths = map[string]string{"layers": "--freeze", "init-from": "--init-from", "rule.kind": "--optimizer", "rule.rate": "--lr", "rule.l1": "--l1", "rule.l2": "--l2", "rule.weight-decay": "--weight-decay",
	"rule.clip": "--clip", "rule.clip-norm": "--clip-norm", "rule.average": "--average", "steps": "--steps", "epochs": "--epochs", "batch": "--batch", "patience": "--patience",
	"schedule.kind": "--schedule", "data.val": "--val", "data.held": "--held", "data.path": "--csv", "data.name": "--data", "seed": "--seed",
	"data.seed": "--seed", "dtype": "--dtype", "data.examples": "--examples", "data.noise": "--noise", "data.label": "--label"}
