package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/graph/gradtest"
	"chainrule/internal/words"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// configEntries is how many entries of a parameter are compared with differences in a
// network of --config, in which a pass may take a thousand times what its weights tell.
const configEntries = 20

// configExamples is how many examples a network of --config has if nobody says.
const configExamples = 3

// readConfig takes the network from the file of --config, if it is given. Derivations
// compute in float64, whatever the file says.
func (n *sketchedNet) readConfig() error {
	if n.file == "" {
		return nil
	}
	s, err := readSettings(n.file)
	if err == nil && s.Inputs == 0 {
		err = errors.New("inputs: missing, the number of inputs expected")
	}
	if err == nil && s.Cost.Kind == "" {
		err = errors.New("cost: missing, what the gradients are those of expected")
	}
	if err == nil && s.InitFrom != "" {
		err = errors.New("init-from: the weights are drawn here, none of another file expected")
	}
	if err != nil {
		return fmt.Errorf("--config %s: %w", cli.Quoted(n.file), err)
	}
	n.from = &experiment.Settings{Inputs: s.Inputs, Layers: s.Layers, Cost: s.Cost, Seed: s.Seed}
	return nil
}

// checkConfig reports flags that say what the file of --config says.
func (n sketchedNet) checkConfig(given func(flag string) bool) error {
	for _, flag := range []string{"inputs", "hidden", "activation", "loss", "outputs"} {
		if given(flag) {
			return fmt.Errorf("--%s has no effect: the network is that of --config", flag)
		}
	}
	return nil
}

// depth returns the number of layers.
func (n sketchedNet) depth() int {
	if n.from != nil {
		return countLayers(n.from.Layers)
	}
	return len(n.hidden) + 1
}

// countLayers counts layers, those within others too.
func countLayers(list []experiment.Layer) (k int) {
	for _, l := range list {
		k += 1 + countLayers(l.Layers)
	}
	return k
}

// aboutConfig describes the network of --config in a sentence or two.
func (n sketchedNet) aboutConfig() string {
	var kinds []string
	for _, l := range n.from.Layers {
		kinds = append(kinds, l.Kind)
	}
	return fmt.Sprintf("With the layers %s, on m = %s, one column of %s each. The cost is %s, averaged over the examples.",
		words.List(kinds, "and"), words.Count(n.examples, "example"), words.Count(n.from.Inputs, "number"), n.from.Cost.Kind)
}

// fewestClasses returns the number of classes of the embedding that has fewest, 0 without
// an embedding.
func fewestClasses(list []experiment.Layer) (k int) {
	for _, l := range list {
		for _, n := range []int{l.Classes, fewestClasses(l.Layers)} {
			if n > 0 && (k == 0 || n < k) {
				k = n
			}
		}
	}
	return k
}

// drawFeeds returns inputs and labels drawn at random: numbers near 0, or classes for an
// embedding, and where the network gives probabilities a class for each example.
func drawFeeds(n experiment.Nodes, s experiment.Settings, seed uint32) graph.Feeds {
	rng := rand.New(rand.NewPCG(uint64(seed), 1))
	x, y := make([]float64, n.X.Shape().TotalSize()), make([]float64, n.Y.Shape().TotalSize())
	classes := fewestClasses(s.Layers)
	for i := range x {
		if x[i] = rng.NormFloat64(); classes > 0 {
			x[i] = float64(rng.IntN(classes))
		}
	}
	k, m := n.Y.Shape()[0], n.Y.Shape()[1]
	output, _ := s.Output()
	switch {
	case output == "softmax":
		for j := range m {
			y[rng.IntN(k)*m+j] = 1
		}
	case output == "sigmoid":
		for i := range y {
			y[i] = float64(rng.IntN(2))
		}
	default:
		for i := range y {
			y[i] = rng.NormFloat64()
		}
	}
	return graph.Feeds{n.X: x, n.Y: y}
}

// addDifferences puts central differences of the cost beside the gradients of a
// derivation that has been evaluated. What is wrong is returned.
func addDifferences(ctx context.Context, d *explain.Derivation, n experiment.Nodes, feeds graph.Feeds) (wrong, err error) {
	lines := map[string]*explain.Line{}
	for i := range d.Backward {
		lines[d.Backward[i].Symbol] = &d.Backward[i]
	}
	var claims []gradtest.Claim
	for _, x := range n.Params {
		claims = append(claims, gradtest.Claim{Of: x, Values: floats(lines[d.Script().GradientOf(x)].Value)})
	}
	report, err := gradtest.Judge(ctx, gradtest.Settings{MaxEntries: configEntries}, n.Cost, feeds, claims...)
	if ctx.Err() != nil {
		return nil, cli.ErrInterrupted
	}
	if err != nil {
		return nil, err
	}
	var bad []string
	for i, row := range report.Rows {
		l := lines[d.Script().GradientOf(n.Params[i])]
		l.Near, l.Remark = differences(row, l.Value.Shape()), checkRemark(row)
		if row.Count(gradtest.Wrong) > 0 {
			bad = append(bad, l.Symbol)
		}
	}
	if len(bad) > 0 {
		wrong = fmt.Errorf("%s: not what the central differences are", words.List(bad, "and"))
	}
	return wrong, nil
}

// at returns the place of an entry in an array, row by row.
func at(index []int, shape tensor.Shape) (i int) {
	for k, size := range shape {
		i = i*size + index[k]
	}
	return i
}

// place says where an entry is, as people count.
func place(index []int) string {
	if len(index) == 2 {
		return fmt.Sprintf("row %d, column %d", index[0]+1, index[1]+1)
	}
	from1 := slices.Clone(index)
	for i := range from1 {
		from1[i]++
	}
	return "entry " + words.Shape(from1...)
}

// configTitle names the network of --config in a heading.
func (n sketchedNet) configTitle() string { return "The network of " + filepath.Base(n.file) }
