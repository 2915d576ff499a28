package experiment

import (
	"runtime"
	"testing"

	"chainrule/optim"
)

// A step on a shuffled batch, with dropout and a schedule, allocates nothing, whether the
// batch is a whole one or what is left of an epoch.
func TestStepsAllocateNothing(t *testing.T) {
	if race {
		t.Skip("the race detector allocates")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, dtype := range []string{"float64", "float32"} {
		e, err := New(Settings{
			Layers: []Layer{{Kind: "dense", Units: 8, Activation: "relu"}, {Kind: "dropout", Rate: 0.3},
				{Kind: "dense", Units: 1, Activation: "sigmoid"}},
			Cost: Cost{Kind: "cross-entropy"}, Rule: Rule{Kind: "adam", L2: 1e-3}, Schedule: Schedule{Kind: "cosine", Warmup: 5},
			Data: Data{Kind: "toy", Name: "moons", Examples: 46}, Batch: 10, Epochs: 200, Dtype: dtype,
		})
		if err != nil {
			t.Fatal(err)
		}
		training, err := e.Training()
		if err != nil {
			t.Fatal(err)
		}
		training.Every = training.Epochs // a record is made of an epoch, and not of a step
		// Windows of 50 steps, 10 epochs each, after the programs were compiled. The
		// runtime itself allocates now and then, but not in each of them.
		const window = 50
		least, before := ^uint64(0), uint64(0)
		training.OnStep = func(p optim.Progress) error {
			if p.Step%window == 0 {
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				if p.Step > window {
					least = min(least, m.Mallocs-before)
				}
				before = m.Mallocs
			}
			return nil
		}
		if err := training.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := training.Close(); err != nil {
			t.Fatal(err)
		}
		if steps := training.State().Step; steps != 1000 {
			t.Errorf("%s: %d steps, 1000 expected", dtype, steps)
		}
		if least != 0 {
			t.Errorf("%s: at least %d allocations in %d steps", dtype, least, window)
		}
	}
}
