package play

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// solutions reach the goals of the shipped worksheets, task by task: what is put in the place
// of what in the task's experiment, or a mistake, and requests.
var solutions = map[string][]struct {
	from, to, mistake string
	ask               []string
}{
	"gradient-descent": {
		{from: `"rate":0.01`, to: `"rate":1.2`, ask: []string{`{"do":"goto","step":5000}`}},
		{from: `"rate":1.2`, to: `"rate":100`, ask: []string{`{"do":"goto","step":10}`}},
		{ask: []string{`{"do":"goto","step":5000}`}},
	},
	"activations": {
		{ask: []string{`{"do":"entry","line":"dZ1","row":0,"col":0}`}},
		{from: `"scale":0.01`, to: `"scale":100`, ask: []string{`{"do":"frame"}`}},
		{from: `"rate":1}`, to: `"rate":10}`, ask: []string{`{"do":"goto","step":3000}`}},
	},
	"nonlinearity": {
		{from: `"identity"`, to: `"tanh"`, ask: []string{`{"do":"goto","step":5000}`}},
		{from: `"identity"`, to: `"tanh"`, ask: []string{`{"do":"goto","step":3000}`}},
		{from: `"units":2`, to: `"units":4`, ask: []string{`{"do":"goto","step":5000}`}},
	},
	"back-propagation": {
		{ask: []string{`{"do":"entry","line":"dW2","row":0,"col":2}`}},
		{mistake: "no-slope", ask: []string{`{"do":"derive"}`}},
		{mistake: "wrong-axis", ask: []string{`{"do":"derive"}`}},
		{ask: []string{`judge`}},
	},
	"initialisation": {
		{from: `{"kind":"normal","scale":0.01}`, to: `{"kind":"zeros"}`, ask: []string{`{"do":"goto","step":100}`}},
		{from: `{"kind":"zeros"}`, to: `{"kind":"normal","scale":1}`, ask: []string{`{"do":"goto","step":3000}`}},
		{from: `"scale":10`, to: `"scale":1`, ask: []string{`{"do":"goto","step":5000}`}},
	},
}

// TestWorksheets works through the worksheets that are shipped: each task opens when those
// before it are done, is not done at the start, and is by its solution.
func TestWorksheets(t *testing.T) {
	names := shippedNames()
	if len(names) != 5 || len(solutions) != 5 {
		t.Fatalf("%d worksheets and %d solutions, 5 expected", len(names), len(solutions))
	}
	for _, name := range names {
		text, err := os.ReadFile("worksheets/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		w, err := ParseWorksheet(text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(solutions[name]) != len(w.Tasks) {
			t.Errorf("%s: %d solutions for %d tasks", name, len(solutions[name]), len(w.Tasks))
			continue
		}
		s := newSession(t, Limits{})
		ask[classReply](t, s, `{"do":"class","name":%q}`, name)
		for i, solution := range solutions[name] {
			if i+1 < len(w.Tasks) {
				if e := refused(t, s, `{"do":"class","task":%d}`, i+1); e.Path != "task" {
					t.Errorf("%s: task %d: %v", name, i+1, e)
				}
			}
			c := ask[classReply](t, s, `{"do":"class","task":%d}`, i).Worksheet
			if c.Task != i || c.Tasks[i].Met || !c.Tasks[i].Open || c.Tasks[i].Text == "" {
				t.Errorf("%s: task %d is %+v", name, i, c.Tasks[i])
			}
			if f := ask[frame](t, s, `{"do":"frame"}`); f.Task == nil || f.Task.Met || f.Task.Index != i {
				t.Errorf("%s: task %d at the start: %+v", name, i, f.Task)
			}
			if solution.from != "" || solution.mistake != "" {
				x, err := json.Marshal(w.Tasks[i].Experiment)
				if err != nil {
					t.Fatal(err)
				}
				changed := strings.ReplaceAll(string(x), solution.from, solution.to)
				if solution.from == `"identity"` && name == "nonlinearity" && i == 1 {
					changed = strings.Replace(string(x), solution.from, solution.to, 1)
				}
				ask[state](t, s, `{"do":"open","experiment":%s,"mistake":%q}`, changed, solution.mistake)
			}
			for _, request := range solution.ask {
				if request == "judge" {
					d := ask[derived](t, s, `{"do":"derive"}`)
					at := slices.IndexFunc(d.Lines, func(l derivedLine) bool { return l.ID == "dZ2" })
					row, _ := json.Marshal(d.Lines[at].Value.Data)
					request = fmt.Sprintf(`{"do":"judge","text":"dZ2 = [%s]"}`, row)
				}
				if _, err := s.Ask([]byte(request)); err != nil {
					t.Fatalf("%s: task %d: %s: %v", name, i, request, err)
				}
			}
			if !ask[classReply](t, s, `{"do":"class"}`).Worksheet.Tasks[i].Met {
				t.Errorf("%s: task %d is not done by its solution", name, i)
			}
		}
		ask[classReply](t, s, `{"do":"class","name":""}`)
	}
}

// TestClassFixes holds that only what a task lets change can be changed, and that a given
// worksheet cannot be left.
func TestClassFixes(t *testing.T) {
	text, err := os.ReadFile("worksheets/gradient-descent.json")
	if err != nil {
		t.Fatal(err)
	}
	w, err := ParseWorksheet(text)
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(t, Limits{})
	s.Give(w)
	ask[classReply](t, s, `{"do":"class","task":0}`)
	st := ask[state](t, s, `{"do":"state"}`)
	x, err := json.Marshal(st.Experiment) // with what the data told
	if err != nil {
		t.Fatal(err)
	}
	open := func(from, to, more string) string {
		return fmt.Sprintf(`{"do":"open","experiment":%s%s}`, strings.Replace(string(x), from, to, 1), more)
	}
	ask[state](t, s, "%s", open(`"rate":0.01`, `"rate":0.5`, ""))
	for path, request := range map[string]string{
		"experiment.seed":            open(`"seed":1`, `"seed":2`, ""),
		"experiment.layers[0].units": open(`"units":4`, `"units":5`, ""),
		"experiment.layers":          open(`{"kind":"dense","units":4,"activation":"tanh"},`, "", ""),
		"experiment.rule.kind":       open(`"kind":"gd"`, `"kind":"momentum"`, ""),
		"mistake":                    open("", "", `,"mistake":"no-mean"`),
		"other":                      open("", "", `,"other":`+string(x)),
		"files":                      open("", "", `,"files":{"points.csv":"x1,x2,label\n1,2,a\n"}`),
	} {
		if e := refused(t, s, "%s", request); e.Path != path || !strings.Contains(e.Text, "experiment.rule.rate") {
			t.Errorf("%s: %v", request, e)
		}
	}
	if e := refused(t, s, `{"do":"restart","seed":7}`); e.Path != "experiment.seed" {
		t.Errorf("a new seed: %v", e)
	}
	for _, name := range []string{"", "activations"} {
		if e := refused(t, s, `{"do":"class","name":%q}`, name); e.Path != "name" {
			t.Errorf("%v", e)
		}
	}
	w.Tasks[0].Change = []string{"other"}
	ask[state](t, s, "%s", open("", "", `,"other":`+strings.Replace(string(x), `"rate":0.01`, `"rate":0.5`, 1)))
	if e := refused(t, s, "%s", open("", "", `,"other":`+string(x)+`,"otherMistake":"no-mean"`)); e.Path != "otherMistake" {
		t.Errorf("a mistake of the other: %v", e)
	}
	if other := newSession(t, Limits{}); ask[classReply](t, other, `{"do":"class"}`).Worksheet != nil {
		t.Error("a session has the worksheet of another")
	}
}

// TestWorksheetErrors holds that what is wrong with a worksheet is told with its path.
func TestWorksheetErrors(t *testing.T) {
	good, err := os.ReadFile("worksheets/activations.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ from, to, want string }{
		{`"version": 1,`, `"version": 2,`, "version: 2 given, 1 expected"},
		{`"title"`, `"titel"`, "titel: unknown field, did you mean title?"},
		{`"claim": "The slope of tanh follows`, `"claim": " ", "kind": "`, "tasks[0].kind: unknown field"},
		{`"screen": "one-step"`, `"screen": "steps"`, `tasks[0].screen: "steps" given`},
		{`"kind": "entry-opened"`, `"kind": "entry-open"`, "did you mean entry-opened"},
		{`"line": "dZ1"`, `"line": "dZ3"`, `tasks[0].goal.line: there is no line "dZ3"`},
		{`"line": "dZ1"`, `"line": "dZ1", "row": 4`, "tasks[0].goal: row 4, column 0 of dZ1 given, which is (4,400)"},
		{`"line": "dZ1"`, `"line": "dZ1", "value": 1`, "tasks[0].goal.value: entry-opened has no such field"},
		{`"line": "dZ1"`, `"line": "dZ1", "run": 1`, "tasks[0].goal.run: 1 given, but there is no other experiment"},
		{`"value": 0.8`, `"value": "much"`, `tasks[1].goal.value: "much" given`},
		{`"value": 0.8`, `"value": 0.8, "layer": 2`, "tasks[1].goal.layer: 2 given"},
		{`"value": 0.8`, `"value": -1`, "tasks[1].goal: it is met before anything is done"},
		{`"experiment.rule.rate"`, `"rule.rate"`, `tasks[2].change[0]: "rule.rate" given`},
		{`"name": "moons"`, `"name": "moon"`, `tasks[2].experiment.data.name: unknown toy set "moon"`},
		{`"units": 8`, `"units": 0`, "tasks[2].experiment.layers[0].units: 0 given"},
		{`"tasks": [`, `"tasks": 1, "more": [`, "more: unknown field"},
		{`"tasks": [`, `"section": [`, "section: there twice"},
		{`"title"`, `"title": "", "title"`, "title: there twice"},
	} {
		text := strings.Replace(string(good), test.from, test.to, 1)
		if text == string(good) {
			t.Fatalf("%s is not there", test.from)
		}
		_, err := ParseWorksheet([]byte(text))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s → %s: %v, %s expected", test.from, test.to, err, test.want)
		}
	}
	for text, want := range map[string]string{"": "empty", "[]": "object", `{"version":1,"title":"x"}`: "tasks: none given", "{": "line 1"} {
		if _, err := ParseWorksheet([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestWorksheetsAreTold holds the page on worksheets to what there is: its example is read, and
// every field and kind of goals stands in its tables.
func TestWorksheetsAreTold(t *testing.T) {
	text, err := os.ReadFile("../../../../docs/worksheets.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	_, example, _ := strings.Cut(page, "```json\n")
	example, _, _ = strings.Cut(example, "```")
	if _, err := ParseWorksheet([]byte(example)); err != nil {
		t.Errorf("the example: %v", err)
	}
	for _, name := range screens[1:] {
		if !strings.Contains(page, "`"+name+"`") {
			t.Errorf("the screen %s is not told", name)
		}
	}
	for i := range reflect.TypeFor[Task]().NumField() {
		if name := reflect.TypeFor[Task]().Field(i).Tag.Get("json"); !strings.Contains(page, "`"+name+"`") {
			t.Errorf("the field %s is not told", name)
		}
	}
	for _, k := range goalKinds() {
		at := strings.Index(page, "`"+k.name+"`")
		if at < 0 {
			t.Errorf("the goal %s is not told", k.name)
			continue
		}
		row, _, _ := strings.Cut(page[at:], "\n")
		for _, field := range k.fields {
			if !strings.Contains(row, "`"+field+"`") {
				t.Errorf("the field %s of %s is not told", field, k.name)
			}
		}
	}
	if !slices.Contains(mistakeNames(), "no-mean") {
		t.Error("the mistake no-mean is told and there is none")
	}
}
