package play

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	settings "chainrule/internal/experiment"
	"chainrule/internal/words"
)

// A Worksheet is a row of tasks for a class. Its JSON has fields of the same names; what is
// wrong with it is an error with the path in it.
type Worksheet struct {
	Version int    `json:"version"` // 1
	Title   string `json:"title"`
	Section string `json:"section"` // of the notes
	Tasks   []Task `json:"tasks"`   // in the order in which they come
}

// A Task is a claim with a question, the experiment that answers it, and what has been
// reached when it has been answered.
type Task struct {
	Claim    string `json:"claim"`
	Question string `json:"question"`

	// Screen is what is shown first: train, one-step, nudge or break-it; empty it is train.
	Screen string `json:"screen"`

	Experiment   settings.Settings `json:"experiment"`
	Other        settings.Settings `json:"other"` // a second run; without layers there is none
	Mistake      string            `json:"mistake"`
	OtherMistake string            `json:"otherMistake"`

	// Change are the paths of what may be changed, with all that is below them, such as
	// experiment.rule.rate, experiment.layers[0].init, other or mistake. Data and seed that
	// may be changed in the experiment may be in the other too. Nothing else may.
	Change []string `json:"change"`

	Goal Goal `json:"goal"`
}

// A Goal is what a task is about to reach. A kind has the fields that its row of goals names.
type Goal struct {
	Kind  string  `json:"kind"`
	Run   int     `json:"run"`   // 0, or 1 for the other experiment
	Value float64 `json:"value"` // bound of a number; of units-equal how many units, at least 2
	After int     `json:"after"` // steps that must have been taken
	Layer int     `json:"layer"` // hidden layer, from 1; 0 is the first
	Line  string  `json:"line"`  // of a derivation, such as dW1
	Row   int     `json:"row"`   // of its entry, from 0
	Col   int     `json:"col"`
}

// screens are those that a task may be shown at.
var screens = []string{"", "train", "one-step", "nudge", "break-it"}

// mostTasks is how many tasks a worksheet has at most.
const mostTasks = 30

// ParseWorksheet reads a worksheet and tries all tasks: that they open, within the limits of
// a session, and that no goal is met before anything is done.
func ParseWorksheet(text []byte) (*Worksheet, error) {
	if err := settings.CheckSyntax(text); err != nil {
		return nil, err
	}
	tree, err := settings.Tree(text)
	if err != nil {
		return nil, err
	}
	w := &Worksheet{}
	if err := settings.Fill(tree, w); err != nil {
		return nil, err
	}
	return w, w.check()
}

func (w *Worksheet) check() error {
	switch {
	case w.Version != 1:
		return settings.Errorf("version", "%d given, 1 expected", w.Version)
	case strings.TrimSpace(w.Title) == "":
		return settings.Errorf("title", "missing")
	case len(w.Tasks) == 0:
		return settings.Errorf("tasks", "none given, at least 1 expected")
	case len(w.Tasks) > mostTasks:
		return settings.Errorf("tasks", "%d given, at most %d expected", len(w.Tasks), mostTasks)
	}
	for i, t := range w.Tasks {
		if err := t.check(fmt.Sprintf("tasks[%d]", i)); err != nil {
			return err
		}
	}
	s := NewSession(Limits{})
	defer s.Close()
	s.Give(w)
	for i := range w.Tasks {
		if err := s.try(i); err != nil {
			return below(fmt.Sprintf("tasks[%d]", i), err)
		}
	}
	return nil
}

// check looks at what can be told without opening anything.
func (t Task) check(at string) error {
	for _, field := range []struct{ name, text string }{{"claim", t.Claim}, {"question", t.Question}} {
		if strings.TrimSpace(field.text) == "" {
			return settings.Errorf(at+"."+field.name, "missing")
		}
	}
	if !slices.Contains(screens, t.Screen) {
		return settings.Errorf(at+".screen", "%q given, %s expected", settings.Shortened(t.Screen), words.List(screens[1:], "or"))
	}
	for i, path := range t.Change {
		head, _, _ := strings.Cut(path, ".")
		if !slices.Contains([]string{"experiment", "other", "mistake", "otherMistake"}, head) {
			return settings.Errorf(fmt.Sprintf("%s.change[%d]", at, i), "%q given, a path expected such as experiment.rule.rate, other or mistake", settings.Shortened(path))
		}
	}
	for _, x := range []struct {
		name string
		settings.Settings
	}{{"experiment", t.Experiment}, {"other", t.Other}} {
		if x.name == "other" && !t.hasOther() {
			continue
		}
		if x.Version != settings.Version {
			return settings.Errorf(at+"."+x.name+".version", "%d given, %d expected", x.Version, settings.Version)
		}
	}
	return t.Goal.check(at + ".goal")
}

func (t Task) hasOther() bool { return len(t.Other.Layers) > 0 }

//go:embed worksheets/*.json
var worksheets embed.FS

// shippedNames returns the names of those that the page carries.
func shippedNames() []string {
	var names []string
	files, _ := fs.Glob(worksheets, "worksheets/*.json") // the pattern is right
	for _, f := range files {
		names = append(names, strings.TrimSuffix(path.Base(f), ".json"))
	}
	return names
}

// shipped returns a worksheet by its name.
func shipped(name string) (*Worksheet, error) {
	text, err := worksheets.ReadFile("worksheets/" + name + ".json")
	if err != nil {
		return nil, fmt.Errorf("unknown worksheet %q%s", settings.Shortened(name), settings.Hint(name, shippedNames()))
	}
	w := &Worksheet{}
	tree, err := settings.Tree(text)
	if err != nil {
		return nil, err
	}
	return w, settings.Fill(tree, w) // a test checks them
}
