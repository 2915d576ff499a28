package optim_test

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"weak"

	"chainrule/graph"
	"chainrule/layers"
	"chainrule/losses"
	"chainrule/optim"
	"gorgonia.org/tensor"
)

// Steps and evaluations on 300 batch sizes keep few programs, and end in the
// same bits as with all of them kept.
func TestFewProgramsAreKept(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	sizes := 300
	if testing.Short() {
		sizes = 40
	}
	var values [][]float64
	for _, programs := range []int{sizes * 2, 0, 1} {
		rng := rand.New(rand.NewPCG(5, 5))
		net := layers.MLPSettings{Sizes: []int{40, 80, 1}}.New(rng)
		trainer := &optim.Trainer{Params: net.Params(), Rule: optim.Adam{}, Workers: 3, Programs: programs,
			Cost: func(g *graph.Graph, m int) *graph.Node {
				return losses.SigmoidCrossEntropy(net.Apply(g.Input("X", 40, m)), g.Input("Y", 1, m))
			}}
		goroutines, heap := runtime.NumGoroutine(), heapInUse()
		var costs []float64
		for i := range sizes {
			m := 100 + i*7%sizes
			batch := optim.Batch{"X": random(rng, tensor.Float64, 40, m), "Y": classes(tensor.Float64, 2, m)}
			for _, run := range []func(optim.Batch) (float64, error){trainer.Step, trainer.Evaluate} {
				cost, err := run(batch)
				if err != nil {
					t.Fatal(err)
				}
				costs = append(costs, cost)
			}
		}
		if programs != sizes*2 {
			waitForGoroutines(t, goroutines+8*2)
			if grown := heapInUse() - heap; grown > 16<<20 {
				t.Errorf("%d programs kept: the heap grew by %d MiB", programs, grown>>20)
			}
		}
		if err := trainer.Close(); err != nil {
			t.Fatal(err)
		}
		waitForGoroutines(t, goroutines)
		values = append(values, append(costs, entries(net.Params()...)...))
	}
	for _, v := range values[1:] {
		if !slices.Equal(v, values[0]) {
			t.Error("dropped programs change the results")
		}
	}
}

func heapInUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func waitForGoroutines(t *testing.T, most int) {
	t.Helper()
	for start := time.Now(); runtime.NumGoroutine() > most; time.Sleep(time.Millisecond) {
		if time.Since(start) > 10*time.Second {
			t.Errorf("%d goroutines, %d expected", runtime.NumGoroutine(), most)
			return
		}
	}
}

// The program that goes is the one that was used least lately.
func TestOldestProgramGoes(t *testing.T) {
	p := newProblem(tensor.Float64)
	var built []int
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.1})
	trainer.Programs = 3
	trainer.Cost = func(g *graph.Graph, m int) *graph.Node {
		built = append(built, m)
		return p.cost(g, m)
	}
	for _, m := range []int{1, 2, 3, 1, 4, 1, 3, 2, 2, 1, 3} { // 4 drops 2, the second 2 drops 4
		x, y := p.batch(m)
		if _, err := trainer.Step(optim.Batch{"X": dense64(x, 3, m), "Y": dense64(y, 2, m)}); err != nil {
			t.Fatal(err)
		}
	}
	if want := []int{1, 2, 3, 4, 2}; !slices.Equal(built, want) {
		t.Errorf("programs were built for %v examples, want %v", built, want)
	}
	if _, err := trainer.Profiled(4); err == nil || !strings.Contains(err.Error(), "dropped") {
		t.Errorf("error %v", err)
	}
}

// Batches of changing sizes allocate nothing once their programs are there.
func TestChangingSizesAllocateNothing(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.Adam{})
	defer trainer.Close()
	var batches []optim.Batch
	for _, m := range []int{5, 7, 9} {
		x, y := p.batch(m)
		batches = append(batches, optim.Batch{"X": dense64(x, 3, m), "Y": dense64(y, 2, m)})
	}
	all := func() {
		for _, b := range batches {
			if _, err := trainer.Step(b); err != nil {
				t.Fatal(err)
			}
			if _, err := trainer.Evaluate(b); err != nil {
				t.Fatal(err)
			}
		}
	}
	all()
	if n := testing.AllocsPerRun(100, all); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// Of two goroutines that use a Trainer at once, the second gets an error.
func TestTrainerIsForOneGoroutine(t *testing.T) {
	p := newProblem(tensor.Float64)
	x, y := p.batch(64)
	batch := optim.Batch{"X": dense64(x, 3, 64), "Y": dense64(y, 2, 64)}
	trainer := p.trainer(optim.Adam{})
	within, leave := make(chan bool), make(chan bool)
	var called atomic.Bool
	trainer.Cost = func(g *graph.Graph, m int) *graph.Node {
		if !called.Swap(true) {
			within <- true
			<-leave
		}
		return p.cost(g, m)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := trainer.Step(batch); err != nil {
			t.Error(err)
		}
	})
	<-within
	for name, use := range map[string]func() error{
		"Step":     func() error { _, err := trainer.Step(batch); return err },
		"Evaluate": func() error { _, err := trainer.Evaluate(batch); return err },
		"SetRate":  func() error { return trainer.SetRate("learning rate", 1) },
		"Rates":    func() error { _, err := trainer.Rates(); return err },
		"State":    func() error { _, err := trainer.State(); return err },
		"Profiled": func() error { _, err := trainer.Profiled(1); return err },
		"Close":    trainer.Close,
	} {
		if err := use(); err == nil || !strings.Contains(err.Error(), "in use already") {
			t.Errorf("%s during a step: error %v", name, err)
		}
	}
	close(leave)
	wg.Wait()
	if _, err := trainer.Step(batch); err != nil {
		t.Errorf("a step after it: %v", err)
	}
	if err := trainer.SetRate("none", 1); err == nil {
		t.Error("an unknown rate gave no error")
	}
	if err := trainer.Close(); err != nil {
		t.Errorf("the Trainer is free after an error: %v", err)
	}
}

// A cost without data takes a batch of nothing, in steps and evaluations.
func TestCostWithoutData(t *testing.T) {
	w := graph.NewParam("w", dense64([]float64{1, -2}, 2))
	sizes := []int{}
	trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: optim.GradientDescent{LearningRate: 0.25},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			sizes = append(sizes, m)
			return graph.Sum(graph.Square(g.Use(w)))
		}}
	defer trainer.Close()
	for i, batch := range []optim.Batch{nil, {}} {
		want := 5 / float64(int(1)<<(2*i))
		if cost, err := trainer.Evaluate(batch); err != nil || cost != want {
			t.Errorf("cost %v (%v), want %v", cost, err, want)
		}
		if cost, err := trainer.Step(batch); err != nil || cost != want {
			t.Errorf("cost %v (%v), want %v", cost, err, want)
		}
	}
	if v := entries(w); v[0] != 0.25 || v[1] != -0.5 || !slices.Equal(sizes, []int{0, 0}) {
		t.Errorf("w is %v, Cost was called for %v examples", v, sizes)
	}
	if n := testing.AllocsPerRun(100, func() { trainer.Step(nil) }); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
}

// A batch that the cost does not read still says how many examples there are.
func TestExamplesThatAreNotRead(t *testing.T) {
	w := graph.NewParam("w", dense64([]float64{1}, 1))
	trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: optim.GradientDescent{LearningRate: 1},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			if m > 0 {
				g.Input("X", 1, m)
			}
			return graph.Sum(g.Use(w)).Times(float64(1 + m))
		}}
	defer trainer.Close()
	for _, m := range []int{5, 0, 3, 5, 0} {
		var batch optim.Batch
		if m > 0 {
			batch = optim.Batch{"X": dense64(make([]float64, m), 1, m)}
		}
		if cost, err := trainer.Evaluate(batch); err != nil || cost != float64(1+m) {
			t.Errorf("%d examples: cost %v (%v)", m, cost, err)
		}
	}
}

// An input that is only a scalar needs no matrix beside it.
func TestScalarInputsOnly(t *testing.T) {
	w := graph.NewParam("w", dense64([]float64{1}, 1))
	trainer := &optim.Trainer{Params: []*graph.Param{w}, Rule: optim.GradientDescent{LearningRate: 1},
		Cost: func(g *graph.Graph, m int) *graph.Node { return graph.Sum(graph.Mul(g.Use(w), g.Input("s"))) }}
	defer trainer.Close()
	if cost, err := trainer.Step(optim.Batch{"s": graph.Tensor([]float64{3})}); err != nil || cost != 3 || entries(w)[0] != -2 {
		t.Errorf("cost %v, error %v, w %v", cost, err, entries(w))
	}
}

// A cost knows what it is built for; an evaluation neither assigns nor draws.
func TestTrainingAndEvaluation(t *testing.T) {
	p := newProblem(tensor.Float64)
	seed := graph.NewParam("seed", graph.Tensor([]float64{1}))
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.1})
	trainer.Cost = p.masked(seed)
	x, y := p.batch(5)
	batch := optim.Batch{"X": dense64(x, 3, 5), "Y": dense64(y, 2, 5)}
	first, err := trainer.Evaluate(batch)
	if err != nil {
		t.Fatal(err)
	}
	before := p.hand()
	if again, err := trainer.Evaluate(batch); err != nil || again != first || differ(p, before) != 0 || entries(seed)[0] != 1 {
		t.Errorf("evaluations give %v and %v (%v), the seed is %v", first, again, err, entries(seed))
	}
	step, err := trainer.Step(batch)
	if err != nil || step == first || entries(seed)[0] != 2 {
		t.Errorf("a step gives %v (%v), the seed is %v", step, err, entries(seed))
	}
}

// A parameter belongs to the rule or to the graph, and an evaluation assigns
// nothing even if its cost asks for it.
func TestAssignmentsOfACost(t *testing.T) {
	p := newProblem(tensor.Float64)
	x, y := p.batch(5)
	batch := optim.Batch{"X": dense64(x, 3, 5), "Y": dense64(y, 2, 5)}
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.1})
	trainer.Cost = func(g *graph.Graph, m int) *graph.Node {
		g.Assign(p.net.B[0], g.Const(0, 4, 1))
		return p.cost(g, m)
	}
	before := p.hand()
	want := `parameter "` + p.net.B[0].Name() + `" is updated by the rule and assigned in the cost's graph`
	if _, err := trainer.Step(batch); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v", err)
	}
	if _, err := trainer.Evaluate(batch); err == nil || !strings.Contains(err.Error(), "built for evaluation") {
		t.Errorf("error %v", err)
	}
	state := graph.NewParam("state", dense64([]float64{1}, 1))
	both := &optim.Trainer{Params: append(p.net.Params(), state), Rule: optim.GradientDescent{LearningRate: 0.1},
		Cost: func(g *graph.Graph, m int) *graph.Node {
			g.Assign(state, g.Const(0, 1))
			return p.cost(g, m)
		}}
	if _, err := both.Step(batch); err == nil || !strings.Contains(err.Error(), `"state" is trained by the rule and assigned in the cost's graph`) {
		t.Errorf("state that is trained: error %v", err)
	}
	if differ(p, before) != 0 {
		t.Error("the parameters moved")
	}
}

// An input that the cost does not read may be in a batch or not, but not in a
// wrong shape.
func TestInputThatIsNotRead(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.1})
	trainer.Cost = func(g *graph.Graph, m int) *graph.Node {
		g.Input("weight", 1, m)
		return p.cost(g, m)
	}
	x, y := p.batch(5)
	batch := optim.Batch{"X": dense64(x, 3, 5), "Y": dense64(y, 2, 5)}
	for range 2 {
		if _, err := trainer.Step(batch); err != nil {
			t.Error(err)
		}
		batch["weight"] = dense64(make([]float64, 5), 1, 5)
	}
	for _, wrong := range []*tensor.Dense{dense64(x, 3, 5), dense32(x[:5], 1, 5)} {
		batch["weight"] = wrong
		if _, err := trainer.Step(batch); err == nil || !strings.Contains(err.Error(), `"weight" is of shape`) {
			t.Errorf("error %v", err)
		}
	}
}

// A Trainer with a wrong setting says so each time.
func TestWrongSettingAgain(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.Adam{})
	trainer.Programs = -1
	for range 2 {
		if _, err := trainer.Step(nil); err == nil || !strings.Contains(err.Error(), "Programs is -1, at least 1 expected, or 0 for 8") {
			t.Errorf("error %v", err)
		}
	}
}

// A Trainer keeps no batch, be it stepped on, refused or of another size.
func TestBatchesAreNotKept(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.1})
	defer trainer.Close()
	step := func(m int, extra string) weak.Pointer[tensor.Dense] {
		x, y := p.batch(m)
		batch := optim.Batch{"X": dense64(x, 3, m), "Y": dense64(y, 2, m)}
		if extra != "" {
			batch[extra] = batch["X"]
		}
		if _, err := trainer.Step(batch); (err != nil) != (extra != "") {
			t.Errorf("error %v", err)
		}
		return weak.Make(batch["X"])
	}
	for i, x := range []weak.Pointer[tensor.Dense]{step(4, ""), step(5, ""), step(4, "Z")} {
		if runtime.GC(); x.Value() != nil {
			t.Errorf("batch %d is kept", i)
		}
	}
	x := step(4, "")
	if runtime.GC(); x.Value() != nil {
		t.Error("the last batch is kept")
	}
}

// A rule with a wrong setting says so each time that its state is asked for.
func TestWrongRuleAgain(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.Adam{Beta1: 2})
	for range 2 {
		if _, err := trainer.State(); err == nil || !strings.Contains(err.Error(), "Adam.Beta1: 2 given") {
			t.Errorf("error %v", err)
		}
	}
}

// An input of an evaluation that is called like a rate is fed by the batch.
func TestInputCalledLikeARate(t *testing.T) {
	p := newProblem(tensor.Float64)
	trainer := p.trainer(optim.GradientDescent{LearningRate: 0.1})
	defer trainer.Close()
	trainer.Cost = func(g *graph.Graph, _ int) *graph.Node { return g.Input("learning rate").Times(2) }
	if _, err := trainer.Rates(); err != nil { // the rate is known
		t.Fatal(err)
	}
	if cost, err := trainer.Evaluate(optim.Batch{"learning rate": graph.Tensor([]float64{3})}); err != nil || cost != 6 {
		t.Errorf("cost %v, error %v", cost, err)
	}
}

// panicking is a rule that asks for a rate and a state, and panics while it is told to.
type panicking struct{ armed *bool }

func (r panicking) Apply(u *optim.Update) {
	rate := u.Rate("speed", 0.5)
	if *r.armed {
		u.Rate("lost", 1)
		u.State(u.Params[0], "lost")
		panic("no")
	}
	for i, p := range u.Params {
		u.Assign(p, graph.Sub(u.Value(p), graph.Mul(rate, u.Grads[i])))
	}
}

// A panic of a Cost or a Rule is an error that names it, and leaves the Trainer and its
// parameters as they were.
func TestPanicsOfCostAndRule(t *testing.T) {
	w := graph.NewParam("w", graph.Tensor([]float64{3}))
	costs, rules := false, false
	trainer := optim.Trainer{Params: []*graph.Param{w}, Rule: panicking{&rules}, Cost: func(g *graph.Graph, m int) *graph.Node {
		if costs {
			panic(errors.New("no cost"))
		}
		return graph.Square(g.Use(w))
	}}
	defer trainer.Close()
	fails := func(what string, err error) {
		t.Helper()
		var p *graph.Panic
		if !errors.As(err, &p) || !strings.Contains(err.Error(), "the Trainer's "+what+" panicked at trainer_test.go:") {
			t.Errorf("error %v, the %s's panic expected", err, what)
		}
	}
	rules = true
	_, err := trainer.Step(nil)
	fails("Rule", err)
	_, err = trainer.State()
	fails("Rule", err)
	_, err = trainer.Rates()
	fails("Rule", err)
	fails("Rule", trainer.SetRate("speed", 1))
	rules, costs = false, true
	_, err = trainer.Step(nil)
	fails("Cost", err)
	_, err = trainer.Evaluate(nil)
	fails("Cost", err)
	_, err = trainer.Step(optim.Batch{"x": graph.Tensor([]float64{1, 2, 3}, 3)}) // of 1 or 3 examples
	fails("Cost", err)
	costs = false
	if rates, err := trainer.Rates(); err != nil || len(rates) != 1 {
		t.Errorf("rates %v, error %v", rates, err)
	}
	if states, err := trainer.State(); err != nil || len(states) != 0 {
		t.Errorf("states %v, error %v", states, err)
	}
	if cost, err := trainer.Step(nil); err != nil || cost != 9 || w.Value().Data() != 0.0 {
		t.Errorf("cost %v, error %v, w %v", cost, err, w.Value())
	}
	func() { // one that the caller makes goes on to the caller
		defer func() {
			if r := recover(); r != "mine" {
				t.Errorf("recovered %v", r)
			}
		}()
		fit := optim.Fit{Trainer: &trainer, Data: optim.Batches{nil}, Steps: 2, OnStep: func(optim.Progress) error { panic("mine") }}
		fit.Run(t.Context())
	}()
	if _, err := trainer.Step(nil); err != nil {
		t.Error(err)
	}
}
