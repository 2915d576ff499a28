package main

import (
	"fmt"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/graph/explain"
	"chainrule/optim/experiment"
	"github.com/spf13/cobra"
)

// defaultRates are the learning rates of the steps of a program.
var defaultRates = map[string]float64{"gd": 0.5, "momentum": 0.2, "adam": 0.01}

// A programConfig is what the flags of demo explain say of a program.
type programConfig struct {
	optimizer string
	rate      float64 // 0: that of the optimizer
	steps     int
}

func addProgramFlags(cmd *cobra.Command, c *programConfig) {
	*c = programConfig{optimizer: "gd", steps: 1}
	group := cli.NewGroup(cmd, "Program")
	group.Add(cli.Choice(&c.optimizer, "gd", "momentum", "adam"), "optimizer",
		"what the update of a program is: gradient descent, the same with momentum, or Adam")
	group.Add(cli.Positive(&c.rate).Or("0.5 for gd, 0.2 for momentum, 0.01 for adam").Also("rate", "learning-rate", "alpha", "eta"), "lr", "learning rate of a program")
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
	values, err := c.net.values(c.seed)
	if err != nil {
		return "", cli.Usage(cmd, "%w", err)
	}
	rule := experiment.Rule{Kind: c.step.optimizer, Rate: c.step.rate}
	if rule.Rate == 0 {
		rule.Rate = defaultRates[rule.Kind]
	}
	x, nodes, feeds, err := c.net.express(values, rule)
	if err != nil {
		return "", err
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
