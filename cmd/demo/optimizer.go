package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/optim/experiment"
)

// An optimizer is a kind of rule with what flags say of it.
type optimizer struct {
	kind   string
	name   string  // in sentences
	rate   float64 // the usual one; 0 of those that need none
	fields string  // of its own, as behind --optimizer, with their defaults
}

// optimizers are those of --optimizer.
var optimizers = []optimizer{
	{"gd", "gradient descent", 0.5, ""},
	{"momentum", "momentum", 0.2, "beta=0.9,nesterov=false"},
	{"adam", "Adam", 0.01, "beta1=0.9,beta2=0.999,epsilon=1e-8"},
	{"adamw", "AdamW", 0.01, "beta1=0.9,beta2=0.999,epsilon=1e-8"},
	{"rmsprop", "RMSProp", 0.01, "beta=0.99,epsilon=1e-8,momentum=0,centered=false"},
	{"adagrad", "Adagrad", 0.1, "epsilon=1e-10,decay=0"},
	{"lion", "Lion", 0.001, "beta1=0.9,beta2=0.99"},
	{"lbfgs", "L-BFGS", 0, "gradient=1e-6,memory=15"},
	{"newton", "Newton's method", 0, "gradient=1e-6"},
}

// usualDecay is the weight decay of adamw, as PyTorch has it.
const usualDecay = 0.01

func optimizerNames() (names []string) {
	for _, o := range optimizers {
		names = append(names, o.kind)
	}
	return names
}

// stepNames are the optimizers whose steps look at one batch and are part of a graph.
func stepNames() []string {
	return slices.DeleteFunc(optimizerNames(), func(kind string) bool { return experiment.Rule{Kind: kind}.FullBatch() })
}

// optimizerOf returns that of a kind, of which a file of settings may have any.
func optimizerOf(kind string) optimizer {
	if at := slices.IndexFunc(optimizers, func(o optimizer) bool { return o.kind == kind }); at >= 0 {
		return optimizers[at]
	}
	return optimizer{kind: kind, name: kind}
}

// usualRates lists the rates for the help, with what is to be said of gd's.
func usualRates(ofGD string) string {
	var all []string
	for _, o := range optimizers {
		switch {
		case o.rate == 0:
		case o.kind == "gd":
			all = append(all, fmt.Sprintf("%v for gd%s", o.rate, ofGD))
		default:
			all = append(all, fmt.Sprintf("%v for %s", o.rate, o.kind))
		}
	}
	return strings.Join(all, ", ")
}

// ownFields lists the fields of each for the help.
func ownFields() string {
	var all []string
	for _, o := range optimizers {
		if o.fields != "" {
			all = append(all, o.kind+": "+strings.ReplaceAll(o.fields, ",", ", "))
		}
	}
	return strings.Join(all, "; ")
}

// optimizerValue is a kind of rule with fields of its own, as in momentum,nesterov.
func optimizerValue(kind *string, rule *experiment.Rule) *cli.Value {
	v := cli.Choice(new(string), optimizerNames()...)
	v.Parse = func(s string) error {
		own, err := parseRule(s, optimizerNames(), "rate", "l1", "l2", "weight-decay", "clip", "clip-norm", "average")
		if err != nil {
			return err
		}
		own.L1, own.L2, own.WeightDecay = rule.L1, rule.L2, rule.WeightDecay
		own.Clip, own.ClipNorm, own.Average = rule.Clip, rule.ClipNorm, rule.Average
		*kind, *rule = own.Kind, own
		return nil
	}
	return v
}

// parseRule reads one of the kinds of rules with its fields, but for those that flags of their
// own say.
func parseRule(s string, kinds []string, flags ...string) (experiment.Rule, error) {
	name, fields, err := kindWithFields(s, kinds)
	if err != nil {
		return experiment.Rule{}, err
	}
	for _, flag := range flags {
		if _, given := fields[flag]; given {
			if flag == "rate" {
				flag = "lr"
			}
			return experiment.Rule{}, fmt.Errorf("--%s says that", flag)
		}
	}
	return experiment.NewRule(name, fields)
}

// kindWithFields takes a text such as momentum,beta=0.5,nesterov apart: of the fields
// numbers are float64, and what is true or false is bool.
func kindWithFields(s string, kinds []string) (kind string, fields map[string]any, err error) {
	kind, rest, more := strings.Cut(s, ",")
	if kind, err = cli.OneOf(kind, kinds); err != nil || !more {
		return kind, nil, err
	}
	fields = map[string]any{}
	for _, part := range strings.Split(rest, ",") {
		name, text, valued := strings.Cut(part, "=")
		var v any = true
		switch number, err := strconv.ParseFloat(text, 64); {
		case !valued && name != "":
		case text == "true" || text == "false":
			v = text == "true"
		case err == nil && name != "":
			v = number
		default:
			return "", nil, fmt.Errorf("NAME=NUMBER expected in place of %s", cli.Quoted(part))
		}
		if _, twice := fields[name]; twice {
			return "", nil, fmt.Errorf("%s is there twice", cli.Quoted(name))
		}
		fields[name] = v
	}
	return kind, fields, nil
}

// checkOptimizer reports what has no effect on a rule that looks at all examples.
func (c config) checkOptimizer(given func(flag string) bool) error {
	kind := c.withDefaults().optimizer
	if !(experiment.Rule{Kind: kind}).FullBatch() {
		return nil
	}
	for _, flag := range []string{"lr", "l1", "l2", "weight-decay", "clip", "clip-norm", "average", "schedule"} {
		if given(flag) {
			return fmt.Errorf("--%s has no effect: %s chooses the length of its steps, and takes the cost as it is", flag, kind)
		}
	}
	switch {
	case given("batch"):
		return fmt.Errorf("--batch has no effect: %s looks at all examples at every step", kind)
	case given("patience"):
		return fmt.Errorf("--patience has no effect: %s ends where the gradient does", kind)
	case given("profile"):
		return fmt.Errorf("--profile has no effect: %s has no steps that are all alike", kind)
	case c.dropout > 0 || c.norm == "batch":
		what := "--dropout"
		if c.norm == "batch" {
			what = "--norm batch"
		}
		return fmt.Errorf("%s and --optimizer %s given: that takes a cost which is the same whenever it is computed", what, kind)
	}
	return nil
}

// method says how the network is trained, such as "Adam at rate 0.01".
func (p *problem) method() string {
	text := optimizerOf(p.optimizer).name
	if p.optimizer == "momentum" && p.rule.Nesterov {
		text = "Nesterov's momentum"
	}
	if p.rate != 0 {
		text += fmt.Sprintf(" at rate %v", p.rate)
	}
	return text
}

// ending says why a rule that looks at all examples ended, "" if it was by the number of steps.
func (p *problem) ending(t training) string {
	m := t.minimum
	switch {
	case m == nil:
		return ""
	case m.Converged:
		return fmt.Sprintf("Ended since no entry of the gradient is larger than %.3g.", m.Gradient)
	case t.steps < p.total():
		return fmt.Sprintf("Ended where the largest entry of the gradient is %.3g: %s.", m.Gradient, m.Reason)
	}
	return fmt.Sprintf("The largest entry of the gradient is %.3g: more --steps may go on to a lower cost.", m.Gradient)
}

// layerList is a list of layers by their numbers, from 1.
func layerList(dst *[]int) *cli.Value {
	return &cli.Value{Kind: "LIST", Parse: func(s string) error {
		var list []int
		parts := strings.Split(s, ",")
		for i, part := range parts {
			n, err := strconv.Atoi(strings.TrimSpace(part))
			switch {
			case err != nil || n < 1:
				return fmt.Errorf("%snumbers of layers from 1 expected", cli.Entry(i, parts))
			case slices.Contains(list, n):
				return fmt.Errorf("%d is there twice", n)
			}
			list = append(list, n)
		}
		slices.Sort(list)
		*dst = list
		return nil
	}}
}
