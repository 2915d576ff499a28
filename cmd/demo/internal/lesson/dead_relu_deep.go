package lesson

import (
	"context"
	"fmt"

	"chainrule/layers"
	"chainrule/optim/dataset"
)

// deadInDepth counts the ReLU units that come back, layer by layer.
func deadInDepth(ctx context.Context, s Values, moons *dataset.Set, r *Report) error {
	t := &livesTrial{hidden: s.Ints("deep"), g: layers.ReLU, rate: s.Float("deep-rate")}
	if err := t.run(ctx, s.Int("deep-steps"), s.Int("seeds"), moons); err != nil {
		return err
	}
	r.Say("Deeper: hidden layers of %s ReLU units, rate %v, %d steps, %d seeds. Counted is every time that a unit goes off or comes back.",
		Setting{}.Format(t.hidden), t.rate, s.Int("deep-steps"), s.Int("seeds"))
	table := Table{Header: []string{"hidden layer", "went off", "came back", "off at the end"}}
	var back []int
	above := 0
	for layer, units := range t.hidden {
		went, came := t.turns(layer)
		back = append(back, came)
		if layer > 0 {
			above += came
		}
		table.Rows = append(table.Rows, []string{fmt.Sprint(layer + 1), fmt.Sprint(went), fmt.Sprint(came),
			fmt.Sprintf("%d of %d", t.offIn(layer), units*len(t.lives))})
	}
	r.Table(table)
	r.Check(back[0] == 0 && above > 0 && t.drift() == 0, "In deeper layers dead units do revive: %d times in those above the first, %d times in the first. Accuracy in the end: %s.",
		above, back[0], meanRange(t.accuracy()))
	return nil
}

// offIn returns how many units of a layer are off in the end, in all runs.
func (t *livesTrial) offIn(layer int) int {
	n := 0
	for _, life := range t.lives {
		for _, off := range life.now[layer] {
			if off {
				n++
			}
		}
	}
	return n
}
