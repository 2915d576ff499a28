package play

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"chainrule/graph/explain"
	settings "chainrule/internal/experiment"
	"chainrule/optim/dataset"
)

// A state is what is open, and stays as it is while it is trained.
type state struct {
	Experiment settings.Settings  `json:"experiment"`
	Other      *settings.Settings `json:"other,omitempty"`
	Files      []string           `json:"files"` // names
	Step       int                `json:"step"`
	Most       int                `json:"furthest"`
	Playing    bool               `json:"playing"`
	Speed      number             `json:"speed"`
	Task       string             `json:"task"` // classify or regress
	Classes    []string           `json:"classes"`
	Columns    []string           `json:"columns"` // names of the inputs
	Targets    []string           `json:"targets"` // names of what is predicted
	Bounds     numbers            `json:"bounds"`  // of the fields: least and largest x1, then x2; null unless there are two inputs
	Train      points             `json:"train"`
	Held       *points            `json:"held"` // null if nothing is held out
	InBatches  bool               `json:"inBatches"`
	Batch      int                `json:"batch"`      // examples of the next step
	EpochSteps int                `json:"epochSteps"` // of the first run
	Runs       []runState         `json:"runs"`
}

// points are examples in their own units.
type points struct {
	X []numbers `json:"x"` // input by input
	Y numbers   `json:"y"` // classes as their numbers, or the first of the targets
}

func pointsOf(set *dataset.Set) points {
	n := len(set.Features)
	p := points{Y: numbers{}}
	for i := range n {
		row := make(numbers, 0, set.Len())
		for j := i; j < len(set.X); j += n {
			row = append(row, set.X[j])
		}
		p.X = append(p.X, row)
	}
	for _, c := range set.Class {
		p.Y = append(p.Y, float64(c))
	}
	for j := 0; j < len(set.Y); j += len(set.Targets) {
		p.Y = append(p.Y, set.Y[j])
	}
	return p
}

// runState is what of one run stays.
type runState struct {
	Difference string       `json:"difference"` // from the first run; empty of that
	Mistake    string       `json:"mistake"`
	Layers     []layerState `json:"layers"`
	Params     []paramState `json:"params"`
	Strip      []stripLine  `json:"strip"` // lines of the derivation
}

type layerState struct {
	Name       string   `json:"name"`
	Kind       string   `json:"kind"`
	Units      int      `json:"units"` // numbers that it gives
	Inputs     int      `json:"inputs"`
	Activation string   `json:"activation,omitempty"`
	Params     []string `json:"params"`
	Formula    formula  `json:"formula"`
}

type paramState struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
	Layer int    `json:"layer"` // from 1, of the list of layers
}

type formula struct {
	Text   string `json:"text"`
	MathML string `json:"mathml"`
}

// A stripLine is a line of a derivation without values.
type stripLine struct {
	ID     string `json:"id"`
	Phase  string `json:"phase"` // given, forward, backward or update
	Layer  int    `json:"layer"` // from 1; 0 for none
	Name   string `json:"name"`
	Text   string `json:"text"`
	MathML string `json:"mathml"`
	Shape  []int  `json:"shape"`
	Rule   string `json:"rule"`
}

func (s *Session) askState(nothing) (any, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	return s.state()
}

// state returns the present one.
func (s *Session) state() (state, error) {
	first := s.runs[0]
	train := first.exp.Train
	st := state{Experiment: first.settings, Step: s.clock, Most: s.most, Playing: s.playing, Speed: number(s.speed),
		Files: append([]string{}, slices.Sorted(maps.Keys(s.files))...), Task: s.task, Classes: append([]string{}, train.Classes...), Columns: train.Features,
		Targets: append([]string{}, train.Targets...),
		Train:   pointsOf(train), InBatches: first.settings.Batch > 0, Batch: train.Len(), EpochSteps: first.epochSteps()}
	if b := first.settings.Batch; b > 0 {
		st.Batch = min(b, train.Len())
	}
	if s.plane != nil {
		st.Bounds = s.plane.bounds[:]
	}
	if held := first.exp.Held; held != nil {
		p := pointsOf(held)
		st.Held = &p
	}
	if len(s.runs) > 1 {
		st.Other = &s.runs[1].settings
	}
	for _, r := range s.runs {
		one, err := r.state(st.Batch)
		if err != nil {
			return st, err
		}
		st.Runs = append(st.Runs, one)
	}
	return st, nil
}

func (r *run) state(batch int) (runState, error) {
	st := runState{Difference: r.difference, Mistake: r.mistake}
	d, err := r.derivation(batch, explain.Notes)
	if err != nil {
		return st, err
	}
	for _, l := range d.lines {
		if l.Phase != "given" {
			st.Strip = append(st.Strip, l.stripLine)
		}
	}
	layers := d.layers
	for i, p := range r.params {
		st.Params = append(st.Params, paramState{Name: p.Name(), Shape: slices.Clone(p.Shape()), Layer: layers[i]})
	}
	for i, l := range r.settings.Layers {
		one := layerState{Name: l.Name, Kind: l.Kind, Units: d.through[i].Shape()[0], Inputs: r.exp.Settings.Inputs, Activation: l.Activation, Params: []string{}}
		if i > 0 {
			one.Inputs = d.through[i-1].Shape()[0]
		}
		if one.Name == "" {
			one.Name = fmt.Sprintf("%s %d", l.Kind, i+1)
		}
		for j, p := range r.params {
			if layers[j] == i+1 {
				one.Params = append(one.Params, p.Name())
			}
		}
		var texts, maths []string
		for _, line := range d.lines {
			if line.Phase == "forward" && line.Layer == i+1 {
				texts, maths = append(texts, line.Text), append(maths, line.MathML)
			}
		}
		one.Formula = formula{strings.Join(texts, ",  "), strings.Join(maths, "")}
		st.Layers = append(st.Layers, one)
	}
	return st, nil
}
