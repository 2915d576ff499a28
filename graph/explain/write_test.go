package explain_test

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"chainrule/graph/explain"
	"gorgonia.org/tensor"
)

// written is the derivation of the logistic regression with all that documents
// may hold.
func written(t *testing.T) *explain.Derivation {
	t.Helper()
	n := explainedNetworks()["logistic regression"]
	n.m = 2
	cost, params, feeds := n.build(t)
	d, err := explain.DeriveRaw(cost, params...)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Evaluate(feeds); err != nil {
		t.Fatal(err)
	}
	d.Title, d.Intro = "σ & <co> 100 % | größe_1", "Two examples: $ # ~ ^ \\ {x} 日本."
	near := d.Backward[1].Value.Clone().(*tensor.Dense)
	near.Float64s()[1] = math.NaN() // not known
	d.Backward[1].Near = near
	d.Backward[1].Remark = "checked; relative error < 1e-10 | no_kink"
	return d
}

func TestDerivationText(t *testing.T) {
	n := explainedNetworks()["two layers"]
	cost, params, _ := n.build(t)
	d, err := explain.Derive(cost, params...)
	if err != nil {
		t.Fatal(err)
	}
	const want = `Given
  X   (2,400)  input
  Y   (1,400)  input
  W1  (4,2)    parameter
  b1  (4,1)    parameter
  W2  (1,4)    parameter
  b2  (1,1)    parameter

Forward
  Z1   = W1·X + b1                        (4,400)  weighted sum and bias
  A1   = tanh(Z1)                         (4,400)  activation: tanh
  Z2   = W2·A1 + b2                       (1,400)  weighted sum and bias
  A2   = σ(Z2)                            (1,400)  activation: sigmoid
  cost = (1/m)·Σ (softplus(Z2) − Y ⊙ Z2)  scalar   cross-entropy, from Z2

Backward
  Each column of dZ2 is the derivative of that example's own loss; the mean over the examples comes in with the parameters.

  dZ2 = A2 − Y               (1,400)  sigmoid under cross-entropy
  dW2 = (1/m)·dZ2·A1ᵀ        (1,4)    product: gradient of the left factor, mean over the examples
  db2 = (1/m)·Σ dZ2          (1,1)    bias: mean over the examples
  dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)  (4,400)  chain rule through Z2; tanh′ = 1 − A²
  dW1 = (1/m)·dZ1·Xᵀ         (4,2)    product: gradient of the left factor, mean over the examples
  db1 = (1/m)·Σ dZ1          (4,1)    bias: mean over the examples
`
	if got := d.Text(0); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := d.Text(130); got != want {
		t.Errorf("where there is room it is\n%s", got)
	}
	for _, width := range []int{40, 60, 80} {
		for line := range strings.Lines(d.Text(width)) {
			if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > width {
				t.Errorf("width %d: %d columns in %q", width, n, line)
			}
		}
	}
	if got := d.Text(60); !strings.Contains(got, "  dZ2 = A2 − Y               (1,400)\n        sigmoid under cross-entropy\n") {
		t.Errorf("the rule does not stand below in\n%s", got)
	}
}

func TestDerivationMarkdown(t *testing.T) {
	got := written(t).Markdown()
	for _, want := range []string{
		"# σ & &lt;co> 100 % \\| größe\\_1\n\nTwo examples: $ # ~ ^ \\ {x} 日本.\n\n## Given\n",
		"\n## Backward, rule by rule\n\nEach column of dZ1 is the derivative of that example's own loss; the mean",
		"\n## Backward, simplified\n\n|",
		"\n| `dZ1 = A1 − Y`       | (1,2) | sigmoid under cross-entropy                                  |",
		"| product: gradient of the left factor, mean over the examples | checked; relative error &lt; 1e-10 \\| no\\_kink |\n",
		"\n```text\nX  = ⎡",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	pipe := regexp.MustCompile(`(^|[^\\])\|`)
	for _, table := range strings.Split(got, "\n\n") {
		counts := map[int]bool{}
		for line := range strings.Lines(table) {
			if strings.HasPrefix(line, "|") {
				counts[len(pipe.FindAllString(line, -1))] = true
			}
		}
		if len(counts) > 1 {
			t.Errorf("rows of different lengths in\n%s", table)
		}
	}
}

// Values by other means stand beside those of the program.
func TestDerivationNear(t *testing.T) {
	d := written(t)
	for name, text := range map[string]string{"text": d.Text(0), "Markdown": d.Markdown(), "HTML": d.HTML()} {
		if m := regexp.MustCompile(`[^=≈]* \[ +[^ ]+ +[^ ]+ \]\n *≈ \[ +([^ ]+) +– \]\n?`).FindStringSubmatch(text); m == nil {
			t.Errorf("%s: no second matrix in\n%s", name, text)
		}
	}
	if !regexp.MustCompile(`\n&\\approx \\begin\{pmatrix\} [-0-9.]+ & \\text\{--\} \\end\{pmatrix\}`).MatchString(d.LaTeX()) {
		t.Errorf("no second matrix in\n%s", d.LaTeX())
	}
}

// The page is well-formed, whole in itself and has all lines.
func TestDerivationHTML(t *testing.T) {
	page := written(t).HTML()
	d := xml.NewDecoder(strings.NewReader(page))
	elements, text := map[string]int{}, ""
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, page)
		}
		switch x := token.(type) {
		case xml.StartElement:
			elements[x.Name.Local]++
			for _, a := range x.Attr {
				if a.Name.Local == "src" || a.Name.Local == "href" {
					t.Errorf("<%s> refers to %s", x.Name.Local, a.Value)
				}
			}
		case xml.CharData:
			text += string(x)
		}
	}
	if strings.Contains(page, "url(") || strings.Contains(page, "@import") || elements["script"] > 0 {
		t.Error("the page needs more than itself")
	}
	for element, want := range map[string]int{"math": 15, "tr": 15, "pre": 15, "section": 5, "mfrac": 7, "p": 3, "h1": 1} {
		if elements[element] != want {
			t.Errorf("%d elements %s, want %d", elements[element], element, want)
		}
	}
	for _, want := range []string{"σ & <co> 100 % | größe_1", "sigmoid under cross-entropy", "Each column of dZ1 is the derivative of that example's own loss", "relative error < 1e-10 | no_kink", "prefers-color-scheme"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
}

// Where pdflatex is installed it compiles the documents of all networks. Braces
// and environments are checked everywhere.
func TestDerivationLaTeX(t *testing.T) {
	pdflatex, err := exec.LookPath("pdflatex")
	if err != nil {
		t.Log("pdflatex is not installed: only the structure is checked")
	}
	documents := map[string]*explain.Derivation{"all": written(t)}
	for name, n := range explainedNetworks() {
		if pdflatex == "" || name == "mixed more" || !testing.Short() && name == "squares of softmax" {
			documents[name] = derived(t, n, explain.Settings{})
		}
	}
	for name, d := range documents {
		source := d.LaTeX()
		if err := checkLaTeX(source); err != nil {
			t.Errorf("%s: %v in\n%s", name, err, source)
		}
		if packages := regexp.MustCompile(`\\usepackage.*`).FindAllString(source, -1); !slices.Equal(packages, []string{`\usepackage{amsmath}`}) {
			t.Errorf("%s: packages %q", name, packages)
		}
		if pdflatex == "" {
			continue
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "d.tex"), []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), pdflatex, "-interaction=nonstopmode", "-halt-on-error", "d.tex")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: pdflatex: %v\n%s\n%s", name, err, out, source)
		}
	}
}

// checkLaTeX reports braces that do not match, and environments.
func checkLaTeX(source string) error {
	depth := 0
	for _, brace := range regexp.MustCompile(`\\[\\{}]|[{}]`).FindAllString(source, -1) {
		switch brace {
		case "{":
			depth++
		case "}":
			depth--
		}
		if depth < 0 {
			return errors.New("a brace is closed that was not opened")
		}
	}
	if depth != 0 {
		return errors.New("a brace is not closed")
	}
	var open []string
	for _, m := range regexp.MustCompile(`\\(begin|end)\{([a-z*]+)\}`).FindAllStringSubmatch(source, -1) {
		if m[1] == "begin" {
			open = append(open, m[2])
			continue
		}
		if len(open) == 0 || open[len(open)-1] != m[2] {
			return errors.New("an environment ends that did not begin: " + m[2])
		}
		open = open[:len(open)-1]
	}
	if len(open) > 0 {
		return errors.New("an environment does not end: " + open[0])
	}
	return nil
}

// Whatever is derived fits the width, with matrices and in all networks, as far as
// a formula has spaces.
func TestDerivationFits(t *testing.T) {
	for name, n := range explainedNetworks() {
		cost, params, feeds := n.build(t)
		d, err := explain.DeriveRaw(cost, params...)
		if err != nil {
			t.Fatal(name, err)
		}
		if err := d.Evaluate(feeds); err != nil {
			t.Fatal(name, err)
		}
		for _, width := range []int{40, 80} {
			for line := range strings.Lines(d.Text(width)) {
				if n := len([]rune(strings.TrimSuffix(line, "\n"))); n > width {
					t.Errorf("%s, width %d: %d columns in %q", name, width, n, line)
				}
			}
		}
	}
}
