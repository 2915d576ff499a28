package experiment

import (
	"encoding/json"
	"reflect"
	"runtime"
	"testing"
)

// Whatever is read without an error is written and read again as the same, nothing
// panics, and memory is the text's and 1 MB at most.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		`{"version": 1, "inputs": 2, "layers": [{"kind": "dense", "units": 1, "activation": "sigmoid"}], "cost": {"kind": "cross-entropy"}}`,
		`{"version": 1, "name": "a", "layers": [{"kind": "activation", "activation": "elu"}, {"kind": "dense", "name": "d", "units": 3,
		  "init": {"kind": "he", "scale": -2}}], "cost": {"kind": "squared-error"}, "rule": {"kind": "momentum", "rate": 1e-3, "nesterov": true},
		  "schedule": {"kind": "constant"}, "data": {"kind": "csv", "path": "p", "label": "l", "held": 0.5, "header": "no", "separator": "tab",
		  "decimal": ",", "ignore": ["a", "b"], "missing": "mean", "encoding": "latin1", "val": 0.25, "task": "regress", "targets": ["c"], "text": ["d"], "seed": 4294967295},
		  "steps": 9, "seed": 1, "dtype": "float32"}`,
		`{"version": 1, "inputs": 1, "layers": [{"kind": "standardize"}, {"kind": "residual", "layers": [{"kind": "batch-norm", "name": "n", "momentum": 1,
		  "epsilon": 1e-3}, {"kind": "dropout", "rate": 0.5}]}, {"kind": "parallel", "layers": [{"kind": "sequential", "layers": [{"kind": "layer-norm"}]},
		  {"kind": "dense", "units": 2}]}, {"kind": "unstandardize"}], "cost": {"kind": "hinge", "class-weights": [1, 2, 0]}}`,
		`{"version": 1, "layers": [{"kind": "dense", "units": 1}], "cost": {"kind": "huber", "delta": 2}, "data": {"kind": "csv", "path": "p"}}`,
		`{"version": 1, "inputs": 1, "layers": [{"kind": "dense", "units": 1}], "cost": {"kind": "squared-error"}, "rule": {"kind": "rmsprop", "beta": 0.5,
		  "epsilon": 1e-3, "momentum": 0.5, "centered": true, "l1": 1, "l2": 2, "weight-decay": 3, "clip": 4, "clip-norm": 5},
		  "schedule": {"kind": "one-cycle", "warmup": 2, "steps": 9, "rise": 0.5, "div": 2, "final-div": 3}}`,
		`{"version": 1, "inputs": 1, "layers": [{"kind": "dense", "units": 1}], "cost": {"kind": "squared-error"},
		  "schedule": {"kind": "plateau", "ratio": 0.5, "patience": 3, "threshold": 0.1, "least": 0.1, "rest": 1}}`,
		`{"version": 1, "inputs": 32, "layers": [{"kind": "image", "shape": [2, 4, 4]}, {"kind": "conv", "name": "c", "channels": 4, "kernel": [3, 1], "stride": [1, 2],
		  "padding": [1], "dilation": [1, 2], "groups": 2, "activation": "relu", "init": {"kind": "he"}, "frozen": true}, {"kind": "max-pool", "kernel": [2], "padding": [1]},
		  {"kind": "avg-pool", "kernel": [2], "stride": [1]}, {"kind": "parallel", "layers": [{"kind": "global-avg-pool"}, {"kind": "flatten"}]}], "cost": {"kind": "squared-error"}}`,
		`{"version": 1, "layers": [{"kind": "embedding", "classes": 3, "units": 2}, {"kind": "gru", "units": 2, "last": true}, {"kind": "dense", "units": 1}],
		  "cost": {"kind": "squared-error"}, "data": {"kind": "csv", "path": "p"}}`,
		`{"version": 1, "layers": [], "layers": []}`, `[[[[`, `{"layers": [{}]}`, `{"rule": null}`, `nul`, ``, `{"data": {"kind": 1}}`,
		`{"version": 1, "layers": [{"kind": "dense", "units": 1, "activation": "sigmoid"}], "cost": {"kind": "cross-entropy"}, "data": {"kind": "csv", "path": "p", "ignore": []}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var s Settings
		var err error
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		s, err = Parse(text)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > uint64(len(text))+1<<20 {
			t.Errorf("%d bytes of memory for %d", n, len(text))
		}
		if err != nil {
			return
		}
		again, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Parse(again); err != nil || !reflect.DeepEqual(got, s) {
			t.Errorf("%+v, error %v; %+v expected from %s", got, err, s, again)
		}
	})
}
