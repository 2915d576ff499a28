package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// imagesAndSequences are the networks of experiments that no other flags describe.
var imagesAndSequences = map[string]string{
	"lenet": `{"version":1,"inputs":16,"layers":[{"kind":"image","shape":[1,4,4]},
		{"kind":"conv","activation":"tanh","channels":2,"kernel":[3],"padding":[1]},{"kind":"avg-pool","kernel":[2]},{"kind":"flatten"},
		{"kind":"dense","units":3,"activation":"softmax"}],"cost":{"kind":"cross-entropy"}}`,
	"rnn":  sequence("rnn", "sigmoid", "cross-entropy"),
	"gru":  sequence("gru", "identity", "squared-error"),
	"lstm": sequence("lstm", "softmax", "cross-entropy"),
	"embedding": `{"version":1,"inputs":4,"layers":[{"kind":"embedding","classes":3,"units":2},{"kind":"rnn","units":3,"last":true},
		{"kind":"dense","units":2,"activation":"softmax"}],"cost":{"kind":"cross-entropy"}}`,
}

// sequence returns an experiment with a recurrent layer.
func sequence(kind, output, cost string) string {
	return `{"version":1,"dtype":"float32","inputs":8,"layers":[{"kind":"steps","steps":4},{"kind":"` + kind +
		`","units":3,"last":true},{"kind":"dense","units":2,"activation":"` + output + `"}],"cost":{"kind":"` + cost + `"}}`
}

// The gradients of all parameters of images and sequences are derived, and agree with
// central differences.
func TestExplainConfig(t *testing.T) {
	for name, params := range map[string][]string{
		"lenet":     {"dconv1.W", "dconv1.b", "dW1", "db1"},
		"rnn":       {"drnn1.W", "dU1", "drnn1.b", "dc1", "dW1", "db1"},
		"gru":       {"dgru1.W", "dU1", "dgru1.b", "dc1", "dW1", "db1"},
		"embedding": {"dembedding1.W", "drnn1.W", "dU1", "drnn1.b", "dc1", "dW1", "db1"},
		"lstm":      {"dlstm1.W", "dU1", "dlstm1.b", "dc1", "dW1", "db1"},
	} {
		path := write(t, "net.json", imagesAndSequences[name])
		code, text, stderr := demo(t.Context(), "explain", "--config", path, "--check")
		if code != 0 {
			t.Errorf("%s: exit code %d, %s", name, code, stderr)
		}
		for _, p := range params {
			if !strings.Contains(text, "\n  "+p+" ") {
				t.Errorf("%s: no line for %s:\n%s", name, p, text)
			}
		}
		checked := regexp.MustCompile(`central differences: (\d+) of (\d+) agree`).FindAllStringSubmatch(text, -1)
		for _, c := range checked {
			if c[1] != c[2] || c[1] == "0" {
				t.Errorf("%s: %s", name, c[0])
			}
		}
		if len(checked) != len(params) {
			t.Errorf("%s: %d gradients are checked, want %d:\n%s", name, len(checked), len(params), text)
		}
		if got := strings.Contains(text, "Loop 2, each step"); got != (name != "lenet") {
			t.Errorf("%s: a loop backwards is shown: %v", name, got)
		}
	}
}

// A network of --config is drawn, with loops open or closed, and written as a program.
func TestConfigPicturesAndPrograms(t *testing.T) {
	path := write(t, "net.json", imagesAndSequences["rnn"])
	for flags, want := range map[string]bool{"": true, "--closed": false} {
		code, svg, stderr := demo(t.Context(), append([]string{"graph", "--config", path, "--format", "svg", "--out", "-"}, strings.Fields(flags)...)...)
		if code != 0 {
			t.Fatal(stderr)
		}
		if got := strings.Contains(svg, "each of 4 steps"); got != want {
			t.Errorf("graph %s: the loop is open: %v", flags, got)
		}
	}
	code, program, stderr := demo(t.Context(), "explain", "--config", path, "--format", "go-loops")
	if code != 0 || !strings.Contains(program, "package main") {
		t.Errorf("go-loops: %s\n%s", stderr, program)
	}
}

func TestConfigMistakes(t *testing.T) {
	good := imagesAndSequences["rnn"]
	for _, c := range []struct{ text, flags, want string }{
		{good, "--hidden 3", "--hidden has no effect: the network is that of --config"},
		{good, "--loss softmax", "--loss has no effect"},
		{strings.Replace(good, `"inputs":8,`, "", 1), "", "inputs: missing"},
		{strings.Replace(good, `"inputs":8`, `"inputs":7`, 1), "", "layers[0]"},
		{strings.Replace(good, `"cost":{"kind":"cross-entropy"}`, `"seed":3`, 1), "", "cost: missing"},
		{"{", "", "no JSON"},
	} {
		for _, command := range []string{"explain", "graph"} {
			args := append([]string{command, "--config", write(t, "net.json", c.text), "--out", filepath.Join(t.TempDir(), "x.svg")}, strings.Fields(c.flags)...)
			if command == "explain" {
				args[4] = "-"
			}
			if code, _, stderr := demo(t.Context(), args...); code != 2 || !strings.Contains(strings.Join(strings.Fields(stderr), " "), c.want) {
				t.Errorf("%s %s of %s: exit code %d, %s, want %s", command, c.flags, c.text, code, stderr, c.want)
			}
		}
	}
	deep := strings.Replace(good, `{"kind":"dense"`, strings.Repeat(`{"kind":"dense","units":2},`, maxPictured)+`{"kind":"dense"`, 1)
	code, _, stderr := demo(t.Context(), "graph", "--config", write(t, "net.json", deep), "--out", filepath.Join(t.TempDir(), "x.svg"))
	if code != 2 || !strings.Contains(stderr, "too large to read") {
		t.Errorf("a picture of %d layers: exit code %d, %s", maxPictured+3, code, stderr)
	}
}
