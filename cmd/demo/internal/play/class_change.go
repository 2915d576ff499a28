package play

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	settings "chainrule/internal/experiment"
	"chainrule/internal/words"
)

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
