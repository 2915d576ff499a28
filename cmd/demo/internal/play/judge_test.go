package play

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// causes are what netspec calls the mistakes of a backward pass.
var causes = map[string]string{
	"labels-shifted": "wrong labels", "output-slope": "activation derivative twice", "no-slope": "missing activation derivative",
	"wrong-slope": "wrong activation derivative", "slope-of-z": "activation derivative of Z", "not-transposed": "transposed",
	"updated-too-early": "weights updated too early", "no-activation": "missing activation", "no-mean": "missing 1/m",
	"mean-twice": "1/m twice", "no-mean-in-b": "missing 1/m", "wrong-axis": "summed over the wrong axis",
}

// pasted writes the lines of a derivation as NumPy prints arrays with 8 digits, or as JSON.
func pasted(d derived, numpy bool) string {
	var out []string
	for _, l := range d.Lines {
		if !strings.ContainsAny(l.Phase, "fb") || l.Phase == "given" || !slices.Contains([]string{"Z", "A", "dZ", "dW", "db", "cost"}, strings.TrimRight(l.Name, "0123456789")) {
			continue
		}
		var rows []string
		cols := 1
		if len(l.Shape) == 2 {
			cols = l.Shape[1]
		}
		for at := 0; at < len(l.Value.Data); at += cols {
			var row []string
			for _, v := range l.Value.Data[at:][:cols] {
				if numpy {
					row = append(row, fmt.Sprintf("%.8e", v))
				} else {
					row = append(row, fmt.Sprint(v))
				}
			}
			rows = append(rows, strings.Join(row, map[bool]string{true: "  ", false: ", "}[numpy]))
		}
		text := "[[" + strings.Join(rows, map[bool]string{true: "]\n [", false: "], ["}[numpy]) + "]]"
		if len(l.Shape) == 0 {
			text = rows[0]
		}
		if numpy {
			out = append(out, l.Name+" = array("+text+")")
		} else {
			out = append(out, fmt.Sprintf("%q: %s", l.Name, text))
		}
	}
	if numpy {
		return strings.Join(out, "\n")
	}
	return "{" + strings.Join(out, ", ") + "}"
}

// TestJudge gives the numbers of each mistake to a run without one: the line and the cause
// are found, and those of the run itself are right.
func TestJudge(t *testing.T) {
	for _, network := range tried() {
		s := mistaken(t, network, "")
		ask[frame](t, s, `{"do":"goto","step":3}`)
		own, err := s.Ask([]byte(`{"do":"derive"}`))
		if err != nil {
			t.Fatal(err)
		}
		var right derived
		if err := json.Unmarshal(own, &right); err != nil {
			t.Fatal(err)
		}
		for _, numpy := range []bool{true, false} {
			j := ask[judgement](t, s, `{"do":"judge","text":%s}`, quoted(pasted(right, numpy)))
			if len(j.Wrong) > 0 || len(j.Right) < 6 || !strings.HasSuffix(j.Text, "right.") {
				t.Errorf("%s: own numbers are judged as %+v", network, j)
			}
		}
		if network == "adam" {
			continue // whose run of a mistake has other parameters, as of the next network after a step
		}
		s = mistaken(t, network, "")
		for m, cause := range causes {
			if _, possible := first[m][network]; !possible {
				continue
			}
			for _, convention := range []string{"notes", "mean"} {
				d := ask[derived](t, mistaken(t, network, m), `{"do":"derive","convention":%q}`, convention)
				j := ask[judgement](t, s, `{"do":"judge","text":%s,"convention":%q}`, quoted(pasted(d, convention == "notes")), convention)
				if j.First != d.FirstWrong {
					t.Errorf("%s in %s, %s: %q is judged wrong first, %s expected", m, network, convention, j.First, d.FirstWrong)
					continue
				}
				if !slices.ContainsFunc(j.Wrong[0].Causes, func(c causeText) bool { return c.Kind == cause }) {
					t.Errorf("%s in %s, %s: %+v, cause %s expected", m, network, convention, j.Wrong[0].Causes, cause)
				}
			}
		}
	}
}

func quoted(text string) string {
	out, _ := json.Marshal(text)
	return string(out)
}

// TestJudgeOneLine holds that a line without a name is the one that the request says, and what
// cannot be read or compared is refused with its path.
func TestJudgeOneLine(t *testing.T) {
	s := mistaken(t, "notes", "")
	j := ask[judgement](t, s, `{"do":"judge","line":"dW2","text":"[[1. 2. 3. 4.]]"}`)
	if j.First != "dW2" || j.Wrong[0].Row == nil || *j.Wrong[0].Row != 0 || !strings.Contains(j.Text, "dW2 is wrong") {
		t.Errorf("%+v", j)
	}
	if j = ask[judgement](t, s, `{"do":"judge","line":"dW2","text":"[1. 2.]"}`); j.Wrong[0].Row != nil || !strings.Contains(j.Text, "shape (2), (1,4) expected") {
		t.Errorf("%+v", j)
	}
	for request, path := range map[string]string{
		`{"do":"judge","text":"[[1]]"}`:                 "text",
		`{"do":"judge","line":"dW3","text":"[[1]]"}`:    "text",
		`{"do":"judge","run":1,"text":"dW1 = [[1]]"}`:   "run",
		`{"do":"judge","run":0,"text":""}`:              "text",
		`{"do":"judge","run":0,"text":"dW1 = [[1], 2"}`: "text",
	} {
		if e := refused(t, s, "%s", request); e.Path != path {
			t.Errorf("%s: %v", request, e)
		}
	}
	ask[state](t, s, `{"do":"open","experiment":{"version":1,"layers":[{"kind":"dense","units":200,"activation":"tanh"},
		{"kind":"dense","units":200,"activation":"tanh"},{"kind":"dense","units":1,"activation":"sigmoid"}],
		"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":1},"data":{"kind":"toy","name":"moons","examples":400}}}`)
	if e := refused(t, s, `{"do":"judge","text":"dW1 = [[1]]"}`); e.Path != "run" || !strings.Contains(e.Text, "16240000") {
		t.Errorf("%v", e)
	}
	gelu := strings.Replace(networks["notes"], "tanh", "gelu", 1)
	ask[state](t, s, `{"do":"open","experiment":{"version":1,%s}}`, gelu)
	if e := refused(t, s, `{"do":"judge","text":"dW1 = [[1]]"}`); e.Path != "run" || !strings.Contains(e.Text, "gelu") {
		t.Errorf("%v", e)
	}
}
