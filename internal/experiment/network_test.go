package experiment

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// The cost may be missing, but must be one if it is there.
func TestParseNetwork(t *testing.T) {
	const start = `{"version": 1, "inputs": 2, "layers": [{"kind": "dense", "units": 1}]`
	s, err := ParseNetwork([]byte(start + `}`))
	want := Settings{Version: 1, Inputs: 2, Layers: []Layer{{Kind: Dense, Units: 1}}}
	if err != nil || !reflect.DeepEqual(s, want) || s.CheckNetwork() != nil {
		t.Errorf("%+v, error %v, %+v expected", s, err, want)
	}
	written, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := ParseNetwork(written); err != nil || !reflect.DeepEqual(again, want) {
		t.Errorf("%s: %+v, error %v", written, again, err)
	}
	if s, err := ParseNetwork([]byte(start + `, "cost": {"kind": "squared-error"}}`)); err != nil || s.Cost.Kind != SquaredError {
		t.Errorf("%+v, error %v", s, err)
	}
	for text, want := range map[string]string{
		start + `, "cost": {}}`:                        "cost.kind: missing",
		start + `, "cost": null}`:                      "cost: ",
		start + `, "cost": {"kind": "cross-entropy"}}`: "sigmoid or softmax expected",
		`[]`:                           "an object expected",
		`{"version": 1}`:               "layers: missing",
		`{"version": 2}`:               "",
		start + `, "more": 1}`:         "more: unknown field",
		start[:len(start)-4] + `-1}]}`: "",
	} {
		if _, err := ParseNetwork([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, one with %q expected", text, err, want)
		}
	}
	if err := (Settings{Inputs: 1}).CheckNetwork(); err == nil {
		t.Error("a network without layers")
	}
}
