package play

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	settings "chainrule/internal/experiment"
	"chainrule/internal/words"
	"chainrule/optim/dataset"
	"chainrule/optim/experiment"
)

// opened is what a session plays with.
type opened struct {
	runs  []*run            // one, or two that differ
	files map[string]string // by name, that data may come from
	clock int               // steps of the runs that have not stopped before
	most  int               // the furthest step that was come to
	task  string            // classify or regress
	plane *plane            // nil unless there are two inputs
}

// close frees the programs.
func (o *opened) close() {
	if o == nil {
		return
	}
	for _, r := range o.runs {
		r.close()
	}
}

// openRequest opens one experiment or two, whose settings are the JSON of
// optim/experiment.
type openRequest struct {
	Experiment   json.RawMessage   `json:"experiment"`
	Other        json.RawMessage   `json:"other"`
	Files        map[string]string `json:"files"` // text of CSV files by the names that data have as paths
	Mistake      string            `json:"mistake"`
	OtherMistake string            `json:"otherMistake"`
	Step         int               `json:"step"` // to go to; the reply says how far it came within Limits.Work
}

func (s *Session) open(r openRequest) (any, error) {
	if r.Step < 0 {
		return nil, badf("step", "%d given, at least 0 expected", r.Step)
	}
	o, err := s.openAll(r)
	if err != nil {
		return nil, err
	}
	s.take(o)
	if err := s.moveTo(r.Step); err != nil && !errors.Is(err, errLong) {
		return nil, err
	}
	return s.state()
}

// take plays with something else from now on.
func (s *Session) take(o *opened) {
	s.opened.close()
	s.opened, s.playing, s.pace = o, false, pace{}
	s.moves++
	s.touch()
}

// openAll makes the runs of a request.
func (s *Session) openAll(r openRequest) (*opened, error) {
	if len(r.Experiment) == 0 {
		return nil, badf("experiment", "missing, an experiment expected")
	}
	first, err := s.settings("experiment", r.Experiment)
	if err != nil {
		return nil, err
	}
	all := []settings.Settings{first}
	mistakes := []string{r.Mistake}
	switch {
	case len(r.Other) > 0:
		other, err := s.settings("other", r.Other)
		if err != nil {
			return nil, err
		}
		if !reflect.DeepEqual(other.Data, first.Data) {
			return nil, badf("other.data", "it differs from experiment.data: two runs have the same data")
		}
		all, mistakes = append(all, other), append(mistakes, r.OtherMistake)
	case r.OtherMistake != "":
		return nil, badf("otherMistake", "%q given, but there is no other experiment", r.OtherMistake)
	}
	return s.openSettings(all, mistakes, r.Files)
}

// paths are those of the experiments in a request.
var paths = [...]string{"experiment", "other"}

// openSettings makes the runs of checked settings.
func (s *Session) openSettings(all []settings.Settings, mistakes []string, files map[string]string) (*opened, error) {
	if err := s.class.allows(all, mistakes, files); err != nil {
		return nil, err
	}
	data, err := s.load(all[0].Data, files)
	if err != nil {
		return nil, requestError("experiment", err)
	}
	o := &opened{files: files, task: data.Train.Task(), plane: newPlane(data)}
	for i, x := range all {
		r, err := s.newRun(x, mistakes[i], data, o.plane)
		if err != nil {
			o.close()
			return nil, requestError(paths[i], err)
		}
		r.share = s.limits.Snapshots / len(all)
		if i > 0 {
			r.difference = difference(all[0], x)
		}
		o.runs = append(o.runs, r)
		if err := r.keep(); err != nil {
			o.close()
			return nil, requestError(paths[i], err)
		}
	}
	return o, nil
}

// settings reads an experiment at a path and holds it to the limits, as far as they can
// be told without its data.
func (s *Session) settings(path string, text []byte) (settings.Settings, error) {
	x, err := experiment.Parse(text)
	if err != nil {
		return x, requestError(path, err)
	}
	return x, s.checkSettings(path, x)
}

// checkSettings holds an experiment at a path to the limits.
func (s *Session) checkSettings(path string, x settings.Settings) error {
	err := x.Check()
	switch n := countLayers(x.Layers); {
	case err != nil:
	case x.Data.IsZero():
		err = settings.Errorf("data", "missing, examples to train on expected")
	case x.Rule.Kind == "":
		err = settings.Errorf("rule", "missing, a way to train expected")
	case x.Rule.FullBatch():
		err = settings.Errorf("rule.kind", "%s searches along a line with many costs a step, a rule that takes one gradient a step is expected here", x.Rule.Kind)
	case x.Data.Kind == settings.Toy && x.Data.Examples > s.limits.Examples:
		err = settings.Errorf("data.examples", "%d given, at most %d expected here", x.Data.Examples, s.limits.Examples)
	case n > s.limits.Layers:
		err = settings.Errorf("layers", "%s given, at most %d expected here", words.Count(n, "layer"), s.limits.Layers)
	default:
		err = s.checkUnits("layers", x.Layers)
	}
	return requestError(path, err)
}

// countLayers counts layers, those within others too, but those that only hold others.
func countLayers(list []settings.Layer) (n int) {
	for _, l := range list {
		if len(l.Layers) > 0 {
			n += countLayers(l.Layers)
		} else {
			n++
		}
	}
	return n
}

// checkUnits reports a layer that is too wide.
func (s *Session) checkUnits(path string, list []settings.Layer) error {
	for i, l := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		if l.Kind == settings.Image {
			return settings.Errorf(at+".kind", "layers of images are not shown here, demo train trains them, and demo graph and demo explain show them by --config")
		}
		if l.Units > s.limits.Units {
			return settings.Errorf(at+".units", "%d given, at most %d expected here", l.Units, s.limits.Units)
		}
		if l.Kind == settings.Steps {
			return settings.Errorf(at+".kind", "layers of sequences are not shown here, demo graph and demo explain show them by --config")
		}
		if err := s.checkUnits(at+".layers", l.Layers); err != nil {
			return err
		}
	}
	return nil
}

// A census counts what layers behind so many inputs have.
type census struct {
	weights int // and biases
	values  int // that they give for an example
	width   int // of what the last gives
}

// count adds layers.
func (c *census) count(list []settings.Layer) {
	for _, l := range list {
		switch l.Kind {
		case settings.Dense:
			c.weights += l.Units * (c.width + 1)
			c.width = l.Units
		case settings.BatchNorm, settings.LayerNorm:
			c.weights += 2 * c.width
		case settings.Parallel:
			inputs, sum := c.width, 0
			for _, branch := range l.Layers {
				c.width = inputs
				c.count([]settings.Layer{branch})
				sum += c.width
			}
			c.width = sum
		default:
			c.count(l.Layers)
		}
		c.values += c.width
	}
}

// checkSize holds a network on its data to the limits.
func (s *Session) checkSize(x settings.Settings, data experiment.Examples) error {
	c := census{width: x.Inputs}
	c.count(x.Layers)
	if c.weights > s.limits.Weights {
		return settings.Errorf("layers", "%d weights and biases, at most %d expected here", c.weights, s.limits.Weights)
	}
	m := max(data.Train.Len(), data.Held.Len(), data.Val.Len())
	if values := m * (c.values + x.Inputs); values > s.limits.Values {
		return settings.Errorf("layers", "for %s the layers give %d values, at most %d expected here: fewer units or examples are needed", words.Count(m, "example"), values, s.limits.Values)
	}
	return nil
}

// load draws the data of an experiment, or reads them from one of the files; nothing is
// read from a disk.
func (s *Session) load(d settings.Data, files map[string]string) (e experiment.Examples, err error) {
	if d.Kind == settings.CSV {
		text, ok := files[d.Path]
		if !ok {
			return e, settings.Errorf("data.path", "%q is none of the files of the page, which are %s", settings.Shortened(d.Path), filesText(files))
		}
		// Of each of the three sets checkSize says more.
		e, err = experiment.LoadWithin(strings.NewReader(text), d, 3*s.limits.Values)
	} else {
		e, err = experiment.Load(d)
	}
	if err != nil {
		return e, err
	}
	for _, set := range []*dataset.Set{e.Train, e.Held, e.Val} {
		if set.Len() > s.limits.Examples {
			return e, settings.Errorf("data", "%s given, at most %d expected here", words.Count(set.Len(), "example"), s.limits.Examples)
		}
	}
	return e, nil
}

func filesText(files map[string]string) string {
	var names []string
	for name := range files {
		names = append(names, settings.Shortened(name))
	}
	slices.Sort(names)
	if len(names) == 0 {
		return "none"
	}
	return words.List(names, "and")
}

// errNothing is the answer where nothing is open.
var errNothing = &RequestError{Text: "nothing is open: the request open comes first"}

// ready reports a session in which nothing is open.
func (s *Session) ready() error {
	if s.opened == nil {
		return errNothing
	}
	return nil
}

// restartRequest goes back to the start, or to a new one.
type restartRequest struct {
	Seed *uint32 `json:"seed"`
}

func (s *Session) restart(r restartRequest) (any, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	if r.Seed == nil {
		s.playing = false
		s.moves++
		for _, run := range s.runs {
			if err := run.back(0); err != nil {
				return nil, err
			}
			run.forget()
		}
		s.clock, s.most = 0, 0
		s.touch()
		return s.state()
	}
	var all []settings.Settings
	var mistakes []string
	for _, run := range s.runs {
		x := run.settings
		x.Seed = *r.Seed
		all, mistakes = append(all, x), append(mistakes, run.mistake)
	}
	o, err := s.openSettings(all, mistakes, s.files)
	if err != nil {
		return nil, err
	}
	s.take(o)
	return s.state()
}
