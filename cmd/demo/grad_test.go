package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chainrule/cmd/demo/internal/cli"
)

// lineSpec is a network whose values are exact.
const lineSpec = `{"sizes": [2, 1], "activations": ["identity"], "loss": "squared-error",
 "W": [[[1, 2]]], "b": [[[0.5]]], "X": [[1, 0], [0, 1]], "Y": [[1, 2]]}`

// lineResult is what demo grad makes of it.
const lineResult = `{
  "convention": "notes",
  "cost": 0.25,
  "Z": [
    [
      [1.5, 2.5]
    ]
  ],
  "A": [
    [
      [1.5, 2.5]
    ]
  ],
  "dZ": [
    [
      [1, 1]
    ]
  ],
  "dW": [
    [
      [0.5, 0.5]
    ]
  ],
  "db": [
    [
      [1]
    ]
  ]
}
`

// piped runs a command line with standard input.
func piped(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	root := newRootCommand(&out, &errs)
	root.SetIn(strings.NewReader(stdin))
	root.SetArgs(args)
	code = cli.Execute(t.Context(), root, &errs)
	return code, out.String(), errs.String()
}

// The result of a spec is the same whichever way it comes in and goes out.
func TestGradGolden(t *testing.T) {
	spec := write(t, "net.json", lineSpec)
	out := filepath.Join(t.TempDir(), "new", "result.json")
	for _, args := range [][]string{{}, {"--spec", "-"}, {"--spec", spec}, {"--spec", spec, "--out", out}} {
		code, stdout, stderr := piped(t, lineSpec, append([]string{"grad"}, args...)...)
		if len(args) == 4 {
			data, err := os.ReadFile(out)
			if err != nil || stdout != "" {
				t.Errorf("%v, stdout %q", err, stdout)
			}
			stdout = string(data)
		}
		if code != 0 || stderr != "" || stdout != lineResult {
			t.Errorf("%v: exit code %d, %q\n%s", args, code, stderr, stdout)
		}
	}
}

// The same for people.
func TestGradText(t *testing.T) {
	code, stdout, stderr := piped(t, lineSpec, "grad", "--text")
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, %q", code, stderr)
	}
	checkPlain(t, stdout)
	checkText(t, stdout, "cost  0.25\n\ndZ: the derivative", "\nZ1  (1,2)\n      1.500000      2.500000\n", "\ndb1  (1,1)\n      1.000000\n")

	code, spec, _ := piped(t, "", "grad", "--new", "3,30,1", "--examples", "40")
	if code != 0 {
		t.Fatalf("exit code %d", code)
	}
	if code, stdout, _ = piped(t, spec, "grad", "--text"); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	checkPlain(t, stdout)
	checkText(t, stdout, "\nZ1  (30,40)\n", "  …\n", "  … 10 more rows\n")
}

// A new spec is read again, and its results are right.
func TestGradNew(t *testing.T) {
	for _, line := range []string{"2,4,1", "2,4,1 --seed 7", "3,5,4,3 --examples 1", "1,1 --loss squared-error",
		"2,3,2 --activations relu,sigmoid", "2,3,3,2 --activations leaky-relu,tanh,softmax --loss squared-error"} {
		args := append([]string{"--new"}, strings.Fields(line)...)
		code, spec, stderr := piped(t, "", append([]string{"grad"}, args...)...)
		if code != 0 || stderr != "" {
			t.Fatalf("%s: exit code %d, %q", line, code, stderr)
		}
		if _, again, _ := piped(t, "", append([]string{"grad"}, args...)...); again != spec {
			t.Errorf("%s: another spec the second time", line)
		}
		code, result, stderr := piped(t, spec, "grad")
		if code != 0 || stderr != "" || !json.Valid([]byte(result)) {
			t.Fatalf("%s: exit code %d, %q", line, code, stderr)
		}
		file := write(t, "net.json", spec)
		code, stdout, stderr := piped(t, result, "grad", "--spec", file, "--against", "-")
		if code != 0 || stderr != "" || !strings.HasPrefix(stdout, "Z1, A1, ") {
			t.Errorf("%s: exit code %d, %q\n%s", line, code, stderr, stdout)
		}
		code, stdout, stderr = piped(t, spec, "grad", "--check")
		if code != 0 || stderr != "" || !strings.Contains(stdout, " entries agree; ") {
			t.Errorf("%s: exit code %d, %q\n%s", line, code, stderr, stdout)
		}
		checkPlain(t, stdout)
	}
}

// The first wrong line, by how much, the cause, and what else is wrong.
func TestGradAgainst(t *testing.T) {
	spec := write(t, "net.json", lineSpec)
	for given, words := range map[string][]string{
		`{"dZ": [[[1, 1]]], "dW": [[[1, 1]]]}`: {"Right: dZ1.",
			"dW1 is the first wrong line, by a relative error of 1, at most 1e-06 expected.", "row 1, column 1: 1 given, 0.5 expected.",
			"missing 1/m. This is the gradient of the sum over the examples", "dZ was judged in the notes' convention"},
		`{"dZ": [[[1, 1]]], "dW": [[[1, 1]]], "convention": "mean"}`: {
			"dZ1 is the first wrong line, by a relative error of 1, at most 1e-06 expected.", "row 1, column 1: 1 given, 0.5 expected.",
			"missing 1/m. This is the gradient of the sum over the examples", "Wrong as well, perhaps only as a consequence of dZ1: dW1.",
			"dZ was judged in the convention of the mean"},
		`{"cost": 0.5, "dZ1": [[0.5, 0.5]], "dW1": [[-0.5, -0.5]]}`: {"Wrong as well, and not computed from cost: dW1.\nLikely cause: sign. The sign is wrong."},
		`{"cost": 0.5, "dZ1": [[-1, -1]], "dW1": [[-0.5, -0.5]], "db1": [[-1]]}`: {"not computed from cost: dZ1.\nLikely cause",
			"Wrong as well, perhaps only as a consequence of dZ1: dW1 and db1."},
		`{"cost": 0.5, "dW1": [[-0.5, -0.5]], "db1": [[-1]]}`: {"not computed from cost: dW1 and db1.\nLikely causes, which all"},
		`{"A1": [[1.5, NaN]], "dZ1": [[Infinity, 0]], "cost": -Infinity}`: {"A1 is the first wrong line: 1 of 2 entries is NaN or infinite.",
			"row 1, column 2: NaN given, 2.5 expected.", "NaN or infinite entries are in A1, cost and dZ1."},
		`{"A1": [[NaN, NaN]]}`:                    {"A1 is the first wrong line: all 2 entries are NaN or infinite."},
		`{"db1": [[NaN]]}`:                        {"db1 is the first wrong line: its entry is NaN or infinite."},
		`{"dW1": [[0.25, 0.25]], "db1": [[0.5]]}`: {"Wrong as well, perhaps by the same mistake: db1."},
		`{"cost": NaN}`:                           {"cost is the first wrong line: it is not finite. NaN given, 0.25 expected."},
		`{"dZ1": [[1]], "dW1": null}`:             {"dZ1 is the first wrong line: it is a (1,1) matrix", "Likely cause: example left out. Example 1"},
		`{"cost": 0.125, "db": [[1]]}`: {"cost is the first wrong line, by a relative error of 0.5", " 0.125 given, 0.25 expected.",
			"factor ½. Squared error has no factor", "Wrong as well, and not computed from cost: db1."},
		`{"Z": [[[1.5, 2.5]]], "db": [[1]]}`: {"Right: Z1.\n\ndb1 is the first wrong line: it is a flat list of 1 number, and a (1,1) matrix\nis expected.",
			"Likely cause: rank-1 bias. "},
		`{"A": [[[1.5, 7]]]}`: {"It is none of the common mistakes."},
	} {
		code, stdout, stderr := piped(t, given, "grad", "--spec", spec, "--against", "-")
		if code != 1 || !strings.HasSuffix(stderr, " is wrong\n") {
			t.Errorf("%s: exit code %d, %q", given, code, stderr)
		}
		checkText(t, stdout, words...)
		checkPlain(t, stdout)
	}
	code, _, _ := piped(t, `{"cost": 0.2501}`, "grad", "--spec", spec, "--against", "-", "--tolerance", "0.001")
	if code != 0 {
		t.Errorf("exit code %d for an error below the tolerance", code)
	}
}

// Results in both conventions are right, as the help says; what is printed for
// people says its convention.
func TestGradConventions(t *testing.T) {
	_, help, _ := demo(t.Context(), "grad", "--help")
	blocks := regexp.MustCompile(`(?s)\n  \{.*?\}\n`).FindAllString(help, -1)
	if len(blocks) != 2 {
		t.Fatalf("%d examples in the help, a spec and results expected: %q", len(blocks), blocks)
	}
	spec := write(t, "net.json", blocks[0])
	for given, words := range map[string]string{
		blocks[1]:                                  "dZ was judged in the notes' convention: it is the derivative of each example's own loss, and 1/m comes in with dW and db.",
		`{"dZ1": [[0.5, 0.5]]}`:                    "dZ was judged in the convention of the mean: it is the derivative of the cost, 1/m included",
		`{"dW1": [[0.5, 0.5]]}`:                    "dW1: right",
		`{"dZ": [[[1.0, 1.0]]]}`:                   "the notes' convention",
		`{"dZ1": [[1, 1]], "convention": "notes"}`: "the notes' convention",
	} {
		code, stdout, stderr := piped(t, given, "grad", "--spec", spec, "--against", "-")
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, %q", given, code, stderr)
		}
		checkText(t, strings.Join(strings.Fields(stdout), " "), words)
		if strings.Contains(given, "dW1") && !strings.Contains(given, "dZ1") && strings.Contains(stdout, "convention") {
			t.Errorf("%s: %s", given, stdout)
		}
	}
	for convention, wrong := range map[string]string{"notes": `{"dZ1": [[0.5, 0.5]], "convention": "mean"}`, "mean": `{"dZ1": [[1, 1]]}`} {
		code, stdout, _ := piped(t, wrong, "grad", "--spec", spec, "--against", "-", "--convention", convention)
		if code != 1 || !strings.Contains(stdout, "dZ1 is the first wrong line") {
			t.Errorf("%s: exit code %d, %s", convention, code, stdout)
		}
	}
	for convention, words := range map[string][]string{"notes": {"dZ: the derivative of each example's own loss", "\ndZ1  (1,2)\n      1.000000      1.000000\n"},
		"mean": {"dZ: the derivative of the cost, 1/m included.", "\ndZ1  (1,2)\n      0.500000      0.500000\n"}} {
		code, stdout, stderr := piped(t, lineSpec, "grad", "--text", "--convention", convention)
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, %q", convention, code, stderr)
		}
		checkText(t, stdout, words...)
		checkPlain(t, stdout)
		if convention == "mean" {
			_, stdout, _ = piped(t, lineSpec, "grad", "--convention", convention)
			checkText(t, stdout, `"convention": "mean"`, "[0.5, 0.5]\n    ]\n  ],\n  \"dW\"")
		}
	}
}

// XOR without biases is at a kink, and that is no error.
func TestGradCheckAtKink(t *testing.T) {
	const xor = `{"sizes": [2, 2, 1], "activations": ["relu", "sigmoid"], "loss": "cross-entropy", "W": [[[1, 2], [-1, 0.5]], [[1, 2]]],
 "b": [[[0], [0]], [[0]]], "X": [[0, 0, 1, 1], [0, 1, 0, 1]], "Y": [[0, 1, 1, 0]]}`
	code, stdout, stderr := piped(t, xor, "grad", "--check")
	if code != 0 || stderr != "" {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	checkText(t, stdout, "  at a kink\n", "7 of 9 entries agree;", "2 at a kink: an input of ReLU or leaky ReLU is within the step")
}

// Gradients that are too small for central differences are undecided, and that
// is said.
func TestGradCheckBelowRounding(t *testing.T) {
	const flat = `{"sizes": [1, 1, 1, 1], "activations": ["tanh", "tanh", "sigmoid"], "loss": "cross-entropy",
 "W": [[[1e-8]], [[1e-8]], [[1e-8]]], "b": [[[0]], [[0]], [[0]]], "X": [[1, 2]], "Y": [[0, 1]]}`
	code, stdout, stderr := piped(t, flat, "grad", "--check")
	if code != 0 || stderr != "" {
		t.Errorf("exit code %d, %q", code, stderr)
	}
	checkPlain(t, stdout)
	checkText(t, stdout, "  undecided\n", "2 of 6 entries agree;", "Undecided: 4 of 6 entries. The first is dW1[1,1]: the differences are too\ncoarse")
}

// A flag or a file that is wrong says so, and nothing is written.
func TestUsageOfGrad(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	spec, other := write(t, "net.json", lineSpec), write(t, "other.json", strings.Replace(lineSpec, "[1, 2]]]", "[1, 2, 3]]]", 1))
	broken := write(t, "broken.json", lineSpec[:60])
	for line, words := range map[string][]string{
		"x.json":                                   {`unexpected argument "x.json": 'demo grad' takes only flags`, "run 'demo grad --help'"},
		"--specs x":                                {"unknown flag --specs, did you mean --spec?"},
		"--spec none.json":                         {"none.json: no such file or directory"},
		"--spec " + dir:                            {dir + ": a JSON or .npz file expected, this is a directory"},
		"--spec " + other:                          {other + ": W[1]: 1 row of 2 expected, row 1 has 3"},
		"--spec " + broken:                         {broken + ": line 1, column 61: no JSON: invalid character"},
		"--spec=":                                  {`--spec "": the name of a file, or - for standard input, expected`},
		"--new 2":                                  {"--new 2: 2 to 65 numbers separated by commas expected, as in 2,4,1"},
		"--new 2,x":                                {"--new 2,x: entry 2 is x, a whole number from 1 to 10000 expected"},
		"--new 2,0,1":                              {"--new 2,0,1: entry 2 is 0, a whole number"},
		"--new 9999,9999,1":                        {"--new 9999,9999,1: sizes: the network has 99990000 weights"},
		"--new 2,1 --examples 0":                   {"--examples 0: a whole number from 1"},
		"--new 2,1 --activations relu":             {"--new 2,1: loss: cross-entropy needs a sigmoid or softmax output, and activations[1] is relu"},
		"--new 2,1 --activations gelu":             {"--activations gelu: sigmoid, tanh, relu, leaky-relu, identity or softmax expected"},
		"--new 2,1 --loss mse":                     {"--loss mse: cross-entropy or squared-error expected"},
		"--new 2,1 --check":                        {"--check has no effect: --new only writes a spec"},
		"--new 2,1 --out " + dir:                   {"a file expected"},
		"--new 2,1 --out " + spec + "/x":           {"a directory expected, " + spec + " is a file"},
		"--spec a --seed 1":                        {"--seed has no effect: it is for --new only"},
		"--spec a --tolerance 1":                   {"--tolerance has no effect: it is for --against only"},
		"--spec a --tolerance 0":                   {"--tolerance 0: a number above 0 expected"},
		"--spec a --against b --check":             {"--check has no effect: --against only compares"},
		"--spec a --check --text":                  {"--text has no effect: --check only compares gradients"},
		"--spec a --check --convention mean":       {"--convention has no effect: --check only compares gradients of W and b"},
		"--spec a --convention sum":                {"--convention sum: notes or mean expected"},
		"--new 2,1 --convention mean":              {"--convention has no effect: --new only writes a spec"},
		"--spec a --check --out b":                 {"--out has no effect: a comparison goes to standard output"},
		"--against -":                              {"--against -: standard input is the spec already; name a file by --spec"},
		"--spec " + spec + " --loss squared-error": {"--loss has no effect: " + spec + " has its own, as JSON"},
		"--spec " + spec + " --against none":       {"none: no such file or directory"},
		"--spec " + spec + " --against " + spec:    {spec + `: line 1, column 2: unknown field "sizes"`},
	} {
		checkUsage(t, dir, "grad "+line, words...)
	}
}

// Numbers that overflow are told, with exit code 1.
func TestGradOverflow(t *testing.T) {
	code, stdout, stderr := piped(t, strings.Replace(lineSpec, "[1, 0]", "[1e200, 0]", 1), "grad")
	if code != 1 || stdout != "" || stderr != "demo: cost is +Inf in row 1, column 1: the numbers are too large for float64\n" {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
}

// archive returns the .npz of lineSpec.
func archive(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, a := range []struct {
		name  string
		shape string
		data  []float64
	}{
		{"W1", "(1, 2)", []float64{1, 2}}, {"b1", "(1, 1)", []float64{0.5}},
		{"X", "(2, 2)", []float64{1, 0, 0, 1}}, {"Y", "(1, 2)", []float64{1, 2}},
	} {
		f, err := w.Create(a.name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		header := fmt.Sprintf("{'descr': '<f8', 'fortran_order': False, 'shape': %s, }\n", a.shape)
		fmt.Fprintf(f, "\x93NUMPY\x01\x00%c\x00%s", len(header), header)
		if err := binary.Write(f, binary.LittleEndian, a.data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// An .npz file needs activations, and is known by its content.
func TestGradNPZ(t *testing.T) {
	code, stdout, stderr := piped(t, archive(t), "grad", "--activations", "identity", "--loss", "squared-error")
	if code != 0 || stderr != "" || stdout != lineResult {
		t.Errorf("exit code %d, %q\n%s", code, stderr, stdout)
	}
	for want, args := range map[string][]string{
		"--activations is needed: standard input, as an .npz file, has none": {},
		"standard input: loss: cross-entropy needs a sigmoid or softmax":     {"--activations", "identity"},
		"standard input: activations: 1 expected, one for each layer, 2":     {"--activations", "tanh,sigmoid"},
	} {
		code, stdout, stderr := piped(t, archive(t), append([]string{"grad"}, args...)...)
		if code != 2 || stdout != "" {
			t.Errorf("%v: exit code %d, stdout %q", args, code, stdout)
		}
		checkText(t, stderr, want)
	}
}
