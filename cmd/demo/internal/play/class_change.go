package play

import (
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
	var changed []string
	add := func(path string, _, _ any) { changed = append(changed, path) }
	differences("experiment", plain(t.Experiment), plain(all[0]), add)
	differences("mistake", t.Mistake, mistakes[0], add)
	switch two := len(all) > 1; {
	case two != t.hasOther():
		add("other", nil, nil)
	case two:
		differences("other", plain(t.Other), plain(all[1]), add)
	}
	if len(all) > 1 {
		differences("otherMistake", t.OtherMistake, mistakes[1], add)
	}
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
