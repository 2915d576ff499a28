package lesson

import (
	"context"

	"chainrule/graph"
	"gorgonia.org/tensor"
)

// A unitWatch tells which hidden units of a network are off: those whose z is not
// above 0 for any example of its data. It must be closed.
type unitWatch struct {
	program *graph.Program
	feeds   graph.Feeds
	largest []*graph.Node // z of each layer's units, over all examples
	values  []*tensor.Dense
}

func newUnitWatch(l *learner) (*unitWatch, error) {
	g := graph.New(graph.Settings{})
	x := g.Input("X", len(l.data.Features), l.data.Len())
	w := &unitWatch{feeds: graph.Feeds{x: l.batch["X"]}}
	z := l.Forward(x).Z
	for _, n := range z[:len(z)-1] {
		largest := graph.Max(n, 1)
		w.largest = append(w.largest, largest)
		w.values = append(w.values, tensor.New(tensor.WithShape(largest.Shape()...), tensor.Of(tensor.Float64)))
	}
	var err error
	w.program, err = graph.Compile(graph.Spec{Outputs: w.largest, Workers: 1})
	return w, err
}

// off tells for each unit of each layer whether it is off.
func (w *unitWatch) off() ([][]bool, error) {
	if err := w.program.Run(w.feeds); err != nil {
		return nil, err
	}
	off := make([][]bool, len(w.largest))
	for i, n := range w.largest {
		if err := w.program.CopyTo(w.values[i], n); err != nil {
			return nil, err
		}
		for _, z := range w.values[i].Float64s() {
			off[i] = append(off[i], !(z > 0))
		}
	}
	return off, nil
}

func (w *unitWatch) close() { w.program.Close() } // nothing is running

// A lifeline is what a training did to the hidden units of a network.
type lifeline struct {
	off        []float64 // share of all units that are off: at the start, and after each step
	went, came []int     // how often units of each layer went off, and came back
	drift      float64   // the largest change in weights and biases of layer 1 since their units went off for good
	accuracy   float64
	field      func(x, y []float64) ([]float64, error) // what was learned, for a picture

	now   [][]bool
	since [][]float64 // weights and bias of the units of layer 1 when they went off
}

// trainWatched trains a network and watches its units.
func trainWatched(ctx context.Context, l *learner, steps int) (*lifeline, error) {
	w, err := newUnitWatch(l)
	if err != nil {
		return nil, err
	}
	defer w.close()
	hidden := len(l.W) - 1
	life := &lifeline{went: make([]int, hidden), came: make([]int, hidden), field: l.PredictPlane} // which makes programs of its own later
	if err := life.note(l, w); err != nil {
		return nil, err
	}
	var failed error
	_, err = l.train(ctx, steps, func(int, float64) bool {
		failed = life.note(l, w)
		return failed == nil
	})
	if err != nil {
		return nil, err
	}
	if failed != nil {
		return nil, failed
	}
	end := l.firstLayer()
	for i, off := range life.now[0] {
		if off {
			life.drift = max(life.drift, largestDifference(end[i], life.since[i]))
		}
	}
	life.accuracy, err = l.accuracy(l.data)
	return life, err
}

// note looks which units are off now.
func (f *lifeline) note(l *learner, w *unitWatch) error {
	now, err := w.off()
	if err != nil {
		return err
	}
	if f.now == nil {
		f.since = l.firstLayer()
		f.now = now
	}
	off, all := 0, 0
	for layer, units := range now {
		for i, isOff := range units {
			all++
			if isOff {
				off++
			}
			switch was := f.now[layer][i]; {
			case isOff && !was:
				f.went[layer]++
				if layer == 0 {
					f.since[i] = l.firstLayer()[i]
				}
			case was && !isOff:
				f.came[layer]++
			}
		}
	}
	f.off, f.now = append(f.off, float64(off)/float64(all)), now
	return nil
}
