package main

import (
	"fmt"
	"runtime"
	"time"
)

// A System computes problems in its own way.
type System interface {
	// Prepare makes everything that steps on a problem need, and forgets the
	// problem before. An errSkip says that the system has no part in it.
	Prepare(p *Problem) error

	// Check computes the outcome, from the initial parameters.
	Check() (Outcome, error)

	// Run returns the time of n steps from the initial parameters on, after one
	// that does not count. Setting the parameters does not count either.
	Run(n int) (time.Duration, error)

	// Close frees what the system holds.
	Close() error
}

// errSkip is the reason why a system has no part in a problem.
type errSkip string

func (e errSkip) Error() string { return string(e) }

// An engine is a Go system that was prepared for a problem.
type engine interface {
	check() (Outcome, error)
	reset() error // sets the initial parameters
	step() error
	close() error
}

// A goSystem makes engines.
type goSystem struct {
	prepare func(p *Problem) (engine, error)
	engine  engine
	dtype   string // of the problem
}

var _ System = (*goSystem)(nil)

// goSystems lists the systems in this program. The first is the graph.
func goSystems() []string { return []string{"graph", "hand", "gonum", "gorgonia", "loop"} }

// newGoSystem returns the system of that name, or nil.
func newGoSystem(name string) *goSystem {
	prepare, ok := map[string]func(p *Problem) (engine, error){
		"graph":    newGraph,
		"hand":     byDtype(newHand[float64], newHand[float32]),
		"gonum":    byDtype(newGonum[float64], newGonum[float32]),
		"gorgonia": newGorgonia,
		"loop":     byDtype(newLoop[float64], newLoop[float32]),
	}[name]
	if !ok {
		return nil
	}
	return &goSystem{prepare: prepare}
}

// byDtype chooses the function for the problem's dtype.
func byDtype(f64, f32 func(p *Problem) (engine, error)) func(p *Problem) (engine, error) {
	return func(p *Problem) (engine, error) {
		if p.Dtype == "float32" {
			return f32(p)
		}
		return f64(p)
	}
}

func (s *goSystem) Prepare(p *Problem) (err error) {
	if err := s.Close(); err != nil {
		return err
	}
	s.dtype = p.Dtype
	s.engine, err = s.prepare(p)
	return err
}

// Check turns a panic into an error: gorgonia's machine panics.
func (s *goSystem) Check() (out Outcome, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return s.engine.check()
}

func (s *goSystem) Run(n int) (time.Duration, error) {
	if err := s.engine.reset(); err != nil {
		return 0, err
	}
	runtime.GC() // what others left is not to be collected in this system's time
	if err := s.engine.step(); err != nil {
		return 0, err
	}
	if err := s.engine.reset(); err != nil {
		return 0, err
	}
	start := time.Now()
	for range n {
		if err := s.engine.step(); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

func (s *goSystem) Close() error {
	if s.engine == nil {
		return nil
	}
	e := s.engine
	s.engine = nil
	return e.close()
}
