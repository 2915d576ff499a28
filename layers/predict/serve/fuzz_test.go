package serve_test

import (
	"encoding/json"
	"strings"
	"testing"

	"chainrule/layers/predict/serve"
)

// What a body of JSON means is what encoding/json reads of it: an answer is that of the
// model for the same numbers, and a body that package takes for none is an error.
func FuzzJSON(f *testing.F) {
	for _, body := range []string{
		`{"inputs":[[1,2,3],[-0.5e1,0,1E2]]}`, `{"inputs":[]}`, ` { "rows" : [ { "weight" : 1 , "colour" : "red" , "x" : { "y" : [ "]}\"" ] } } ] } `,
		`{"rows":[{"weight":"12","colour":"gr\u0065en","weig\u0068t2":null}]}`, `{"rows":[{"weight":null,"colour":"red"}]}`,
		`{"inputs":[[1,2]]}`, `{"inputs":[[[1],2,3]]}`, `{"inputs":[["1",2,3]]}`, `{"rows":[{"":0,"\\":"\\\"","weight":1,"colour":"red"}]}`, `[]`, `{`, `{"inputs":[[01,2,3]]}`,
	} {
		f.Add(body)
	}
	h, err := serve.Open(fruits)
	if err != nil {
		f.Fatal(err)
	}
	m := h.Model()
	f.Fuzz(func(t *testing.T, body string) {
		w := ask(h, "POST", "/predict", body)
		a := parse(t, w.Body)
		if w.Code != 200 {
			if a.Error == nil || a.Predictions != nil {
				t.Fatalf("%q: %d %+v", body, w.Code, a)
			}
			return
		}
		var read struct {
			Rows   []map[string]any
			Inputs [][]float64
		}
		if err := json.Unmarshal([]byte(body), &read); err != nil {
			t.Fatalf("%q is answered: %v", body, err)
		}
		x := [][]float64{}
		for _, row := range read.Rows {
			weight, isNumber := row["weight"].(float64)
			if !isNumber { // a text, which the tests of tables are about
				return
			}
			red := row["colour"] == "red"
			if !red && row["colour"] != "green" && strings.TrimSpace(row["colour"].(string)) == row["colour"] {
				t.Fatalf("%q is answered", body)
			}
			if strings.TrimSpace(row["colour"].(string)) != row["colour"] {
				return
			}
			x = append(x, map[bool][]float64{true: {weight, 0, 1}, false: {weight, 1, 0}}[red])
		}
		x = append(x, read.Inputs...)
		if len(x) != len(a.Predictions) {
			t.Fatalf("%q: %d answers, %d expected", body, len(a.Predictions), len(x))
		}
		y := make([]float64, 1)
		for i, in := range x {
			if err := m.Predict(y, in); err != nil || y[0] != a.Predictions[i].Probabilities["banana"] {
				t.Fatalf("%q: example %d: %+v, %v expected, %v", body, i, a.Predictions[i], y, err)
			}
		}
	})
}
