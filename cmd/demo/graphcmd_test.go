package main

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGraphFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	for line, name := range map[string]string{
		"":                                "graph.svg",
		"--format png":                    "graph.png",
		"--format dot":                    "graph.dot",
		"--out new/net.svg --forward":     "new/net.svg",
		"--out net.PNG --loss softmax":    "net.PNG",
		"--out noending --format svg":     "noending",
		"--hidden 0 --out regression.svg": "regression.svg",
	} {
		code, stdout, stderr := demo(t.Context(), append([]string{"graph"}, strings.Fields(line)...)...)
		if code != 0 || stderr != "" || !strings.HasPrefix(stdout, name+": the graph of ") {
			t.Errorf("%s: exit code %d, %q, %q", line, code, stdout, stderr)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		switch {
		case bytes.HasPrefix(data, []byte("<svg")):
			checkWellFormed(t, data)
		case bytes.HasPrefix(data, []byte("\x89PNG")):
			if _, err := png.Decode(bytes.NewReader(data)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		case !bytes.HasPrefix(data, []byte("digraph {")):
			t.Errorf("%s begins with %.20q", name, data)
		}
	}
}

// What the picture shows: layers, shapes on edges, two colours.
func TestGraphPicture(t *testing.T) {
	code, dot, stderr := demo(t.Context(), "graph", "--inputs", "3", "--format", "dot", "--out", "-")
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, %q", code, stderr)
	}
	checkText(t, dot, `label="forward"`, `label="backward"`, `label="layer 1"`, `label="layer 2"`, `label="cost"`,
		`label="   (3,400)  "`, `label="dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)"`, `label="dZ2 = A2 − Y"`, `"dW2 = (1/m)·dZ2·A1ᵀ`, `color="#2b6cb0"`, `color="#c05621"`)
	_, mean, _ := demo(t.Context(), "graph", "--convention", "mean", "--format", "dot", "--out", "-")
	checkText(t, mean, `label="dZ2 = (A2 − Y)/m"`, `"dW2 = dZ2·A1ᵀ`)
	_, forward, _ := demo(t.Context(), "graph", "--forward", "--format", "dot", "--out", "-")
	checkText(t, forward, `label="forward"`, "A2 = σ(Z2)")
	for _, word := range []string{"backward", "dZ"} {
		if strings.Contains(forward, word) {
			t.Errorf("%q in the forward pass:\n%s", word, forward)
		}
	}
}

// Ten layers of two sizes are drawn in seconds.
func TestGraphOfTenLayers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ten.svg")
	code, _, stderr := demo(t.Context(), "graph", "--hidden", "8,8,8,8,8,8,8,8,8", "--activation", "relu", "--out", path)
	data, err := os.ReadFile(path)
	if code != 0 || err != nil || !bytes.Contains(data, []byte(">layer 10<")) {
		t.Errorf("exit code %d, %q, error %v", code, stderr, err)
	}
}

func TestUsageOfGraph(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for line, words := range map[string][]string{
		"--format pdf":                          {"--format pdf: svg, png or dot expected"},
		"--format sgv":                          {"did you mean svg?"},
		"--out net.pdf":                         {"--out net.pdf: a name that ends in .svg, .png or .dot expected, or --format"},
		"--out -":                               {"--out -: a format for standard output expected, --format svg, png or dot"},
		"--out=":                                {`--out "": the name of a file, or - for standard output, expected`},
		"--out " + dir + " --format svg":        {"a file expected"},
		"--hidden 8" + strings.Repeat(",8", 19): {"21 layers, and a picture of more than 20 is too large to read"},
		"--forward --convention mean":           {"--convention has no effect: with --forward there are no gradients"},
		"--hidden 0 --activation relu":          {"--activation has no effect"},
		"--loss softmax --outputs 1":            {"at least 2 expected"},
		"--numbers":                             {"unknown flag --numbers"},
		"net.svg":                               {`unexpected argument "net.svg"`, "run 'demo graph --help'"},
	} {
		checkUsage(t, dir, "graph "+line, words...)
	}
}

// The commands that make the directory of their file say so.
func TestHelpSaysThatDirectoriesAreMade(t *testing.T) {
	for _, args := range [][]string{{"explain"}, {"graph"}, {"grad", "--new", "2,1"}} {
		dir := t.TempDir()
		path := filepath.Join(dir, "new", "deeper", "a.svg")
		if args[0] != "graph" {
			path = strings.TrimSuffix(path, "svg") + "html"
		}
		if code, _, errs := demo(t.Context(), append(args, "--out", path)...); code != 0 {
			t.Fatal(errs)
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
		_, help, _ := demo(t.Context(), args[0], "--help")
		if _, text, _ := strings.Cut(help, "--out FILE"); !strings.Contains(strings.Join(strings.Fields(text), " "), "in a directory that is made if it does not exist") {
			t.Errorf("%s makes a directory and does not say so:\n%s", args[0], help)
		}
	}
}
