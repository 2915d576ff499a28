package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"chainrule/internal/toy"
	"chainrule/internal/words"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
	"github.com/spf13/cobra"
)

// Examples are what a network is trained on and judged by.
type examples struct {
	title string // what pictures call them
	about string // what the report says about them
	sets  experiment.Examples
	names []string // of the inputs
	words []string // for the classes

	// Of a file.
	shipped bool   // with the program
	reading string // what is not plain about it
}

// dataSettings returns the examples that c asks for.
func (c config) dataSettings() experiment.Data {
	if c.csv != "" {
		d := c.csvConfig.settings(c.seed)
		d.Val = c.val
		return d
	}
	d := experiment.Data{Kind: "toy", Name: c.data, Examples: c.examples, Noise: c.noise, Val: c.val, Seed: c.seed}
	if c.noise < 0 {
		d.Noise = toy.DefaultNoise(c.data)
	}
	if c.data == "spirals" {
		d.Arms, _ = strconv.Atoi(c.arms) // the flag takes nothing but 2 and 3
	}
	return d
}

// await returns the examples that c asks for; an interruption ends the wait for
// a file.
func (c config) await(cmd *cobra.Command) (examples, error) {
	if c.csv == "" {
		return c.load(nil)
	}
	read := make(chan examples, 1)
	err := interruptible(cmd, func() error {
		e, err := c.load(cmd.InOrStdin())
		read <- e
		return err
	})
	if err != nil {
		return examples{}, err
	}
	return <-read, nil
}

// load draws or reads the examples that c asks for, of standard input from in.
// Errors begin with the flag that they are about.
func (c config) load(in io.Reader) (examples, error) {
	d := c.dataSettings()
	if c.csv != "" {
		sets, from, err := c.read(d, in)
		if err != nil {
			return examples{}, c.flagError(err)
		}
		return c.describeFile(sets, from), nil
	}
	sets, err := experiment.Load(d)
	if err != nil {
		return examples{}, c.flagError(err)
	}
	return c.describePoints(sets, d.Noise), nil
}

// describePoints names the points of a toy set.
func (c config) describePoints(sets experiment.Examples, noise float64) examples {
	e := examples{title: titleOf(c.data), sets: sets, names: sets.Train.Features}
	e.about = fmt.Sprintf("%s: %s of %s", e.title, words.Count(sets.Train.Len()+sets.Val.Len(), "point"), e.classes())
	if c.data == "flower" {
		e.about = "The f" + e.about[1:]
	}
	if c.data != "flower" || noise != toy.DefaultNoise(c.data) || c.examples != defaultConfig().examples {
		e.about += fmt.Sprintf(", noise %v, and as many more held out", noise) // not for the published ones
	}
	if sets.Val != nil {
		e.about += fmt.Sprintf("; %d of them are left for validation", sets.Val.Len())
	}
	for _, name := range sets.Train.Classes {
		e.words = append(e.words, "class "+name)
	}
	return e
}

// titleOf returns the name of a toy set in a title.
func titleOf(name string) string {
	if name == "xor" {
		return "XOR"
	}
	return words.Capital(name)
}

// numbers tells targets that are numbers from classes.
func (e examples) numbers() bool { return e.sets.Train.Task() == dataset.Regress }

// classes says how many classes there are, or numbers to predict.
func (e examples) classes() string {
	if targets := e.sets.Train.Targets; e.numbers() {
		return words.Count(len(targets), "number") + " to predict, " + words.List(targets, "and")
	}
	n := len(e.sets.Train.Classes)
	if n < 5 {
		return []string{"", "one", "two", "three", "four"}[n] + " classes"
	}
	return fmt.Sprintf("%d classes", n)
}

// outputs is the number of outputs of a network: the probability of the second
// of two classes, or one probability for each.
func (e examples) outputs() int {
	if e.numbers() {
		return len(e.sets.Train.Targets)
	}
	if n := len(e.sets.Train.Classes); n > 2 {
		return n
	}
	return 1
}

// same reports whether the examples held out are those trained on, as it is
// with curves without noise.
func (e examples) same() bool {
	return e.sets.Held != nil && slices.Equal(e.sets.Train.X, e.sets.Held.X)
}
