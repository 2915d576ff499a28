package plan

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// How long a helper looks for work before it parks: between runs, and within
// one. To wake it takes some 50 µs where an idle processor sleeps.
const (
	spinTime = 20 * time.Microsecond
	waitTime = 200 * time.Microsecond
)

// A pool is a set of helpers that take parts of a task while their owner works
// on it too. Opening a task costs the owner one store; a helper that comes too
// late finds it closed, and nobody waits for it. Helpers look for the next task
// for a short time and then park.
//
// A pool must be stopped, or its helpers stay.
type pool struct {
	helpers int
	state   atomic.Uint64 // number of the task, whether it is open, and how many helpers have joined it
	next    atomic.Int64  // part to take
	left    atomic.Int64  // joined helpers that are done
	running atomic.Bool   // a run is under way
	stopped atomic.Bool
	parked  atomic.Int32
	wake    chan struct{}

	// Of the open task: written before it is opened, read after joining.
	parts int
	do    func(lane, part int)

	mu     sync.Mutex
	failed any // what a part panicked with
}

const (
	taskOpen = 1 << 31
	taskStep = 1 << 32
	joinMask = taskOpen - 1
)

// newPool starts the helpers, which park soon.
func newPool(helpers int) *pool {
	p := &pool{helpers: helpers, wake: make(chan struct{}, helpers)}
	for i := range helpers {
		go p.help(i + 1)
	}
	return p
}

// alert wakes the helpers that are parked, so that they are looking when the
// first task is opened.
func (p *pool) alert() {
	for range p.parked.Load() {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}
}

// stop ends the helpers. It must not be called during run.
func (p *pool) stop() {
	p.stopped.Store(true)
	for range p.helpers {
		select {
		case p.wake <- struct{}{}:
		default:
		}
	}
}

// run calls do for every part, by lane 0 and by the helpers that come in time.
// It returns when all calls have, and passes on the panic of one of them.
func (p *pool) run(parts int, do func(lane, part int)) {
	p.parts, p.do = parts, do
	p.next.Store(0)
	p.left.Store(0)
	task := p.state.Load()&^(taskStep-1) + taskStep
	p.state.Store(task | taskOpen)
	defer p.close()
	p.work(0)
}

// close waits for the helpers that have joined the task.
func (p *pool) close() {
	var joined int64
	for {
		s := p.state.Load()
		if p.state.CompareAndSwap(s, s&^taskOpen) {
			joined = int64(s & joinMask)
			break
		}
	}
	p.next.Store(int64(p.parts)) // after a panic of the owner's, no further parts
	for i := 0; p.left.Load() < joined; i++ {
		if i%128 == 127 {
			runtime.Gosched()
		}
	}
	p.do = nil
	if p.failed != nil {
		failed := p.failed
		p.failed = nil
		panic(failed)
	}
}

// work takes parts until there are none.
func (p *pool) work(lane int) {
	for {
		part := int(p.next.Add(1)) - 1
		if part >= p.parts {
			return
		}
		p.do(lane, part)
	}
}

// help is the life of one helper.
func (p *pool) help(lane int) {
	seen := p.state.Load() &^ (taskStep - 1)
	for {
		s, ok := p.find(seen)
		if !ok {
			return
		}
		seen = s &^ (taskStep - 1)
		if s&taskOpen != 0 && p.state.CompareAndSwap(s, s+1) {
			p.join(lane)
		} else if s&taskOpen != 0 {
			seen -= taskStep // another was faster: look again
		}
	}
}

// join works on the open task.
func (p *pool) join(lane int) {
	done := false
	defer func() {
		r := recover()
		if r == nil && !done {
			r = ErrExit
		}
		if r != nil {
			p.mu.Lock()
			p.failed = r
			p.mu.Unlock()
			p.next.Store(int64(p.parts))
		}
		p.left.Add(1)
	}()
	p.work(lane)
	done = true
}

// ErrExit is what a run panics with when a function on entries has ended the
// goroutine of a helper, so that its part of the work is not done.
var ErrExit = errors.New("a function ended its goroutine, by runtime.Goexit or as testing.T.FailNow does")

// find waits for a task other than the one seen, spinning first. It reports
// false if the pool has stopped.
func (p *pool) find(seen uint64) (state uint64, ok bool) {
	start, inRun := time.Now(), true
	for i := 1; ; i++ {
		if s := p.state.Load(); s&^(taskStep-1) != seen && s&taskOpen != 0 {
			return s, true
		}
		if p.stopped.Load() {
			return 0, false
		}
		if i%64 != 0 {
			continue
		}
		limit := spinTime
		if p.running.Load() {
			limit = waitTime
		} else if inRun {
			start, inRun = time.Now(), false
		}
		if time.Since(start) > limit {
			p.parked.Add(1)
			<-p.wake
			p.parked.Add(-1)
			start, inRun = time.Now(), true
		}
	}
}
