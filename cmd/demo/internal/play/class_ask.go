package play

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	settings "chainrule/internal/experiment"
	"chainrule/internal/words"
)

// Classwork is a worksheet in the doing.
type classwork struct {
	sheet *Worksheet
	given bool // by a teacher: it cannot be left
	task  int  // at hand
	met   []bool
}

// Give has the session work through a worksheet that cannot be left. It is called before
// anything is opened.
func (s *Session) Give(w *Worksheet) {
	s.enter()
	defer s.mu.Unlock()
	s.class = newClasswork(w, true)
}

func newClasswork(w *Worksheet, given bool) *classwork {
	return &classwork{sheet: w, given: given, met: make([]bool, len(w.Tasks))}
}

// classRequest asks for the worksheet; a name begins one of those that are shipped, and the
// empty name leaves it. A task opens what it is about, if those before it are done.
type classRequest struct {
	Name *string `json:"name"`
	Task *int    `json:"task"`
}

// classReply is the worksheet at hand and those that are shipped.
type classReply struct {
	Worksheet *worksheetReply `json:"worksheet"` // null without one
	Shipped   []shippedReply  `json:"shipped"`
}

type worksheetReply struct {
	Title   string      `json:"title"`
	Section string      `json:"section"`
	Given   bool        `json:"given"` // it cannot be left
	Task    int         `json:"task"`  // at hand, from 0
	Tasks   []taskReply `json:"tasks"`
}

type taskReply struct {
	Claim    string   `json:"claim"`
	Question string   `json:"question"`
	Screen   string   `json:"screen"`
	Change   []string `json:"change"`
	Goal     Goal     `json:"goal"`
	Text     string   `json:"text"` // the goal in a sentence
	Met      bool     `json:"met"`
	Open     bool     `json:"open"` // those before it are done
}

type shippedReply struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Section string `json:"section"`
	Tasks   int    `json:"tasks"` // how many
}

func (s *Session) askClass(r classRequest) (any, error) {
	switch {
	case r.Name != nil && s.class != nil && s.class.given:
		return nil, badf("name", "%q given, but the class has its worksheet, %q", settings.Shortened(*r.Name), s.class.sheet.Title)
	case r.Name != nil && *r.Name == "":
		s.class = nil
	case r.Name != nil:
		w, err := shipped(*r.Name)
		if err != nil {
			return nil, requestError("name", err)
		}
		before := s.class
		s.class = newClasswork(w, false)
		if err := s.openTask(0); err != nil {
			s.class = before
			return nil, err
		}
	}
	if r.Task != nil {
		if err := s.openTask(*r.Task); err != nil {
			return nil, below("task", err)
		}
	}
	out := classReply{Worksheet: s.class.reply()}
	for _, name := range ShippedWorksheets() {
		w, err := shipped(name)
		if err != nil {
			return nil, err
		}
		out.Shipped = append(out.Shipped, shippedReply{name, w.Title, w.Section, len(w.Tasks)})
	}
	return out, nil
}

func (c *classwork) reply() *worksheetReply {
	if c == nil {
		return nil
	}
	out := &worksheetReply{Title: c.sheet.Title, Section: c.sheet.Section, Given: c.given, Task: c.task}
	for i, t := range c.sheet.Tasks {
		out.Tasks = append(out.Tasks, taskReply{Claim: t.Claim, Question: t.Question, Screen: screenOf(t.Screen), Change: append([]string{}, t.Change...), Goal: t.Goal,
			Text: t.Goal.text(), Met: c.met[i], Open: c.isOpen(i)})
	}
	return out
}

func screenOf(name string) string {
	if name == "" {
		return screens[1]
	}
	return name
}

func (g Goal) text() string {
	k, err := g.kind()
	if err != nil {
		return ""
	}
	return k.text(g)
}

// isOpen reports whether all tasks before one are done.
func (c *classwork) isOpen(task int) bool { return !slices.Contains(c.met[:task], false) }

// below returns an error as one below a path, whatever path it has already.
func below(path string, err error) error {
	if err == nil {
		return nil
	}
	e := *requestError("", err).(*RequestError)
	e.Path = strings.TrimSuffix(path+"."+e.Path, ".")
	return &e
}

// openTask opens the experiment of a task.
func (s *Session) openTask(i int) error {
	c := s.class
	switch {
	case c == nil:
		return badf("", "there is no worksheet: a name expected, one of %s", words.List(ShippedWorksheets(), "or"))
	case i < 0 || i >= len(c.sheet.Tasks):
		return badf("", "%d given, the number of one of %s expected, from 0", i, words.Count(len(c.sheet.Tasks), "task"))
	case !c.isOpen(i):
		return badf("", "task %d comes when those before it are done", i+1)
	}
	before := c.task
	c.task = i
	t := c.sheet.Tasks[i]
	all, mistakes := []settings.Settings{t.Experiment}, []string{t.Mistake}
	if t.hasOther() {
		all, mistakes = append(all, t.Other), append(mistakes, t.OtherMistake)
	}
	for i, x := range all {
		if err := s.checkSettings(paths[i], x); err != nil {
			c.task = before
			return err
		}
	}
	o, err := s.openSettings(all, mistakes, nil)
	if err != nil {
		c.task = before
		return err
	}
	s.take(o)
	return nil
}

// try opens a task, and reports a goal that it cannot have, or has met.
func (s *Session) try(i int) error {
	c := s.class
	for before := range i {
		c.met[before] = true
	}
	if err := s.openTask(i); err != nil {
		return err
	}
	g := c.sheet.Tasks[i].Goal
	if g.Run >= len(s.runs) {
		return badf("goal.run", "%d given, but there is no other experiment", g.Run)
	}
	if err := s.tryLine(g); err != nil {
		return err
	}
	if layers := len(s.runs[g.Run].settings.Layers); g.Layer >= layers {
		return badf("goal.layer", "%d given, and the hidden layers are numbered from 1 to %d", g.Layer, layers-1)
	}
	if f, err := s.frame(false); err != nil {
		return err
	} else if f.Task != nil && f.Task.Met {
		return badf("goal", "it is met before anything is done")
	}
	return nil
}

// tryLine reports a line that a goal names and the derivation lacks, or its entry.
func (s *Session) tryLine(g Goal) error {
	if g.Line == "" {
		return nil
	}
	step, err := s.runs[g.Run].next("notes")
	if err != nil {
		return err
	}
	var names []string
	for _, l := range step.derivation.lines {
		if l.ID == g.Line {
			rows, cols := 1, 1
			if len(l.Shape) == 2 {
				rows, cols = l.Shape[0], l.Shape[1]
			}
			if g.Row >= rows || g.Col >= cols {
				return badf("goal", "row %d, column %d of %s given, which is %s; they are counted from 0", g.Row, g.Col, g.Line, words.Shape(rows, cols))
			}
			return nil
		}
		names = append(names, l.ID)
	}
	return badf("goal.line", "there is no line %q%s", settings.Shortened(g.Line), settings.Hint(g.Line, names))
}

// taskNews is what a frame says of the task at hand.
type taskNews struct {
	Index int    `json:"index"`
	Met   bool   `json:"met"`
	Text  string `json:"text"` // the goal in a sentence
}

// look says how the task at hand stands in a frame; nil without one.
func (c *classwork) look(runs []*run, f frame) *taskNews {
	if c == nil {
		return nil
	}
	g := c.sheet.Tasks[c.task].Goal
	k, err := g.kind()
	if err == nil && k.met != nil && g.Run < len(runs) && f.Runs[g.Run].Step >= g.After && k.met(g, runs[g.Run], f.Runs[g.Run]) {
		c.met[c.task] = true
	}
	return &taskNews{c.task, c.met[c.task], g.text()}
}

// reach tells that something was reached, which the goal of the task at hand may be.
func (s *Session) reach(reached Goal) {
	if s.class == nil {
		return
	}
	g := s.class.sheet.Tasks[s.class.task].Goal
	if g == reached && !s.class.met[s.class.task] {
		s.class.met[s.class.task] = true
		s.touch()
	}
}

// allows reports what the task at hand does not let change.
func (c *classwork) allows(all []settings.Settings, mistakes []string, files map[string]string) error {
	if c == nil {
		return nil
	}
	t := c.sheet.Tasks[c.task]
	all = slices.Clone(all)
	for i, x := range []settings.Settings{t.Experiment, t.Other}[:len(all)] {
		if x.Inputs == 0 { // which the data tell
			all[i].Inputs = 0
		}
	}
	given, asked := t.parts(), map[string]any{"mistake": mistakes[0], "experiment": plain(all[0])}
	if len(all) > 1 {
		asked["other"], asked["otherMistake"] = plain(all[1]), mistakes[1]
	}
	var changed []string
	differences("", given, asked, &changed)
	for _, path := range changed {
		if !t.mayChange(path) {
			return badf(path, "this task leaves it as it is%s", t.letsChange())
		}
	}
	if len(files) > 0 && !t.mayChange("experiment.data") {
		return badf("files", "this task leaves the data as they are%s", t.letsChange())
	}
	return nil
}

// parts are what of a task may be changed.
func (t Task) parts() map[string]any {
	out := map[string]any{"mistake": t.Mistake, "experiment": plain(t.Experiment)}
	if t.hasOther() {
		out["other"], out["otherMistake"] = plain(t.Other), t.OtherMistake
	}
	return out
}

func (t Task) letsChange() string {
	if len(t.Change) == 0 {
		return ""
	}
	return "; what may be changed is " + words.List(t.Change, "and")
}

// mayChange reports whether a path is one of those that may be changed, or below one. What
// two runs have in common may be changed in both.
func (t Task) mayChange(path string) bool {
	for _, may := range t.Change {
		rest, below := strings.CutPrefix(path, may)
		if below && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}
	if rest, other := strings.CutPrefix(path, "other."); other && (rest == "seed" || rest == "data" || strings.HasPrefix(rest, "data.")) {
		return t.mayChange("experiment." + rest)
	}
	return false
}

// differences appends the paths of what is another in b than in a.
func differences(path string, a, b any, to *[]string) {
	x, xIs := a.(map[string]any)
	y, yIs := b.(map[string]any)
	if xIs && yIs {
		names := map[string]bool{}
		for _, m := range []map[string]any{x, y} {
			for name := range m {
				names[name] = true
			}
		}
		for name := range names {
			differences(strings.TrimPrefix(path+"."+name, "."), x[name], y[name], to)
		}
		slices.Sort(*to)
		return
	}
	p, pIs := a.([]any)
	q, qIs := b.([]any)
	if pIs && qIs && len(p) == len(q) {
		for i := range p {
			differences(fmt.Sprintf("%s[%d]", path, i), p[i], q[i], to)
		}
		return
	}
	if !reflect.DeepEqual(a, b) {
		*to = append(*to, path)
	}
}
