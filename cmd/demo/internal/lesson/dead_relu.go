package lesson

import (
	"context"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/plotting"
	"chainrule/internal/toy"
	"chainrule/layers"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

func deadReLU() Lesson {
	return Lesson{
		Name: "dead-relu", Title: "Dead units",
		Claim: "A ReLU unit whose z is below 0 for every example has gradient 0 and is dead for ever; leaky ReLU avoids this.",
		Settings: []Setting{
			{Name: "rates", Help: "learning rates; the largest is judged against the smallest", Default: []float64{1, 3, 5, 10}, Least: 1e-6, Most: 1000},
			{Name: "units", Help: "hidden units", Default: 8, Least: 1, Most: 256},
			{Name: "steps", Help: "updates of each training", Default: 3000, Least: 1, Most: 100_000},
			{Name: "seeds", Help: "number of seeds of the first weights", Default: 20, Least: 1, Most: 200},
			{Name: "examples", Help: "points of the moons", Default: 400, Least: 4, Most: 10_000},
			{Name: "noise", Help: "standard deviation of what is added to the points", Default: 0.1, Least: 0, Most: 10},
			{Name: "deep", Help: "units of the hidden layers of the deeper network", Default: []int{8, 8, 8}, Least: 1, Most: 256},
			{Name: "deep-rate", Help: "learning rate of the deeper network", Default: 1.0, Least: 1e-6, Most: 1000},
			{Name: "deep-steps", Help: "updates of the deeper network", Default: 1000, Least: 1, Most: 100_000},
		},
		Run:   runDeadReLU,
		opens: openDeadReLU,
	}
}

// openDeadReLU is what the page opens.
func openDeadReLU(s Values) opening {
	rates := s.Floats("rates")
	relu := network{hidden: []int{s.Int("units")}, g: layers.ReLU, init: experiment.Init{Kind: "he"}, rate: rates[len(rates)-1]}
	leaky := relu
	leaky.g = layers.LeakyReLU
	return opening{section: activationSection, screen: Train,
		data: experiment.Data{Kind: "toy", Name: "moons", Examples: s.Int("examples"), Noise: s.Float("noise")}, run: relu, other: &leaky,
		difference: "leaky-relu in place of relu", steps: s.Int("steps"), numbers: []string{costNumber, accuracyNumber, deadNumber}}
}

func runDeadReLU(ctx context.Context, s Values, r *Report) error {
	moons, err := toy.New("moons", toy.Settings{Examples: s.Int("examples"), Noise: s.Float("noise")})
	if err != nil {
		return err
	}
	if err := deadByRate(ctx, s, moons, r); err != nil {
		return err
	}
	if err := deadInDepth(ctx, s, moons, r); err != nil {
		return err
	}
	r.Conclude("What holds: \"for ever\" is true of the first hidden layer, whose inputs never change. Further up, the layers below go on learning and bring units back. " +
		"Leaky ReLU does not keep units from being pushed below 0, but lets them come back. The cause is the step: with a smaller rate hardly a unit dies.")
	return nil
}

// A livesTrial is a network trained with several seeds.
type livesTrial struct {
	hidden []int
	g      layers.Activation
	rate   float64
	lives  []*lifeline // by seed
}

// run trains with every seed.
func (t *livesTrial) run(ctx context.Context, steps, seeds int, set *dataset.Set) error {
	t.lives = make([]*lifeline, seeds)
	return forEach(ctx, seeds, func(seed int) (err error) {
		l, err := network{hidden: t.hidden, g: t.g, init: experiment.Init{Kind: "he"}, seed: uint32(seed),
			rate: t.rate}.learner(set)
		if err != nil {
			return err
		}
		defer l.close()
		t.lives[seed], err = trainWatched(ctx, l, steps)
		return err
	})
}

// off returns the share of units that are off in the end, by seed.
func (t *livesTrial) off() sample { return t.offAt(len(t.lives[0].off) - 1) }

// offAt returns the share of units that are off after a number of steps, by seed.
func (t *livesTrial) offAt(steps int) sample {
	var s sample
	for _, life := range t.lives {
		s = append(s, life.off[steps])
	}
	return s
}

// accuracy returns the accuracies by seed.
func (t *livesTrial) accuracy() sample {
	var s sample
	for _, life := range t.lives {
		s = append(s, life.accuracy)
	}
	return s
}

// turns returns how often units of a layer went off and came back in all runs.
func (t *livesTrial) turns(layer int) (went, came int) {
	for _, life := range t.lives {
		went, came = went+life.went[layer], came+life.came[layer]
	}
	return went, came
}

// drift returns the largest change of the first layer's units since they went
// off for good.
func (t *livesTrial) drift() float64 {
	most := 0.0
	for _, life := range t.lives {
		most = max(most, life.drift)
	}
	return most
}

// deadByRate compares ReLU and leaky ReLU for several rates.
func deadByRate(ctx context.Context, s Values, moons *dataset.Set, r *Report) error {
	rates := slices.Compact(slices.Sorted(slices.Values(s.Floats("rates"))))
	var relu, leaky []*livesTrial
	for _, rate := range rates {
		hidden := []int{s.Int("units")}
		relu = append(relu, &livesTrial{hidden: hidden, g: layers.ReLU, rate: rate})
		leaky = append(leaky, &livesTrial{hidden: hidden, g: layers.LeakyReLU, rate: rate})
	}
	for _, t := range append(slices.Clone(relu), leaky...) {
		if err := t.run(ctx, s.Int("steps"), s.Int("seeds"), moons); err != nil {
			return err
		}
	}
	r.Say("%d points of the moons, 2-%d-1, weights by He, %d steps on all points, %d seeds. A unit is off if its z is above 0 for no point, and dead if nothing brings it back.",
		moons.Len(), s.Int("units"), s.Int("steps"), s.Int("seeds"))
	table := Table{Header: []string{"rate", "activation", "off at the end", "went off", "came back", "accuracy, mean (range)"}}
	for i := range rates {
		for _, t := range []*livesTrial{relu[i], leaky[i]} {
			went, came := t.turns(0)
			table.Rows = append(table.Rows, []string{plain(t.rate), t.g.String(), inPercent(t.off().mean()), fmt.Sprint(went), fmt.Sprint(came), meanRange(t.accuracy())})
		}
	}
	r.Table(table)
	last := len(rates) - 1
	r.Draw("off", "Units that are off, mean and quartiles over the seeds. They go off in the first few steps, which are far too long. ReLU's line never falls again, that of leaky ReLU does.",
		offChart(relu[last], leaky[last]))
	r.Draw("boundaries", "The first seeds: what is left when units are dead, and what the same starts become with leaky ReLU.",
		livesGrid(moons, relu[last], leaky[last]))
	judgeRates(r, relu, leaky)
	return nil
}

// meanRange writes the mean of shares with the least and the largest.
func meanRange(s sample) string {
	return withRange(s.mean(), slices.Min(s), slices.Max(s))
}

// livesGrid draws what networks have learned with the first seeds, a row for
// each trial.
func livesGrid(moons *dataset.Set, trials ...*livesTrial) plotting.Grid {
	seeds := min(3, len(trials[0].lives))
	grid := plotting.Grid{Title: sentence("The moons, rate %v, %s", trials[0].rate, seedsText(seeds)), Columns: seeds}
	for _, t := range trials {
		for _, life := range t.lives[:seeds] {
			off := int(math.Round(life.off[len(life.off)-1] * float64(t.hidden[0])))
			grid.Panels = append(grid.Panels, plotting.Boundary{Points: examplesOf(moons), Predict: life.field, Columns: 150,
				Title: sentence("%v: %d of %d off, %s", t.g, off, t.hidden[0], inPercent(life.accuracy))})
		}
	}
	return grid
}

// offChart draws the share of units that are off against the steps.
func offChart(trials ...*livesTrial) plotting.Chart {
	c := plotting.Chart{Title: sentence("Units that are off, rate %v", trials[0].rate), XLabel: "step", YLabel: "units off in %", LogX: true, YMin: 0, YMax: 100}
	for _, t := range trials {
		line := plotting.Line{Name: t.g.String()}
		for step := 1; step < len(t.lives[0].off); step += 1 + step/20 {
			at := t.offAt(step)
			line.X, line.Y = append(line.X, float64(step)), append(line.Y, 100*at.mean())
			line.Low, line.High = append(line.Low, 100*at.quantile(0.25)), append(line.High, 100*at.quantile(0.75))
		}
		c.Lines = append(c.Lines, line)
	}
	return c
}

func judgeRates(r *Report, relu, leaky []*livesTrial) {
	last := len(relu) - 1
	slow, fast, other := relu[0], relu[last], leaky[last]
	r.Check(fast.off().mean() > 0.4 && slow.off().mean() < 0.1, "Large steps kill: at rate %v %s of the ReLU units are off in the end, at rate %v %s.",
		fast.rate, inPercent(fast.off().mean()), slow.rate, inPercent(slow.off().mean()))
	r.Check(other.accuracy().mean()-fast.accuracy().mean() > 0.04, "The accuracy suffers: at rate %v ReLU gets %s of the points right, leaky ReLU %s.",
		fast.rate, inPercent(fast.accuracy().mean()), inPercent(other.accuracy().mean()))
	went, came := 0, 0
	drift := 0.0
	for _, t := range relu {
		a, b := t.turns(0)
		went, came, drift = went+a, came+b, max(drift, t.drift())
	}
	judgeFirst(r, went, came, drift)
	went, came = other.turns(0)
	judgeLeaky(r, went, came, other.off().mean(), fast.off().mean())
}

// judgeFirst judges the first hidden layer by how many ReLU units went off, how
// many came back and how far the others have moved since.
func judgeFirst(r *Report, went, came int, drift float64) {
	if went == 0 {
		r.Untried("With one hidden layer no ReLU unit went off: these settings do not show whether dead is for ever.")
		return
	}
	r.Supports("a unit below 0 in the first hidden layer has gradient 0 and is dead for ever", came == 0 && drift == 0, "With one hidden layer dead is for ever: of %d ReLU units that went off %d came back, and their weights and biases have since moved by %g.", went, came, drift)
}

// judgeLeaky judges how often leaky units went off and came back, and the shares
// of leaky and of ReLU units that are off in the end.
func judgeLeaky(r *Report, went, came int, leaky, relu float64) {
	if went == 0 {
		r.Untried("No leaky unit went off: these settings do not show whether one comes back.")
		return
	}
	r.Weigh("leaky units come back", bearing(came > 0), came > 0 && leaky < relu, "Leaky ReLU lets them come back: its units went off %d times and came back %d times; %s are off in the end.",
		went, came, inPercent(leaky))
}
