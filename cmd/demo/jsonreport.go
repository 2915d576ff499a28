package main

import (
	"encoding/json"
	"math"
)

// A jsonReport writes one JSON object a line.
type jsonReport struct {
	*output
	milestones
	p     *problem
	check []comparison
}

var _ reporter = (*jsonReport)(nil)

func newJSONReport(out *output) *jsonReport { return &jsonReport{output: out} }

func (r *jsonReport) start(p *problem) { r.p, r.milestones = p, newMilestones(p.steps) }

func (r *jsonReport) gradients(check []comparison) { r.check = check }

// A progressEvent tells the cost after a number of steps.
type progressEvent struct {
	Event string  `json:"event"` // "progress"
	Step  int     `json:"step"`
	Steps int     `json:"steps"` // that were asked for
	Cost  float64 `json:"cost"`
}

func (r *jsonReport) progress(step int, cost float64) {
	if r.at(step) {
		r.line(progressEvent{"progress", step, r.p.steps, cost})
	}
}

// A resultEvent is the last line. Numbers that do not exist are null: cost
// and accuracy after a divergence.
type resultEvent struct {
	Event       string       `json:"event"` // "result"
	Cost        *float64     `json:"cost"`
	Accuracy    *float64     `json:"accuracy"` // fraction of the examples that are right
	Steps       int          `json:"steps"`    // that were made
	Seconds     float64      `json:"seconds"`  // that the steps took
	Files       []string     `json:"files"`
	Interrupted bool         `json:"interrupted"`
	Diverged    bool         `json:"diverged"`
	Settings    settings     `json:"settings"`
	Check       []comparison `json:"gradient_check"`
}

// settings are those of the run, defaults included.
type settings struct {
	Hidden     int     `json:"hidden"`
	Activation string  `json:"activation"`
	Seed       uint32  `json:"seed"`
	Dtype      string  `json:"dtype"`
	Optimizer  string  `json:"optimizer"`
	Rate       float64 `json:"lr"`
	Steps      int     `json:"steps"`
}

func (r *jsonReport) result(t training, files []string) {
	e := resultEvent{
		Event: "result", Cost: &t.cost, Accuracy: &t.accuracy,
		Steps: t.steps, Seconds: t.elapsed.Seconds(), Files: files,
		Interrupted: t.interrupted, Diverged: t.diverged,
		Settings: settings{r.p.hidden, r.p.activation, r.p.seed, r.p.config.dtype, r.p.optimizer, r.p.rate, r.p.steps},
		Check:    r.check,
	}
	if t.diverged {
		e.Accuracy = nil
	}
	if math.IsNaN(t.cost) || math.IsInf(t.cost, 0) {
		e.Cost = nil
	}
	r.line(e)
}

// line writes v.
func (r *jsonReport) line(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		if r.err == nil {
			r.err = err
		}
		return
	}
	r.print(string(data) + "\n")
}
