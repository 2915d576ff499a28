package serve_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"chainrule/layers/predict"
	"chainrule/layers/predict/serve"
)

// The logits of the fruits are 2·(weight−150)/20 ∓ 3 for red and green, see Example_embed
// of package predict: the expected numbers come from there.
func TestPredict(t *testing.T) {
	h := open(t)
	for name, of := range map[string]struct{ contentType, body string }{
		"rows":            {"application/json", `{"rows": [{"weight": 120, "colour": "red"}, {"colour": "green", "origin": {"a": ["}", 1]}, "weight": 180}]}`},
		"escaped":         {"application/json; charset=UTF-8", `{"r\u006fws":[ {"w\u0065ight":"120","colour":"\u0072ed"} , {"weight":1.8e2,"colour":"green"} ] } `},
		"inputs":          {"", `{"inputs": [[120, 0, 1], [180, 1, 0]]}`},
		"csv":             {"text/csv", "colour,weight\nred,120\ngreen,180\n"},
		"semicolons":      {"text/csv", "colour;weight\nred;120\ngreen;180\n"},
		"decimal commas":  {"text/csv", "colour;x;weight\nred;a,b;120,0\ngreen;;180\n"},
		"points and tabs": {"text/csv", "colour\tweight\nred\t120.0\ngreen\t180\n"},
		"csv of windows":  {"text/csv; charset=utf-8", "\uFEFFweight,x,\"colour\"\r\n120,\"a,\n\",red\r\n180,,\"green\""},
	} {
		w := ask(h, "POST", "/predict", of.body, "Content-Type: "+of.contentType)
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/json" {
			t.Fatalf("%s: %d %s", name, w.Code, w.Body)
		}
		a := parse(t, w.Body)
		if len(a.Predictions) != 2 {
			t.Fatalf("%s: %+v", name, a)
		}
		for i, want := range []struct {
			class string
			logit float64
		}{{"apple", -6}, {"banana", 6}} {
			p, got := 1/(1+math.Exp(-want.logit)), a.Predictions[i]
			if got.Class != want.class || math.Abs(got.Probabilities["banana"]-p) > 1e-12 || math.Abs(got.Probabilities["apple"]-(1-p)) > 1e-12 {
				t.Errorf("%s: %+v, the probability %v of banana expected", name, got, p)
			}
		}
	}
}

// What comes out as CSV is what comes out as JSON, and quoted as it must be.
func TestAnswersAsCSV(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.safetensors")
	m := flowers(t, path, 3)
	h, err := serve.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	w := ask(h, "POST", "/predict", `{"rows": [{"long": 1, "wide": null, "colour": "red"}]}`, "Accept: text/csv;q=0.9, application/json;q=0.1")
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || w.Code != 200 || w.Header().Get("Content-Type") != "text/csv" {
		t.Fatal(w.Code, err)
	}
	if want := []string{"kind", "probability_a", `probability_b,"c"`, "probability_d"}; !reflect.DeepEqual(rows[0], want) {
		t.Errorf("header %q, %q expected", rows[0], want)
	}
	y, class := make([]float64, 3), make([]int, 1)
	if err := m.Predict(y, []float64{1, 1.5, 0, 1}); err != nil {
		t.Fatal(err)
	}
	if err := m.Classes(class, y); err != nil {
		t.Fatal(err)
	}
	want := []string{m.ClassNames()[class[0]]}
	for _, p := range y {
		want = append(want, strconv.FormatFloat(p, 'g', -1, 64))
	}
	if len(rows) != 2 || !reflect.DeepEqual(rows[1], want) {
		t.Errorf("%q, %q expected", rows[1:], want)
	}
}

// A model without names takes inputs and gives outputs.
func TestModelWithoutNames(t *testing.T) {
	h := numbers(t)
	y := make([]float64, 4)
	if err := h.Model().Predict(y, []float64{1, 2, -3, 4}); err != nil {
		t.Fatal(err)
	}
	a := parse(t, ask(h, "POST", "/predict", `{"inputs":[[1,2],[-3,4]]}`).Body)
	if len(a.Predictions) != 2 || !reflect.DeepEqual(append(a.Predictions[0].Outputs, a.Predictions[1].Outputs...), y) {
		t.Errorf("%+v, the outputs %v expected", a, y)
	}
	for _, c := range []struct{ contentType, body, want string }{
		{"", `{"rows":[{}]}`, "the model does not say what its columns are called"},
		{"text/csv", "a,b\n1,2\n", "the model does not say what its columns are called"},
		{"", `{"inputs":[[1,2],[1,1e39]]}`, "row 2: input 1, counted from 0, is 1e+39 and beyond float32"},
	} {
		a := parse(t, ask(h, "POST", "/predict", c.body, "Content-Type: "+c.contentType).Body)
		if a.Error == nil || !strings.Contains(a.Error.Message, c.want) {
			t.Errorf("%s: %+v, %q expected", c.body, a.Error, c.want)
		}
	}
}

// Whatever is wrong with a request is told with its place, and nothing is answered.
func TestProblems(t *testing.T) {
	h := open(t)
	h.MaxBytes, h.MaxRows = 300, 3
	for _, c := range []struct {
		request, contentType, body string
		status                     int
		want                       string
		row, line                  int
		column                     string
	}{
		{request: "GET /predict", status: 405, want: "/predict takes POST, GET given"},
		{request: "POST /model", status: 405, want: "/model takes GET, POST given"},
		{request: "GET /", status: 404, want: "/predict, /model, /healthz or /metrics expected"},
		{contentType: "application/x-www-form-urlencoded", body: "x", status: 415, want: "application/json or text/csv expected"},
		{contentType: "text/csv; charset=latin1", body: "x", status: 415, want: "utf-8 expected"},
		{body: "", status: 400, want: "the body is empty"},
		{body: strings.Repeat(" ", 301), status: 413, want: "more than 300 bytes"},
		{body: `{"inputs":[[1,0,1],[1,0,1],[1,0,1],[1,0,1]]}`, status: 413, want: "more than 3 examples"},
		{body: "{\n  \"rows\": [}", status: 400, want: "line 2, column 12"},
		{body: `{"inputs":[[NaN,0,1]]}`, status: 400, want: "NaN is no number in JSON"},
		{body: `[]`, status: 400, want: "an object with one of the fields"},
		{body: `{}`, status: 400, want: "nothing given, one of the fields"},
		{body: `{"row":[]}`, status: 400, want: `the field "row" given`},
		{body: `{"rows":[],"inputs":[]}`, status: 400, want: `"rows" and "inputs" given`},
		{body: `{"rows":{}}`, status: 400, want: "rows: a list expected"},
		{body: `{"rows":[1]}`, status: 400, row: 1, want: "an object with the columns weight, colour expected"},
		{body: `{"rows":[{"weight":1,"colour":"red"},{"weight":1}]}`, status: 400, row: 2, column: "colour", want: "row 2, column colour: it is missing"},
		{body: `{"rows":[{"weight":1,"weight":2,"colour":"red"}]}`, status: 400, row: 1, column: "weight", want: "it is there twice"},
		{body: `{"rows":[{"weight":"heavy","colour":"red"}]}`, status: 400, row: 1, column: "weight", want: `"heavy" is not a number`},
		{body: `{"rows":[{"weight":true,"colour":"red"}]}`, status: 400, row: 1, column: "weight", want: `"true" is not a number`},
		{body: `{"rows":[{"weight":[1],"colour":"red"}]}`, status: 400, row: 1, column: "weight", want: "a number, a text or null expected"},
		{body: `{"rows":[{"weight":1e999,"colour":"red"}]}`, status: 400, row: 1, column: "weight", want: "1e999 is too large a number"},
		{body: `{"rows":[{"weight":1,"colour":"blue"}]}`, status: 400, row: 1, column: "colour", want: `"blue" is none of its categories`},
		{body: `{"rows":[{"weight":1,"colour":7}]}`, status: 400, row: 1, column: "colour", want: `"7" is none of its categories`},
		{body: `{"inputs":[[1,0,1],[1,0]]}`, status: 400, row: 2, want: "2 numbers given, 3 expected"},
		{body: `{"inputs":[[1,0,1,1]]}`, status: 400, row: 1, want: "4 numbers given, 3 expected"},
		{body: `{"inputs":[[1,null,1]]}`, status: 400, row: 1, want: "input 2 is null, a finite number expected"},
		{body: `{"inputs":[["1",0,1]]}`, status: 400, row: 1, want: "input 1 is"},
		{body: `{"inputs":[1]}`, status: 400, row: 1, want: "a list of 3 numbers expected"},
		{contentType: "text/csv", body: "weight,color\n1,red\n", status: 400, line: 1, want: "no column colour given; is it color?"},
		{contentType: "text/csv", body: "weight,colour\n1,red\n1\n", status: 400, line: 3, want: "line 3: another number of cells"},
		{contentType: "text/csv", body: "weight,colour\n1,red\nx,red\n", status: 400, row: 2, line: 3, column: "weight", want: `line 3, column weight: "x" is not a number`},
		{contentType: "text/csv", body: "weight,colour\n1,\"red\n", status: 400, line: 2, want: "line 2: "},
		{contentType: "text/csv", body: "\n", status: 400, want: "the table is empty"},
		{contentType: "text/csv", body: "weight;color\n1;red\n", status: 400, line: 1, want: "no column colour given; is it color?"},
		{contentType: "text/csv", body: "weight;colour\n1,5;red\n1.5;red\n", status: 400, row: 2, line: 3, column: "weight", want: `"1.5" is not a number, the decimal mark being ','`},
		{contentType: "text/csv", body: "weight;colour\n1.5;red\n1,5;red\n", status: 400, row: 2, line: 3, column: "weight", want: `"1,5" is not a number`},
		{contentType: "text/csv", body: "weight,colour\n\"1,5\",red\n", status: 400, row: 1, line: 2, column: "weight", want: `"1,5" is not a number`},
	} {
		if c.request == "" {
			c.request = "POST /predict"
		}
		method, path, _ := strings.Cut(c.request, " ")
		w := ask(h, method, path, c.body, "Content-Type: "+c.contentType)
		a := parse(t, w.Body)
		if w.Code != c.status || a.Error == nil || a.Error.Status != c.status || !strings.Contains(a.Error.Message, c.want) || a.Predictions != nil {
			t.Errorf("%s %q: %d %+v, %d %q expected", c.request, c.body, w.Code, a.Error, c.status, c.want)
			continue
		}
		if e := a.Error; e.Row != c.row || e.Column != c.column || c.line > 0 && e.Line != c.line {
			t.Errorf("%q: %+v, row %d, line %d and column %q expected", c.body, e, c.row, c.line, c.column)
		}
	}
	if w := ask(h, "POST", "/predict", "{}", "Accept: image/png"); w.Code != 406 {
		t.Errorf("Accept: image/png: %d, 406 expected", w.Code)
	}
	if w := ask(h, "POST", "/predict", "{}", "Content-Encoding: gzip"); w.Code != 415 {
		t.Errorf("gzip: %d, 415 expected", w.Code)
	}
	if w := ask(h, "GET", "/predict", ""); w.Header().Get("Allow") != "POST" {
		t.Errorf("405 without what is allowed")
	}
}

// No examples are none, and more than wait at a time are all answered, each as if alone.
func TestNumbersOfRows(t *testing.T) {
	h := open(t)
	for _, n := range []int{0, 1, 10_000} {
		var b strings.Builder
		b.WriteString("weight,colour\n")
		for i := range n {
			fmt.Fprintf(&b, "%d,red\n", i)
		}
		a := parse(t, ask(h, "POST", "/predict", b.String(), "Content-Type: text/csv").Body)
		if len(a.Predictions) != n {
			t.Fatalf("%d answers for %d rows", len(a.Predictions), n)
		}
		for i, p := range a.Predictions {
			if want := 1 / (1 + math.Exp(-(2*(float64(i)-150)/20 - 3))); math.Abs(p.Probabilities["banana"]-want) > 1e-12 {
				t.Fatalf("row %d of %d: %v, %v expected", i, n, p.Probabilities["banana"], want)
			}
		}
	}
	w := ask(h, "POST", "/predict", `{"inputs":[`+strings.Repeat("[1,0,1],", 70_000)+`[1,0,1]]}`)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("70,001 rows: %d", w.Code)
	}
	h.MaxRows = 1 << 20 // of 3 inputs, more than a block has
	a := parse(t, ask(h, "POST", "/predict", `{"inputs":[`+strings.Repeat("[1,0,1],", 70_000)+`[180,1,0]]}`).Body)
	if n := len(a.Predictions); n != 70_001 || a.Predictions[0].Class != "apple" || a.Predictions[n-1].Class != "banana" {
		t.Errorf("%d answers", n)
	}
}

// The memory of a request does not grow by a piece for each example.
func TestAllocations(t *testing.T) {
	h := open(t)
	count := func(body string) float64 {
		return testing.AllocsPerRun(50, func() {
			if w := ask(h, "POST", "/predict", body); w.Code != 200 {
				t.Fatal(w.Body)
			}
		})
	}
	for name, row := range map[string]string{"inputs": "[120,0,1]", "rows": `{"weight":120,"colour":"red"}`} {
		one := count(`{"` + name + `":[` + row + `]}`)
		many := count(`{"` + name + `":[` + strings.Repeat(row+",", 63) + row + `]}`)
		if perRow := (many - one) / 63; perRow > 0.2 {
			t.Errorf("%s: %v allocations for 1 example, %v for 64", name, one, many)
		}
	}
}

func TestModelAndHealth(t *testing.T) {
	h := open(t)
	w := ask(h, "GET", "/model", "")
	for _, want := range []string{`"version": 1`, `"inputs": 3`, `"kind": "dense"`, `"classes": [`, `"bytes": 744`, `"shape": [`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s expected in %s", want, w.Body)
		}
	}
	if w := ask(h, "GET", "/healthz", ""); w.Code != 200 || w.Body.String() != "ok\n" {
		t.Errorf("healthz: %d %q", w.Code, w.Body)
	}
	m, err := predict.LoadFile(fruits)
	if err != nil {
		t.Fatal(err)
	}
	inMemory, err := serve.New(m)
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(inMemory, "GET", "/model", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"kind": "dense"`) {
		t.Errorf("a model in memory: %d %s", w.Code, w.Body)
	}
	if err := inMemory.Reload(); err == nil {
		t.Error("a model in memory was read again")
	}
	if _, err := serve.New(nil); err == nil {
		t.Error("no model: an error expected")
	}
	if _, err := serve.New(&predict.Model{}); err == nil {
		t.Error("an empty model: an error expected")
	}
}

func TestMetrics(t *testing.T) {
	h := open(t)
	ask(h, "POST", "/predict", `{"inputs":[[1,0,1],[1,0,1]]}`)
	ask(h, "POST", "/predict", `{"inputs":[[1,0,1]]}`)
	ask(h, "POST", "/predict", `{`)
	ask(h, "GET", "/nowhere", "")
	text := ask(h, "GET", "/metrics", "").Body.String()
	for _, want := range []string{"chainrule_requests_total{code=\"200\"} 2\n", "chainrule_requests_total{code=\"400\"} 1\n", "chainrule_requests_total{code=\"404\"} 1\n",
		"chainrule_examples_total 3\n", "chainrule_model_loads_total{result=\"ok\"} 1\n", "chainrule_predict_seconds_bucket{le=\"+Inf\"} 3\n", "chainrule_predict_seconds_count 3\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q expected in\n%s", want, text)
		}
	}
	last := -1.0
	for line := range strings.Lines(text) { // every line is a comment, or a name with a number, and buckets never fall
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		v, err := strconv.ParseFloat(value, 64)
		if !ok || err != nil {
			t.Errorf("the line %q", line)
		}
		if strings.HasPrefix(name, "chainrule_predict_seconds_bucket") {
			if v < last {
				t.Errorf("bucket %s falls to %v", name, v)
			}
			last = v
		}
	}
}

// A model that is cut at any byte, a directory and nothing at all are errors that say which.
func TestOpenFails(t *testing.T) {
	whole, err := os.ReadFile(fruits)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "m.safetensors")
	for n := range whole {
		if err := os.WriteFile(path, whole[:n], 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := serve.Open(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Fatalf("cut at %d of %d: %v", n, len(whole), err)
		}
	}
	for _, path := range []string{dir, filepath.Join(dir, "none"), ""} {
		if _, err := serve.Open(path); err == nil {
			t.Errorf("%q: an error expected", path)
		}
	}
}

// A handler that nobody made says so, and so does an empty path.
func TestBareHandler(t *testing.T) {
	for _, h := range []*serve.Handler{nil, {}} {
		if w := ask(h, "POST", "/predict", `{"inputs": []}`); w.Code != 500 || !strings.Contains(w.Body.String(), "not made by New or Open") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if h.Model() != nil || h.Reload() == nil {
			t.Error("there is a model or a file")
		}
	}
	if _, err := serve.Open(""); err == nil || !strings.Contains(err.Error(), "the path of the model is empty") {
		t.Errorf("error %v", err)
	}
}
