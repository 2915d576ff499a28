package plan

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// Every part is done exactly once, whatever the helpers do.
func TestPoolDoesEveryPart(t *testing.T) {
	for _, helpers := range []int{0, 1, 3, 7} {
		p := newPool(helpers)
		for round := range 2000 {
			if round%50 == 0 {
				p.alert()
			}
			parts := round % 9
			var done [9]atomic.Int32
			p.run(parts, func(lane, part int) {
				if lane < 0 || lane > helpers {
					t.Errorf("lane %d", lane)
				}
				done[part].Add(1)
			})
			for i := range done {
				want := int32(0)
				if i < parts {
					want = 1
				}
				if n := done[i].Load(); n != want {
					t.Fatalf("%d helpers, round %d: part %d of %d done %d times", helpers, round, i, parts, n)
				}
			}
		}
		p.stop()
	}
}

// A panic of any part reaches the owner, after which the pool works on.
func TestPoolPassesPanicsOn(t *testing.T) {
	p := newPool(1)
	defer p.stop()
	for round := range 200 {
		p.alert()
		caught := func() (r any) {
			defer func() { r = recover() }()
			p.run(4, func(lane, part int) {
				time.Sleep(10 * time.Microsecond)
				if part == round%4 {
					panic("mine")
				}
			})
			return nil
		}()
		if caught != "mine" {
			t.Fatalf("round %d: recovered %v", round, caught)
		}
	}
	ran := 0
	p.run(1, func(int, int) { ran++ })
	if ran != 1 {
		t.Error("the pool does not work after a panic")
	}
}

func TestPoolStops(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		p := newPool(3)
		p.alert()
		p.run(2, func(int, int) {})
		p.stop()
	}
	for range 1000 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// A machine that nobody holds any more takes its goroutines with it.
func TestDroppedMachineEndsItsGoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 10 {
		_, m := runOnce(Source{Nodes: []Node{{Kind: Feed, Shape: []int{4 * block}},
			{Kind: Map, In: []int{0}, Shape: []int{4 * block}, Func: negFunc}}, Outputs: []int{1}}, nil, make([]float64, 4*block))
		split := newMachine[float64](m.plan, nil, nil, 3, 1e-9)
		split.Feed(0, make([]float64, 4*block), false)
		split.Run()
	}
	for range 1000 {
		runtime.GC()
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// Helpers take parts, and nobody returns before all parts are done: here each
// part waits for another worker's.
func TestHelpersShareATask(t *testing.T) {
	for _, helpers := range []int{1, 3} {
		p := newPool(helpers)
		for int(p.parked.Load()) < helpers { // a helper that starts late may miss a task
			time.Sleep(time.Microsecond)
		}
		for round := range 50 {
			var begun, done atomic.Int32
			all := int32(helpers + 1)
			p.run(int(all), func(lane, part int) {
				begun.Add(1)
				for start := time.Now(); begun.Load() < all; {
					if time.Since(start) > 10*time.Second {
						t.Errorf("%d helpers, round %d: part %d waits for another worker in vain", helpers, round, part)
						return
					}
					p.alert() // who parked since the last time
					runtime.Gosched()
				}
				if lane > 0 {
					time.Sleep(50 * time.Microsecond)
				}
				done.Add(1)
			})
			if n := done.Load(); n != all {
				t.Fatalf("%d helpers, round %d: run returned when %d of %d parts were done", helpers, round, n, all)
			}
			if t.Failed() {
				break
			}
		}
		p.stop()
	}
}

// After a panic of the owner's own part the helpers take no further ones.
func TestPanicOfTheOwnerEndsTheTask(t *testing.T) {
	p := newPool(1)
	defer p.stop()
	var helping atomic.Bool
	var done atomic.Int32
	defer func() {
		if r := recover(); r != "mine" || done.Load() > 100 {
			t.Errorf("recovered %v, %d parts done", r, done.Load())
		}
	}()
	for start := time.Now(); p.parked.Load() == 0 && time.Since(start) < 10*time.Second; {
		time.Sleep(time.Millisecond) // a helper that starts during a task leaves it out
	}
	p.run(1000, func(lane, _ int) {
		if lane > 0 {
			helping.Store(true)
			done.Add(1)
			time.Sleep(time.Millisecond)
			return
		}
		for start := time.Now(); !helping.Load() && time.Since(start) < 10*time.Second; {
			p.alert()
			runtime.Gosched()
		}
		panic("mine")
	})
}
