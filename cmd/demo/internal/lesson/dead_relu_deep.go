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
	var off, back [2]int // times that a unit went off and came back, in the first layer and above
	for layer, units := range t.hidden {
		went, came := t.turns(layer)
		i := min(layer, 1)
		off[i], back[i] = off[i]+went, back[i]+came
		table.Rows = append(table.Rows, []string{fmt.Sprint(layer + 1), fmt.Sprint(went), fmt.Sprint(came),
			fmt.Sprintf("%d of %d", t.offIn(layer), units*len(t.lives))})
	}
	r.Table(table)
	judgeDeeper(r, off, back, t.drift(), meanRange(t.accuracy()))
	return nil
}

// judgeDeeper judges how often units went off and came back in the first layer
// and in those above it, and how far dead ones of the first have moved.
func judgeDeeper(r *Report, off, back [2]int, drift float64, accuracy string) {
	if off[1] == 0 {
		r.Untried("Above the first hidden layer no unit went off: these settings do not show whether dead is for ever there. Accuracy in the end: %s.", accuracy)
		return
	}
	r.Weigh("a unit below 0 above the first hidden layer is dead for ever", bearing(back[1] == 0), back[0] == 0 && back[1] > 0 && drift == 0,
		"In deeper layers dead units do revive: %d times in those above the first, %d times in the first. Accuracy in the end: %s.", back[1], back[0], accuracy)
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
