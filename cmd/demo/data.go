package main

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/toy"
	"chainrule/optim/dataset"
)

// Examples are what a network is trained on and judged by.
type examples struct {
	title string       // what pictures call them
	about string       // what the report says about them
	train *dataset.Set // X is standardised if it comes from a file
	held  *dataset.Set // nil if none are held out
	names []string     // of the inputs
	words []string     // for the classes
}

// load draws or reads the examples that c asks for. Errors begin with the flag
// that they are about.
func (c config) load() (examples, error) {
	if c.csv != "" {
		return c.readFile()
	}
	return c.drawPoints()
}

// drawPoints draws a toy set, and a second one to judge by.
func (c config) drawPoints() (examples, error) {
	s := toy.Settings{Examples: c.examples, Noise: c.noise, Seed: uint64(c.seed)}
	if c.noise < 0 {
		s.Noise = toy.DefaultNoise(c.data)
	}
	var err error
	if s.Arms, err = strconv.Atoi(c.arms); err != nil {
		return examples{}, err
	}
	e := examples{title: titleOf(c.data)}
	if e.train, err = toy.New(c.data, s); err != nil {
		return e, fmt.Errorf("--examples %d: %s", c.examples, strings.TrimPrefix(err.Error(), "toy: "))
	}
	e.about = fmt.Sprintf("%s: %s of %s", e.title, counted(e.train.Len(), "point"), e.classes())
	if c.data == "flower" {
		e.about = "The f" + e.about[1:]
	}
	if c.data != "flower" || s.Noise != toy.DefaultNoise(c.data) || c.examples != defaultConfig().examples {
		e.about += fmt.Sprintf(", noise %v, and as many more held out", s.Noise) // not for the published ones
	}
	s.Seed += 1 << 32 // no training set has this seed
	s.Fresh = true    // another flower than the published one
	e.held, err = toy.New(c.data, s)
	for _, name := range e.train.Classes {
		e.words = append(e.words, "class "+name)
	}
	e.names = e.train.Features
	return e, err
}

// titleOf returns the name of a toy set in a title.
func titleOf(name string) string {
	if name == "xor" {
		return "XOR"
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// readFile reads a set and holds a part of it out.
func (c config) readFile() (examples, error) {
	all, _, err := dataset.OpenCSV(c.csv, dataset.CSV{Label: c.label})
	if err != nil {
		return examples{}, fmt.Errorf("--csv: %w", err)
	}
	e := examples{title: filepath.Base(c.csv), train: all, words: all.Classes}
	e.about = fmt.Sprintf("%s: %s of %s, %s. ", e.title, counted(all.Len(), "example"), e.classes(), counted(len(all.Features), "input"))
	if c.share > 0 {
		rng := rand.New(rand.NewPCG(uint64(c.seed), 0))
		if e.train, e.held, err = all.Split(c.share, rng); err != nil {
			return e, fmt.Errorf("--held %v: %s", c.share, strings.TrimPrefix(err.Error(), "dataset: "))
		}
		e.about += fmt.Sprintf("%d to train on, %d held out, of each class the same share. ", e.train.Len(), e.held.Len())
	}
	scaling := e.train.Standardize()
	e.about += "The inputs are standardised: mean 0 and standard deviation 1 over the examples to train on"
	if e.held != nil {
		err = scaling.Apply(e.held)
	}
	for _, name := range all.Features {
		e.names = append(e.names, name+" (standardised)")
	}
	return e, err
}

// classes says how many classes there are.
func (e examples) classes() string {
	n := len(e.train.Classes)
	if n < 5 {
		return []string{"", "one", "two", "three", "four"}[n] + " classes"
	}
	return fmt.Sprintf("%d classes", n)
}

// outputs is the number of outputs of a network: the probability of the second
// of two classes, or one probability for each.
func (e examples) outputs() int {
	if n := len(e.train.Classes); n > 2 {
		return n
	}
	return 1
}

// same reports whether the examples held out are those trained on, as it is
// with curves without noise.
func (e examples) same() bool { return e.held != nil && slices.Equal(e.train.X, e.held.X) }
