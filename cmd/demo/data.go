package main

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/toy"
	"chainrule/internal/words"
	"chainrule/optim/experiment"
)

// Examples are what a network is trained on and judged by.
type examples struct {
	title string // what pictures call them
	about string // what the report says about them
	sets  experiment.Examples
	names []string // of the inputs
	words []string // for the classes
}

// dataSettings returns the examples that c asks for.
func (c config) dataSettings() experiment.Data {
	if c.csv != "" {
		return experiment.Data{Kind: "csv", Path: c.csv, Label: c.label, Held: c.share, Seed: c.seed}
	}
	d := experiment.Data{Kind: "toy", Name: c.data, Examples: c.examples, Noise: c.noise, Seed: c.seed}
	if c.noise < 0 {
		d.Noise = toy.DefaultNoise(c.data)
	}
	if c.data == "spirals" {
		d.Arms, _ = strconv.Atoi(c.arms) // the flag takes nothing but 2 and 3
	}
	return d
}

// load draws or reads the examples that c asks for. Errors begin with the flag
// that they are about.
func (c config) load() (examples, error) {
	d := c.dataSettings()
	sets, err := experiment.Load(d)
	if err != nil {
		return examples{}, c.dataError(err)
	}
	if c.csv != "" {
		return c.describeFile(sets), nil
	}
	return c.describePoints(sets, d.Noise), nil
}

// dataError puts the flag before an error, in place of the path in the JSON.
func (c config) dataError(err error) error {
	var at *experiment.Error
	if !errors.As(err, &at) {
		return err
	}
	flag := map[string]string{"data.examples": fmt.Sprintf("--examples %d", c.examples),
		"data.path": "--csv", "data.held": fmt.Sprintf("--held %v", c.share)}[at.Path]
	return fmt.Errorf("%s: %w", cmp.Or(flag, at.Path), at.Err)
}

// describePoints names the points of a toy set.
func (c config) describePoints(sets experiment.Examples, noise float64) examples {
	e := examples{title: titleOf(c.data), sets: sets, names: sets.Train.Features}
	e.about = fmt.Sprintf("%s: %s of %s", e.title, words.Count(sets.Train.Len(), "point"), e.classes())
	if c.data == "flower" {
		e.about = "The f" + e.about[1:]
	}
	if c.data != "flower" || noise != toy.DefaultNoise(c.data) || c.examples != defaultConfig().examples {
		e.about += fmt.Sprintf(", noise %v, and as many more held out", noise) // not for the published ones
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
	return strings.ToUpper(name[:1]) + name[1:]
}

// describeFile names the examples of a file.
func (c config) describeFile(sets experiment.Examples) examples {
	train, held := sets.Train, sets.Held
	e := examples{title: filepath.Base(c.csv), sets: sets, words: train.Classes}
	e.about = fmt.Sprintf("%s: %s of %s, %s. ", e.title, words.Count(train.Len()+held.Len(), "example"), e.classes(), words.Count(len(train.Features), "input"))
	if held != nil {
		e.about += fmt.Sprintf("%d to train on, %d held out, of each class the same share. ", train.Len(), held.Len())
	}
	e.about += "The inputs are standardised: mean 0 and standard deviation 1 over the examples to train on"
	for _, name := range train.Features {
		e.names = append(e.names, name+" (standardised)")
	}
	return e
}

// classes says how many classes there are.
func (e examples) classes() string {
	n := len(e.sets.Train.Classes)
	if n < 5 {
		return []string{"", "one", "two", "three", "four"}[n] + " classes"
	}
	return fmt.Sprintf("%d classes", n)
}

// outputs is the number of outputs of a network: the probability of the second
// of two classes, or one probability for each.
func (e examples) outputs() int {
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
