package main

import (
	"cmp"
	"context"
	"encoding/json"
	"math"

	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph"
	"chainrule/optim"
	"chainrule/optim/experiment"
)

// A jsonReport writes one JSON object a line.
type jsonReport struct {
	*terminal.Writer
	milestones
	p     *problem
	check check
}

var _ reporter = (*jsonReport)(nil)

func newJSONReport(out *terminal.Writer) *jsonReport { return &jsonReport{Writer: out} }

func (r *jsonReport) start(p *problem) { r.p, r.milestones = p, newMilestones(p.total()) }

func (r *jsonReport) gradients(c check) { r.check = c }

// A progressEvent tells the cost after a number of steps.
type progressEvent struct {
	Event string  `json:"event"` // "progress"
	Step  int     `json:"step"`
	Steps int     `json:"steps"` // that were asked for
	Cost  float64 `json:"cost"`
}

func (r *jsonReport) progress(_ context.Context, step int, cost float64) {
	if r.at(step) {
		r.line(progressEvent{"progress", step, r.p.total(), cost})
	}
}

// record tells what was measured after an epoch: the metrics by their names.
func (r *jsonReport) record(rec optim.Record) {
	event := map[string]any{"event": "epoch", "epoch": rec.Epoch, "step": rec.Step, "cost": finite(rec.Cost), "best": rec.Best}
	for _, m := range rec.Metrics {
		event[m.Name] = finite(m.Value)
	}
	r.line(event)
}

func (r *jsonReport) fold(i int, s experiment.Score) {
	event := r.scored(s)
	event["event"], event["fold"] = "fold", i+1
	r.line(event)
}

// scored returns a score by the names of its numbers.
func (r *jsonReport) scored(s experiment.Score) map[string]any {
	if r.p.numbers() {
		return map[string]any{"cost": finite(s.Cost), "rmse": finite(s.RMSE), "mae": finite(s.MAE), "r2": finite(s.R2)}
	}
	return map[string]any{"cost": finite(s.Cost), "accuracy": s.Accuracy}
}

// finite returns a number for JSON, nil for what is none.
func finite(v float64) *float64 {
	if v-v != 0 {
		return nil
	}
	return &v
}

func (r *jsonReport) training() {}

func (r *jsonReport) trained() {}

// A resultEvent is the last line. Numbers that do not exist are null: cost
// and accuracies after a divergence, and the accuracy on no examples.
type resultEvent struct {
	Event    string   `json:"event"` // "result"
	Cost     *float64 `json:"cost"`
	Accuracy *float64 `json:"accuracy"`          // fraction of the examples trained on that are right
	Held     *float64 `json:"held_out_accuracy"` // of those held out
	Steps    int      `json:"steps"`             // that were made

	// Of numbers to predict, in their units, on the examples held out, or on those trained
	// on if there are none.
	RMSE *float64 `json:"rmse,omitempty"`
	MAE  *float64 `json:"mae,omitempty"`
	R2   *float64 `json:"r2,omitempty"`

	Epochs      int          `json:"epochs,omitempty"`    // that were measured, of a training by epochs
	Early       bool         `json:"early,omitempty"`     // ended by --patience
	Model       string       `json:"model,omitempty"`     // file of --save
	Folds       any          `json:"folds,omitempty"`     // scores of --folds, and their mean
	Converged   *bool        `json:"converged,omitempty"` // of lbfgs and newton: the gradient is as small as asked for
	Gradient    *float64     `json:"gradient,omitempty"`  // the largest magnitude of an entry of it
	Seconds     float64      `json:"seconds"`             // that the steps took
	Files       []string     `json:"files"`
	Without     []omission   `json:"left_out"`
	Interrupted bool         `json:"interrupted"`
	Diverged    bool         `json:"diverged"`
	Data        dataEvent    `json:"data"`
	Settings    settings     `json:"settings"`
	Check       []comparison `json:"gradient_check"`
	Checked     int          `json:"gradient_check_examples"` // on how many examples
	Profile     []profileRow `json:"profile,omitempty"`
}

// A profileRow is one instruction of a step.
type profileRow struct {
	Result string  `json:"result"`
	Shape  []int   `json:"shape"`
	Does   string  `json:"does"`
	Nanos  int64   `json:"ns"` // in one step
	Share  float64 `json:"share"`
	FLOP   int64   `json:"flop"`
	Bytes  int64   `json:"bytes"`
}

func profileRows(p *graph.Profile) []profileRow {
	if p == nil {
		return nil
	}
	var rows []profileRow
	for _, r := range p.Rows {
		rows = append(rows, profileRow{r.Symbol, append([]int{}, r.Shape...), r.Does, r.Time.Nanoseconds(), r.Share, r.FLOP, r.Bytes})
	}
	return rows
}

// A dataEvent is about the examples.
type dataEvent struct {
	Name     string   `json:"name"`              // of a toy set, or what --csv names
	Shipped  bool     `json:"shipped,omitempty"` // no file, but a set that comes with the program
	Reading  string   `json:"reading,omitempty"` // what is not plain about the file: left out, dropped, filled in
	Examples int      `json:"examples"`
	Held     int      `json:"held_out"`
	Val      int      `json:"validation,omitempty"`
	Inputs   []string `json:"inputs"`
	Targets  []string `json:"targets,omitempty"` // numbers to predict
	Classes  []string `json:"classes"`
}

// settings are those of the run, defaults included.
type settings struct {
	Hidden     []int    `json:"hidden"`     // units of each hidden layer
	Activation []string `json:"activation"` // of each hidden layer
	Init       []string `json:"init"`       // of each layer
	Scale      float64  `json:"init_scale"`
	Seed       uint32   `json:"seed"`
	Dtype      string   `json:"dtype"`
	Optimizer  string   `json:"optimizer"`
	Rate       float64  `json:"lr,omitempty"` // of those that have one
	Steps      int      `json:"steps"`
	Epochs     int      `json:"epochs,omitempty"`
	Batch      int      `json:"batch,omitempty"`
	Val        float64  `json:"val,omitempty"`
	Patience   int      `json:"patience,omitempty"`
}

func (r *jsonReport) result(t training, files []string, without []omission) {
	e := resultEvent{
		Event: "result", Cost: &t.cost, Accuracy: &t.trained.Accuracy,
		Steps: t.steps, Seconds: t.elapsed.Seconds(), Files: files, Without: append([]omission{}, without...),
		Interrupted: t.interrupted, Diverged: t.diverged,
		Data: r.data(), Settings: r.settings(), Check: r.check.rows, Checked: r.check.examples,
		Profile: profileRows(t.profile),
	}
	if t.held != nil {
		e.Held = &t.held.Accuracy
	}
	if r.p.byEpoch() && len(t.history) > 0 {
		e.Epochs = t.history[len(t.history)-1].Epoch
	}
	e.Early, e.Model = t.early, t.saved
	if m := t.minimum; m != nil {
		e.Converged, e.Gradient = &m.Converged, &m.Gradient
	}
	if len(t.folds) > 0 {
		var each []map[string]any
		for _, s := range t.folds {
			each = append(each, r.scored(s))
		}
		e.Folds = map[string]any{"each": each, "mean": r.scored(meanScore(t.folds))}
	}
	if r.p.numbers() {
		e.Accuracy, e.Held = nil, nil
		if s := cmp.Or(t.held, &t.trained); !t.diverged {
			e.RMSE, e.MAE, e.R2 = finite(s.RMSE), finite(s.MAE), finite(s.R2)
		}
	}
	if t.diverged {
		e.Accuracy, e.Held = nil, nil
	}
	if math.IsNaN(t.cost) || math.IsInf(t.cost, 0) {
		e.Cost = nil
	}
	r.line(e)
}

func (r *jsonReport) data() dataEvent {
	p := r.p
	var targets []string
	if p.numbers() {
		targets = p.Train.Targets
	}
	return dataEvent{Name: cmp.Or(p.csv, p.config.data), Shipped: p.shipped, Reading: p.reading, Examples: p.Train.Len(), Held: p.Held.Len(),
		Inputs: p.Train.Features, Classes: p.Train.Classes, Val: p.Val.Len(), Targets: targets}
}

func (r *jsonReport) settings() settings {
	p := r.p
	return settings{append([]int{}, p.hidden...), append([]string{}, p.activation...), p.initNames(), p.scale,
		p.seed, p.config.dtype, p.optimizer, p.rate, p.steps, p.epochs, p.batch, p.val, p.patience}
}

// line writes v.
func (r *jsonReport) line(v any) {
	data, err := json.Marshal(v)
	if err != nil {
		if r.Err == nil {
			r.Err = err
		}
		return
	}
	r.Print(string(data) + "\n")
}
