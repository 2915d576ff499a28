package lesson

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestLessonsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range All() {
		if seen[l.Name] || l.Name == "all" || l.Name == "" {
			t.Errorf("%q is no name for a lesson, or that of another", l.Name)
		}
		seen[l.Name] = true
		if l.Title == "" || l.Claim == "" || l.Run == nil {
			t.Errorf("%s has no title, claim or experiment", l.Name)
		}
	}
	if first := All()[0].Name; first != "representation" {
		t.Errorf("%s is first", first)
	}
}

func TestSettingsParseTheirDefaults(t *testing.T) {
	for _, l := range All() {
		seen := map[string]bool{"out": true, "check": true, "help": true} // flags that all have
		for _, s := range l.Settings {
			if seen[s.Name] || s.Help == "" {
				t.Errorf("%s: setting %q has no help, or its name is taken", l.Name, s.Name)
			}
			seen[s.Name] = true
			v, err := s.Parse(s.Format(s.Default))
			if err != nil || !reflect.DeepEqual(v, s.Default) {
				t.Errorf("%s: default %v of %s is parsed as %v, %v", l.Name, s.Default, s.Name, v, err)
			}
			if !reflect.DeepEqual(l.Defaults()[s.Name], s.Default) {
				t.Errorf("%s: default of %s", l.Name, s.Name)
			}
		}
	}
}

func TestSettingParse(t *testing.T) {
	for _, test := range []struct {
		s    Setting
		text string
		want any // or the error's text
	}{
		{Setting{Default: 1, Least: 0, Most: 9}, "7", 7},
		{Setting{Default: 1, Least: 0, Most: 9}, "10", "a whole number from 0 to 9 expected"},
		{Setting{Default: 1}, "1.5", "a whole number expected"},
		{Setting{Default: 1}, "-5", -5},
		{Setting{Default: 0.5}, "1e-3", 1e-3},
		{Setting{Default: 0.5}, "NaN", "a number expected"},
		{Setting{Default: 0.5}, "inf", "a number expected"},
		{Setting{Default: 0.5, Least: 0, Most: 1}, "2", "a number from 0 to 1 expected"},
		{Setting{Default: ""}, "any", "any"},
		{Setting{Default: "tanh", Names: []string{"tanh", "relu"}}, "ReLU", "relu"},
		{Setting{Default: "tanh", Names: []string{"tanh", "relu"}}, "gelu", "tanh or relu expected"},
		{Setting{Default: []int{1}}, "1, 2,3", []int{1, 2, 3}},
		{Setting{Default: []int{1}}, "1,,3", "a whole number expected"},
		{Setting{Default: []int{1}}, "", "a whole number expected"},
		{Setting{Default: []float64{1}}, "1,0.5", []float64{1, 0.5}},
		{Setting{Default: []string{"a"}, Names: []string{"a", "b"}}, "b,A", []string{"b", "a"}},
	} {
		v, err := test.s.Parse(test.text)
		if err != nil {
			v = err.Error()
		}
		if !reflect.DeepEqual(v, test.want) {
			t.Errorf("%q: %v, want %v", test.text, v, test.want)
		}
	}
}

func TestValuesOfNoSetting(t *testing.T) {
	v := Values{"n": 3, "x": 0.5, "s": "a", "ns": []int{1}, "xs": []float64{2}, "ss": []string{"b"}}
	if v.Int("n") != 3 || v.Float("x") != 0.5 || v.Text("s") != "a" || v.Ints("ns")[0] != 1 || v.Floats("xs")[0] != 2 || v.Texts("ss")[0] != "b" {
		t.Errorf("%v is not read back", v)
	}
	if v.Int("x") != 0 || v.Text("none") != "" || v.Ints("n") != nil {
		t.Error("a setting of another type or name is not zero")
	}
}

// getters are the methods of Values by the type of setting that they are for.
var getters = map[string]any{"Int": 0, "Float": 0.0, "Text": "", "Ints": []int(nil), "Floats": []float64(nil), "Texts": []string(nil)}

// Every setting that a lesson's source asks for is one of its settings, of the
// same type, and every setting is asked for.
func TestLessonsAskForTheirSettings(t *testing.T) {
	asked := map[string]map[string]string{} // by file and setting: the method
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := f.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && name != "setting.go" {
			asked[name] = settingsAskedIn(t, name)
		}
	}
	for _, l := range All() {
		idle := map[string]bool{}
		types := map[string]any{}
		for _, s := range l.Settings {
			idle[s.Name], types[s.Name] = true, s.Default
		}
		for file, names := range asked {
			if ownerOf(file) != l.Name {
				continue
			}
			for name, getter := range names {
				delete(idle, name)
				if reflect.TypeOf(types[name]) != reflect.TypeOf(getters[getter]) {
					t.Errorf("%s: %s(%q) is no setting of %s", file, getter, name, l.Name)
				}
			}
			delete(asked, file)
		}
		for name := range idle {
			t.Errorf("%s: nothing asks for the setting %s", l.Name, name)
		}
	}
	for file, names := range asked {
		if len(names) > 0 {
			t.Errorf("%s belongs to no lesson and asks for settings: %v", file, names)
		}
	}
}

// settingsAskedIn returns the settings that a file asks for, with the methods.
func settingsAskedIn(t *testing.T, file string) map[string]string {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	ast.Inspect(parsed, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 {
			return true
		}
		method, selects := call.Fun.(*ast.SelectorExpr)
		literal, isLiteral := call.Args[0].(*ast.BasicLit)
		if !selects || !isLiteral || literal.Kind != token.STRING {
			return true
		}
		if _, known := getters[method.Sel.Name]; known {
			name, _ := strconv.Unquote(literal.Value)
			names[name] = method.Sel.Name
		}
		return true
	})
	return names
}

// ownerOf returns the lesson that a file belongs to by its name, "" for none.
func ownerOf(file string) string {
	owner := ""
	for _, l := range All() {
		name := l.Name
		stem := strings.ReplaceAll(name, "-", "_")
		if rest, found := strings.CutPrefix(strings.TrimSuffix(file, ".go"), stem); found && (rest == "" || rest[0] == '_') && len(name) > len(owner) {
			owner = name
		}
	}
	return owner
}

// distinctPictures checks that the pictures of a report have names of their own,
// and captions.
func distinctPictures(t *testing.T, r *Report) {
	t.Helper()
	var names []string
	for _, b := range r.Blocks {
		if p, ok := b.(Picture); ok {
			if slices.Contains(names, p.Name) || p.Name == "" || p.Caption == "" {
				t.Errorf("picture %q has no name of its own, or no caption", p.Name)
			}
			names = append(names, p.Name)
		}
	}
	if len(names) == 0 {
		t.Error("no picture")
	}
}
