package play

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	settings "chainrule/internal/experiment"
	"chainrule/internal/words"
)

// A goalKind is a kind of goals.
type goalKind struct {
	name   string
	fields []string // that it has beside kind and run
	text   func(g Goal) string

	// met looks at a run in a frame; nil of goals that something else than a frame reaches.
	met func(g Goal, r *run, f runFrame) bool
}

// goalKinds are all there are.
func goalKinds() []goalKind {
	return []goalKind{
		{"cost-below", []string{"value", "after"}, func(g Goal) string { return fmt.Sprintf("The cost is below %v.", g.Value) },
			func(g Goal, _ *run, f runFrame) bool { return float64(f.Cost) < g.Value }},
		{"cost-above", []string{"value", "after"}, func(g Goal) string { return fmt.Sprintf("The cost is above %v.", g.Value) },
			func(g Goal, _ *run, f runFrame) bool { return !(float64(f.Cost) <= g.Value) || f.Stopped != "" }},
		{"accuracy-above", []string{"value", "after"}, func(g Goal) string {
			return fmt.Sprintf("More than %s of the training points are right.", words.Percent(g.Value))
		}, func(g Goal, _ *run, f runFrame) bool { return f.Accuracy != nil && float64(*f.Accuracy) > g.Value }},
		{"units-equal", []string{"value", "after", "layer"}, func(g Goal) string {
			return fmt.Sprintf("%s of hidden layer %d have the same weights and bias.", words.Count(int(max(g.Value, 2)), "unit"), max(g.Layer, 1))
		}, func(g Goal, r *run, _ runFrame) bool { return equalUnits(r, max(g.Layer, 1)) >= int(max(g.Value, 2)) }},
		{"dead-share-above", []string{"value", "after", "layer"}, func(g Goal) string {
			return fmt.Sprintf("More than %s of the units of hidden layer %d are 0 for every point.", words.Percent(g.Value), max(g.Layer, 1))
		}, func(g Goal, _ *run, f runFrame) bool { return shareOf(f.Units.Dead, g) > g.Value }},
		{"saturated-share-above", []string{"value", "after", "layer"}, func(g Goal) string {
			return fmt.Sprintf("More than %s of the values of hidden layer %d are saturated.", words.Percent(g.Value), max(g.Layer, 1))
		}, func(g Goal, _ *run, f runFrame) bool { return shareOf(f.Units.Saturated, g) > g.Value }},
		{name: "first-wrong-is", fields: []string{"line"}, text: func(g Goal) string { return fmt.Sprintf("%s is the first wrong line of the derivation.", g.Line) }},
		{name: "entry-opened", fields: []string{"line", "row", "col"}, text: func(g Goal) string {
			return fmt.Sprintf("The sum behind row %d, column %d of %s is open.", g.Row+1, g.Col+1, g.Line)
		}},
		{name: "judged-right", fields: []string{"line"}, text: func(g Goal) string { return fmt.Sprintf("Numbers of your own for %s are right.", g.Line) }},
	}
}

// kind returns the kind of a goal.
func (g Goal) kind() (goalKind, error) {
	var names []string
	for _, k := range goalKinds() {
		if k.name == g.Kind {
			return k, nil
		}
		names = append(names, k.name)
	}
	if g.Kind == "" {
		return goalKind{}, settings.Errorf("kind", "missing, %s expected", words.List(names, "or"))
	}
	return goalKind{}, settings.Errorf("kind", "unknown kind %q%s", settings.Shortened(g.Kind), settings.Hint(g.Kind, names))
}

// check looks at a goal at a path.
func (g Goal) check(at string) error {
	k, err := g.kind()
	if err != nil {
		return below(at, err)
	}
	v := reflect.ValueOf(g)
	for i := 2; i < v.NumField(); i++ { // behind kind and run
		name := v.Type().Field(i).Tag.Get("json")
		if !slices.Contains(k.fields, name) && !v.Field(i).IsZero() {
			return settings.Errorf(at+"."+name, "%s has no such field: %s are known", k.name, strings.Join(k.fields, ", "))
		}
	}
	switch {
	case slices.Contains(k.fields, "line") && g.Line == "":
		return settings.Errorf(at+".line", "missing, the name of a line expected, such as dW1")
	case g.Run < 0 || g.Run > 1:
		return settings.Errorf(at+".run", "%d given, 0 or 1 expected", g.Run)
	}
	for _, n := range []struct {
		name string
		v    int
	}{{"after", g.After}, {"layer", g.Layer}, {"row", g.Row}, {"col", g.Col}} {
		if n.v < 0 {
			return settings.Errorf(at+"."+n.name, "%d given, at least 0 expected", n.v)
		}
	}
	return nil
}

// shareOf returns a share of the goal's layer, NaN if there is none.
func shareOf(shares numbers, g Goal) float64 {
	if at := max(g.Layer, 1) - 1; at < len(shares) {
		return shares[at]
	}
	return math.NaN()
}

// alikeUnits is how far weights of units lie apart at most that count as equal.
const alikeUnits = 1e-9

// equalUnits returns how many units of a hidden layer, from 1, are equal to one of them, which
// is chosen so that they are many: in their weights and in their bias.
func equalUnits(r *run, layer int) int {
	if 2*layer >= len(r.params) {
		return 0
	}
	w, b := r.params[2*layer-2], r.params[2*layer-1]
	if len(w.Shape()) != 2 || w.Shape()[0] != b.Shape()[0] {
		return 0
	}
	n := w.Shape()[1]
	weights, biases := float64s(w.Value()), float64s(b.Value())
	equal := func(i, j int) bool {
		for k := range n {
			if !(math.Abs(weights[i*n+k]-weights[j*n+k]) <= alikeUnits) {
				return false
			}
		}
		return math.Abs(biases[i]-biases[j]) <= alikeUnits
	}
	most := 0
	for i := range biases {
		same := 0
		for j := range biases {
			if equal(i, j) {
				same++
			}
		}
		most = max(most, same)
	}
	return most
}
