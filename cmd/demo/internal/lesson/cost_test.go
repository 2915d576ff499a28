package lesson

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"chainrule/internal/handgrad"
	"chainrule/layers"
)

// A cost that is small is not printed as none.
func TestSmallCostsAreNotZero(t *testing.T) {
	const tiny = 3e-10
	run := &flowerRun{rate: gradientDescent().Defaults().Float("rate"), costs: [][]float64{{0.7, tiny}}, rises: sample{0.3}, accuracy: sample{1}, border: sample{1}}
	xor := handgrad.Matrix{Rows: 2, Cols: 4, Data: make([]float64, 8)}
	labels := handgrad.Matrix{Rows: 1, Cols: 4, Data: make([]float64, 4)}
	network := newByFormulas(4, true, 1, 1, xor, labels)
	for name, write := range map[string]func(r *Report){
		"symmetry": func(r *Report) {
			r.Table(Table{Rows: [][]string{symmetryGroup{{cost: tiny, accuracy: 1}}.row(symmetryStart{g: layers.Tanh})}})
		},
		"gradient-descent": func(r *Report) {
			flowerTable(r, gradientDescent().Defaults(), []*flowerRun{run})
			flowerChecks(r, gradientDescent().Defaults(), []*flowerRun{run})
		},
		"backprop": func(r *Report) {
			s := changed(t, backprop(), Values{"steps": 1, "seeds": 1})
			reportSlip(r, s, [2][][]float64{{{0.7, tiny}}, {{0.7, tiny}}}, network, network)
		},
		"linear": func(r *Report) {
			w := newWaves()
			costs := sample{tiny}
			reportWaves(r, w, make([]regression, 4), []sample{costs, costs, costs, costs})
		},
		"init-scale": func(r *Report) {
			one := &initTrial{name: "0.01", starts: []initStart{{norms: []float64{1, 1}}}, first: sample{tiny}, last: sample{tiny}, steps: sample{1}}
			judgeDeep(r, one, one, one)
		},
	} {
		r := &Report{}
		write(r)
		text := textOf(r)
		if zero := regexp.MustCompile(`(cost|still|to) 0\.0+\b|\| 0\.0+ `); !strings.Contains(text, "3.0e-10") || zero.MatchString(text) {
			t.Errorf("%s writes a cost of %g as\n%s", name, tiny, text)
		}
	}
}

// textOf returns the cells of the tables and the checks of a report.
func textOf(r *Report) string {
	var b strings.Builder
	for _, block := range r.Blocks {
		switch x := block.(type) {
		case Table:
			for _, row := range x.Rows {
				b.WriteString("| " + strings.Join(row, " | ") + " |\n")
			}
		case Check:
			b.WriteString(x.Text + "\n")
		}
	}
	return b.String()
}

// No line of a lesson's source writes a cost with fixed decimals.
func TestCostsHaveNoFixedDecimals(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	fixed := regexp.MustCompile(`"[^"]*%\.\d+f[^"]*",.*(\b(cost|costs|final)\b|last\(\))`)
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(source), "\n") {
			if !strings.HasSuffix(file, "_test.go") && fixed.MatchString(line) {
				t.Errorf("%s:%d: %s", file, i+1, strings.TrimSpace(line))
			}
		}
	}
	if !fixed.MatchString(`row = append(row, fmt.Sprintf("%.4f", f.cost))`) {
		t.Error("the pattern finds nothing")
	}
}
