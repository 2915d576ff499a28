package play

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"chainrule/graph"
	settings "chainrule/internal/experiment"
	"chainrule/layers"
	"chainrule/optim"
	"chainrule/optim/experiment"
)

// A run is one network in training.
type run struct {
	settings   settings.Settings // as given, but for the number of inputs
	difference string            // from the first run, in words
	mistake    string            // names of those that are in the backward pass, as "no-slope+sign"; empty for none
	planted    *planted          // the same made; nil for none
	exp        *experiment.Experiment
	training   *experiment.Training
	params     []*graph.Param // trained
	kept       []*graph.Param // what layers keep besides

	over    bool   // the training is at the end that its settings give it
	stopped string // a sentence, if it cannot go on

	snapshots []snapshot    // by step, that of step 0 first
	size      int           // their bytes
	share     int           // what these may be
	unkept    time.Duration // that it trained since the last
	keeping   time.Duration // that the last took

	curve curve
	look  *look

	derived *derivation // the last one; nil before there is one
}

// newRun returns a run at its start.
func (s *Session) newRun(x settings.Settings, mistake string, data experiment.Examples, p *plane) (r *run, err error) {
	if x.Inputs == 0 {
		x.Inputs = len(data.Train.Features)
	}
	if err := s.checkSize(x, data); err != nil {
		return nil, err
	}
	r = &run{settings: x, mistake: mistake}
	if r.exp, err = experiment.NewOn(x, data); err != nil {
		return nil, err
	}
	r.params, r.kept = r.exp.Network.Params(), layers.State(r.exp.Network)
	if r.training, err = r.exp.Training(); err != nil {
		return nil, err
	}
	if r.planted, err = plant(r.exp, r.training.Trainer, mistake); err != nil {
		return nil, errors.Join(err, r.training.Close())
	}
	r.training.Fit = r.fit()
	if r.look, err = newLook(r, p); err != nil {
		return nil, errors.Join(err, r.training.Close())
	}
	return r, nil
}

// fit returns a training from its first step on that shares all programs with the one
// before.
func (r *run) fit() *optim.Fit {
	old := r.training
	f := &optim.Fit{Trainer: old.Trainer, Data: old.Data, Steps: old.Steps, Epochs: old.Epochs, Patience: old.Patience, Measure: old.Measure}
	if old.Schedule != nil {
		f.Schedule = r.exp.Schedule()
	}
	if !r.needsRecords() { // which would grow with every epoch
		f.Every = math.MaxInt
	}
	return f
}

// needsRecords reports whether a training looks at its history.
func (r *run) needsRecords() bool {
	return r.settings.Patience > 0 || r.settings.Schedule.Kind == settings.Plateau
}

// maxRecords is how many a training may make that looks at its history.
const maxRecords = 100_000

// step is how many steps have been taken.
func (r *run) step() int { return r.training.State().Step }

// ended reports whether no step can be taken from here.
func (r *run) ended() bool { return r.over || r.stopped != "" }

// errPause ends a slice of training.
var errPause = errors.New("play: enough steps for now")

// forward takes steps up to one, or fewer if the training ends before.
func (r *run) forward(to int) {
	if r.ended() || r.step() >= to {
		return
	}
	begun := time.Now()
	r.training.OnStep = func(p optim.Progress) error {
		if p.Step >= to {
			return errPause
		}
		return nil
	}
	err := r.training.Run(context.Background())
	r.unkept += time.Since(begun)
	switch {
	case err == nil:
		r.over = true
	case !errors.Is(err, errPause):
		r.stopped = r.sentence(err)
	case len(r.training.History) >= maxRecords:
		r.stopped = "the playground keeps no longer a history, which patience and plateau look at"
	}
}

// sentence says why the next step cannot be taken.
func (r *run) sentence(err error) string {
	var refused *graph.NotFinite
	if !errors.As(err, &refused) {
		return strings.ReplaceAll(err.Error(), "optim: ", "")
	}
	script := graph.NewScript(refused.Node.Graph())
	what := script.Called(refused.Node)
	if refused.Node.Op() != nil && script.Symbol(refused.Node) == "" {
		what = refused.Node.Formula(script.Symbol)
	}
	s := fmt.Sprintf("Step %d is not taken, since not all of its numbers would be finite: %.100s becomes %v", r.step()+1, what, refused.Value)
	if refused.Operand != nil {
		s += fmt.Sprintf(", from %.3g", refused.Largest)
	}
	return s + ". A smaller rate may help."
}

// close frees the programs.
func (r *run) close() {
	if r == nil {
		return
	}
	r.training.Close() // nothing is running
	r.look.close()
	r.derived.close()
}
