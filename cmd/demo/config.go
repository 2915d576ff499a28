package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"chainrule/internal/toy"
	"chainrule/internal/words"
)

// A config is what the flags of demo train say.
type config struct {
	data     string
	examples int     // of a toy set
	noise    float64 // negative: that of the data set
	arms     string  // of the spirals
	csvConfig
	fitConfig
	convConfig

	hidden     []int    // nil: those of the data set
	activation []string // of each hidden layer, or one for all
	init       string   // "": what suits the activations
	scale      float64  // of the first weights; 0: that of init
	seed       uint32
	dtype      string

	optimizer string  // "": that of the data set
	rate      float64 // 0: that of data set and optimizer
	steps     int     // negative: those of the data set, or as many as the epochs take

	out   string
	watch bool

	findRate bool    // in place of the training
	speed    float64 // of it, in steps a second; 0: what suits the number of steps
	json     bool
	profile  bool
}

// defaultConfig is the published network and training, as far as it does not
// depend on the data.
func defaultConfig() config {
	return config{data: "flower", examples: 400, noise: -1, arms: "2", csvConfig: defaultCSV(),
		activation: []string{"tanh"}, seed: 2, dtype: "float64", steps: -1, out: "out"}
}

const (
	maxUnits    = 10_000     // of a layer
	maxHidden   = 64         // layers
	maxWeights  = 10_000_000 // of a network: with their gradients and the state of Adam 320 MB
	maxExamples = 1_000_000
	maxNoise    = 1e6
	maxSteps    = 1_000_000_000
)

// A recipe is what holds for a data set if no flag says otherwise.
type recipe struct {
	hidden    []int
	optimizer string
	steps     int
	rates     map[string]float64 // by optimizer
}

// recipe returns that of the data.
func (c config) recipe() recipe {
	r := recipe{hidden: []int{16}, optimizer: "adam", steps: 1000,
		rates: map[string]float64{}}
	for _, o := range optimizers {
		r.rates[o.kind] = o.rate
	}
	switch {
	case c.csv != "":
		r.hidden, r.steps = []int{8}, 300
		if len(c.conv) > 0 {
			r.hidden = []int{}
		}
	case c.data == "flower": // as published
		r.hidden, r.optimizer, r.steps, r.rates["gd"] = []int{4}, "gd", 10000, 1.2
	case c.data == "spirals":
		r.hidden = []int{32}
	}
	return r
}

// withDefaults returns c with everything that depends on the data filled in.
func (c config) withDefaults() config {
	r := c.recipe()
	if c.hidden == nil {
		c.hidden = r.hidden
	}
	if c.optimizer == "" {
		c.optimizer = r.optimizer
	}
	if c.rate == 0 {
		c.rate = r.rates[c.optimizer]
	}
	if c.optimizer == "adamw" && c.rule.WeightDecay == 0 {
		c.rule.WeightDecay = usualDecay
	}
	if c.steps < 0 {
		c.steps = r.steps
		if c.epochs > 0 {
			c.steps = 0
		}
	}
	if len(c.activation) == 1 {
		c.activation = slices.Repeat(c.activation, len(c.hidden))
	}
	if c.scale == 0 {
		c.scale = c.defaultScale()
	}
	return c
}

// check reports what cannot be together; given tells which flags were given. A
// flag that would change nothing is a mistake too.
func (c config) check(given func(flag string) bool) error {
	hidden := c.hidden
	if hidden == nil {
		hidden = c.recipe().hidden
	}
	for _, rule := range []struct {
		flag string
		idle bool
		why  string
	}{
		{"data", c.csv != "", "the data is that of --csv"},
		{"noise", c.csv != "", "the data is that of --csv"},
		{"examples", c.csv != "", "the data is that of --csv, all of it"},
		{"arms", c.csv != "", "the data is that of --csv"},
		{"arms", c.data != "spirals", "only --data spirals has arms"},
		{"label", c.csv == "", "it names a column of the file of --csv"},
		{"targets", c.csv == "", "it names columns of the file of --csv"},
		{"label", len(c.targets) > 0, "the columns to predict are those of --targets"},
		{"ignore", c.csv == "", "it names columns of the file of --csv"},
		{"header", c.csv == "", aboutFile}, {"separator", c.csv == "", aboutFile}, {"decimal", c.csv == "", aboutFile},
		{"missing", c.csv == "", aboutFile}, {"task", c.csv == "", aboutFile}, {"text", c.csv == "", aboutFile}, {"encoding", c.csv == "", aboutFile},
		{"held", c.csv == "", "a part is held out of the file of --csv only, of --data as many points more are drawn"},
		{"activation", len(hidden) == 0, "with --hidden 0 there are no hidden units"},
		{"watch", c.json, "--json writes for programs"},
		{"speed", !c.watch, "it is the speed of --watch"},
		{"save-every", c.save == "" && c.resume == "", "it says how often --save writes"},
		{"image", len(c.conv) == 0, "it is for --conv"},
		{"conv", c.csv == "", "points in the plane are no images: it is for the file of --csv"},
		{"dropout", len(hidden) == 0 && len(c.conv) == 0, "with --hidden 0 there are no hidden units"},
		{"norm", len(hidden) == 0, "with --hidden 0 there are no hidden units"},
		{"init-scale", c.init == "zeros", "the weights of --init zeros stay 0"},
	} {
		if rule.idle && given(rule.flag) {
			return fmt.Errorf("--%s has no effect: %s", rule.flag, rule.why)
		}
	}
	if err := cmp.Or(c.checkFit(given), c.checkOptimizer(given), c.checkFindRate(given)); err != nil {
		return err
	}
	if n, all := len(c.frozen), c.convWeights()+len(hidden)+1; n > 0 && c.frozen[n-1] > all {
		return fmt.Errorf("--freeze %s: the network has %s", words.Join(c.frozen, ","), words.Count(all, "layer"))
	}
	if least := c.leastExamples(); given("examples") && (c.examples < least || c.examples > maxExamples) {
		return fmt.Errorf("--examples %d: a whole number from %d, 2 of each class, to %d expected", c.examples, least, maxExamples)
	}
	if n := len(c.activation); n != 1 && n != len(hidden) {
		return fmt.Errorf("--activation %s: %d given for %s; one for all of them or one for each expected",
			strings.Join(c.activation, ","), n, words.Count(len(hidden), "hidden layer"))
	}
	return nil
}

// leastExamples is how many points the toy set must have.
func (c config) leastExamples() int { return 2 * toy.Classes(c.data, c.dataSettings().Arms) }

// checkWeights reports a network that is too large.
func checkWeights(sizes []int) error {
	total := 0
	for l := 1; l < len(sizes); l++ {
		total += (sizes[l-1] + 1) * sizes[l]
	}
	if total > maxWeights {
		return fmt.Errorf("the network %s has %d weights, %d at most expected", unitsText(sizes), total, maxWeights)
	}
	return nil
}

// unitsText writes the numbers of units of all layers, such as "2-4-1", and of
// a deep network only the first and the last ones.
func unitsText(sizes []int) string {
	n := len(sizes)
	if n <= 10 {
		return words.Join(sizes, "-")
	}
	return fmt.Sprintf("%s-…-%s (%d layers)", words.Join(sizes[:2], "-"), words.Join(sizes[n-2:], "-"), n-1)
}
