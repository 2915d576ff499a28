package play

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	settings "chainrule/internal/experiment"
)

// difference says in words what of an experiment is another than in the first, such as
// "init he instead of normal"; empty if nothing is.
func difference(first, other settings.Settings) string {
	var all []string
	compare("", plain(first), plain(other), func(path string, a, b any) {
		all = append(all, fmt.Sprintf("%s %s instead of %s", path, said(b), said(a)))
	})
	var out []string
	for _, text := range all { // of layers that are changed alike it is said once
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, ", ")
}

// plain returns settings as values of encoding/json.
func plain(s settings.Settings) any {
	text, err := json.Marshal(s)
	if err != nil {
		return nil
	}
	var v any
	if json.Unmarshal(text, &v) != nil {
		return nil
	}
	return v
}

// compare calls found with the names of the fields whose values differ.
func compare(path string, a, b any, found func(path string, a, b any)) {
	x, xIs := a.(map[string]any)
	y, yIs := b.(map[string]any)
	if (xIs || a == nil) && (yIs || b == nil) && (xIs || yIs) {
		names := slices.Collect(maps.Keys(x))
		for name := range y {
			if _, both := x[name]; !both {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range names {
			at := strings.TrimSpace(path + " " + name)
			if name == "kind" && path != "" { // init he, and not init kind he
				at = path
			}
			compare(at, x[name], y[name], found)
		}
		return
	}
	p, pIs := a.([]any)
	q, qIs := b.([]any)
	if pIs && qIs && len(p) == len(q) {
		for i := range p {
			compare(path, p[i], q[i], found)
		}
		return
	}
	if pIs && qIs {
		found("number of "+path, float64(len(p)), float64(len(q)))
		return
	}
	if fmt.Sprint(a) != fmt.Sprint(b) {
		found(strings.TrimPrefix(path, "layers "), a, b)
	}
}

// said is a value in words.
func said(v any) string {
	if v == nil {
		return "the default"
	}
	return fmt.Sprint(v)
}
