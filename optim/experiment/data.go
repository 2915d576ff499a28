package experiment

import (
	"errors"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"chainrule/internal/experiment"
	"chainrule/internal/toy"
	"chainrule/optim/dataset"
)

// Examples are what a network is trained on and judged by, in their own units.
type Examples struct {
	Train *dataset.Set
	Held  *dataset.Set // nil if none are held out
	Val   *dataset.Set // for validation; nil if none are left for it

	// Schema is what inputs and targets stand for, by which new examples are encoded.
	Schema dataset.Schema

	// Scaling is how inputs are standardised before the network sees them, and
	// TargetScaling how targets that are numbers are; nil if they are taken as they are.
	Scaling, TargetScaling *dataset.Scaling

	// Reading tells how the file was read; nil if there is none.
	Reading *dataset.Reading
}

// defaultExamples is how many points of a toy set there are if no number is given.
const defaultExamples = 400

// Load draws a toy set, and as many points more to judge by, or reads a file.
func Load(d Data) (Examples, error) {
	if err := d.Check(); err != nil {
		return Examples{}, err
	}
	if d.Kind != experiment.CSV {
		return drawPoints(d)
	}
	set, reading, err := dataset.OpenCSV(d.Path, layout(d))
	if err != nil {
		return Examples{}, fileError(err)
	}
	return prepared(d, set, reading)
}

// LoadFrom is [Load] for the content of a CSV file, which errors call by the
// path of d.
func LoadFrom(r io.Reader, d Data) (Examples, error) { return LoadWithin(r, d, 0) }

// LoadWithin is [LoadFrom] for a file of which nothing is known, whose texts may make only so
// many inputs, of all examples together: see MaxInputs of dataset.CSV. A few bytes of text can
// be a thousand numbers.
func LoadWithin(r io.Reader, d Data, inputs int) (Examples, error) {
	if err := d.Check(); err != nil {
		return Examples{}, err
	}
	if d.Kind != experiment.CSV {
		return Examples{}, experiment.Errorf("data.kind", "%s given, csv expected for the content of a file", d.Kind)
	}
	csv := layout(d)
	csv.MaxInputs = inputs
	set, reading, err := dataset.ReadCSV(r, d.Path, csv)
	if err != nil {
		return Examples{}, fileError(err)
	}
	return prepared(d, set, reading)
}

// layout says how the file is written.
func layout(d Data) dataset.CSV {
	return dataset.CSV{Label: d.Label, Targets: d.Targets, Task: d.Task, Text: d.Text, Header: dataset.Header(d.Header), Separator: d.Separator, Decimal: d.Decimal,
		Ignore: d.Ignore, Missing: dataset.Missing(d.Missing), Encoding: d.Encoding}
}

// fileError calls the settings that an error speaks of as the JSON does.
func fileError(err error) error {
	var located *dataset.CSVError
	if errors.As(err, &located) {
		text := settingNames.ReplaceAllStringFunc(located.Text, func(name string) string {
			return "data." + strings.ToLower(strings.TrimPrefix(name, "CSV."))
		})
		err = &dataset.CSVError{File: located.File, Line: located.Line, Column: located.Column, Text: text, Err: located.Err}
	}
	return &Error{Path: "data.path", Err: err}
}

// settingNames are fields of dataset.CSV.
var settingNames = regexp.MustCompile(`\bCSV\.[A-Z][a-z]+`)

func drawPoints(d Data) (e Examples, err error) {
	if names := slices.Concat(toy.Names(), toy.NumberNames()); !slices.Contains(names, d.Name) {
		return e, experiment.Errorf("data.name", "unknown toy set %q%s", experiment.Shortened(d.Name), experiment.Hint(d.Name, names))
	}
	if d.Arms != 0 && (d.Name != "spirals" || d.Arms < 2 || d.Arms > 3) {
		return e, experiment.Errorf("data.arms", "%d given, 2 or 3 expected, and for spirals only", d.Arms)
	}
	s := toy.Settings{Examples: d.Examples, Noise: d.Noise, Arms: d.Arms, Seed: uint64(d.Seed)}
	if s.Examples == 0 && d.Name != "flower" { // whose published points have neither number nor noise
		s.Examples = defaultExamples
	}
	if d.Noise > toy.MaxNoise {
		return e, experiment.Errorf("data.noise", "%v given, at most %v expected", d.Noise, toy.MaxNoise)
	}
	if e.Train, err = toy.New(d.Name, s); err != nil {
		return e, experiment.Errorf("data.examples", "%s", strings.TrimPrefix(err.Error(), "toy: "))
	}
	s.Seed += 1 << 32 // no training set has this seed
	s.Fresh = true    // another flower than the published one
	if e.Held, err = toy.New(d.Name, s); err != nil {
		return e, err
	}
	e.Schema = e.Train.Schema()
	return e, e.leaveVal(d)
}

// leaveVal takes a share of the examples to train on for validation.
func (e *Examples) leaveVal(d Data) (err error) {
	if d.Val > 0 {
		rng := rand.New(rand.NewPCG(uint64(d.Seed), 1))
		if e.Train, e.Val, err = e.Train.Split(d.Val, rng); err != nil {
			return experiment.Errorf("data.val", "%s", strings.TrimPrefix(err.Error(), "dataset: "))
		}
	}
	return nil
}

// Prepare divides a set as d.Held, d.Val and d.Seed say, and measures by what is left to
// train on what its missing cells are filled with (see dataset.Set.Filled), and how inputs,
// and targets that are numbers, are standardised. Of what is held out or left for
// validation nothing is measured, but the categories of texts and the classes are those of
// the whole set.
func Prepare(set *dataset.Set, d Data) (e Examples, err error) {
	e.Train, e.Schema = set, set.Schema()
	if !(d.Held >= 0 && d.Held < 1) {
		return e, experiment.Errorf("data.held", "%v given, a number from 0 to below 1 expected", d.Held)
	}
	if !(d.Val >= 0 && d.Val < 1) {
		return e, experiment.Errorf("data.val", "%v given, a number from 0 to below 1 expected", d.Val)
	}
	if err := set.Check(); err != nil {
		return e, err
	}
	if d.Held > 0 {
		rng := rand.New(rand.NewPCG(uint64(d.Seed), 0))
		if e.Train, e.Held, err = e.Train.Split(d.Held, rng); err != nil {
			return e, experiment.Errorf("data.held", "%s", strings.TrimPrefix(err.Error(), "dataset: "))
		}
	}
	if err := e.leaveVal(d); err != nil {
		return e, err
	}
	if err := e.fill(); err != nil {
		return e, experiment.Errorf("data.missing", "%s", strings.TrimPrefix(err.Error(), "dataset: "))
	}
	scaling := e.Train.Scaling()
	e.Scaling = &scaling
	if len(e.Train.Targets) > 0 && e.Train.Task() == dataset.Regress {
		scaling := e.Train.TargetScaling()
		e.TargetScaling = &scaling
	}
	return e, nil
}

// fill fills what the file misses by the examples to train on.
func (e *Examples) fill() error {
	train := e.Train
	for _, part := range []**dataset.Set{&e.Train, &e.Held, &e.Val} {
		if *part == nil {
			continue
		}
		filled, err := (*part).Filled(train)
		if err != nil {
			return err
		}
		*part = filled
	}
	if e.Train != train {
		e.Schema.Columns = e.Train.Schema().Columns
	}
	return nil
}

// prepared is Prepare for a set that was read.
func prepared(d Data, set *dataset.Set, reading dataset.Reading) (Examples, error) {
	e, err := Prepare(set, d)
	for _, c := range e.Schema.Columns { // what is told is what has been put in the end
		for i := range reading.Means {
			if m := &reading.Means[i]; m.Column == c.Name && c.Fill != nil {
				m.Value = *c.Fill
			}
		}
		for i := range reading.Frequent {
			if f := &reading.Frequent[i]; f.Column == c.Name && c.FillCategory != "" {
				f.Category = c.FillCategory
			}
		}
	}
	e.Reading = &reading
	return e, err
}

// Fold returns the examples of one of the folds of e.Train: f.Train to train on, and
// f.Test held out. What was scaled or filled is scaled and filled by f.Train alone, e.Val,
// the one of all folds, too.
//
//	folds, err := data.Train.Folds(5, seed)
//	…
//	for _, f := range folds {
//		part, err := data.Fold(f)
//		…
//		e, err := experiment.NewOn(settings, part)
//		… e.Fit(ctx), e.Score(e.Held)
//	}
//
// It is an error if a fold names an example that is not in e.Train, or has none.
func (e Examples) Fold(f dataset.Fold) (Examples, error) {
	train, err := e.Train.Select(f.Train)
	if err != nil {
		return Examples{}, err
	}
	held, err := e.Train.Select(f.Test)
	if err != nil {
		return Examples{}, err
	}
	out := Examples{Train: train, Schema: e.Schema}
	if e.Scaling != nil {
		if out, err = Prepare(train, Data{}); err != nil {
			return Examples{}, err
		}
	}
	out.Held, out.Val = held, e.Val
	return out, out.fill()
}
