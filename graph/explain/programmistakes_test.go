package explain_test

import (
	"math"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/explain"
	"gorgonia.org/tensor"
)

// tiny returns a derivation of Σ op(x)² and feeds for it.
func tiny(t *testing.T, s graph.Settings, op *graph.Op, names ...string) (*explain.Derivation, graph.Feeds) {
	t.Helper()
	g := graph.New(s)
	x := g.Input("x", 2)
	n := op.Apply(x)
	for _, name := range names {
		n = n.Add(g.Input(name, 2))
	}
	d, err := explain.Derive(graph.Sum(graph.Square(n)), x)
	if err != nil {
		t.Fatal(err)
	}
	feeds := graph.Feeds{}
	for _, n := range g.Nodes() {
		if n.IsInput() {
			feeds[n] = []float64{1, -2}
		}
	}
	return d, feeds
}

// cube is an operation of one's own, as far as a test does not change it.
func cube() *graph.Op {
	return &graph.Op{Name: "Cube", Unary: func(x float64) float64 { return x * x * x },
		Slope: func(x, _ *graph.Node) *graph.Node { return graph.Square(x).Times(3) },
		Source: func(graph.Shapes) graph.Source {
			return graph.Source{NumPy: "{0} ** 3", Library: "graph.Pow({0}, 3)", Entry: "{0} * {0} * {0}"}
		}}
}

// What cannot be written is an error that says what was given, expected and where.
func TestProgramMistakes(t *testing.T) {
	for name, c := range map[string]struct {
		op       func(op *graph.Op)
		settings graph.Settings
		names    []string
		program  explain.Program
		feeds    func(f graph.Feeds)
		words    []string
	}{
		"no language": {words: []string{`Language "" given, numpy, go or go-loops expected`}},
		"language":    {program: explain.Program{Language: "fortran"}, words: []string{`Language "fortran" given`}},
		"steps":       {program: explain.Program{Language: explain.Go, Steps: -1}, words: []string{"-1 Steps given, at least 1 expected"}},
		"no feeds":    {program: explain.Program{Language: explain.Go}, feeds: func(f graph.Feeds) { clear(f) }, words: []string{"feed(x (2)): it is not fed"}},
		"no source":   {program: explain.Program{Language: explain.Go}, op: func(op *graph.Op) { op.Source = nil }, words: []string{"operation Cube of", "has no Source"}},
		"no NumPy":    {program: explain.Program{Language: explain.NumPy}, op: func(op *graph.Op) { op.Source = graph.Source{Entry: "{0}"}.Of }, words: []string{"Cube of", "no Source in this language"}},
		"no Go":       {program: explain.Program{Language: explain.GoLoops}, op: func(op *graph.Op) { op.Source = graph.Source{Entry: "{0} {0}"}.Of }, words: []string{"a Source gives what is no Go"}},
		"wrong steps": {program: explain.Program{Language: explain.NumPy}, op: func(op *graph.Op) {
			op.Source = graph.Source{Steps: func(x []*graph.Node) *graph.Node { return graph.Sum(x[0]) }}.Of
		}, words: []string{"Steps of Cube"}},
		"panic":   {program: explain.Program{Language: explain.NumPy}, op: func(op *graph.Op) { op.Source = func(graph.Shapes) graph.Source { panic("oh") } }, words: []string{"Source", "oh"}},
		"float32": {settings: graph.Settings{Dtype: tensor.Float32}, feeds: func(f graph.Feeds) { clear(f) }, program: explain.Program{Language: explain.NumPy}, words: []string{"float32 given, float64 expected"}},
		"a function": {program: explain.Program{Language: explain.NumPy}, names: []string{"cubed"}, words: []string{`"cubed" is the name of a node and of a function`}, op: func(op *graph.Op) {
			op.Source = graph.Source{NumPy: "cubed({0})", Needs: []graph.Definition{{NumPy: "def cubed(x):\n    return x ** 3"}}}.Of
		}},
		"update": {program: explain.Program{Language: explain.NumPy, Updates: []graph.Update{{}}}, words: []string{"NewParam"}},
		"not its size": {program: explain.Program{Language: explain.NumPy}, feeds: func(f graph.Feeds) {
			for n := range f {
				f[n] = []float64{1}
			}
		}, words: []string{"it has 1 entry, shape (2) needs 2"}},
	} {
		op := cube()
		if c.op != nil {
			c.op(op)
		}
		d, feeds := tiny(t, c.settings, op, c.names...)
		if c.feeds != nil {
			c.feeds(feeds)
		}
		c.program.Feeds = feeds
		text, err := d.Program(c.program)
		if err == nil || text != "" {
			t.Errorf("%s: error %v, %d bytes", name, err, len(text))
			continue
		}
		for _, w := range c.words {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %v, %q expected in it", name, err, w)
			}
		}
	}
	if _, err := (*explain.Derivation)(nil).Program(explain.Program{Language: explain.NumPy}); err == nil {
		t.Error("a derivation that is nil is written")
	}
}

// Names that a language or a program has otherwise, or that differ by signs alone, stay apart;
// an operation of one's own is written by its Source, in brackets where they are needed.
func TestProgramNames(t *testing.T) {
	d, feeds := tiny(t, graph.Settings{}, cube(), "lambda", "range", "a b", "a-b", "m", "2nd", "日", "γ1")
	for l, words := range map[explain.Language][]string{
		explain.NumPy:   {"lambda_2 = np.array([1.0, -2.0])", "range_2 = ", "a_b = ", "a_b_2 = ", "m_2 = ", "v2nd = ", "v = ", "γ1 = ", "x ** 3 + lambda_2 + range_2", `show("dx", dx)`},
		explain.Go:      {`range_2 := g.Input("range", 2)`, "lambda := ", "aB := ", "aB_2 := ", "graph.Pow(x, 3)"},
		explain.GoLoops: {"range_2", "lambda", "x[i]*x[i]*x[i] + lambda[i]"},
	} {
		text, err := d.Program(explain.Program{Language: l, Feeds: feeds})
		if err != nil {
			t.Fatal(l, err)
		}
		for _, w := range words {
			if !strings.Contains(text, w) {
				t.Errorf("%s: %q expected in\n%s", l, w, text)
			}
		}
	}
}

// Numbers that are not finite are written and printed.
func TestProgramNotFinite(t *testing.T) {
	d, feeds := tiny(t, graph.Settings{}, cube(), "y")
	for n := range feeds {
		if n.Name() == "y" {
			feeds[n] = []float64{math.Inf(1), math.NaN()}
		}
	}
	text, err := d.Program(explain.Program{Language: explain.NumPy, Feeds: feeds})
	if err != nil || !strings.Contains(text, "np.array([np.inf, np.nan])") {
		t.Errorf("error %v,\n%s", err, text)
	}
	text, err = d.Program(explain.Program{Language: explain.GoLoops, Feeds: feeds})
	if err != nil || !strings.Contains(text, "{math.Inf(1), math.NaN()}") {
		t.Errorf("error %v,\n%s", err, text)
	}
}

// Programs that are plain arithmetic do not import math, whatever names look like it.
func TestProgramsWithoutImport(t *testing.T) {
	d, feeds := tiny(t, graph.Settings{}, cube(), "math.x")
	for _, l := range []explain.Language{explain.Go, explain.GoLoops} {
		text, err := d.Program(explain.Program{Language: l, Feeds: feeds})
		if err != nil || strings.Contains(text, "\t\"math\"") {
			t.Errorf("%s: error %v,\n%s", l, err, text)
		}
	}
}
