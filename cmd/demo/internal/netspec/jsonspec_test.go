package netspec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"testing"

	"chainrule/graph/explain"
)

// small is a spec that the tests of errors spoil.
const small = `{
  "sizes": [2, 4, 1], "activations": ["tanh", "sigmoid"], "loss": "cross-entropy",
  "W": [[[1, 2], [3, 4], [5, 6], [7, 8]], [[1, 2, 3, 4]]],
  "b": [[[1], [2], [3], [4]], [[5]]],
  "X": [[1, 2, 3], [4, 5, 6]],
  "Y": [[0, 1, 0.5]]
}`

// What is written is read again, to the bit.
func TestSpecRoundTrip(t *testing.T) {
	for seed := range uint64(100) {
		s := randomSpec(t, seed)
		var text bytes.Buffer
		if n, err := s.WriteTo(&text); err != nil || n != int64(text.Len()) {
			t.Fatal(n, err)
		}
		got, err := ParseSpec(text.Bytes())
		if err != nil || !reflect.DeepEqual(got, s) {
			t.Fatalf("seed %d: %v, read as %+v from\n%s", seed, err, got, text.String())
		}
	}
}

// So are results.
func TestResultRoundTrip(t *testing.T) {
	for seed := range uint64(100) {
		s := randomSpec(t, seed)
		r := compute(t, s)
		var text bytes.Buffer
		if n, err := r.WriteTo(&text); err != nil || n != int64(text.Len()) || !json.Valid(text.Bytes()) {
			t.Fatal(n, err)
		}
		given, convention, err := ParseGiven(text.Bytes(), s.Layers())
		if err != nil || convention != explain.MeanCost || !reflect.DeepEqual(given, givenOf(r)) {
			t.Fatalf("seed %d: %v, read as %+v from\n%s", seed, err, given, text.String())
		}
	}
}

// Fields of a spec may stand in any order.
func TestSpecFieldOrder(t *testing.T) {
	if _, err := ParseSpec([]byte(small)); err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(small), &fields); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(fields) // in the order of the alphabet
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseSpec(text); err != nil {
		t.Error(err)
	}
}

// A replacement spoils the spec small.
type replacement struct{ from, to, want string }

// checkSpoiled reports spoiled specs whose errors do not say what is wanted.
func checkSpoiled(t *testing.T, all []replacement) {
	t.Helper()
	for _, c := range all {
		if !strings.Contains(small, c.from) {
			t.Fatalf("%q is not in the spec", c.from)
		}
		_, err := ParseSpec([]byte(strings.Replace(small, c.from, c.to, 1)))
		checkError(t, c.from+" → "+c.to, err, c.want)
	}
}

// A wrong matrix is told with its path and what is expected there.
func TestMatrixErrors(t *testing.T) {
	checkSpoiled(t, []replacement{
		{`[5, 6], [7`, `[5, 6, 9], [7`, "W[1]: 4 rows of 2 expected, row 3 has 3"},
		{`, [7, 8]]`, `]`, "W[1]: 4 rows of 2 expected, 3 rows given"},
		{`[[1, 2, 3, 4]]`, `[1, 2, 3, 4]`, "W[2]: 1 row of 4 expected, a flat list of 4 numbers given: every row"},
		{`[[1], [2], [3], [4]]`, `[1, 2, 3, 4]`, "b[1]: 4 rows of 1 expected, a flat list of 4 numbers given: every row"},
		{`[[1], [2], [3], [4]]`, `[[1, 2, 3, 4]]`, "b[1]: 4 rows of 1 expected, 1 row given"},
		{`[[1], [2], [3], [4]]`, `[]`, "b[1]: 4 rows of 1 expected, 0 rows given"},
		{`, [[5]]`, ``, "b: 2 matrices expected, one for each layer, 1 given"},
		{`[[5]]`, `5`, "b[2]: 1 row of 1 expected, the number 5 given"},
		{`[[5]]`, `[[[5]]]`, "b[2]: row 1, column 1: a number expected, a list given"},
		{`[[5]]`, `[["5"]]`, `b[2]: row 1, column 1: a number expected, "5" given`},
		{`[[5]]`, `[[1e999]]`, "b[2]: row 1, column 1: 1e999 is too large for float64"},
		{`[4, 5, 6]`, `[4, 5]`, "X: 2 rows of 3 expected, row 2 has 2"},
		{`[1, 2, 3], [4, 5, 6]`, `[1, 2, 3]`, "X: 2 rows of 3 expected, 1 row given"},
		{`[1, 2, 3], [4, 5, 6]`, `[], []`, "X: 2 rows expected, with a number for each example, row 1 has 0"},
		{`[1, 2, 3], [4, 5, 6]`, ``, "X: 2 rows expected, with a number for each example, 0 rows given"},
		{`[1, 2, 3], [4, 5, 6]`, `1, 2`, "X: 2 rows expected, with a number for each example, a flat list of 2 numbers given"},
		{`[0, 1, 0.5]`, `[0, 1]`, "Y: 1 row of 3 expected, row 1 has 2"},
		{`[0, 1, 0.5]`, `null`, "Y: 1 row of 3 expected, row 1 is null"},
		{`0.5]`, `1.5]`, "Y: row 1, column 3 is 1.5, a number from 0 to 1 expected for cross-entropy"},
		{`"sigmoid"`, `"softmax"`, "activations[2]: softmax given, but of one output it is always 1: sigmoid expected"},
	})
}

// So are other fields that are wrong.
func TestFieldErrors(t *testing.T) {
	checkSpoiled(t, []replacement{
		{`"sigmoid"`, `"relu"`, "loss: cross-entropy needs a sigmoid or softmax output, and activations[2] is relu; squared-error takes any"},
		{`"tanh"`, `"softmax"`, "activations[1]: softmax is for the last layer only"},
		{`"tanh"`, `"tahn"`, `activations[1]: sigmoid, tanh, relu, leaky-relu, identity or softmax expected, "tahn" given, did you mean tanh?`},
		{`"tanh"`, `"gelu"`, `"gelu" given`},
		{`"tanh", `, ``, "activations: 2 expected, one for each layer, 1 given"},
		{`["tanh", "sigmoid"]`, `"tanh"`, `activations: a list of names expected, one for each layer, "tanh" given`},
		{`"tanh"`, `1`, "activations[1]: a name expected, the number 1 given"},
		{`"cross-entropy"`, `"cross_entropy"`, `loss: cross-entropy or squared-error expected, "cross_entropy" given, did you mean cross-entropy?`},
		{`"cross-entropy"`, `true`, "loss: a name expected, true given"},
		{`[2, 4, 1]`, `[2]`, "sizes: 2 to 65 numbers expected, inputs, hidden units and outputs, 1 given"},
		{`[2, 4, 1]`, `[2, 0, 1]`, "sizes[2]: a whole number from 1 to 10000 expected, 0 given"},
		{`[2, 4, 1]`, `[2, 4.5, 1]`, "sizes[2]: a whole number from 1 to 10000 expected, the number 4.5 given"},
		{`[2, 4, 1]`, `[2, 99999999999999999999, 1]`, "sizes[2]: a whole number"},
		{`[2, 4, 1]`, `[10000, 10000, 1]`, "sizes: the network has 100010000 weights, 10000000 at most expected"},
		{`[2, 4, 1]`, `"2,4,1"`, `sizes: a list of whole numbers such as [2, 4, 1] expected, "2,4,1" given`},
		{`"loss": "cross-entropy",`, ``, "the field loss is missing"},
		{`"loss"`, `"Los"`, `line 2, column 59: unknown field "Los", did you mean loss?`},
		{`"loss"`, `"dropout"`, `unknown field "dropout": sizes, activations, loss, W, b, X, Y, version, inputs, layers, cost are known`},
		{`"X"`, `"W"`, "line 5, column 3: the field W is there twice"},
	})
}

// What is no JSON is told with line and column.
func TestSyntaxErrors(t *testing.T) {
	checkSpoiled(t, []replacement{
		{`[5, 6], [7`, `[5, NaN], [7`, "line 3, column 30: NaN is no number in JSON"},
		{`[5, 6], [7`, `[5, -Infinity], [7`, "line 3, column 30: -Infinity is no number in JSON"},
		{`[5, 6], [7`, `[5, 6,], [7`, "line 3, column 32: no JSON: invalid character ']'"},
		{"\n}", "", "line 6, column 20: no JSON: unexpected end of JSON input"},
		{"\n}", "\n} x", "line 7, column 3: no JSON: invalid character 'x' after top-level value"},
		{small, "", "it is empty, a JSON object expected"},
		{small, " \n", "it is empty"},
		{small, "[1]", "a JSON object expected, with the fields sizes, activations, loss, W, b, X, Y"},
		{small, "\xef\xbb\xbf{}", "line 1, column 1: no JSON"},
		{small, strings.Repeat("[", 20000), "no JSON"},
	})
}

// Any subset of the results will do, with shapes that are wrong.
func TestParseGiven(t *testing.T) {
	given, _, err := ParseGiven([]byte(`{"cost": [[0.5]], "dW": [null, [[1, 2]]], "db": [[1, 2, 3], 4], "Z": null}`), 2)
	want := Given{
		Line{kindCost, 0}: {Shape: []int{1, 1}, Data: []float64{0.5}},
		Line{kindDW, 2}:   {Shape: []int{1, 2}, Data: []float64{1, 2}},
		Line{kindDB, 1}:   {Shape: []int{3}, Data: []float64{1, 2, 3}},
		Line{kindDB, 2}:   {Data: []float64{4}},
	}
	if err != nil || !reflect.DeepEqual(given, want) {
		t.Errorf("%v, %+v", err, given)
	}
}

// Lines may have fields of their own, as the arrays of an archive, and numbers that
// are not finite, as Python's json writes them.
func TestParseGivenLines(t *testing.T) {
	text := ` {"Z1" : [[NaN, -Infinity], [Infinity,1e-3]], "convention": "mean", "dW2": [NaN], "db2":-Infinity , "cost": NaN, "dZ2": null, "A": [null, [[1]]]} `
	given, convention, err := ParseGiven([]byte(text), 2)
	inf, nan := math.Inf(1), math.NaN()
	want := Given{
		Line{kindZ, 1}:    {Shape: []int{2, 2}, Data: []float64{nan, -inf, inf, 1e-3}},
		Line{kindDW, 2}:   {Shape: []int{1}, Data: []float64{nan}},
		Line{kindDB, 2}:   {Data: []float64{-inf}},
		Line{kindCost, 0}: {Data: []float64{nan}},
		Line{kindA, 2}:    {Shape: []int{1, 1}, Data: []float64{1}},
	}
	if err != nil || convention != explain.MeanCost || fmt.Sprint(given) != fmt.Sprint(want) {
		t.Errorf("%v, %v, %v; %v expected", err, convention, given, want)
	}
	if before := strings.Clone(text); string(withoutNaN([]byte(text))) == text || text != before {
		t.Error("the text was changed, or nothing")
	}
	if same := []byte(`{"NaN": "Infinity \" NaN"}`); &withoutNaN(same)[0] != &same[0] {
		t.Error("words in strings were changed")
	}
}

func TestGivenErrors(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                               "there is nothing to compare, at least one of cost, Z, A, dZ, dW, db expected",
		`{"dW": [null, null]}`:             "there is nothing to compare",
		`{"dw": []}`:                       `line 1, column 2: unknown field "dw", did you mean dW?`,
		`{"dW": [[[1]]]}`:                  "dW: a list of 2 matrices expected, one for each layer or null, 1 given",
		`{"dW": 3}`:                        "dW: a list of 2 matrices expected, one for each layer or null, the number 3 given",
		`{"dW": [[[1, 2], [3]], 1]}`:       "dW[1]: 2 rows of 2 expected, row 2 has 1",
		`{"dW": [[[1, 2], 3], 1]}`:         "dW[1]: 2 rows of 2 expected, row 2 is the number 3",
		`{"dW": [[1, [3]], 1]}`:            "dW[1]: row 1, column 2: a number expected, a list given",
		`{"dW": [[], 1]}`:                  "dW[1]: rows of numbers expected, an empty list given",
		`{"dW": [[[]], 1]}`:                "dW[1]: a number or rows of numbers expected, row 1 is an empty list",
		`{"dW": [["a"], 1]}`:               `dW[1]: a number or rows of numbers expected, row 1 is "a"`,
		`{"dW": [[[[1]]], 1]}`:             "dW[1]: row 1, column 1: a number expected, a list given",
		`{"cost": "low"}`:                  `cost: a number expected, "low" given`,
		`{"dW1": [[1]], "dW": [[[1]], 1]}`: "dW1: not beside dW, which has a matrix for layer 1",
		`{"dW3": [[1]]}`:                   `unknown field "dW3", did you mean dW`,
		`{"frobnicate": 1}`:                "line 1, column 2: unknown field \"frobnicate\": convention, cost, Z, A, dZ, dW, db, or Z1, A1, …, dZ1, dW1, db1, … are known",
		`{"dW1": [1, -nan]}`:               "line 1, column 14: nan is no number in JSON",
		`{"dW1": [1, -NaN]}`:               "dW1: row 1, column 2: -NaN is no number",
		`{"dW1": [1, NaN NaN]}`:            "line 1, column 17: no JSON",
		`{"dW1": NaNs}`:                    "line 1, column 12: no JSON",
		`{"cost": 1, "convention": "sum"}`: `convention: notes or mean expected, "sum" given`,
		`{"cost": 1, "convention": 1}`:     "convention: a name expected, the number 1 given",
		`{"convention": "mean"}`:           "there is nothing to compare",
		`{"cost": nan}`:                    "line 1, column 10: nan is no number in JSON",
	} {
		_, _, err := ParseGiven([]byte(text), 2)
		checkError(t, text, err, want)
	}
}

func TestReadLimit(t *testing.T) {
	var err error
	got := taken(func() { _, err = Read(io.MultiReader(bytes.NewReader(make([]byte, 100)), zeroReader{})) }) // without an end
	if err == nil || err.Error() != "it has more than 32 MiB, which is the limit" || got > 2.5*maxFile+1e6 && !race {
		t.Errorf("error %v, %.1f MB taken", err, got/1e6)
	}
	if data, err := Read(strings.NewReader("{}")); err != nil || string(data) != "{}" {
		t.Error(data, err)
	}
}

// Plans that make no network.
func TestPlanErrors(t *testing.T) {
	_, err := Plan{Sizes: []int{2}, Examples: 5}.New()
	checkError(t, "one size", err, "sizes: 2 to 65 numbers expected")
	_, err = Plan{Sizes: []int{2, 1}, Examples: 0}.New()
	checkError(t, "no examples", err, "0 examples: X: 1 to 3333333 columns expected")
	_, err = Plan{Sizes: []int{2, 1}, Examples: 5, Activations: hiddenActivations[:2]}.New()
	checkError(t, "two activations", err, "activations: 1 expected, one for each layer, 2 given")
}

// Whatever it is given, the reader returns a spec that can be computed, or an
// error.
func FuzzParseSpec(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(`{"sizes":[1,1],"activations":["relu"],"loss":"squared-error","W":[[[1]]],"b":[[[0]]],"X":[[1e308]],"Y":[[-1]]}`))
	f.Add([]byte(`{"cost":1,"dW":[null,[1,[2]]]}`))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<10 {
			return // minimising it would take all the time there is
		}
		if given, _, err := ParseGiven(data, 2); err == nil && len(given) == 0 {
			t.Error("nothing was given, and that is no error")
		}
		_, _, _ = ParseGivenNPZ(data, 2) // must not panic
		s, err := ParseSpec(data)
		if err != nil {
			return
		}
		var text bytes.Buffer
		if _, err := s.WriteTo(&text); err != nil {
			t.Fatal(err)
		}
		if again, err := ParseSpec(text.Bytes()); err != nil || !reflect.DeepEqual(s, again) {
			t.Errorf("%v: %+v is read as %+v", err, s, again)
		}
	})
}

// The network may be that of an experiment.
func TestSpecOfExperiment(t *testing.T) {
	const network = `"version": 1, "inputs": 2, "layers": [{"kind": "dense", "units": 4, "activation": "tanh"},
  {"kind": "dense", "units": 1, "activation": "sigmoid"}], "cost": {"kind": "cross-entropy"}`
	const short = `"sizes": [2, 4, 1], "activations": ["tanh", "sigmoid"], "loss": "cross-entropy"`
	want, err := ParseSpec([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Replace(small, short, network, 1)
	if got, err := ParseSpec([]byte(long)); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, error %v; %+v expected", got, err, want)
	}
	for _, c := range []struct{ from, to, words string }{
		{`"units": 4`, `"units": 0`, "layers[0].units: 0 given"},
		{`"units": 4`, `"units": 4, "name": "a"`, "layers[1].name: all dense layers have a name"},
		{`"units": 4`, `"units": 4, "init": {"kind": "he"}`, "layers[0]: kind dense with units and activation alone"},
		{`"tanh"`, `"gelu"`, "layers[0].activation: sigmoid, tanh"},
		{`"tanh"`, `"softmax"`, "softmax is for the last layer only"},
		{`"units": 4`, `"units": 100000`, "sizes[2]: a whole number from 1 to 10000"},
		{`"inputs": 2, `, ``, "the field inputs is missing"},
		{`"inputs": 2`, `"inputs": 2, "loss": "squared-error"`, "loss: not beside version, inputs, layers, cost"},
	} {
		if _, err := ParseSpec([]byte(strings.Replace(long, c.from, c.to, 1))); err == nil || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s → %s: error %v, %q expected", c.from, c.to, err, c.words)
		}
	}
}
