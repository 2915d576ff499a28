package play

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	settings "chainrule/internal/experiment"
)

// difference says in words what of an experiment is another than in the first, such as
// "init he instead of normal"; empty if nothing is.
func difference(first, other settings.Settings) string {
	var all []string
	differences("", plain(first), plain(other), func(path string, a, b any) {
		name := places.ReplaceAllString(path, "")
		p, lists := a.([]any)
		q, too := b.([]any)
		if lists && too {
			name, a, b = "number of "+name, len(p), len(q)
		} else {
			name = strings.TrimPrefix(strings.TrimSuffix(name, ".kind"), "layers.") // init he, and not init kind he
		}
		text := fmt.Sprintf("%s %s instead of %s", strings.ReplaceAll(name, ".", " "), said(b), said(a))
		if !slices.Contains(all, text) { // of layers that are changed alike it is said once
			all = append(all, text)
		}
	})
	return strings.Join(all, ", ")
}

// places are the numbers of layers in a path.
var places = regexp.MustCompile(`\[\d+\]`)

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

// differences calls found with the paths of what is another in b than in a, in order, and
// both values. An object that is missing is one without fields.
func differences(path string, a, b any, found func(path string, a, b any)) {
	x, xIs := a.(map[string]any)
	y, yIs := b.(map[string]any)
	if (xIs || a == nil) && (yIs || b == nil) {
		names := map[string]bool{}
		for _, name := range slices.AppendSeq(slices.Collect(maps.Keys(x)), maps.Keys(y)) {
			names[name] = true
		}
		for _, name := range slices.Sorted(maps.Keys(names)) {
			differences(strings.TrimPrefix(path+"."+name, "."), x[name], y[name], found)
		}
		return
	}
	p, pIs := a.([]any)
	q, qIs := b.([]any)
	if pIs && qIs && len(p) == len(q) {
		for i := range p {
			differences(fmt.Sprintf("%s[%d]", path, i), p[i], q[i], found)
		}
		return
	}
	if !reflect.DeepEqual(a, b) {
		found(path, a, b)
	}
}

// said is a value in words.
func said(v any) string {
	if v == nil {
		return "the default"
	}
	return fmt.Sprint(v)
}
