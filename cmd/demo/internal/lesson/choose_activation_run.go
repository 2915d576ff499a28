package lesson

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/plotting"
	"chainrule/internal/toy"
	"chainrule/internal/words"
	"chainrule/layers"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// A contest trains networks that differ in their activation.
type contest struct {
	sets  map[string]*dataset.Set
	start string
	steps int
	seeds int
	tried string // activation that is said to be right always
}

// newContest makes the toy sets.
func newContest(s Values) (*contest, error) {
	c := &contest{sets: map[string]*dataset.Set{}, start: s.Text("start"), steps: s.Int("steps"), seeds: s.Int("seeds"),
		tried: s.Text("activation")}
	for _, name := range toy.Names() {
		var err error
		if c.sets[name], err = toySet(name); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// tanhAndTried returns tanh and the tried activation, once if they are the same.
func (c *contest) tanhAndTried() []string {
	if c.tried == "tanh" {
		return []string{"tanh"}
	}
	return []string{"tanh", c.tried}
}

// A trial is a kind of network on a set, trained from several seeds.
type trial struct {
	set, name string // of the data and of the activation
	units     int
	rate      float64
	costs     [][]float64 // by seed, before the steps that curveSteps names
	accuracy  sample      // by seed
}

func (c *contest) trial(set, name string, units int, rate float64) *trial {
	return &trial{set, name, units, rate, make([][]float64, c.seeds), make(sample, c.seeds)}
}

// run trains all networks.
func (c *contest) run(ctx context.Context, trials []*trial) error {
	return forEach(ctx, len(trials)*c.seeds, func(i int) error {
		return c.train(ctx, trials[i/c.seeds], i%c.seeds)
	})
}

// train trains and measures the network of one seed.
func (c *contest) train(ctx context.Context, t *trial, seed int) error {
	g, err := layers.ActivationByName(t.name)
	if err != nil {
		return err
	}
	n := network{hidden: []int{t.units}, g: g, init: experiment.Init{Kind: c.start}, seed: uint32(seed + 1),
		rate: t.rate}
	l, err := n.learner(c.sets[t.set])
	if err != nil {
		return err
	}
	defer l.close()
	costs, err := l.train(ctx, c.steps, nil)
	if err != nil {
		return err
	}
	if last := costs[len(costs)-1]; math.IsNaN(last) || math.IsInf(last, 0) {
		return fmt.Errorf("%s with %s and seed %d: the cost is %v after %d steps with rate %v; a smaller --rate is needed",
			t.set, t.name, seed+1, last, c.steps, t.rate)
	}
	for _, k := range curveSteps(c.steps) {
		t.costs[seed] = append(t.costs[seed], costs[k])
	}
	t.accuracy[seed], err = l.accuracy(l.data)
	return err
}

// curveSteps returns the steps at which a learning curve is drawn, at most 200.
func curveSteps(steps int) []int {
	n := min(steps, 200)
	var at []int
	for i := range n {
		at = append(at, i*steps/n)
	}
	return at
}

// drawCurves draws the learning curves of some activations on the flower and on
// the circles.
func (c *contest) drawCurves(r *Report, s Values, trials []*trial) {
	type end struct {
		name string
		cost float64
	}
	for _, set := range []string{"flower", "circles"} {
		var ends []end
		p := plotting.Chart{Title: sentence("The %s with %d hidden units", set, s.Int("units")), XLabel: "step", YLabel: "cost"}
		for _, name := range words.Distinct(s.Texts("curves")) {
			for _, t := range trials {
				if t.set == set && t.name == name {
					line := t.curve(c.steps)
					p.Lines, ends = append(p.Lines, line), append(ends, end{name, line.Y[len(line.Y)-1]})
				}
			}
		}
		slices.SortFunc(ends, func(a, b end) int { return cmp.Compare(a.cost, b.cost) })
		caption := sentence("Learning curves on the %s with %d hidden units: the median over %d seeds, and a band that half "+
			"of them lie in.", set, s.Int("units"), c.seeds)
		if last := ends[len(ends)-1]; ends[0].cost < last.cost {
			caption += fmt.Sprintf(" At the end %s is lowest and %s highest.", ends[0].name, last.name)
		}
		r.Draw(set, caption, p)
	}
}

// curve returns the median cost with the quartiles around it.
func (t *trial) curve(steps int) plotting.Line {
	line := plotting.Line{Name: t.name}
	for i, k := range curveSteps(steps) {
		var costs sample
		for _, c := range t.costs {
			costs = append(costs, c[i])
		}
		line.X = append(line.X, float64(k))
		line.Y = append(line.Y, costs.median())
		line.Low, line.High = append(line.Low, costs.quantile(0.25)), append(line.High, costs.quantile(0.75))
	}
	return line
}

// toySet returns the published flower, or 200 points of another toy set.
func toySet(name string) (*dataset.Set, error) {
	if name == "flower" {
		return toy.New(name, toy.Settings{})
	}
	return toy.New(name, toy.Settings{Examples: 200, Noise: toy.DefaultNoise(name), Seed: 1})
}
