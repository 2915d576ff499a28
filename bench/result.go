package main

import (
	"encoding/json"
	"io"
	"math"
	"slices"
)

// A Result is what was measured of one system on one problem.
type Result struct {
	Workload, Dtype string
	Threads         int
	System          string
	Times           []float64 // nanoseconds a step, round by round
	Deviation       float64   // of the check
	Err             error     // why it was not timed, or not to the end
}

// Median, Min and Max are over the rounds, in nanoseconds; NaN without rounds.
func (r *Result) Median() float64 {
	if len(r.Times) == 0 {
		return math.NaN()
	}
	t := slices.Sorted(slices.Values(r.Times))
	n := len(t)
	return (t[(n-1)/2] + t[n/2]) / 2
}

func (r *Result) Min() float64 {
	if len(r.Times) == 0 {
		return math.NaN()
	}
	return slices.Min(r.Times)
}

func (r *Result) Max() float64 {
	if len(r.Times) == 0 {
		return math.NaN()
	}
	return slices.Max(r.Times)
}

// A Comparison holds the results of all systems on one problem.
type Comparison struct {
	Problem *Problem
	Results []*Result
}

// empty reports whether nothing came out.
func (c *Comparison) empty() bool {
	return !slices.ContainsFunc(c.Results, func(r *Result) bool { return len(r.Times) > 0 || r.Err != nil })
}

// Of returns a system's result, if it was timed.
func (c *Comparison) Of(system string) *Result {
	for _, r := range c.Results {
		if r.System == system && len(r.Times) > 0 {
			return r
		}
	}
	return nil
}

// ours lists the systems that are not peers.
func ours(system string) bool {
	return slices.Contains([]string{"graph", "graph-avx2", "hand"}, system)
}

// BestPeer returns the fastest system that is not ours by median, or nil.
func (c *Comparison) BestPeer() *Result {
	var best *Result
	for _, r := range c.Results {
		if len(r.Times) > 0 && !ours(r.System) && (best == nil || r.Median() < best.Median()) {
			best = r
		}
	}
	return best
}

// Ratio returns the time of one system over that of another, by medians or by
// least times; NaN if one of them was not timed.
func (c *Comparison) Ratio(system, over string, by func(*Result) float64) float64 {
	a, b := c.Of(system), c.Of(over)
	if a == nil || b == nil {
		return math.NaN()
	}
	return by(a) / by(b)
}

// busy is the excess of a median over the least time from which other work on
// the machine must have disturbed a measurement.
const busy = 1.2

// Disturbed reports whether the times of the system, or of the best peer, spread
// so much that medians are in doubt.
func (c *Comparison) Disturbed(system string) bool {
	for _, r := range []*Result{c.Of(system), c.BestPeer()} {
		if r != nil && r.Median() > busy*r.Min() {
			return true
		}
	}
	return false
}

// WriteJSON writes one object a line for every system that was timed.
func (c *Comparison) WriteJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	for _, r := range c.Results {
		if len(r.Times) == 0 {
			continue
		}
		err := enc.Encode(struct {
			Workload string  `json:"workload"`
			Dtype    string  `json:"dtype"`
			Threads  int     `json:"threads"`
			System   string  `json:"system"`
			Median   float64 `json:"median_ns"`
			Min      float64 `json:"min_ns"`
			Max      float64 `json:"max_ns"`
		}{r.Workload, r.Dtype, r.Threads, r.System, r.Median(), r.Min(), r.Max()})
		if err != nil {
			return err
		}
	}
	return nil
}
