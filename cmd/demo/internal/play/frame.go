package play

import (
	"chainrule/optim/dataset"
)

// maxShown is how many weights and biases a frame has at most.
const maxShown = 2000

// A frame is what moves while a network is trained.
type frame struct {
	Seq     int        `json:"seq"` // grows from frame to frame of a session
	Step    int        `json:"step"`
	Most    int        `json:"furthest"`
	Epoch   int        `json:"epoch"` // epochs of the first run that are over
	Playing bool       `json:"playing"`
	Rate    number     `json:"rate"` // measured steps a second; 0 while nothing plays
	Runs    []runFrame `json:"runs"`
	Task    *taskNews  `json:"task,omitempty"` // of a worksheet
}

// runFrame is what of one run moves. What is of a set is on all of it, without dropout.
type runFrame struct {
	Step         int           `json:"step"` // smaller than the frame's if the run has ended before
	Cost         number        `json:"cost"`
	HeldCost     *number       `json:"heldCost,omitempty"`
	Accuracy     *number       `json:"accuracy,omitempty"`
	HeldAccuracy *number       `json:"heldAccuracy,omitempty"`
	R2           *number       `json:"r2,omitempty"`
	HeldR2       *number       `json:"heldR2,omitempty"`
	LearningRate *number       `json:"learningRate,omitempty"`
	Over         bool          `json:"over,omitempty"`    // it came to the end that its settings give it
	Stopped      string        `json:"stopped,omitempty"` // why it cannot go on
	Curve        curveNews     `json:"curve"`
	Params       []numbers     `json:"params,omitempty"`
	Gradients    numbers       `json:"gradients"` // largest entry of that of each parameter
	Units        unitsNews     `json:"units"`
	Field        *fieldNews    `json:"field,omitempty"`
	Fields       [][]unitField `json:"fields,omitempty"`
}

func (s *Session) askFrame(nothing) (any, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	return s.frame(true)
}

// frame makes one; whole has curves from their beginnings.
func (s *Session) frame(whole bool) (frame, error) {
	s.sequence++
	f := frame{Seq: s.sequence, Step: s.clock, Most: s.most, Playing: s.playing, Epoch: s.runs[0].training.State().Epoch}
	if s.playing {
		f.Rate = number(s.pace.rate)
	}
	for _, r := range s.runs {
		if whole {
			r.curve.anew()
		}
		one, err := r.frame()
		if err != nil {
			return f, err
		}
		f.Runs = append(f.Runs, one)
	}
	f.Task = s.class.look(s.runs, f)
	return f, nil
}

func (r *run) frame() (f runFrame, err error) {
	f = runFrame{Step: r.step(), Over: r.over, Stopped: r.stopped}
	if err := r.measure(); err != nil {
		return f, err
	}
	numbersOf := func(s score, accuracy, r2 **number) {
		if r.exp.Train.Task() == dataset.Regress {
			*r2 = optional(s.r2)
		} else {
			*accuracy = optional(s.accuracy)
		}
	}
	l := r.look
	train, err := l.train.run()
	if err != nil {
		return f, err
	}
	f.Cost = number(train.cost)
	numbersOf(train, &f.Accuracy, &f.R2)
	if f.Units, err = l.train.units(); err != nil {
		return f, err
	}
	if l.held != nil {
		held, err := l.held.run()
		if err != nil {
			return f, err
		}
		f.HeldCost = optional(held.cost)
		numbersOf(held, &f.HeldAccuracy, &f.HeldR2)
	}
	if f.Gradients, err = l.train.gradients(); err != nil {
		return f, err
	}
	rates, err := r.training.Trainer.Rates()
	if err != nil {
		return f, err
	}
	if v, ok := rates["learning rate"]; ok {
		f.LearningRate = optional(v)
	}
	f.Curve = r.curve.news(f.Step, l.held != nil)
	total := 0
	for _, p := range r.params {
		total += p.Shape().TotalSize()
	}
	if total <= maxShown {
		for _, p := range r.params {
			f.Params = append(f.Params, float64s(p.Value()))
		}
	}
	if l.fields != nil {
		if f.Field, err = l.fields.field(); err != nil {
			return f, err
		}
		f.Fields, err = l.fields.unitFields()
	}
	return f, err
}

// frameEvent returns the event of a frame, nil if nothing has changed since the one before.
func (s *Session) frameEvent() ([]byte, error) {
	s.enter()
	defer s.mu.Unlock()
	if s.closed || s.opened == nil || !s.changed.Swap(false) {
		return nil, nil
	}
	f, err := s.frame(false)
	if err != nil {
		return encoded(event{Event: "error", Message: err.Error()})
	}
	return encoded(event{Event: "frame", Frame: &f})
}

// An event is what Run emits.
type event struct {
	Event   string `json:"event"` // frame, state or error
	Frame   *frame `json:"frame,omitempty"`
	State   *state `json:"state,omitempty"`
	Message string `json:"message,omitempty"`
}

// stateEvent returns the present state as an event.
func (s *Session) stateEvent() ([]byte, error) {
	st, err := s.state()
	if err != nil {
		return encoded(event{Event: "error", Message: err.Error()})
	}
	for _, r := range s.runs { // a new reader begins with whole curves
		r.curve.anew()
	}
	return encoded(event{Event: "state", State: &st})
}
