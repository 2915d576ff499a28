package graph_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash/fnv"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"chainrule/graph"
	"chainrule/internal/kernel"
	"golang.org/x/sys/cpu"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// The golden test pins what the package computes and writes today, bit for bit,
// so that its inside can be rebuilt without changing either. It says that
// something has changed and not that it is wrong: where a change is meant, look
// at what the test shows and write the file anew, once for vector instructions
// and once for portable Go, whose bits differ:
//
//	go test ./graph -run TestGolden -golden.update
//	go test ./graph -run TestGolden -golden.update -tags purego
var goldenUpdate = flag.Bool("golden.update", false, "write testdata/golden.txt.gz anew")

// The kernels give two sets of bits: AVX2 and AVX-512 agree.
var goldenSets = [2]string{"vectorised", "portable"}

func goldenSet() int {
	if kernel.Vectorised() {
		return 0
	}
	return 1
}

// A goldenEntry is one quantity of a case: text, or bits for each set of
// instructions, "" where they are not known.
type goldenEntry struct {
	text string
	bits [2]string
}

// goldenRecords holds the quantities of all cases by "case: quantity", and their
// keys in order.
type goldenRecords struct {
	entries map[string]goldenEntry
	order   []string
	probes  [2]string
}

func (r *goldenRecords) put(key string, e goldenEntry) {
	if _, known := r.entries[key]; known {
		panic("two quantities are called " + key)
	}
	r.entries[key] = e
	r.order = append(r.order, key)
}

func TestGolden(t *testing.T) {
	now := &goldenRecords{entries: map[string]goldenEntry{}}
	now.probes[goldenSet()] = goldenProbe()
	for _, c := range goldenCases() {
		goldenRecord(t, now, c)
	}
	file, err := readGolden()
	if *goldenUpdate {
		writeGolden(t, now, file)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Run("text", func(t *testing.T) {
		compareGolden(t, file, now, func(e goldenEntry) string { return e.text })
	})
	t.Run("bits", func(t *testing.T) {
		set := goldenSet()
		was, wasNaN, _ := strings.Cut(file.probes[set], " NaN of ")
		is, isNaN, _ := strings.Cut(now.probes[set], " NaN of ")
		if was != is {
			t.Skipf("the file's %s bits are those of %q, this is %q", goldenSets[set], was, is)
		}
		compareGolden(t, file, now, func(e goldenEntry) string {
			if wasNaN != isNaN {
				return goldenButNaN(e.bits[set])
			}
			return e.bits[set]
		})
	})
}

// compareGolden compares what of every quantity and shows the first that differ.
func compareGolden(t *testing.T, file, now *goldenRecords, what func(goldenEntry) string) {
	t.Helper()
	const most = 12
	wrong := 0
	differ := func(key, want, got string) {
		if wrong++; wrong <= most {
			t.Errorf("%s\n  golden:\n\t%s\n  now:\n\t%s", key,
				strings.ReplaceAll(want, "\n", "\n\t"), strings.ReplaceAll(got, "\n", "\n\t"))
		}
	}
	for _, key := range now.order {
		e, known := file.entries[key]
		switch want, got := what(e), what(now.entries[key]); {
		case !known:
			differ(key, "(not in the file)", got)
		case want != got && goldenButNaN(want) == goldenButNaN(got):
			differ(key+" (only signs or payloads of NaN differ)", want, got)
		case want != got:
			differ(key, want, got)
		}
	}
	for _, key := range file.order {
		if _, known := now.entries[key]; !known {
			differ(key, what(file.entries[key]), "(no such case)")
		}
	}
	if wrong > most {
		t.Errorf("%d quantities differ, of which %d are shown", wrong, most)
	}
}

// goldenButNaN returns the part of bits that holds NaNs as all alike.
func goldenButNaN(bits string) string { return bits[strings.Index(bits, "~")+1:] }

// goldenProbe names what else bits depend on: Go's functions, which change with
// the release and the machine, and whether Go fuses a product and a sum. The signs
// of NaNs alone depend on which vector instructions there are.
func goldenProbe() string {
	h := fnv.New64a()
	x := 0.0137
	for range 100 {
		for _, f := range []func(float64) float64{math.Exp, math.Expm1, math.Log, math.Log1p, math.Tanh, math.Sin, math.Cos, math.Erfc} {
			fmt.Fprintf(h, "%x ", math.Float64bits(f(x)))
		}
		y := x*x + 1.1
		z := float32(x)*float32(y) + 1.1
		fmt.Fprintf(h, "%x %x %x\n", math.Float64bits(math.Pow(x, 1.7)), math.Float64bits(y), math.Float32bits(z))
		x += 0.0973
	}
	nan := "Go"
	if kernel.Vectorised() {
		x := &cpu.X86
		nan = fmt.Sprintf("AVX-512 %t", x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL)
	}
	return fmt.Sprintf("%s %016x NaN of %s", runtime.GOARCH, h.Sum64(), nan)
}

// A goldenMode is a way to take a gradient.
type goldenMode struct {
	name string
	grad func(node, ...node) ([]node, error)
}

// goldenRecord records a case in both precisions, simplified and raw.
func goldenRecord(t *testing.T, r *goldenRecords, c goldenCase) {
	t.Helper()
	for _, m := range []goldenMode{{"Grad", graph.Grad}, {"GradRaw", graph.GradRaw}} {
		var texts [2][2]string
		for i, dtype := range []tensor.Dtype{tensor.Float64, tensor.Float32} {
			g := newGoldenGraph(c.name, dtype)
			y := c.build(g)
			if y.Err() != nil {
				t.Fatalf("%s: %v", c.name, y.Err())
			}
			outputs, names := goldenOutputs(t, g, m, y, &texts[i])
			for j, v := range goldenRun(t, g, m, outputs) {
				e := goldenEntry{}
				e.bits[goldenSet()] = v
				r.put(fmt.Sprintf("%s: %v %s %s", c.name, dtype, m.name, names[j]), e)
			}
			if c.updates != nil {
				key := fmt.Sprintf("%s: %v %s after updates", c.name, dtype, m.name)
				goldenUpdated(t, r, key, g, c.updates(g, outputs[1:1+len(g.xs)]))
			}
		}
		if texts[0] != texts[1] {
			t.Errorf("%s: %s is not the same text in both precisions:\n%s\n%s", c.name, m.name, texts[0], texts[1])
		}
		for i, text := range texts[0] {
			r.put(fmt.Sprintf("%s: %s %d", c.name, m.name, i+1), goldenEntry{text: text})
		}
	}
}

// goldenOutputs returns y and its gradients of the first and second order with
// their names, and puts down their formulas.
func goldenOutputs(t *testing.T, g *goldenGraph, m goldenMode, y node, texts *[2]string) (outputs []node, names []string) {
	t.Helper()
	cost := y
	if y.Shape().TotalSize() > 1 {
		cost = graph.Sum(graph.Mul(y, g.constant(y.Shape()...)))
	}
	outputs, names = []node{y}, []string{"y"}
	for order := range texts {
		d, err := m.grad(cost, g.xs...)
		if err != nil {
			t.Fatalf("%s: %v", g.name, err)
		}
		roots := d
		if order == 0 {
			roots = append([]node{cost}, d...)
		}
		texts[order] = goldenText(t, g, roots)
		for i, n := range d {
			outputs, names = append(outputs, n), append(names, strings.Repeat("d", order+1)+" "+g.xs[i].Name())
			term := graph.Sum(graph.Mul(n, g.constant(n.Shape()...)))
			if i == 0 {
				cost = term
			} else {
				cost = graph.Add(cost, term)
			}
		}
	}
	return outputs, names
}

// goldenText returns the formulas of nodes, which of them is which node, and the
// operations by name, as formulas leave some of them out.
func goldenText(t *testing.T, g *goldenGraph, nodes []node) string {
	t.Helper()
	formulas, err := graph.Formulas(nodes...)
	if err != nil {
		t.Fatalf("%s: %v", g.name, err)
	}
	var lines, roots []string
	symbol := map[node]string{}
	for _, f := range formulas {
		lines = append(lines, f.String())
		symbol[f.Node] = f.Symbol
	}
	for _, n := range nodes {
		s := symbol[n]
		if s == "" {
			s = n.String()
		}
		roots = append(roots, s)
	}
	lines = append(lines, strings.Join(roots, "; "))
	if ops := goldenOps(g, nodes); len(ops) > 0 {
		lines = append(lines, strings.Join(ops, " "))
	}
	return strings.Join(lines, "\n")
}

// goldenOps returns the operations that nodes need, in order, each with how far
// back its operands are.
func goldenOps(g *goldenGraph, nodes []node) []string {
	needed := map[node]bool{}
	for _, n := range nodes {
		needed[n] = true
	}
	all := g.Nodes()
	for _, n := range slices.Backward(all) {
		for _, x := range n.Inputs() {
			needed[x] = needed[x] || needed[n]
		}
	}
	var out []string
	number := map[node]int{}
	for _, n := range all {
		if !needed[n] {
			continue
		}
		number[n] = len(number)
		if n.Op() == nil {
			continue
		}
		text := n.Op().Name
		for _, x := range n.Inputs() {
			text += fmt.Sprintf("-%d", number[n]-number[x])
		}
		out = append(out, text)
	}
	return out
}

// goldenRun returns the bits of nodes, and checks that loops over single
// entries give the same.
func goldenRun(t *testing.T, g *goldenGraph, mode goldenMode, nodes []node) []string {
	t.Helper()
	p, err := graph.Compile(graph.Spec{Outputs: nodes, Workers: 1})
	if err != nil {
		t.Fatalf("%s: %v", g.name, err)
	}
	defer p.Close()
	if err := p.Run(g.feeds); err != nil {
		t.Fatalf("%s: %v", g.name, err)
	}
	var out []string
	for _, n := range nodes {
		v, err := p.Value(n)
		if err != nil {
			t.Fatalf("%s: %v", g.name, err)
		}
		out = append(out, goldenBits(v.Data()))
	}
	if mode.name == "Grad" { // those of GradRaw are the same operations
		goldenNaive(t, g, nodes, out)
	}
	return out
}

// goldenNaive checks that the operations give the same bits one by one, as
// gorgonia is given them, but for which NaN it is.
func goldenNaive(t *testing.T, g *goldenGraph, nodes []node, bits []string) {
	t.Helper()
	if t.Failed() {
		return // one example will do
	}
	_, exprs, err := g.ExprGraph()
	if err != nil {
		t.Fatalf("%s: %v", g.name, err)
	}
	values := map[node]gorgonia.Value{}
	for _, n := range g.Nodes() {
		if n.Op() == nil {
			if values[n] = exprs[n].Value(); n.IsInput() {
				values[n] = g.feeds[n].(*tensor.Dense)
			}
			continue
		}
		var in []gorgonia.Value
		for _, x := range n.Inputs() {
			in = append(in, values[x])
		}
		if values[n], err = exprs[n].Op().Do(in...); err != nil {
			t.Fatalf("%s: %v", g.name, err)
		}
	}
	for i, n := range nodes {
		if got := goldenBits(values[n].Data()); goldenButNaN(got) != goldenButNaN(bits[i]) {
			t.Errorf("%s: %v: a program gives %s, operations one by one %s", g.name, n, bits[i], got)
		}
	}
}

// goldenUpdated records the parameters after three runs with updates.
func goldenUpdated(t *testing.T, r *goldenRecords, key string, g *goldenGraph, updates []graph.Update) {
	t.Helper()
	p, err := graph.Compile(graph.Spec{Updates: updates, Workers: 1})
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	defer p.Close()
	for range 3 {
		if err := p.Run(g.feeds); err != nil {
			t.Fatalf("%s: %v", key, err)
		}
	}
	for _, u := range updates {
		e := goldenEntry{}
		e.bits[goldenSet()] = goldenBits(u.Param.Value().Data())
		r.put(key+" "+u.Param.Name(), e)
	}
}

// goldenBits returns the bits of a few numbers, and a hash of those of many.
// Where there are NaNs it adds the same with all NaNs alike, behind a tilde.
func goldenBits(data any) string {
	var exact, alike []string
	put := func(bits string, isNaN bool) {
		exact = append(exact, bits)
		if isNaN {
			bits = "NaN"
		}
		alike = append(alike, bits)
	}
	switch data := data.(type) {
	case float64:
		return goldenBits([]float64{data})
	case float32:
		return goldenBits([]float32{data})
	case []float64:
		for _, v := range data {
			put(fmt.Sprintf("%016x", math.Float64bits(v)), math.IsNaN(v))
		}
	case []float32:
		for _, v := range data {
			put(fmt.Sprintf("%08x", math.Float32bits(v)), v != v)
		}
	}
	short := func(bits []string) string {
		if len(bits) <= 4 {
			return strings.Join(bits, ",")
		}
		h := fnv.New64a()
		h.Write([]byte(strings.Join(bits, ",")))
		return fmt.Sprintf("%016x", h.Sum64())
	}
	if slices.Equal(exact, alike) {
		return short(exact)
	}
	return short(exact) + "~" + short(alike)
}

// Every function of the package that makes nodes of nodes is in some case.
func TestGoldenIsComplete(t *testing.T) {
	used := map[string]bool{
		"Fail": true,                  // makes no operation, but a failed node
		"Grad": true, "GradRaw": true, // golden_test.go takes all gradients by them
		"Upstream":      true,                                            // adds no node
		"Require":       true,                                            // adds no node
		"RandomUniform": true, "RandomBernoulli": true, "NextSeed": true, // seed_test.go pins their bits
	}
	for _, name := range []string{"goldencases_test.go", "goldenrules_test.go", "goldenindexed_test.go"} {
		ast.Inspect(goldenParse(t, name), func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if id, ok := s.X.(*ast.Ident); ok && id.Name == "graph" {
					used[s.Sel.Name] = true
				}
			}
			return true
		})
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, d := range goldenParse(t, name).Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || !hasNode(f.Type.Params) || !hasNode(f.Type.Results) {
				continue
			}
			if found++; !used[f.Name.Name] {
				t.Errorf("%s is in no golden case", f.Name.Name)
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d functions found in the package", found)
	}
}

func goldenParse(t *testing.T, name string) *ast.File {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// hasNode reports whether *Node is among the types, by itself, in a slice or as
// the last of any number.
func hasNode(fields *ast.FieldList) bool {
	if fields == nil {
		return false
	}
	for _, f := range fields.List {
		typ := f.Type
		switch of := typ.(type) {
		case *ast.ArrayType:
			typ = of.Elt
		case *ast.Ellipsis:
			typ = of.Elt
		}
		if star, ok := typ.(*ast.StarExpr); ok {
			if id, ok := star.X.(*ast.Ident); ok && id.Name == "Node" {
				return true
			}
		}
	}
	return false
}
