package optim_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/optim"
)

// parabola trains w on (w − x)², whose examples are numbers, from w = 0. What a
// graph for training assigns counts its steps.
func parabola(rate float64) (*optim.Trainer, *graph.Param) {
	w := graph.NewParam("w", graph.Tensor([]float64{0}))
	steps := graph.NewParam("steps", graph.Tensor([]float64{0}))
	return &optim.Trainer{Params: []*graph.Param{w}, Kept: []*graph.Param{steps}, Rule: optim.GradientDescent{LearningRate: rate},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			if g.IsTraining() {
				g.Assign(steps, g.Use(steps).Plus(1))
			}
			return graph.Mean(graph.Square(graph.Sub(g.Use(w), g.Input("x", 1, m))))
		}}, w
}

func numbers(x ...float64) optim.Batch {
	return optim.Batch{"x": graph.Tensor(x, 1, len(x))}
}

// A record's cost is the mean over the examples, not over the batches, of all epochs
// since the record before.
func TestRecords(t *testing.T) {
	trainer, _ := parabola(1e-300) // stands still
	defer trainer.Close()
	measured := 0
	fit := optim.Fit{Trainer: trainer, Data: optim.Batches{numbers(1, 2, 3), numbers(5)}, Epochs: 5, Every: 2,
		Measure: func(context.Context) ([]optim.Metric, error) {
			measured++
			return []optim.Metric{{"good", float64(measured)}, {"bad", -1}}, nil
		}, Maximize: true}
	if err := fit.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := optim.History{
		{Epoch: 2, Step: 4, Cost: 39.0 / 4, Rate: 1e-300, Metrics: []optim.Metric{{"good", 1}, {"bad", -1}}, Best: true},
		{Epoch: 4, Step: 8, Cost: 39.0 / 4, Rate: 1e-300, Metrics: []optim.Metric{{"good", 2}, {"bad", -1}}, Best: true},
		{Epoch: 5, Step: 10, Cost: 39.0 / 4, Rate: 1e-300, Metrics: []optim.Metric{{"good", 3}, {"bad", -1}}, Best: true},
	}
	if fmt.Sprint(fit.History) != fmt.Sprint(want) {
		t.Errorf("records\n%v\n%v expected", fit.History, want)
	}
	var csv strings.Builder
	if err := fit.History.WriteCSV(&csv); err != nil || csv.String() != "epoch,step,rate,cost,good,bad\n2,4,1e-300,9.75,1,-1\n4,8,1e-300,9.75,2,-1\n5,10,1e-300,9.75,3,-1\n" {
		t.Errorf("%v\n%s", err, csv.String())
	}
	if got := fit.History.Metric("good"); !slices.Equal(got, []float64{1, 2, 3}) {
		t.Errorf("good: %v", got)
	}
	if got := fit.History.Metric("cost"); !slices.Equal(got, []float64{9.75, 9.75, 9.75}) {
		t.Errorf("cost: %v", got)
	}
	if got := fit.History.Metric("ugly"); got != nil {
		t.Errorf("ugly: %v", got)
	}
}

// No two columns of a history have one name, whatever the metrics are called.
func TestHistoryColumns(t *testing.T) {
	h := optim.History{{Epoch: 1, Step: 2, Rate: 3, Cost: 4, Metrics: []optim.Metric{{"cost", 5}, {"rate", 6}, {"metric cost", 7}, {"good", 8}}}}
	var csv strings.Builder
	if err := h.WriteCSV(&csv); err != nil || csv.String() != "epoch,step,rate,cost,metric cost,metric rate,metric metric cost,good\n1,2,3,4,5,6,7,8\n" {
		t.Errorf("%v\n%s", err, csv.String())
	}
}

// A training that ends within an epoch has a record of its last step.
func TestRecordWithinAnEpoch(t *testing.T) {
	trainer, _ := parabola(0.1)
	defer trainer.Close()
	fit := optim.Fit{Trainer: trainer, Data: optim.Batches{numbers(1), numbers(2), numbers(3)}, Steps: 4}
	if err := fit.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h := fit.History; len(h) != 2 || h[1].Epoch != 2 || h[1].Step != 4 {
		t.Errorf("%+v", h)
	}
	if s := fit.State(); s.Epoch != 1 || s.Batch != 1 || s.Step != 4 {
		t.Errorf("%+v", s)
	}
}

// Patience counts the records since the best one, and then gives the network back as
// it was at that: its parameters, and what layers keep.
func TestPatience(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		watched  []float64
		maximize bool
		patience int
		records  int
		best     float64 // epoch
	}{
		{[]float64{5, 4, 3, 3, 3, 1}, false, 2, 5, 3}, // an equal one is no better
		{[]float64{5, 4, 3, 3, 3, 1}, false, 3, 6, 6},
		{[]float64{5, 4, 3, 9, 2, 8, 8}, false, 2, 7, 5},
		{[]float64{5, 4, 3}, true, 2, 3, 1},
		{[]float64{nan, nan, 2, nan, nan}, false, 2, 5, 3},
		{[]float64{nan, nan, nan, nan}, true, 2, 3, 1},
		{[]float64{1, math.Inf(-1), 0}, true, 9, 3, 1},
	} {
		trainer, w := parabola(0.1)
		var after []float64 // the value of w after each epoch
		fit := optim.Fit{Trainer: trainer, Data: optim.Batches{numbers(1)}, Epochs: len(c.watched), Patience: c.patience, Maximize: c.maximize}
		fit.Measure = func(context.Context) ([]optim.Metric, error) {
			after = append(after, w.Value().Data().(float64))
			return []optim.Metric{{"watched", c.watched[len(fit.History)]}}, nil
		}
		if err := fit.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(fit.History) != c.records {
			t.Errorf("%v: %d records, %d expected", c.watched, len(fit.History), c.records)
		}
		if best, ok := fit.History.Best(); !ok || float64(best.Epoch) != c.best {
			t.Errorf("%v: the best is epoch %d, %v expected", c.watched, best.Epoch, c.best)
		}
		if got := w.Value().Data(); got != after[int(c.best)-1] {
			t.Errorf("%v: w is %v, after the epochs it was %v", c.watched, got, after)
		}
		if got := trainer.Kept[0].Value().Data(); got != c.best {
			t.Errorf("%v: the layers' steps are %v, %v expected", c.watched, got, c.best)
		}
		trainer.Close()
	}
}

// A training that was ended goes on to the same bits, wherever it was ended.
func TestFitGoesOn(t *testing.T) {
	data := optim.DataFunc(func(epoch, b int) (optim.Batch, bool, error) {
		return numbers(float64(epoch), float64(b)), b == 2, nil
	})
	train := func(interrupt int) (float64, optim.History) {
		trainer, w := parabola(0.1)
		trainer.Rule = optim.Momentum{LearningRate: 0.1}
		defer trainer.Close()
		ctx, cancel := context.WithCancel(t.Context())
		fit := optim.Fit{Trainer: trainer, Data: data, Epochs: 4, OnStep: func(p optim.Progress) error {
			if p.Step == interrupt {
				cancel()
			}
			return nil
		}}
		err := fit.Run(ctx)
		if interrupt > 0 && interrupt < 12 {
			if !errors.Is(err, context.Canceled) || fit.State().Step != interrupt {
				t.Errorf("at %d: %v, %d steps", interrupt, err, fit.State().Step)
			}
			err = fit.Run(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		return w.Value().Data().(float64), fit.History
	}
	want, history := train(0)
	for at := 1; at <= 12; at++ {
		got, h := train(at)
		if got != want || fmt.Sprint(h) != fmt.Sprint(history) {
			t.Errorf("ended at step %d: %v and %v, %v and %v without an end", at, got, h, want, history)
		}
	}
}

// At every step the rule's rate is the schedule's, which is told how long the training
// is and what became of it, also where the training was ended in between.
func TestFitSchedule(t *testing.T) {
	for _, c := range []struct {
		schedule func() optim.Schedule
		want     []float64
	}{
		{func() optim.Schedule { return optim.Cosine{} }, []float64{0.4, 0.2 + 0.2*math.Cos(math.Pi/6), 0.3, 0.2, 0.1, 0.2 - 0.2*math.Cos(math.Pi/6)}},
		{func() optim.Schedule { return optim.Staircase{Every: 2, Ratio: 0.5} }, []float64{0.4, 0.4, 0.2, 0.2, 0.1, 0.1}},
		{func() optim.Schedule { return &optim.Plateau{Patience: 1, Ratio: 0.5} }, []float64{0.4, 0.4, 0.4, 0.4, 0.2, 0.2}},
	} {
		for interrupt := range 6 {
			trainer, _ := parabola(0.4)
			ctx, cancel := context.WithCancel(t.Context())
			var rates []float64
			fit := optim.Fit{Trainer: trainer, Data: optim.Batches{numbers(1), numbers(2)}, Epochs: 3, Schedule: c.schedule(), Maximize: true}
			fit.Measure = func(context.Context) ([]optim.Metric, error) { // no better in the second epoch
				return []optim.Metric{{"accuracy", []float64{0.5, 0.5, 0.7}[len(fit.History)]}}, nil
			}
			fit.OnStep = func(p optim.Progress) error {
				r, err := trainer.Rates()
				rates = append(rates, r["learning rate"])
				if p.Step == interrupt {
					cancel()
				}
				return err
			}
			err := fit.Run(ctx)
			if interrupt > 0 {
				if !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
				err = fit.Run(t.Context())
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range c.want {
				if len(rates) != len(c.want) || math.Abs(rates[i]-want) > 1e-15 {
					t.Errorf("%T, ended at %d: rates %v, %v expected", c.schedule(), interrupt, rates, c.want)
					break
				}
			}
			if got := fit.History[2].Rate; got != rates[5] {
				t.Errorf("%T: the last record has the rate %v, the last step %v", c.schedule(), got, rates[5])
			}
			cancel()
			trainer.Close()
		}
	}
}

// The rate that a schedule multiplies is that before its first factor, also where the first
// step was refused, and where the training began without a schedule.
func TestFitScheduleBeginsOnce(t *testing.T) {
	falling := optim.Staircase{Every: 1, Ratio: 0.5}
	rateAfter := func(f *optim.Fit, n int) float64 {
		t.Helper()
		if err := f.Run(t.Context()); err != nil || f.State().Step != n {
			t.Fatalf("%d steps, error %v", f.State().Step, err)
		}
		return f.History[len(f.History)-1].Rate
	}
	trainer, _ := parabola(0.4)
	defer trainer.Close()
	refused := optim.Fit{Trainer: trainer, Data: optim.Batches{numbers(math.NaN())}, Steps: 8, Schedule: optim.Warmup{Steps: 4},
		OnStep: func(optim.Progress) error { return optim.ErrStop }}
	if err := refused.Run(t.Context()); err == nil {
		t.Fatal("NaN is a number")
	}
	refused.Data = optim.Batches{numbers(1)}
	if got := rateAfter(&refused, 1); got != 0.1 {
		t.Errorf("after a step that was refused the rate is %v, 0.1 expected", got)
	}
	other, _ := parabola(0.4)
	defer other.Close()
	plain := optim.Fit{Trainer: other, Data: optim.Batches{numbers(1)}, Epochs: 1}
	rateAfter(&plain, 1)
	c, err := plain.Checkpoint()
	if err != nil {
		t.Fatal(err)
	}
	later := optim.Fit{Trainer: other, Data: plain.Data, Epochs: 2, Schedule: falling}
	if err := later.Resume(c); err != nil {
		t.Fatal(err)
	}
	if got := rateAfter(&later, 2); got != 0.2 {
		t.Errorf("a schedule that came later makes the rate %v, 0.2 expected", got)
	}
}

func TestFitMistakes(t *testing.T) {
	trainer, _ := parabola(0.1)
	defer trainer.Close()
	data := optim.Batches{numbers(1)}
	metrics := func(m ...optim.Metric) func(context.Context) ([]optim.Metric, error) {
		return func(context.Context) ([]optim.Metric, error) { return m, nil }
	}
	unlisted, _ := parabola(0.1)
	unlisted.Kept = nil
	twice, _ := parabola(0.1)
	twice.Kept = twice.Params
	calls := 0
	for _, c := range []struct {
		fit  *optim.Fit
		want string
	}{
		{nil, "the Fit is nil"},
		{&optim.Fit{Data: data}, "no Trainer"},
		{&optim.Fit{Trainer: trainer}, "no Data"},
		{&optim.Fit{Trainer: trainer, Data: optim.Batches{}}, "batch 1 of epoch 1: there are no batches"},
		{&optim.Fit{Trainer: trainer, Data: data, Steps: -1}, "Steps is -1"},
		{&optim.Fit{Trainer: trainer, Data: data, Epochs: -1}, "Epochs is -1"},
		{&optim.Fit{Trainer: trainer, Data: data, Every: -1}, "Every is -1"},
		{&optim.Fit{Trainer: trainer, Data: data, Patience: -1}, "Patience is -1"},
		{&optim.Fit{Trainer: trainer, Data: data, Epochs: 1, Measure: metrics(optim.Metric{})}, `metric 0 called ""`},
		{&optim.Fit{Trainer: trainer, Data: data, Epochs: 1, Measure: metrics(optim.Metric{"a", 1}, optim.Metric{"a", 1})}, `metric 1 called "a"`},
		{&optim.Fit{Trainer: trainer, Data: data, Epochs: 2, Measure: func(context.Context) ([]optim.Metric, error) {
			calls++
			return []optim.Metric{{fmt.Sprint(calls), 1}}, nil
		}}, `returned "2", after "1" before`},
		{&optim.Fit{Trainer: trainer, Data: data, Epochs: 1, Measure: func(context.Context) ([]optim.Metric, error) { return nil, errors.New("mine") }}, "mine"},
		{&optim.Fit{Trainer: trainer, Data: data, Epochs: 1, Schedule: optim.Constant{}, Rate: "speed"}, `the rate "speed"; the rule has "learning rate"`},
		{&optim.Fit{Trainer: trainer, Data: data, Epochs: 1, Schedule: optim.Staircase{}}, "Staircase.Every: 0 given"},
		{&optim.Fit{Trainer: trainer, Data: data, Epochs: 1, Schedule: (*optim.Plateau)(nil)}, "the Plateau is nil"},
		{&optim.Fit{Trainer: unlisted, Data: data, Epochs: 1, Patience: 1}, `assigns "steps"`},
		{&optim.Fit{Trainer: twice, Data: data, Epochs: 1}, `Kept holds "w"`},
	} {
		if err := c.fit.Run(t.Context()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, %q expected", err, c.want)
		}
	}
}
