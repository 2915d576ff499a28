package play

import (
	"chainrule/graph/explain"
)

// mistakeReply is a mistake that a run can be told to make.
type mistakeReply struct {
	Name      string `json:"name"`
	Title     string `json:"title"`
	What      string `json:"what"` // what is done in place of what, in a sentence
	Available bool   `json:"available"`
	Why       string `json:"why,omitempty"` // it is not
}

// askMistakes lists all, and says which the first run's network can make.
func (s *Session) askMistakes(nothing) (any, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	out := []mistakeReply{}
	for _, m := range mistakes() {
		why := m.unfit(s.runs[0].exp)
		out = append(out, mistakeReply{m.name, m.title, m.what, why == "", why})
	}
	return out, nil
}

// faults returns the lines of the step that a run is about to take that are not the right
// ones, in order of computation.
func (r *run) faults(c explain.Convention) ([]fault, error) {
	if r.planted == nil {
		return nil, nil
	}
	at := r.training.State()
	batch, _, err := r.training.Data.Batch(at.Epoch, at.Batch)
	if err != nil {
		return nil, err
	}
	return r.planted.faults(r.training.Trainer, batch, c)
}
