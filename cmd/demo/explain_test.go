package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/netspec"
	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
)

// Without flags it is the derivation of the notes.
func TestExplainText(t *testing.T) {
	code, stdout, stderr := demo(t.Context(), "explain")
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, %q", code, stderr)
	}
	checkPlain(t, stdout)
	checkText(t, stdout, "The network 2-4-1\n", "m = 400 examples", `
Backward
  Each column of dZ2 is the derivative of that example's own loss; the mean over
  the examples comes in with the parameters.

  dZ2 = A2 − Y               (1,400)  sigmoid under cross-entropy
  dW2 = (1/m)·dZ2·A1ᵀ        (1,4)    product: gradient of the left factor, mean
                                      over the examples
  db2 = (1/m)·Σ dZ2          (1,1)    bias: mean over the examples
  dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)  (4,400)  chain rule through Z2; tanh′ = 1 − A²
  dW1 = (1/m)·dZ1·Xᵀ         (4,2)    product: gradient of the left factor, mean
                                      over the examples
  db1 = (1/m)·Σ dZ1          (4,1)    bias: mean over the examples
`)
	_, stdout, _ = demo(t.Context(), "explain", "--convention", "mean")
	checkText(t, stdout, `
Backward
  Every derivative is that of the cost itself.

  dZ2 = (A2 − Y)/m           (1,400)  sigmoid under cross-entropy
  dW2 = dZ2·A1ᵀ              (1,4)    product: gradient of the left factor
  db2 = Σ dZ2                (1,1)    bias: sum over the examples
  dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)  (4,400)  chain rule through Z2; tanh′ = 1 − A²
  dW1 = dZ1·Xᵀ               (4,2)    product: gradient of the left factor
  db1 = Σ dZ1                (4,1)    bias: sum over the examples
`)
	_, stdout, _ = demo(t.Context(), "explain", "--hidden", "0")
	checkText(t, stdout, "Without hidden units", `
Backward
  Each column of dZ1 is the derivative of that example's own loss; the mean over
  the examples comes in with the parameters.

  dZ1 = A1 − Y        (1,400)  sigmoid under cross-entropy
  dW1 = (1/m)·dZ1·Xᵀ  (1,2)    product: gradient of the left factor, mean over
                               the examples
  db1 = (1/m)·Σ dZ1   (1,1)    bias: mean over the examples
`)
}

// Every flag does what it says.
func TestExplainFlags(t *testing.T) {
	for line, words := range map[string][]string{
		"--hidden 8,3 --activation relu,sigmoid":      {"The network 2-8-3-1", "relu and sigmoid hidden units", "dZ1 = W2ᵀ·dZ2 ⊙ step(Z1)", "dZ2 = W3ᵀ·dZ3 ⊙ (A2 ⊙ (1 − A2))"},
		"--loss softmax":                              {"The network 2-4-3", "dZ2 = A2 − Y", "softmax under cross-entropy", "summed over the classes"},
		"--loss SOFTMAX --outputs 5 --inputs 7":       {"The network 7-4-5", "X   (7,400)"},
		"--loss squared-error":                        {"dZ2 = 2·t1 ", "t1   = Z2 − Y", "a linear output"},
		"--outputs 2":                                 {"The network 2-4-2"},
		"--activation softmax":                        {"dZ1 = A1 ⊙ (dA1 − Σ A1 ⊙ dA1)"},
		"--activation gelu --check":                   {"8 of 8 agree, largest relative error "},
		"--activation softmax --numbers --check":      {"8 of 8 agree, largest relative error "},
		"--examples 1":                                {"m = 1 example,", "db2 = dZ2", "There is one example, whose loss is the cost."},
		"--raw":                                       {"\nBackward, rule by rule\n", "\nBackward, simplified\n", "dA1 = W2ᵀ·dZ2", "dZ1 = dA1 ⊙ (1 − A1²)", "dZ2 = 1 ⊙ (σ(Z2) − Y) "},
		"--raw --convention mean":                     {"dZ2 = 1/m ⊙ (σ(Z2) − Y) ", "dZ2 = (A2 − Y)/m "},
		"--convention MEAN --loss squared-error":      {"dZ2 = 2·t1/m "},
		"--numbers":                                   {"X   (2,3)  input\n      ⎡ ", "cost = (1/m)·Σ (softplus(Z2) − Y ⊙ Z2)  scalar  cross-entropy, from Z2\n         [ 0."},
		"--numbers --examples 2":                      {"X   (2,2)  input"},
		"--check":                                     {"X   (2,400)  input\n  Y   (1,400)", "\n      ≈ [", "central differences: 4 of 4 agree"},
		"--hidden 60 --check":                         {"central differences: 50 of 50 agree", "compared: 50", "of 120 entries, chosen at random", "…", "–"},
		"--format latex":                              {`\documentclass`, `dW^{[2]} &= \frac{1}{m} \cdot dZ^{[2]} \cdot A^{[1]\top}`},
		"--format markdown":                           {"# The network 2-4-1\n", "| `dW2 = (1/m)·dZ2·A1ᵀ`"},
		"--format html":                               {"<!DOCTYPE html>", "<title>The network 2-4-1</title>", "<math "},
		"--out -":                                     {"Backward\n"},
		"--format numpy":                              {"# The network 2-4-1.\n", "    dW2 = dZ2 @ A1.T * (1 / m)  # dW2 = (1/m)·dZ2·A1ᵀ  (1,4)\n", "learning_rate = np.array(0.5)", "range(1)", "X = np.array([\n"},
		"--format go --hidden 0 --convention mean":    {"// The network 2-1.\n", "\tdZ1 := graph.Mul(graph.Sub(A1, Y), g.Const(1.0/m))\n", "\"chainrule/graph\""},
		"--format go-loops --optimizer adam":          {"learningRate = 0.01", "s += dZ2[0][k] * A1[j][k]", "newW1[i][j] = W1[i][j] - "},
		"--format numpy --optimizer rmsprop,centered": {"learning_rate = np.array(0.01)", "W1_RMSProp_v * 0.99 + np.square(dW1)"},
		"--format numpy --optimizer adamw":            {"learning_rate = np.array(0.01)", "learning_rate * 0.01"},
		"--format go --optimizer lion,beta1=0.75":     {"learningRate", "0.001", "graph.Sign(", "0.75"},
		"--format numpy --optimizer adagrad,l2=0.375": {"learning_rate = np.array(0.1)", "0.375"},
		"--format numpy --optimizer gd,clip-norm=0.375,average=0.75":                                      {"0.375", "W1_average"},
		"--format go-loops --optimizer momentum --lr 0.25 --steps 7 --loss softmax --examples 2 --seed 4": {"for range 7 {", "var learningRate = 0.25\n", "const m = 2", "The network 2-4-3."},
	} {
		code, stdout, stderr := demo(t.Context(), append([]string{"explain"}, strings.Fields(line)...)...)
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit code %d, %q", line, code, stderr)
		}
		checkText(t, stdout, words...)
		if !strings.Contains(line, "--format") && !strings.Contains(line, "--hidden 60") {
			checkPlain(t, stdout)
		}
	}
	_, first, _ := demo(t.Context(), "explain", "--numbers")
	_, other, _ := demo(t.Context(), "explain", "--numbers", "--seed", "3")
	if _, again, _ := demo(t.Context(), "explain", "--numbers", "--seed", "2"); again != first || other == first {
		t.Error("the seed does not tell the numbers")
	}
}

// The file's ending tells the format, and the file is there whole.
func TestExplainOut(t *testing.T) {
	dir := t.TempDir()
	for name, begins := range map[string]string{"d.txt": "The network", "d.TEX": `\documentclass`, "d.md": "# The network", "d.html": "<!DOCTYPE html>"} {
		path := filepath.Join(dir, "new", name)
		code, stdout, stderr := demo(t.Context(), "explain", "--numbers", "--check", "--raw", "--out", path)
		if code != 0 || stdout != "" || stderr != "" {
			t.Errorf("%s: exit code %d, %q, %q", name, code, stdout, stderr)
		}
		data, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(data, []byte(begins)) {
			t.Errorf("%s: %.40q, error %v", name, data, err)
		}
		if strings.HasSuffix(name, ".html") {
			checkWellFormed(t, data)
		}
	}
	for name, word := range map[string]string{"net.py": "import numpy as np\n", "net.go": "\"chainrule/graph\"\n"} {
		path := filepath.Join(dir, name)
		code, stdout, stderr := demo(t.Context(), "explain", "--out", path)
		if data, err := os.ReadFile(path); err != nil || code != 0 || stdout+stderr != "" || !strings.Contains(string(data), word) {
			t.Errorf("%s: exit code %d, error %v, %q", name, code, err, stdout+stderr)
		}
	}
	if code, stdout, stderr := demo(t.Context(), "explain", "--format", "markdown", "--out", filepath.Join(dir, "noending")); code != 0 || stdout+stderr != "" {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
	stderr := new(bytes.Buffer)
	if code := run(t.Context(), []string{"explain"}, full{}, stderr); code != 1 {
		t.Errorf("exit code %d", code)
	}
	checkText(t, stderr.String(), "demo: standard output cannot be written: ")
}

func checkWellFormed(t *testing.T, data []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("not well-formed: %v", err)
			return
		}
	}
}

// derived returns the derivation of a network with the given values, whose
// numbers are there.
func derived(t *testing.T, n sketchedNet, values *netspec.Spec) *explain.Derivation {
	t.Helper()
	e, feeds, err := n.build(values)
	if err != nil {
		t.Fatal(err)
	}
	d, err := explain.Derive(e.Cost, e.Params...)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Evaluate(feeds); err != nil {
		t.Fatal(err)
	}
	return d
}

func drawn(t *testing.T, n sketchedNet) *netspec.Spec {
	t.Helper()
	values, err := n.values(2)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// remark returns what the check says about a gradient.
func remark(t *testing.T, d *explain.Derivation, symbol string) string {
	t.Helper()
	for _, l := range d.Backward {
		if l.Symbol == symbol {
			return l.Remark
		}
	}
	t.Fatalf("no line for %s", symbol)
	return ""
}

// XOR with biases 0 has a ReLU at exactly 0: a right gradient may differ from
// the central difference, which decides nothing.
func TestExplainCheckAtKink(t *testing.T) {
	n := defaultNet()
	n.activation, n.examples = []string{"relu"}, 4
	values := drawn(t, n)
	values.X = handgrad.Matrix{Rows: 2, Cols: 4, Data: []float64{0, 0, 1, 1, 0, 1, 0, 1}}
	values.Y = handgrad.Matrix{Rows: 1, Cols: 4, Data: []float64{0, 1, 1, 0}}
	clear(values.B[0].Data)
	d := derived(t, n, values)
	wrong, err := addCheck(t.Context(), d, values)
	if wrong != nil || err != nil {
		t.Fatalf("%v, error %v", wrong, err)
	}
	checkText(t, remark(t, d, "db1"), "0 of 4 agree; 4 at a kink, where an input of ReLU")
	checkText(t, remark(t, d, "dW2"), "4 of 4 agree, largest relative error ")
	checkText(t, d.Text(80), "\n      ≈ ⎡ – ⎤\n")
}

// Gradients that rounding hides are undecided, and no mistake: ten layers of
// small weights give next to nothing.
func TestExplainCheckBelowRounding(t *testing.T) {
	n := defaultNet()
	n.hidden, n.examples = []int{4, 4, 4, 4, 4, 4, 4, 4, 4}, 7
	values := drawn(t, n)
	for _, w := range values.W {
		for i := range w.Data {
			w.Data[i] *= 0.01
		}
	}
	d := derived(t, n, values)
	wrong, err := addCheck(t.Context(), d, values)
	if wrong != nil || err != nil {
		t.Fatalf("%v, error %v", wrong, err)
	}
	checkText(t, remark(t, d, "dW1"), "0 of 8 agree; undecided: 8 of 8, in row 1, column 1 because the differences are too coarse: ±")
}

// A wrong gradient is told, and the exit code is 1.
func TestExplainCheckWrong(t *testing.T) {
	n := defaultNet()
	values := drawn(t, n)
	d := derived(t, n, values)
	for _, l := range d.Backward {
		if l.Symbol == "dW1" {
			l.Value.Float64s()[3] += 0.125
		}
	}
	wrong, err := addCheck(t.Context(), d, values)
	if wrong == nil || err != nil {
		t.Fatalf("%v, error %v", wrong, err)
	}
	checkText(t, wrong.Error(), "dW1: not what the central differences are")
	checkText(t, remark(t, d, "dW1"), "7 of 8 agree", "WRONG, the worst in row 2, column 2: 0.")
	if code := cli.ExitCode(wrong, io.Discard); code != cli.CodeFailed {
		t.Errorf("exit code %d", code)
	}
}

func TestUsageOfExplain(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for line, words := range map[string][]string{
		"--hidden 8,8 --activation tanh,relu,elu": {"--activation tanh,relu,elu: 3 given for 2 hidden layers; one for all of them or one for each"},
		"--hidden 0 --activation relu":            {"--activation has no effect: with --hidden 0 there are no hidden units"},
		"--activation tahn":                       {"--activation tahn: tanh, ", "did you mean tanh?"},
		"--loss hinge":                            {"--loss hinge: cross-entropy, softmax or squared-error expected"},
		"--loss softmax --outputs 1":              {"--outputs 1: a softmax of one output is always 1, at least 2 expected"},
		"--outputs 0":                             {"--outputs 0: a whole number from 1"},
		"--inputs two":                            {"--inputs two: a whole number from 1"},
		"--examples 0":                            {"--examples 0: a whole number from 1"},
		"--convention means":                      {"--convention means: notes or mean expected", "did you mean mean?"},
		"--format pdf":                            {"--format pdf: text, latex, markdown, html, numpy, go or go-loops expected"},
		"--format htm":                            {"did you mean html?"},
		"--out derivation.pdf":                    {"--out derivation.pdf: a name that ends in .txt, .tex, .md, .html, .py or .go expected, or --format"},
		"--out derivation":                        {"--out derivation: a name that ends in"},
		"--out " + dir + " --format text":         {"a file expected"},
		"--seed 3":                                {"--seed has no effect: without --numbers, --check and a program there are no numbers"},
		"--hidden 10000,10000":                    {"--hidden 10000,10000: the network 2-10000-10000-1 has 100050001 weights"},
		"--numbers --examples 1000000 --hidden 9": {"1000000 examples: "},
		"--lr 0.5":                                {"--lr has no effect: only a program takes steps, --format numpy, go or go-loops"},
		"--optimizer adam --format html":          {"--optimizer has no effect: only a program takes steps"},
		"--optimizer lbfgs --format go":           {"--optimizer lbfgs: gd, momentum, adam, adamw, rmsprop, adagrad or lion expected"},
		"--optimizer adam,rate=1 --format go":     {"--optimizer adam,rate=1: --lr says that"},
		"--optimizer adam,nesterov --format go":   {"adam has no such field"},
		"--steps 0 --format go":                   {"--steps 0: a whole number from 1"},
		"--numbers --out net.py":                  {"--numbers has no effect: a program has its numbers"},
		"--format numpy --raw":                    {"--raw has no effect: a program has its numbers, and computes the gradients after simplification"},
		"--format go --examples 10000":            {"--format go: ", "entries, at most 20000 expected, as a program has them all"},
		"--raw=perhaps":                           {"--raw perhaps: true or false expected"},
		"--nubmers":                               {"unknown flag --nubmers, did you mean --numbers?"},
		"softmax":                                 {`unexpected argument "softmax"`, "run 'demo explain --help'"},
	} {
		checkUsage(t, dir, "explain "+line, words...)
	}
}
