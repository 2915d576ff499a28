package play

import (
	settings "chainrule/internal/experiment"
	"chainrule/internal/words"
)

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
	l := step.derivation.line(g.Line)
	if l == nil {
		return badf("goal.line", "there is no line %q%s", settings.Shortened(g.Line), settings.Hint(g.Line, step.derivation.ids()))
	}
	if rows, cols := size(l.Shape, 0), size(l.Shape, 1); g.Row >= rows || g.Col >= cols {
		return badf("goal", "row %d, column %d of %s given, which is %s; they are counted from 0", g.Row, g.Col, g.Line, words.Shape(rows, cols))
	}
	return nil
}
