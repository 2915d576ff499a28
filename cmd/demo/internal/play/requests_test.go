package play

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A request that cannot be is refused with its path and a sentence, and changes nothing.
func TestRequestsThatCannotBe(t *testing.T) {
	s := newSession(t, Limits{Text: 100_000})
	for _, name := range []string{"state", "frame", "play", "pause", "step", "goto", "restart", "derive", "entry", "nudge"} {
		if e := refused(t, s, `{"do":%q}`, name); e != errNothing {
			t.Errorf("%s: %v", name, e)
		}
	}
	ask[state](t, s, `{"do":"open","experiment":%s}`, flower)
	ask[frame](t, s, `{"do":"goto","step":5}`)
	edit := func(old, new string) string {
		return `{"do":"open","experiment":` + strings.Replace(flower, old, new, 1) + `}`
	}
	csv := func(text string) string {
		return `{"do":"open","files":` + text + `,"experiment":` + strings.Replace(flower, `{"kind":"toy","name":"flower"}`, `{"kind":"csv","path":"points.csv","label":"label"}`, 1) + `}`
	}
	for _, c := range []struct{ request, path, text string }{
		{``, "", "JSON"},
		{`[]`, "", "no JSON object"},
		{`null`, "", "no JSON object"},
		{`{}`, "do", "missing"},
		{`{"do":3}`, "do", "3 given"},
		{`{"do":"stpe"}`, "do", `unknown request "stpe"`},
		{`{"do":"step"} {}`, "", ""},
		{`{"do":"step","do":"goto"}`, "do", "twice"},
		{`{"do":"step","far":1}`, "far", "no such field"},
		{`{"do":"step","by":1.5}`, "by", "whole number expected"},
		{`{"do":"step","by":"x"}`, "by", "string given, a whole number expected"},
		{`{"do":"step","unit":"year"}`, "unit", "step or epoch expected"},
		{`{"do":"goto"}`, "step", "missing"},
		{`{"do":"goto","step":-1}`, "step", "at least 0 expected"},
		{`{"do":"goto","step":1e300}`, "step", "whole number"},
		{`{"do":"goto","step":9223372036854775807}`, "step", "at most"},
		{`{"do":"play","speed":-1}`, "speed", "-1 given"},
		{`{"do":"open"}`, "experiment", "missing"},
		{`{"do":"open","experiment":3}`, "experiment", ""},
		{`{"do":"open","experiment":` + flower + `,"step":-1}`, "step", "at least 0"},
		{`{"do":"open","experiment":` + flower + `,"otherMistake":"x"}`, "otherMistake", "no other experiment"},
		{`{"do":"open","experiment":` + flower + `,"other":` + trainings["momentum"] + `}`, "other.data", "the same data"},
		{`{"do":"open","experiment":` + flower + `,"other":{"version":1}}`, "other.layers", ""},
		{edit(`"units":4`, `"units":0`), "experiment.layers[0].units", "at least 1"},
		{edit(`"units":4`, `"units":1001`), "experiment.layers[0].units", "at most 1000 expected here"},
		{edit(`"units":4`, `"untis":4`), "experiment.layers[0].untis", ""},
		{edit(`"tanh"`, `"tan"`), "experiment.layers[0].activation", "tanh"},
		{edit(`"flower"`, `"tree"`), "experiment.data.name", "tree"},
		{edit(`"flower"`, `"moons","examples":10001`), "experiment.data.examples", "at most 10000 expected here"},
		{edit(`"data":{"kind":"toy","name":"flower"}`, `"inputs":2`), "experiment.data", "missing"},
		{edit(`"rule":{"kind":"gd","rate":1.2},`, ``), "experiment.rule", "missing"},
		{edit(`"kind":"gd","rate":1.2`, `"kind":"lbfgs"`), "experiment.rule.kind", "one gradient a step is expected"},
		{edit(`{"kind":"toy","name":"flower"}`, `{"kind":"csv","path":"/etc/passwd"}`), "experiment.data.path", "none of the files of the page"},
		{edit(`"layers":[`, `"layers":[{"kind":"steps","steps":2},{"kind":"gru","units":2,"last":true},`), "experiment.layers[0].kind", "layers of sequences are not shown here"},
		{edit(`"layers":[`, `"layers":[`+strings.Repeat(`{"kind":"dense","units":2},`, 7)), "experiment.layers", "9 layers given, at most 8 expected here"},
		{edit(`"layers":[{`, `"layers":[{"kind":"dense","units":1000},{"kind":"dense","units":1000},{`), "experiment.layers", "at most 100000 expected here"},
		{strings.Replace(edit(`"units":4`, `"units":1000`), `"flower"`, `"moons","examples":9000`, 1), "experiment.layers", "for 9000 examples the layers give 9027000 values, at most 2000000"},
		{csv(`{}`), "experiment.data.path", "which are none"},
		{csv(`{"other.csv":"x"}`), "experiment.data.path", "which are other.csv"},
		{csv(`{"points.csv":"x1,x2,label\n1,2\n"}`), "experiment.data.path", ""},
		{csv(`{"points.csv":"x1,x2,label\n1,2,a\n"}`), "experiment", ""},
		{csv(`{"points.csv":3}`), "files", "a text expected"},
		{`{"do":"derive","run":1}`, "run", "1 given, the number of one of 1 run"},
		{`{"do":"derive","convention":"x"}`, "convention", "notes or mean expected"},
		{`{"do":"derive","examples":"all"}`, "examples", "batch or few"},
		{`{"do":"derive","example":400}`, "example", "400 given"},
		{`{"do":"entry","line":"Q"}`, "line", "there are X, Y, W1"},
		{`{"do":"entry","line":"W1","row":4}`, "row", "4 given, but W1 has 4 rows"},
		{`{"do":"entry","line":"W1","col":-1}`, "col", "-1 given"},
		{`{"do":"nudge","param":"W9"}`, "param", "there are W1, b1, W2 and b2"},
		{`{"do":"nudge","param":"W1","col":2}`, "col", "2 given"},
		{`{"do":"restart","seed":-1}`, "seed", ""},
		{`{"do":"` + strings.Repeat("x", 100_000) + `"}`, "", "at most 100000 expected"},
	} {
		e := refused(t, s, "%s", c.request)
		if !strings.HasPrefix(e.Path, c.path) || c.path == "" && e.Path != "" || !strings.Contains(e.Error(), c.text) {
			t.Errorf("%.200s: path %q, %s", c.request, e.Path, e.Text)
		}
	}
	if f := ask[frame](t, s, `{"do":"frame"}`); f.Step != 5 {
		t.Errorf("the session is at step %d, 5 expected", f.Step)
	}
}

// Points of one's own come as a CSV file, of classes or of numbers.
func TestOwnPoints(t *testing.T) {
	s := newSession(t, Limits{})
	text, err := json.Marshal("x1,x2,label\n" + strings.Repeat("0,0,red\n0,1,blue\n1,0,green\n", 4))
	if err != nil {
		t.Fatal(err)
	}
	x := `{"version":1,"layers":[{"kind":"dense","units":3,"activation":"softmax"}],"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":1},
		"data":{"kind":"csv","path":"points.csv","label":"label","task":"classify"}}`
	st := ask[state](t, s, `{"do":"open","files":{"points.csv":%s},"experiment":%s,"step":50}`, text, x)
	if st.Step != 50 || len(st.Classes) != 3 || st.Held != nil || len(st.Bounds) != 4 || st.Bounds[0] != -0.1 || st.Files[0] != "points.csv" {
		t.Errorf("%+v", st)
	}
	f := ask[frame](t, s, `{"do":"frame"}`)
	if a := f.Runs[0].Accuracy; a == nil || *a != 1 || len(f.Runs[0].Field.Planes) != 2 {
		t.Errorf("accuracy %v", a)
	}
	if st = ask[state](t, s, `{"do":"restart","seed":9}`); st.Step != 0 || st.Experiment.Seed != 9 {
		t.Errorf("restarted at step %d with seed %d", st.Step, st.Experiment.Seed)
	}
	numbers := strings.NewReplacer(`,"activation":"softmax"`, "", `"units":3`, `"units":1`, "cross-entropy", "squared-error", `"rate":1`, `"rate":0.1`,
		`"label":"label","task":"classify"`, `"label":"y","task":"regress"`).Replace(x)
	st = ask[state](t, s, `{"do":"open","files":{"points.csv":"x1,x2,y\n0,0,1\n0,1,2\n1,0,3\n1,1,4\n"},"experiment":%s,"step":200}`, numbers)
	f = ask[frame](t, s, `{"do":"frame"}`)
	if r2 := f.Runs[0].R2; st.Task != "regress" || r2 == nil || *r2 < 0.999 || f.Runs[0].Accuracy != nil {
		t.Errorf("task %s, R² %v", st.Task, r2)
	}
	if b := f.Runs[0].Field.Range; b[0] > 1 || b[1] < 4 {
		t.Errorf("the field goes from %v to %v, in the units of the targets 1 to 4 expected within", b[0], b[1])
	}
}

// The fields are what the network gives at the points that they are of.
func TestFieldsAreTheNetwork(t *testing.T) {
	s := open(t, Limits{}, flower)
	r := ask[frame](t, s, `{"do":"goto","step":300}`).Runs[0]
	bounds := ask[state](t, s, `{"do":"state"}`).Bounds
	at := func(row, col int) (x1, x2 float64) {
		return bounds[0] + (bounds[1]-bounds[0])*(float64(col)+0.5)/fieldSize, bounds[3] - (bounds[3]-bounds[2])*(float64(row)+0.5)/fieldSize
	}
	check := func(what, text string, n int, value func(x1, x2 float64) float64) {
		plane, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(plane) != n*n || n != fieldSize {
			t.Fatalf("%s: %d bytes of %d points: %v", what, len(plane), n, err)
		}
		for _, p := range [][2]int{{0, 0}, {0, 99}, {99, 0}, {17, 62}, {50, 49}} {
			x1, x2 := at(p[0], p[1])
			if want := value(x1, x2) * 255; float64(plane[p[0]*n+p[1]]) < want-0.51 || float64(plane[p[0]*n+p[1]]) > want+0.51 {
				t.Errorf("%s at %v: %d, %v expected", what, p, plane[p[0]*n+p[1]], want)
			}
		}
	}
	e := s.runs[0].exp
	check("the network", r.Field.Planes[0], r.Field.N, func(x1, x2 float64) float64 {
		out, err := e.PredictPlane([]float64{x1}, []float64{x2})
		if err != nil {
			t.Fatal(err)
		}
		lo, hi := r.Field.Range[0], r.Field.Range[1]
		if math.Abs(lo+hi-1) > 1e-15 || lo < 0 {
			t.Fatalf("the field goes from %v to %v, as far to both sides of ½ expected", lo, hi)
		}
		return (out[0] - lo) / (hi - lo)
	})
	if len(r.Fields) != 2 || len(r.Fields[0]) != 4 || len(r.Fields[1]) != 1 {
		t.Fatalf("fields of %d layers", len(r.Fields))
	}
	w, b := r.Params[0], r.Params[1]
	check("unit 3", r.Fields[0][2].Base64, r.Fields[0][2].N, func(x1, x2 float64) float64 {
		return (math.Tanh(w[4]*x1+w[5]*x2+b[2]) + 1) / 2
	})
	score, err := e.Score(e.Held)
	if err != nil {
		t.Fatal(err)
	}
	if float64(*r.HeldCost) != score.Cost || float64(*r.HeldAccuracy) != score.Accuracy {
		t.Errorf("held-out: cost %v and accuracy %v, %v and %v expected", *r.HeldCost, *r.HeldAccuracy, score.Cost, score.Accuracy)
	}
}

// Dead and saturated units are counted, and gradients are told by parameter.
func TestUnitsThatLearnNoMore(t *testing.T) {
	s := open(t, Limits{}, net(2, "relu", `{"kind":"gd","rate":1e-9}`, `{"kind":"toy","name":"flower"}`, ""))
	f := ask[frame](t, s, `{"do":"frame"}`).Runs[0]
	if len(f.Units.Dead) != 1 || f.Units.Dead[0] != 0 || len(f.Gradients) != 4 || f.Gradients[0] <= 0 {
		t.Fatalf("%+v, gradients %v", f.Units, f.Gradients)
	}
	r := s.runs[0]
	setBias(t, r, 1, -1e3) // two units are off for every point
	setBias(t, r, 2, -1e3)
	f = ask[frame](t, s, `{"do":"frame"}`).Runs[0]
	if f.Units.Dead[0] != 0.5 || f.Units.Saturated[0] != 0 {
		t.Errorf("%+v with two of four units dead", f.Units)
	}
	s = open(t, Limits{}, flower)
	setBias(t, s.runs[0], 0, 50)
	if f = ask[frame](t, s, `{"do":"frame"}`).Runs[0]; f.Units.Saturated[0] < 0.25 || f.Units.Saturated[0] > 0.5 || f.Units.Dead[0] != 0 {
		t.Errorf("%+v with one of four units saturated", f.Units)
	}
}

// setBias sets a bias of the first layer.
func setBias(t *testing.T, r *run, unit int, v float64) {
	t.Helper()
	b := r.params[1].Value()
	b.Data().([]float64)[unit] = v
	if err := r.params[1].Set(b); err != nil {
		t.Fatal(err)
	}
}

// A frame keeps to its size, whatever is open: fields of units take at most 200 kB, and
// parameters are left out where there are more than 2000.
func TestFramesKeepToTheirSize(t *testing.T) {
	for _, c := range []struct {
		units, most int
		params      bool
	}{{4, 250_000, true}, {60, 350_000, true}, {1000, 450_000, false}} {
		text := strings.Replace(flower, `"units":4`, fmt.Sprintf(`"units":%d`, c.units), 1)
		s := open(t, Limits{}, text)
		raw, err := s.Ask([]byte(`{"do":"goto","step":3}`))
		if err != nil {
			t.Fatal(err)
		}
		var f frame
		if err := json.Unmarshal(raw, &f); err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{0, 37*fieldSize + 61, fieldSize*fieldSize - 1} { // also where it is computed part by part
			x := s.plane.grid(fieldSize).X[2*at:]
			out, err := s.runs[0].exp.PredictPlane(x[:1], x[1:2])
			if err != nil {
				t.Fatal(err)
			}
			plane, err := base64.StdEncoding.DecodeString(f.Runs[0].Field.Planes[0])
			if err != nil || len(plane) != fieldSize*fieldSize {
				t.Fatalf("%d bytes: %v", len(plane), err)
			}
			lo, hi := f.Runs[0].Field.Range[0], f.Runs[0].Field.Range[1]
			if want := 255 * (out[0] - lo) / (hi - lo); math.Abs(float64(plane[at])-want) > 0.51 {
				t.Errorf("%d units: the field is %d at point %d, %v expected", c.units, plane[at], at, want)
			}
		}
		fields := 0
		for _, layer := range f.Runs[0].Fields {
			for _, u := range layer {
				fields += len(u.Base64)
				if want := base64.StdEncoding.EncodedLen(u.N * u.N); len(u.Base64) != want {
					t.Fatalf("%d bytes of a field of %d points", len(u.Base64), u.N)
				}
			}
		}
		if len(raw) > c.most || fields > maxFields || (f.Runs[0].Params != nil) != c.params {
			t.Errorf("%d units: a frame of %d bytes, %d of fields", c.units, len(raw), fields)
		}
	}
}

// Sessions that train at once have nothing in common.
func TestSessionsShareNothing(t *testing.T) {
	var wait sync.WaitGroup
	want := map[string]string{}
	for name, text := range trainings {
		s := open(t, Limits{}, text)
		ask[frame](t, s, `{"do":"goto","step":40}`)
		want[name] = bitsOf(t, nil, s.runs[0].training.Trainer, s.runs[0].exp.Network)
	}
	for name, text := range trainings {
		for range 2 {
			wait.Go(func() {
				s := NewSession(Limits{})
				defer s.Close()
				for _, request := range []string{`{"do":"open","experiment":` + text + `}`, `{"do":"goto","step":25}`, `{"do":"derive"}`, `{"do":"step","by":-9}`, `{"do":"goto","step":40}`} {
					if _, err := s.Ask([]byte(request)); err != nil {
						t.Error(err)
						return
					}
				}
				if got := bitsOf(t, nil, s.runs[0].training.Trainer, s.runs[0].exp.Network); got != want[name] {
					t.Errorf("%s has other bits beside other sessions", name)
				}
			})
		}
	}
	wait.Wait()
}

// Whatever is asked in whatever order, a session answers with JSON or with a sentence, and
// never panics.
func TestAnySequenceOfRequestsIsAnswered(t *testing.T) {
	count := 2000
	if testing.Short() {
		count = 200
	}
	if n, err := strconv.Atoi(randomRequests); err == nil {
		count = n
	}
	rng := rand.New(rand.NewPCG(5, uint64(count)))
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	value := func() string {
		return pick("0", "1", "-1", "3", "7", "1000", "-1e9", "1e999", "1.5", `"step"`, `"epoch"`, `"notes"`, `"mean"`, `"few"`, `"W1"`, `"b2"`, `"dW1"`, `"Z1"`, `"cost"`, "null", "true", "[]", "{}", `""`, `"no-slope"`, `"sign+zero-init"`, `"dW1 = [[1, 2]]"`, `"[[0.5]]"`,
			`"activations"`, `"back-propagation"`, `"model"`, `"csv"`, `"numpy"`, `"latex"`, `"\ud800"`)
	}
	layer := func() string {
		return fmt.Sprintf(`{"kind":%s,"units":%s,"activation":%s,"rate":%s}`, pick(`"dense"`, `"dense"`, `"dropout"`, `"batch-norm"`, `"activation"`, "3"),
			pick("1", "2", "3", "0", "10000000"), pick(`"tanh"`, `"relu"`, `"softmax"`, `"sigmoid"`, `""`, `"x"`), pick("0", "0", "0.5", "2"))
	}
	experiment := func() string {
		if rng.IntN(2) == 0 {
			return pick(flower, diverging, trainings["momentum"], trainings["dropout and norms"], trainings["patience"], chainOf(t, rng.IntN(len(chains))))
		}
		return fmt.Sprintf(`{"version":1,"layers":[%s,%s,{"kind":"dense","units":1%s}],"cost":{"kind":%s},"rule":{"kind":%s,"rate":%s},"data":{"kind":%s,"name":%s,"path":%s,"examples":%s},"batch":%s,"seed":%s}`,
			layer(), layer(), pick("", `,"activation":"sigmoid"`), pick(`"cross-entropy"`, `"squared-error"`, `"hinge"`, `"huber"`), pick(`"gd"`, `"adam"`, `"lion"`), pick("0.1", "1e200", "-1"),
			pick(`"toy"`, `"toy"`, `"csv"`), pick(`"flower"`, `"moons"`, `"blobs"`, `"sine"`, `"x"`), pick(`""`, `"points.csv"`), pick("0", "20", "1", "-3", "99999999"), pick("0", "7", "1e9"), pick("0", "1", "-1"))
	}
	names := []string{"open", "open", "state", "frame", "play", "pause", "step", "goto", "restart", "derive", "entry", "nudge", "mistakes", "judge", "lessons", "class", "export", "nothing"}
	fields := []string{"by", "unit", "step", "seed", "run", "convention", "examples", "example", "line", "row", "col", "param", "delta", "speed", "do", "mistake", "text", "name", "task", "format", "steps"}
	s := newSession(t, Limits{Work: 5 * time.Millisecond})
	listen(t, s)
	answered := 0
	for range count {
		name := names[rng.IntN(len(names))]
		request := fmt.Sprintf(`{"do":%q`, name)
		if name == "open" {
			request += `,"experiment":` + experiment()
			if rng.IntN(4) == 0 {
				request += `,"other":` + experiment()
			}
			if rng.IntN(4) == 0 {
				request += `,"files":{"points.csv":"x1,x2,label\n1,2,a\n2,3,b\n2,4,b\n1,1,a\n"}`
			}
		}
		if name == "open" && rng.IntN(4) == 0 {
			request += fmt.Sprintf(`,"mistake":%q`, mistakeNames()[rng.IntN(len(mistakeNames()))])
		}
		for range rng.IntN(4) {
			request += fmt.Sprintf(`,%q:%s`, fields[rng.IntN(len(fields))], value())
		}
		request += "}"
		if rng.IntN(20) == 0 {
			request = request[:rng.IntN(len(request))]
		}
		reply, err := s.Ask([]byte(request))
		if err != nil {
			if e, ok := err.(*RequestError); !ok || e.Text == "" || strings.Contains(e.Text, "panic") {
				t.Fatalf("%s: %v", request, err)
			}
			continue
		}
		answered++
		if !json.Valid(reply) {
			t.Fatalf("%s: %.200s", request, reply)
		}
	}
	if answered < count/20 {
		t.Errorf("%d of %d requests were answered", answered, count)
	}
}

// The session builds where there is neither Graphviz nor a server.
func TestNothingThatDrawsOrServesIsReached(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Skipf("go list: %v", err)
	}
	for _, path := range strings.Fields(string(out)) {
		for _, no := range []string{"chainrule/internal/plotting", "chainrule/graph/draw", "chainrule/cmd/demo/internal/lesson", "net/http", "gonum.org/v1/plot"} {
			if path == no {
				t.Errorf("the session reaches %s", path)
			}
		}
	}
}

// Texts of a file become inputs only as far as the session takes so many numbers: 4 MB of
// texts would else be 2 GB of them before they are counted.
func TestTextsAreBounded(t *testing.T) {
	const rows = 800
	var file strings.Builder
	file.WriteString("a,b,label\n")
	for i := range rows {
		fmt.Fprintf(&file, "%c%c,%c%c,%d\n", 'a'+i%15, 'b'+i/15%15, 'c'+i/15%15, 'd'+i%15, i%2)
	}
	text, err := json.Marshal(map[string]string{"points.csv": file.String()})
	if err != nil {
		t.Fatal(err)
	}
	x := strings.Replace(flower, `{"kind":"toy","name":"flower"}`, `{"kind":"csv","path":"points.csv","label":"label"}`, 1)
	e := refused(t, NewSession(Limits{Values: 100_000}), `{"do":"open","files":%s,"experiment":%s}`, text, x)
	if e.Path != "experiment.data.path" || !strings.Contains(e.Text, "450 inputs of 800 examples are more than 300000 numbers") {
		t.Error(e)
	}
}
