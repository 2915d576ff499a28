package main

import (
	"cmp"
	"fmt"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/netspec"
	"chainrule/graph/explain"
	"chainrule/optim/experiment"
	"github.com/spf13/cobra"
)

// A programConfig is what the flags of demo explain say of a program.
type programConfig struct {
	rule  experiment.Rule // but for its rate
	rate  float64         // 0: the usual one of the rule
	steps int
}

func addProgramFlags(cmd *cobra.Command, c *programConfig) {
	*c = programConfig{rule: experiment.Rule{Kind: "gd"}, steps: 1}
	group := cli.NewGroup(cmd, "Program")
	optimizer := cli.Choice(new(string), stepNames()...)
	optimizer.Parse = func(s string) (err error) {
		c.rule, err = parseRule(s, stepNames(), "rate")
		return err
	}
	group.Add(optimizer.Or("gd"), "optimizer", fmt.Sprintf("what the update of a program is, with the fields that demo train --help lists and l1, l2, weight-decay (%v for adamw), "+
		"clip, clip-norm or average, as in momentum,nesterov,clip=1", usualDecay))
	group.Add(cli.Positive(&c.rate).Or(usualRates("")).Also("rate", "learning-rate", "alpha", "eta"), "lr", "learning rate of a program")
	group.Add(cli.Whole(&c.steps, 1, maxSteps), "steps", "number of steps that a program takes")
}

// isProgram reports whether a format is a language of programs.
func isProgram(format string) bool {
	for _, l := range explain.LanguageNames() {
		if l == format {
			return true
		}
	}
	return false
}

// conflict reports flags that have no effect on a program, or without one.
func (programConfig) conflict(format string, given func(flag string) bool) error {
	flags, reason := []string{"optimizer", "lr", "steps"}, "only a program takes steps, --format numpy, go or go-loops"
	if isProgram(format) {
		flags, reason = []string{"raw", "numbers", "check"}, "a program has its numbers, and computes the gradients after simplification"
	}
	for _, flag := range flags {
		if given(flag) {
			return fmt.Errorf("--%s has no effect: %s", flag, reason)
		}
	}
	return nil
}

// program returns the derivation as a program in the language that the format names.
func (c explainConfig) program(cmd *cobra.Command) (string, error) {
	var values *netspec.Spec
	var err error
	if c.net.from == nil {
		if values, err = c.net.values(c.seed); err != nil {
			return "", cli.Usage(cmd, "%w", err)
		}
	}
	rule := c.step.rule
	rule.Rate = cmp.Or(c.step.rate, optimizerOf(rule.Kind).rate)
	if rule.Kind == "adamw" {
		rule.WeightDecay = cmp.Or(rule.WeightDecay, usualDecay)
	}
	x, nodes, feeds, err := c.net.express(values, rule)
	if err != nil {
		return "", err
	}
	if values == nil {
		feeds = drawFeeds(nodes, *c.net.from, c.seed)
	}
	d, err := derivationSettings(c.convention).Derive(nodes.Cost, nodes.Params...)
	if err != nil {
		return "", err
	}
	d.Title, d.Intro = c.net.title(), c.net.about()
	updates, rates, err := x.Trainer().Updates(d.Gradients())
	if err != nil {
		return "", err
	}
	for n, v := range feeds {
		rates[n] = v
	}
	text, err := d.Program(explain.Program{Language: explain.Language(c.format), Feeds: rates, Updates: updates, Steps: c.step.steps})
	if err != nil {
		return "", cli.Usage(cmd, "--format %s: %w", c.format, err)
	}
	return text, nil
}
