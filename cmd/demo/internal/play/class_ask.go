package play

import (
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
	for _, name := range shippedNames() {
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
		return badf("", "there is no worksheet: a name expected, one of %s", words.List(shippedNames(), "or"))
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
