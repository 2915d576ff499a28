package explain_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/format"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/graph/explain"
	"chainrule/internal/handgrad"
	"chainrule/optim/experiment"
	"gorgonia.org/tensor"
)

// A programmed network is written as programs.
type programmed struct {
	inputs     int
	layers     string // experiment.Settings.Layers, in which tanh:4 is a dense layer
	cost, rule string
	m          int
	convention explain.Convention
}

// programmedNetworks are networks of several depths, with all activations, costs and rules.
var programmedNetworks = []programmed{
	{2, "tanh:4 sigmoid:1", `{"kind":"cross-entropy"}`, `{"kind":"gd","rate":0.5}`, 5, ""},
	{2, "tanh:4 sigmoid:1", `{"kind":"cross-entropy"}`, `{"kind":"gd","rate":0.5}`, 5, explain.MeanCost},
	{3, "softmax:3", `{"kind":"cross-entropy"}`, `{"kind":"momentum","rate":0.1,"nesterov":true}`, 4, ""},
	{2, "relu:5 tanh:3 softmax:3", `{"kind":"cross-entropy"}`, `{"kind":"adam","rate":0.01}`, 6, ""},
	{2, "sigmoid:3 leaky-relu:3 elu:3 sigmoid:2", `{"kind":"cross-entropy"}`, `{"kind":"gd","rate":0.1,"l2":0.1,"l1":0.01}`, 7, explain.MeanCost},
	{2, "silu:3 gelu:3 softplus:3 sigmoid:1", `{"kind":"cross-entropy"}`, `{"kind":"rmsprop","momentum":0.5,"centered":true}`, 3, ""},
	{3, "identity:3 identity:2", `{"kind":"squared-error"}`, `{"kind":"adagrad"}`, 5, ""},
	{3, "gelu:3 identity:2", `{"kind":"absolute-error"}`, `{"kind":"lion","weight-decay":0.1}`, 5, explain.MeanCost},
	{3, "silu:3 identity:2", `{"kind":"huber","delta":0.5}`, `{"kind":"adamw","rate":0.01,"weight-decay":0.1}`, 5, ""},
	{2, "elu:3 identity:1", `{"kind":"hinge"}`, `{"kind":"gd","rate":0.1,"clip":0.05,"clip-norm":0.08}`, 5, ""},
	{2, "softmax:4 softmax:3", `{"kind":"squared-error"}`, `{"kind":"momentum","rate":0.1,"weight-decay":0.1}`, 2, ""},
	{1, "tanh:1 sigmoid:1", `{"kind":"cross-entropy","smoothing":0.1,"class-weights":[1,3]}`, `{"kind":"gd","rate":0.5}`, 1, ""},
	{2, "tanh:2 softmax:3", `{"kind":"cross-entropy","smoothing":0.1,"class-weights":[1,3,2]}`, `{"kind":"gd","rate":0.5}`, 3, ""},
	{2, `tanh:4 {"kind":"batch-norm"} relu:3 {"kind":"layer-norm"} sigmoid:1`, `{"kind":"cross-entropy"}`, `{"kind":"gd","rate":0.5}`, 5, ""},
	{2, `tanh:4 {"kind":"dropout","rate":0.25} tanh:4 {"kind":"dropout","rate":0.5} sigmoid:1`, `{"kind":"cross-entropy"}`, `{"kind":"gd","rate":0.5}`, 5, ""},
	{2, `{"kind":"residual","layers":[{"kind":"dense","units":2,"activation":"tanh","init":{"kind":"glorot"}}]} ` +
		`{"kind":"parallel","layers":[{"kind":"dense","units":2,"activation":"tanh","init":{"kind":"glorot"}},{"kind":"dense","units":3,"activation":"relu","init":{"kind":"glorot"}}]} sigmoid:1`,
		`{"kind":"cross-entropy"}`, `{"kind":"adam"}`, 5, ""},
	{1, "identity:1", `{"kind":"squared-error"}`, `{"kind":"gd","rate":0.1}`, 1, ""},
}

const programSteps = 3

// settings returns the network as an experiment.
func (n programmed) settings(t *testing.T) experiment.Settings {
	t.Helper()
	var list []string
	for _, l := range strings.Fields(n.layers) {
		if !strings.HasPrefix(l, "{") {
			activation, units, _ := strings.Cut(l, ":")
			l = fmt.Sprintf(`{"kind":"dense","units":%s,"activation":%q,"init":{"kind":"glorot"}}`, units, activation)
		}
		list = append(list, l)
	}
	s, err := experiment.Parse(fmt.Appendf(nil, `{"version":1,"inputs":%d,"layers":[%s],"cost":%s,"rule":%s,"seed":3}`,
		n.inputs, strings.Join(list, ","), n.cost, n.rule))
	if err != nil {
		t.Fatal(n, err)
	}
	return s
}

// shown is what a program prints of an array.
type shown struct {
	Name   string `json:"name"`
	Shape  []int  `json:"shape"`
	Values []any  `json:"values"`
}

// write returns the network's programs in the languages, and what the engine and, for a chain
// of dense layers that learns by gradient descent, formulas written by hand give.
func (n programmed) write(t *testing.T, seed uint64) (programs map[explain.Language]string, engine, hand map[string][]float64) {
	t.Helper()
	x, err := experiment.NewOn(n.settings(t), experiment.Examples{})
	if err != nil {
		t.Fatal(n, err)
	}
	rng := rand.New(rand.NewPCG(seed, 9))
	g := graph.New(graph.Settings{Training: true})
	nodes := x.Express(g, n.m)
	for _, p := range x.Network.Params() {
		if err := p.Set(dense(randomMatrix(rng, p.Shape()[0], p.Shape()[1]))); err != nil {
			t.Fatal(n, err)
		}
	}
	outputs := x.Settings.Width()
	examples, labels := randomMatrix(rng, n.inputs, n.m), handgrad.Zeros(outputs, n.m)
	for j := range n.m {
		labels.Data[rng.IntN(outputs)*n.m+j] = float64(1 - j%2*(2-min(outputs, 2))) // of one output every second is 0
	}
	d, err := explain.Settings{Convention: n.convention}.Derive(nodes.Cost, nodes.Params...)
	if err != nil {
		t.Fatal(n, err)
	}
	updates, feeds, err := x.Trainer().Updates(d.Gradients())
	if err != nil {
		t.Fatal(n, err)
	}
	feeds[nodes.X], feeds[nodes.Y] = dense(examples), dense(labels)
	programs = map[explain.Language]string{}
	for _, name := range explain.LanguageNames() {
		l := explain.Language(name)
		if programs[l], err = d.Program(explain.Program{Language: l, Feeds: feeds, Updates: updates, Steps: programSteps}); err != nil {
			t.Fatal(n, name, err)
		}
	}
	hand = n.byHand(t, x, examples, labels)
	engine = map[string][]float64{}
	run, err := graph.Compile(graph.Spec{Outputs: append(d.Gradients(), nodes.Cost), Updates: updates})
	if err != nil {
		t.Fatal(n, err)
	}
	defer run.Close()
	for range programSteps {
		if err := run.Run(feeds); err != nil {
			t.Fatal(n, err)
		}
	}
	of := func(v *tensor.Dense, err error) []float64 {
		if err != nil {
			t.Fatal(n, err)
		}
		return matrixOf(v).Data
	}
	engine["cost"] = of(run.Value(nodes.Cost))
	for i, dp := range d.Gradients() {
		engine["d"+d.Script().Called(nodes.Params[i])] = of(run.Value(dp))
	}
	for _, u := range updates {
		engine[d.Script().Called(g.Use(u.Param))] = of(u.Param.Value(), nil)
	}
	return programs, engine, hand
}

// byHand takes the steps by hand, nil if there are no formulas for the network.
func (n programmed) byHand(t *testing.T, x *experiment.Experiment, examples, labels handgrad.Matrix) map[string][]float64 {
	t.Helper()
	s := x.Settings
	if s.Rule != (experiment.Rule{Kind: "gd", Rate: s.Rule.Rate}) || s.Cost.Kind != "cross-entropy" || s.Cost.Smoothing != 0 {
		return nil
	}
	var net handgrad.MLP
	for i, l := range s.Layers {
		if l.Kind != "dense" {
			return nil
		}
		if i < len(s.Layers)-1 {
			a, err := handgrad.ActivationByName(l.Activation)
			if err != nil {
				t.Fatal(err)
			}
			net.Hidden = append(net.Hidden, a)
		}
		net.Softmax = l.Activation == "softmax"
	}
	for i, p := range x.Network.Params() {
		if i%2 == 0 {
			net.W = append(net.W, matrixOf(p.Value()))
		} else {
			net.B = append(net.B, matrixOf(p.Value()))
		}
	}
	out := map[string][]float64{}
	for range programSteps {
		r, err := net.Gradients(examples, labels)
		if err != nil {
			t.Fatal(err)
		}
		out["cost"] = []float64{r.Cost}
		for l := range net.W {
			net.W[l], net.B[l] = net.W[l].Sub(r.DW[l].Scale(s.Rule.Rate)), net.B[l].Sub(r.DB[l].Scale(s.Rule.Rate))
			for name, m := range map[string]handgrad.Matrix{"dW": r.DW[l], "db": r.DB[l], "W": net.W[l], "b": net.B[l]} {
				out[name+strconv.Itoa(l+1)] = m.Data
			}
		}
	}
	return out
}

// checkShown compares what a program has printed.
func checkShown(t *testing.T, name string, printed []byte, engine, hand map[string][]float64) {
	t.Helper()
	seen := map[string]bool{}
	for line := range bytes.Lines(printed) {
		var got shown
		if err := json.Unmarshal(line, &got); err != nil {
			t.Errorf("%s: %v in %s", name, err, line)
			return
		}
		seen[got.Name] = true
		values, size := make([]float64, len(got.Values)), 1
		for i, v := range got.Values {
			switch v := v.(type) {
			case float64:
				values[i] = v
			case string:
				values[i], _ = strconv.ParseFloat(v, 64)
			}
		}
		for _, n := range got.Shape {
			size *= n
		}
		for by, all := range map[string]map[string][]float64{"the engine": engine, "formulas by hand": hand} {
			want, there := all[got.Name]
			if !there && (all == nil || by != "the engine") {
				continue
			}
			if gap := largestGap(values, want); size != len(want) || !(gap <= notesTolerance*math.Max(1, largestOf(want))) {
				t.Errorf("%s: %s is %v, %v by %s, which differs by %v", name, got.Name, values, want, by, gap)
			}
		}
	}
	for by := range engine {
		if !seen[by] {
			t.Errorf("%s: %s is not printed", name, by)
		}
	}
	if len(hand) > 0 && len(hand) != len(engine) {
		t.Errorf("%s: %d values by hand, %d by the engine", name, len(hand), len(engine))
	}
}

// withNumPy returns a Python that has NumPy.
func withNumPy(t *testing.T) string {
	for _, python := range []string{os.Getenv("PYTHON"), "python3", "/usr/bin/python3"} {
		if python != "" && exec.CommandContext(t.Context(), python, "-c", "import numpy").Run() == nil {
			return python
		}
	}
	t.Skip("no Python with NumPy: neither $PYTHON nor python3 has it")
	return ""
}

// output runs a command and returns what it prints.
func output(t *testing.T, dir, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	var stderr bytes.Buffer
	cmd.Dir, cmd.Stderr = dir, &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Errorf("%s: error %v, %s", name, err, stderr.Bytes())
	}
	return out
}

var morePrograms = flag.Int("programs", 0, "how many random networks are written as programs and run besides")

// networks returns the networks of the test, and random ones if they are asked for.
func networks() []programmed {
	all := slices.Clone(programmedNetworks)
	rng := rand.New(rand.NewPCG(5, 8))
	activations := []string{"tanh", "sigmoid", "relu", "leaky-relu", "elu", "silu", "gelu", "softplus", "identity", "softmax"}
	costs := map[string][]string{"sigmoid": {"cross-entropy", "squared-error"}, "softmax": {"cross-entropy", "squared-error"},
		"identity": {"squared-error", "absolute-error", "huber", "hinge"}}
	for range *morePrograms {
		n := programmed{inputs: 1 + rng.IntN(4), m: 1 + rng.IntN(8), convention: explain.Convention(explain.ConventionNames()[rng.IntN(2)])}
		for range rng.IntN(5) {
			n.layers += fmt.Sprintf("%s:%d ", activations[rng.IntN(len(activations))], 1+rng.IntN(5))
		}
		output := []string{"sigmoid", "softmax", "identity"}[rng.IntN(3)]
		n.layers += fmt.Sprintf("%s:%d", output, 2+rng.IntN(3))
		n.cost = fmt.Sprintf(`{"kind":%q}`, costs[output][rng.IntN(len(costs[output]))])
		n.rule = programmedNetworks[rng.IntN(len(programmedNetworks))].rule
		all = append(all, n)
	}
	return all
}

// Programs in NumPy give the numbers of the engine and of formulas by hand.
func TestNumPyPrograms(t *testing.T) {
	python := withNumPy(t)
	for i, n := range networks() {
		programs, engine, hand := n.write(t, uint64(i))
		path := filepath.Join(t.TempDir(), "program.py")
		if err := os.WriteFile(path, []byte(programs[explain.NumPy]), 0o600); err != nil {
			t.Fatal(err)
		}
		checkShown(t, fmt.Sprint("numpy ", n), output(t, "", python, path), engine, hand)
	}
}

// everyOperation returns a cost that every built-in operation is a part of, and values of its
// inputs: normal ones, and whole numbers for what is not finite of others.
func everyOperation(t *testing.T) (cost node, xs []node, feeds graph.Feeds) {
	t.Helper()
	shapes := [][]int{{}, {3}, {2, 3}, {3, 2}, {3, 1}, {1, 3}, {2}, {2, 2, 4, 3}, {2, 2, 2, 3}, {2, 1, 2, 3}}
	feeds = graph.Feeds{}
	g := graph.New(graph.Settings{})
	inputs := func(g *graph.Graph, feeds graph.Feeds, whole bool) (in []node) {
		rng := rand.New(rand.NewPCG(7, 2))
		for i, s := range shapes {
			n := g.Input(fmt.Sprintf("%s%d", map[bool]string{false: "real", true: "whole"}[whole], i), s...)
			values := make([]float64, n.Shape().TotalSize())
			for i := range values {
				values[i] = rng.NormFloat64()
				if whole {
					values[i] = float64(1 + rng.IntN(2))
				}
			}
			feeds[n] = values
			in = append(in, n)
		}
		return in
	}
	all := map[bool][]node{false: inputs(g, feeds, false), true: inputs(g, feeds, true)}
	// apply returns which inputs an operation takes, and whether they must be whole.
	apply := func(op *graph.Op) (operands []int, whole, ok bool) {
		for _, whole := range []bool{false, true} {
			for a := range shapes {
				for b := range shapes {
					for _, operands := range [][]int{{a}, {a, b}, {a, b, b}} {
						probe, feeds := graph.New(graph.Settings{}), graph.Feeds{}
						in := inputs(probe, feeds, whole)
						var x []node
						for _, i := range operands {
							x = append(x, in[i])
						}
						n := op.Apply(x...)
						if n.Err() != nil || n.Shape().TotalSize() == 1 {
							continue
						}
						run, err := graph.Compile(graph.Spec{Outputs: []node{n, graph.Sum(n)}})
						if err != nil {
							t.Fatal(op.Name, err)
						}
						if run.Run(feeds) != nil { // real numbers are no indices
							continue
						}
						if v, err := run.Float64s(nil, n); err == nil && !slices.ContainsFunc(v, func(x float64) bool { return x-x != 0 }) {
							return operands, whole, true
						}
					}
				}
			}
		}
		return nil, false, false
	}
	for i, op := range graph.Operations() {
		var result node
		if _, is := op.Attrs.(graph.OneHotAttrs); is { // which the library makes from numbers of its own
			result = graph.OneHot(all[true][1], 3)
		} else if operands, whole, ok := apply(op); ok {
			var x []node
			for _, i := range operands {
				x = append(x, all[whole][i])
			}
			result = op.Apply(x...)
		} else {
			t.Errorf("%s: no inputs for it", op.Name)
			continue
		}
		term := graph.Sum(graph.Square(result.Plus(1))).Times(1 + float64(i)/64)
		if cost == nil {
			cost = term
			continue
		}
		cost = graph.Add(cost, term)
	}
	return cost.Named("cost"), slices.Concat(all[false], all[true]), feeds
}

// Every built-in operation, and what its derivative is made of, is written in every language
// and gives the engine's numbers.
func TestEveryOperationIsProgrammed(t *testing.T) {
	cost, xs, feeds := everyOperation(t)
	d, err := explain.Derive(cost, xs...)
	if err != nil {
		t.Fatal(err)
	}
	programs := map[explain.Language]string{}
	for _, name := range explain.LanguageNames() {
		l := explain.Language(name)
		if programs[l], err = d.Program(explain.Program{Language: l, Feeds: feeds}); err != nil {
			t.Fatal(name, err)
		}
	}
	engine := map[string][]float64{}
	run, err := graph.Compile(graph.Spec{Outputs: append(d.Gradients(), cost)})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	if err := run.Run(feeds); err != nil {
		t.Fatal(err)
	}
	if engine["cost"], err = run.Float64s(nil, cost); err != nil {
		t.Fatal(err)
	}
	for i, x := range xs {
		if engine["d"+x.Name()], err = run.Float64s(nil, d.Gradients()[i]); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	module(t, dir)
	for _, l := range []explain.Language{explain.Go, explain.GoLoops} {
		name := strings.ReplaceAll(string(l), "-", "")
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, "main.go"), []byte(programs[l]), 0o600); err != nil {
			t.Fatal(err)
		}
		checkFormatted(t, string(l), programs[l])
		checkShown(t, string(l), output(t, dir, "go", "run", "./"+name), engine, nil)
	}
	path := filepath.Join(dir, "program.py")
	if err := os.WriteFile(path, []byte(programs[explain.NumPy]), 0o600); err != nil {
		t.Fatal(err)
	}
	checkShown(t, "numpy", output(t, "", withNumPy(t), path), engine, nil)
}

// module writes a module in dir of which this one is a part, so that its programs find the
// library.
func module(t *testing.T, dir string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(text string) string{
		"go.sum": func(text string) string { return text },
		"go.mod": func(text string) string {
			return strings.Replace(text, "module chainrule\n", "module programs\n", 1) +
				fmt.Sprintf("\nrequire chainrule v0.0.0\n\nreplace chainrule => %s\n", strconv.Quote(root))
		},
	} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(change(string(text))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// checkFormatted reports a Go program that gofmt would change, and a line that it would.
func checkFormatted(t *testing.T, name, code string) {
	t.Helper()
	formatted, err := format.Source([]byte(code))
	if err != nil || string(formatted) != code {
		got, want := strings.Split(code, "\n"), strings.Split(string(formatted), "\n")
		i := 0
		for i < min(len(got), len(want))-1 && got[i] == want[i] {
			i++
		}
		t.Errorf("%s: not formatted, error %v: line %d is %q, %q expected", name, err, i+1, got[i], want[i])
	}
}

// Programs in Go, of both kinds, are formatted, pass vet, and give these numbers too.
func TestGoPrograms(t *testing.T) {
	dir, checks := t.TempDir(), map[string]func(printed []byte){}
	module(t, dir)
	for i, n := range networks() {
		programs, engine, hand := n.write(t, uint64(i))
		for _, l := range []explain.Language{explain.Go, explain.GoLoops} {
			checkFormatted(t, fmt.Sprint(l, " ", n), programs[l])
			if testing.Short() && l == explain.Go && i%6 > 0 {
				continue // each is linked with the whole library
			}
			name := fmt.Sprintf("%s%d", strings.ReplaceAll(string(l), "-", ""), i)
			if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name, "main.go"), []byte(programs[l]), 0o600); err != nil {
				t.Fatal(err)
			}
			checks[name] = func(printed []byte) { checkShown(t, fmt.Sprint(l, " ", n), printed, engine, hand) }
		}
	}
	output(t, dir, "go", "vet", "./...")
	programs := t.TempDir()
	output(t, dir, "go", "build", "-ldflags=-s -w", "-o", programs+string(filepath.Separator), "./...")
	for name, check := range checks {
		check(output(t, programs, filepath.Join(programs, name)))
	}
}
