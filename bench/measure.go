package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A settings says how long to measure.
type settings struct {
	rounds int
	slice  time.Duration // about the time of a system in a round
}

// maxSteps bounds the steps of a system in a round.
const maxSteps = 1 << 18

// An entrant is a system in a comparison.
type entrant struct {
	name   string
	system System
	spins  bool // its threads go on spinning for a while when a call is over
	steps  int  // in a round
	result *Result
}

// compare checks the systems on a problem, against the outcome that is wanted,
// and times them. In every round each system has its slice, one after the other,
// and another one goes first. What is there when ctx is done is returned.
func compare(ctx context.Context, p *Problem, want Outcome, entrants []*entrant, s settings, round func(n int)) *Comparison {
	c := &Comparison{Problem: p}
	var timed []*entrant
	for _, e := range entrants {
		if ctx.Err() != nil {
			return c
		}
		e.result = &Result{Workload: p.Name, Dtype: p.Dtype, Threads: p.Threads, System: e.name}
		err := e.enter(p, want, s)
		if skip := errSkip(""); errors.As(err, &skip) {
			continue
		}
		if ctx.Err() != nil { // a system that was ended has not failed
			return c
		}
		c.Results = append(c.Results, e.result)
		if e.result.Err = err; err == nil {
			timed = append(timed, e)
		}
	}
	for n := range s.rounds {
		round(n)
		for i := range timed {
			if ctx.Err() != nil {
				return c
			}
			e := timed[(i+n)%len(timed)]
			if err := e.measure(p.Threads); err != nil && ctx.Err() == nil {
				e.result.Err = err
			}
		}
	}
	return c
}

// enter prepares and checks a system and finds its number of steps.
func (e *entrant) enter(p *Problem, want Outcome, s settings) error {
	if err := e.system.Prepare(p); err != nil {
		return err
	}
	got, err := e.system.Check()
	if err != nil {
		return fmt.Errorf("does not run: %w", err)
	}
	if e.result.Deviation, err = p.Deviation(got, want); err != nil {
		return fmt.Errorf("does not agree: %w", err)
	}
	return e.calibrate(s.slice)
}

// calibrate sets the number of steps that fill a slice.
func (e *entrant) calibrate(slice time.Duration) error {
	for n := 1; ; {
		d, err := e.system.Run(n)
		if err != nil {
			return err
		}
		fits := float64(n) * float64(slice) / float64(max(d, 1))
		if d >= slice/4 || n == maxSteps {
			e.steps = int(min(max(fits, 1), maxSteps))
			return nil
		}
		n = int(min(max(fits, 2*float64(n)), 50*float64(n), maxSteps))
	}
}

// measure runs the system's slice of a round.
func (e *entrant) measure(threads int) error {
	if e.result.Err != nil {
		return nil
	}
	d, err := e.system.Run(e.steps)
	if err != nil {
		return err
	}
	e.result.Times = append(e.result.Times, float64(d.Nanoseconds())/float64(e.steps))
	if e.spins && threads > 1 {
		time.Sleep(spinTime)
	}
	return nil
}

// spinTime is how long the threads of OpenBLAS spin before they sleep, and more
// than those of OpenMP do: 2^28 cycles. The next system must not suffer from it.
const spinTime = 150 * time.Millisecond
