package lesson

import (
	"context"
	"fmt"
	"math"
	"slices"

	"chainrule/internal/plotting"
	"chainrule/internal/toy"
	"chainrule/internal/words"
	"chainrule/optim/dataset"
)

func hiddenUnits() Lesson {
	return Lesson{
		Name: "hidden-units", Title: "How many hidden units",
		Claim: "More hidden units fit the flower better, up to about 5; 20 or 50 overfit it.",
		Settings: []Setting{
			{Name: "units", Help: "numbers of hidden units", Default: []int{1, 2, 3, 4, 5, 20, 50}, Least: 1, Most: 256},
			{Name: "steps", Help: "updates of each training", Default: publishedSteps, Least: 1, Most: 100_000},
			{Name: "rate", Help: "learning rate", Default: publishedRate, Least: 1e-6, Most: 100},
			{Name: "scale", Help: "standard deviation of the first weights", Default: publishedScale, Least: 1e-8, Most: 10},
			{Name: "seed", Help: "seed of the first weights on the published points", Default: publishedSeed, Least: 0, Most: math.MaxUint32},
			{Name: "few", Help: "fresh points to train on, few", Default: 60, Least: 4, Most: 10_000},
			{Name: "many", Help: "fresh points to train on, many", Default: 400, Least: 4, Most: 10_000},
			{Name: "held", Help: "fresh points held out", Default: 2000, Least: 4, Most: 100_000},
			{Name: "seeds", Help: "number of seeds of the fresh points and of their first weights", Default: 8, Least: 1, Most: 100},
		},
		Run:   runHiddenUnits,
		opens: openHiddenUnits,
	}
}

// openHiddenUnits is what the page opens.
func openHiddenUnits(s Values) opening {
	few, many := hiddenNetwork(s, 2, s.Int("seed")), hiddenNetwork(s, 20, s.Int("seed"))
	return opening{section: layersSection, screen: Train, data: flowerData(), run: few, other: &many,
		difference: "20 hidden units in place of 2", steps: s.Int("steps"), numbers: []string{costNumber, accuracyNumber}}
}

// The settings of the published runs.
const (
	publishedExamples = 400

	publishedSteps = 5000
	publishedRate  = 1.2
	publishedScale = 0.01
	publishedSeed  = 2
)

// publishedRight returns how many of the 400 examples most copies of the exercise
// have right, by number of hidden units, and by how many another program may
// differ: with 20 and 50 units the last bits of sums decide, for half a point.
func publishedRight(units int) (right, tolerance int, ok bool) {
	switch units {
	case 1:
		return 270, 0, true
	case 2:
		return 269, 0, true
	case 3:
		return 363, 0, true
	case 4:
		return 362, 0, true
	case 5:
		return 365, 0, true
	case 20:
		return 362, 2, true
	case 50:
		return 361, 2, true
	}
	return 0, 0, false
}

func runHiddenUnits(ctx context.Context, s Values, r *Report) error {
	units := slices.Compact(slices.Sorted(slices.Values(s.Ints("units"))))
	if err := onPublished(ctx, s, units, r); err != nil {
		return err
	}
	if err := onFresh(ctx, s, units, r); err != nil {
		return err
	}
	r.Conclude("What holds: units are needed until the boundary can take the shape of the classes, 3 here. Beyond that, more of them overfit where examples are few; " +
		"with enough examples they only cost time. The accuracy on the training data alone cannot tell.")
	return nil
}

// hiddenNetwork returns the network of this lesson.
func hiddenNetwork(s Values, units, seed int) network {
	return network{hidden: []int{units}, init: normal(s.Float("scale")), seed: uint32(seed),
		rate: s.Float("rate")}
}

// A fittedFlower is a network trained on the published points.
type fittedFlower struct {
	units          int
	cost, accuracy float64
	field          func(x, y []float64) ([]float64, error)
}

// onPublished trains on the published points and compares the accuracies.
func onPublished(ctx context.Context, s Values, units []int, r *Report) error {
	flower, err := toy.New("flower", toy.Settings{})
	if err != nil {
		return err
	}
	fits := make([]fittedFlower, len(units))
	err = forEach(ctx, len(fits), func(i int) (err error) {
		at := len(fits) - 1 - i // the widest take longest and come first
		fits[at], err = fitFlower(ctx, s, flower, units[at])
		return err
	})
	if err != nil {
		return err
	}
	r.Say("The %d published points of the flower, tanh units, %d steps at rate %v from %v times normal numbers of NumPy's seed %d. "+
		"Published means %s; copies of it differ for 20 and 50 units, by up to a point, since the last bits of sums decide there, and one of them has another number for 4 units, 90.75 %%.",
		flower.Len(), s.Int("steps"), s.Float("rate"), s.Float("scale"), s.Int("seed"), toy.FlowerOrigin)
	table := Table{Header: []string{"hidden units", "cost", "accuracy", "published"}}
	for _, f := range fits {
		known := "–"
		if p, _, ok := publishedRight(f.units); ok {
			known = words.PercentTo(float64(p)/publishedExamples, 2)
		}
		table.Rows = append(table.Rows, []string{fmt.Sprint(f.units), words.ShortCost(f.cost, 4), words.PercentTo(f.accuracy, 2), known})
	}
	r.Table(table)
	r.Draw("boundaries", "What the networks have learned. One unit can only draw a line, two hardly more; three and more follow the petals.",
		hiddenBoundaries(flower, fits))
	judgePublished(r, s, fits)
	return nil
}

func fitFlower(ctx context.Context, s Values, flower *dataset.Set, units int) (fittedFlower, error) {
	l, err := hiddenNetwork(s, units, s.Int("seed")).learner(flower)
	if err != nil {
		return fittedFlower{}, err
	}
	defer l.close()
	f := fittedFlower{units: units, field: l.PredictPlane} // which makes programs of its own later
	if _, err := l.train(ctx, s.Int("steps"), nil); err != nil {
		return f, err
	}
	if f.cost, err = l.value(); err != nil {
		return f, err
	}
	f.accuracy, err = l.accuracy(flower)
	return f, err
}

func hiddenBoundaries(flower *dataset.Set, fits []fittedFlower) plotting.Grid {
	grid := plotting.Grid{Title: "The flower by number of hidden units"}
	for _, f := range fits {
		title := sentence("%d units: %s", f.units, words.PercentTo(f.accuracy, 2))
		grid.Panels = append(grid.Panels, plotting.Boundary{Title: title, Points: examplesOf(flower), Predict: f.field, Columns: 150})
	}
	return grid
}

// judgePublished compares with the published accuracies where the settings are
// those, and few units with many.
func judgePublished(r *Report, s Values, fits []fittedFlower) {
	if s.Int("steps") == publishedSteps && s.Float("rate") == publishedRate && s.Float("scale") == publishedScale && s.Int("seed") == publishedSeed {
		equal, all := 0, 0
		for _, f := range fits {
			if want, tolerance, ok := publishedRight(f.units); ok {
				all++
				right := int(math.Round(f.accuracy * publishedExamples))
				if max(right-want, want-right) <= tolerance {
					equal++
				}
			}
		}
		r.Check(equal == all, "The published accuracies, as most copies have them, come out, those of 1 to 5 units exactly, of 20 and 50 to half a point: %d of %d.", equal, all)
	}
	few, enough := math.Inf(-1), math.Inf(1) // the best with 1 or 2 units, the worst with more
	for _, f := range fits {
		if f.units < 3 {
			few = max(few, f.accuracy)
		} else {
			enough = min(enough, f.accuracy)
		}
	}
	if math.IsInf(enough-few, 0) {
		r.Untried("Only fewer than three units were tried, or only three and more: these settings do not show whether more fit better.")
		return
	}
	r.Supports("three units and more fit the flower better than one or two", enough-few > 0.15, "Three units are needed: fewer get at most %s, three and more at least %s.", words.PercentTo(few, 2), words.PercentTo(enough, 2))
}
