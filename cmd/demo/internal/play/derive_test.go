package play

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"chainrule/internal/handgrad"
	"chainrule/optim/experiment"
)

// chains are networks that handgrad knows: sizes, activations, batch.
var chains = []struct {
	data   string
	hidden []int
	g      []string
	batch  int
}{
	{`{"kind":"toy","name":"flower"}`, []int{4}, []string{"tanh"}, 0},
	{`{"kind":"toy","name":"flower"}`, []int{1}, []string{"sigmoid"}, 0},
	{`{"kind":"toy","name":"moons","examples":50,"noise":0.1}`, []int{5}, []string{"relu"}, 0},
	{`{"kind":"toy","name":"moons","examples":50}`, []int{3, 4}, []string{"leaky-relu", "elu"}, 0},
	{`{"kind":"toy","name":"circles","examples":40}`, []int{3, 3}, []string{"silu", "gelu"}, 0},
	{`{"kind":"toy","name":"circles","examples":40}`, []int{6}, []string{"softplus"}, 0},
	{`{"kind":"toy","name":"xor","examples":40}`, []int{4}, []string{"identity"}, 0},
	{`{"kind":"toy","name":"flower"}`, nil, nil, 0},
	{`{"kind":"toy","name":"blobs","examples":60}`, []int{4}, []string{"tanh"}, 0},
	{`{"kind":"toy","name":"spirals","arms":3,"examples":45}`, []int{5, 4}, []string{"relu", "tanh"}, 0},
	{`{"kind":"toy","name":"moons","examples":50}`, []int{4}, []string{"tanh"}, 8},
	{`{"kind":"toy","name":"blobs","examples":37}`, []int{3, 2, 3}, []string{"tanh", "sigmoid", "tanh"}, 10},
}

// chainOf returns an experiment of one of them, as JSON.
func chainOf(t testing.TB, i int) string {
	t.Helper()
	c := chains[i]
	var d experiment.Data
	if err := json.Unmarshal([]byte(c.data), &d); err != nil {
		t.Fatal(err)
	}
	data, err := experiment.Load(d)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for l, n := range c.hidden {
		list = append(list, fmt.Sprintf(`{"kind":"dense","units":%d,"activation":%q}`, n, c.g[l]))
	}
	output, units := "sigmoid", 1
	if k := len(data.Train.Classes); k > 2 {
		output, units = "softmax", k
	}
	list = append(list, fmt.Sprintf(`{"kind":"dense","units":%d,"activation":%q}`, units, output))
	return fmt.Sprintf(`{"version":1,"layers":[%s],"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":0.3},"data":%s,"batch":%d,"seed":%d}`,
		strings.Join(list, ","), c.data, c.batch, i+1)
}

// lineOf returns the value of a line as a matrix.
func lineOf(t *testing.T, d derived, id string) handgrad.Matrix {
	t.Helper()
	for _, l := range d.Lines {
		if l.ID == id {
			return handgrad.Matrix{Rows: size(l.Shape, 0), Cols: size(l.Shape, 1), Data: l.Value.Data}
		}
	}
	t.Fatalf("there is no line %s", id)
	return handgrad.Matrix{}
}

// All numbers of a derivation are those of the formulas that are derived by hand, in both
// conventions, at the start and after steps.
func TestDerivationsAreThoseByHand(t *testing.T) {
	for i, c := range chains {
		s := open(t, Limits{}, chainOf(t, i))
		for _, step := range []int{0, 7} {
			ask[frame](t, s, `{"do":"goto","step":%d}`, step)
			for _, convention := range []string{"notes", "mean"} {
				d := ask[derived](t, s, `{"do":"derive","convention":%q}`, convention)
				if d.Step != step || d.Batch != len(d.Columns) || d.Convention != convention {
					t.Fatalf("network %d: step %d, batch %d, %d columns, %q", i, d.Step, d.Batch, len(d.Columns), d.Convention)
				}
				byHand := handgrad.MLP{Softmax: len(lineOf(t, d, "Y").Data) > d.Batch}
				depth := len(c.hidden) + 1
				for l := 1; l <= depth; l++ {
					byHand.W = append(byHand.W, lineOf(t, d, fmt.Sprint("W", l)))
					byHand.B = append(byHand.B, lineOf(t, d, fmt.Sprint("b", l)))
					if l < depth {
						g, err := handgrad.ActivationByName(c.g[l-1])
						if err != nil {
							t.Fatal(err)
						}
						byHand.Hidden = append(byHand.Hidden, g)
					}
				}
				want, err := byHand.Gradients(lineOf(t, d, "X"), lineOf(t, d, "Y"))
				if err != nil {
					t.Fatal(err)
				}
				m := 1.0
				if convention == "notes" {
					m = float64(d.Batch)
				}
				same(t, i, "cost", lineOf(t, d, "cost").Data, []float64{want.Cost})
				for l := 1; l <= depth; l++ {
					for _, line := range []struct {
						name string
						want []float64
					}{
						{"Z", want.Z[l-1].Data}, {"A", want.A[l-1].Data}, {"dZ", want.DZ[l-1].Scale(m).Data}, {"dW", want.DW[l-1].Data}, {"db", want.DB[l-1].Data},
					} {
						id := fmt.Sprint(line.name, l)
						if line.name == "A" && l < depth && c.g[l-1] == "identity" {
							continue // it is Z
						}
						same(t, i, id, lineOf(t, d, id).Data, line.want)
					}
					w := byHand.W[l-1].Sub(want.DW[l-1].Scale(0.3))
					same(t, i, fmt.Sprint("W", l, "+"), lineOf(t, d, fmt.Sprint("W", l, "+")).Data, w.Data)
				}
			}
		}
	}
}

// same holds numbers to others, to 1e-12 of the largest.
func same(t *testing.T, network int, what string, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("network %d, %s: %d numbers, %d expected", network, what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= 1e-12*max(1, maxNorm(want))) {
			t.Fatalf("network %d, %s: entry %d is %v, %v expected", network, what, i, got[i], want[i])
		}
	}
}

// The update lines say what the next step makes of the parameters and of what rules and
// layers keep, to the bit, whatever the rule, the schedule and the layers.
func TestUpdateLinesAreTheNextStep(t *testing.T) {
	for name, text := range trainings {
		s := open(t, Limits{}, text)
		ask[frame](t, s, `{"do":"goto","step":3}`)
		d := ask[derived](t, s, `{"do":"derive"}`)
		ask[frame](t, s, `{"do":"step"}`)
		r := s.runs[0]
		state, err := r.training.Trainer.State()
		if err != nil {
			t.Fatal(err)
		}
		after := map[string]numbers{}
		for _, p := range slices.Concat(r.params, r.kept, state) {
			after[p.Name()] = float64s(p.Value())
		}
		seen := 0
		for i, l := range d.Lines {
			live := s.runs[0].derived.lines[i]
			if live.sets == nil {
				continue
			}
			seen++
			want := after[live.sets.Name()]
			for j, v := range l.Value.Data {
				if tolerance := 1e-12 * max(1, math.Abs(want[j])); math.Abs(v-want[j]) > tolerance && !strings.Contains(text, "float32") || math.Abs(v-want[j]) > 1e-5 {
					t.Errorf("%s: %s: entry %d is %v, the step makes it %v", name, l.Text, j, v, want[j])
					break
				}
			}
		}
		if seen < len(r.params)+len(r.kept)+len(state) {
			t.Errorf("%s: %d lines of what a step assigns, %d expected", name, seen, len(r.params)+len(r.kept)+len(state))
		}
	}
}

// Few examples, one example and a large batch are the same numbers, of some columns.
func TestColumnsOfADerivation(t *testing.T) {
	s := open(t, Limits{}, flower)
	whole := ask[derived](t, s, `{"do":"derive"}`)
	for request, columns := range map[string][]int{`"examples":"few"`: {0, 1, 2, 3, 4, 5}, `"example":399`: {399}} {
		d := ask[derived](t, s, `{"do":"derive",%s}`, request)
		if !slices.Equal(d.Columns, columns) || !slices.Equal(d.Examples, columns) {
			t.Fatalf("%s: columns %v of examples %v, %v expected", request, d.Columns, d.Examples, columns)
		}
		for i, l := range d.Lines {
			all := whole.Lines[i]
			want := all.Value.Data
			if perExample := slices.Contains([]string{"X", "Y", "Z1", "A1", "Z2", "A2", "dZ2", "dZ1"}, l.ID); perExample {
				want = columnsOf(want, 400, columns)
				if l.Value.Cut == nil || !slices.Equal(l.Value.Cut.Columns, columns) {
					t.Errorf("%s: %s is not cut", request, l.ID)
				}
			}
			if !slices.Equal(l.Value.Data, want) || !slices.Equal(l.Value.Shape, all.Shape) {
				t.Errorf("%s: %s has other numbers", request, l.ID)
			}
		}
	}
	large := strings.Replace(flower, `"name":"flower"`, `"name":"moons","examples":9000`, 1)
	s = open(t, Limits{}, large)
	d := ask[derived](t, s, `{"do":"derive"}`)
	if len(d.Columns) != maxEntries/4 || len(lineOf(t, d, "Z1").Data) != maxEntries {
		t.Errorf("%d columns of 9000 examples", len(d.Columns))
	}
}

// The columns of a batch are the training examples that they say.
func TestExamplesOfABatch(t *testing.T) {
	s := open(t, Limits{}, chainOf(t, 10))
	ask[frame](t, s, `{"do":"goto","step":9}`)
	st := ask[state](t, s, `{"do":"state"}`)
	d := ask[derived](t, s, `{"do":"derive"}`)
	x := lineOf(t, d, "X")
	for c, e := range d.Examples {
		if x.Data[c] != st.Train.X[0][e] || x.Data[x.Cols+c] != st.Train.X[1][e] {
			t.Fatalf("column %d is said to be of example %d and is not", c, e)
		}
	}
	if len(d.Examples) != 8 || slices.IsSorted(d.Examples) {
		t.Errorf("the batch has the examples %v, 8 in random order expected", d.Examples)
	}
}

// The lines come in the order of computation, each after those that it is computed from, and
// the flower's way back is the six formulas of the notes.
func TestLinesOfTheNotes(t *testing.T) {
	s := open(t, Limits{}, flower)
	d := ask[derived](t, s, `{"do":"derive"}`)
	var back []string
	seen := map[string]bool{}
	for _, l := range d.Lines {
		for _, from := range l.Inputs {
			if !seen[from] {
				t.Errorf("%s is computed from %s, which does not stand before it", l.ID, from)
			}
		}
		if seen[l.ID] {
			t.Errorf("two lines have the id %s", l.ID)
		}
		seen[l.ID] = true
		if l.Phase == "backward" {
			back = append(back, l.Text)
		}
		if !strings.HasPrefix(l.MathML, "<math") {
			t.Errorf("%s has the MathML %q", l.ID, l.MathML)
		}
	}
	want := []string{"dZ2 = A2 − Y", "dW2 = (1/m)·dZ2·A1ᵀ", "db2 = (1/m)·Σ dZ2", "dZ1 = W2ᵀ·dZ2 ⊙ (1 − A1²)", "dW1 = (1/m)·dZ1·Xᵀ", "db1 = (1/m)·Σ dZ1"}
	if !slices.Equal(back, want) {
		t.Errorf("the way back is\n%s\nand not\n%s", strings.Join(back, "\n"), strings.Join(want, "\n"))
	}
	strip := ask[state](t, s, `{"do":"state"}`).Runs[0].Strip
	var phases, layers []string
	for _, l := range strip {
		phases, layers = append(phases, l.ID+" "+l.Phase), append(layers, fmt.Sprint(l.ID, " ", l.Layer))
	}
	if got, want := strings.Join(phases, ", "), "Z1 forward, A1 forward, Z2 forward, A2 forward, cost forward, dZ2 backward, dW2 backward, db2 backward, dZ1 backward, dW1 backward, db1 backward, W1+ update, b1+ update, W2+ update, b2+ update"; got != want {
		t.Errorf("the strip is %s", got)
	}
	if got, want := strings.Join(layers, ", "), "Z1 1, A1 1, Z2 2, A2 2, cost 0, dZ2 2, dW2 2, db2 2, dZ1 1, dW1 1, db1 1, W1+ 1, b1+ 1, W2+ 2, b2+ 2"; got != want {
		t.Errorf("the layers are %s", got)
	}
}

// Each layer has its own formulas, and what is compared with the labels is of none.
func TestFormulasOfLayers(t *testing.T) {
	for text, want := range map[string]string{
		flower:    "Z1 = W1·X + b1,  A1 = tanh(Z1); Z2 = W2·A1 + b2,  A2 = σ(Z2)",
		diverging: "Z1 = W1·X + b1,  A1 = relu(Z1); Z2 = W2·A1 + b2",
	} {
		var formulas []string
		for _, l := range ask[state](t, open(t, Limits{}, text), `{"do":"state"}`).Runs[0].Layers {
			formulas = append(formulas, l.Formula.Text)
		}
		if got := strings.Join(formulas, "; "); got != want {
			t.Errorf("the layers are %s, %s expected", got, want)
		}
	}
}

// The sum of every entry of every line is its value, and its numbers are those of the lines
// that it names.
func TestEntriesAreTheirSums(t *testing.T) {
	texts := []string{trainings["dropout and norms"], trainings["momentum"], trainings["Adam, shuffled batches, schedule"]}
	for i := range chains {
		texts = append(texts, chainOf(t, i))
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for i, text := range texts {
		s := open(t, Limits{}, text)
		ask[frame](t, s, `{"do":"goto","step":2}`)
		d := ask[derived](t, s, `{"do":"derive"}`)
		for _, l := range d.Lines {
			if len(l.Shape) > 2 || l.ID == "dropout1.seed" || l.ID == "dropout1.seed+" {
				continue
			}
			for range 3 {
				row, col := rng.IntN(size(l.Shape, 0)), rng.IntN(size(l.Shape, 1))
				e := ask[entry](t, s, `{"do":"entry","line":%q,"row":%d,"col":%d}`, l.ID, row, col)
				if want := l.Value.Data[row*size(l.Shape, 1)+col]; float64(e.Value) != want {
					t.Errorf("network %d: %s is %v, in the derivation %v", i, e.Name, e.Value, want)
				}
				if !(float64(e.Ulps) <= max(8, float64(len(e.Terms)))) { // in another order a sum of n terms is off by n at most
					t.Errorf("network %d: %s sums to %v, and the value is %v: %v ulps", i, e.Text, e.Sum, e.Value, e.Ulps)
				}
				total, magnitude, factor := 0.0, 0.0, 1.0
				if e.Factor != nil {
					factor = float64(e.Factor.Value)
				}
				for _, term := range e.Terms {
					product := 1.0
					for _, f := range term.Factors {
						product *= float64(f.Value)
						checkNamed(t, d, f)
					}
					if product != float64(term.Value) {
						t.Errorf("network %d: the term %s is %v, its factors make %v", i, term.Text, term.Value, product)
					}
					total, magnitude = total+product, magnitude+math.Abs(product*factor)
				}
				if unit := math.Nextafter(magnitude, math.Inf(1)) - magnitude; e.Shown == nil && !near(float64(e.Ulps), math.Abs(float64(e.Sum-e.Value))/unit) {
					t.Errorf("network %d: %s: %v and %v are said to be %v ulps of %v apart", i, e.Name, e.Sum, e.Value, e.Ulps, magnitude)
				}
				if e.Shown == nil && math.Abs(total*factor-float64(e.Sum)) > 1e-12*max(1, math.Abs(total*factor)) {
					t.Errorf("network %d: the terms of %s make %v, the sum is %v", i, e.Name, total*factor, e.Sum)
				}
			}
		}
	}
}

// checkNamed holds a factor called dW1[2,0] to that entry of the derivation.
func checkNamed(t *testing.T, d derived, f factor) {
	t.Helper()
	for _, l := range d.Lines {
		var row, col int
		if l.Phase == "update" || len(l.Shape) != 2 || !strings.HasPrefix(f.Text, l.ID+"[") {
			continue
		}
		if n, err := fmt.Sscanf(strings.TrimPrefix(f.Text, l.ID), "[%d,%d]", &row, &col); n != 2 || err != nil || f.Text != fmt.Sprintf("%s[%d,%d]", l.ID, row, col) {
			continue
		}
		if v := l.Value.Data[row*l.Shape[1]+col]; v != float64(f.Value) {
			t.Errorf("%s is given as %v, it is %v", f.Text, f.Value, v)
		}
	}
}

// What an entry says.
func TestEntriesSayTheirFormula(t *testing.T) {
	s := open(t, Limits{}, chainOf(t, 2))
	for _, c := range []struct{ line, text, first string }{
		{"Z1", "Z1[1,2] = W1[1,0]·X[0,2] + W1[1,1]·X[1,2] + b1[1,0]", "W1[1,0]·X[0,2]"},
		{"A1", "A1[1,2] = relu(Z1[1,2])", "relu(Z1[1,2])"},
		{"dW1", "dW1[1,1] = (1/m)·(dZ1[1,0]·X[1,0] + dZ1[1,1]·X[1,1] + dZ1[1,2]·X[1,2] + dZ1[1,3]·X[1,3] + … (46 more))", "dZ1[1,0]·X[1,0]"},
		{"db1", "db1[1,0] = (1/m)·(dZ1[1,0] + dZ1[1,1] + dZ1[1,2] + dZ1[1,3] + … (46 more))", "dZ1[1,0]"},
		{"dZ1", "dZ1[1,2] = step(Z1[1,2])·W2[0,1]·dZ2[0,2]", "W2[0,1]·dZ2[0,2]"},
		{"dZ2", "dZ2[0,2] = A2[0,2] − Y[0,2]", "A2[0,2]"},
		{"W1+", "W1[1,1] = W1[1,1] − dW1[1,1]·α", "W1[1,1]"},
		{"cost", "cost = (1/m)·((softplus(Z2[0,0]) − Y[0,0] ⊙ Z2[0,0]) + (softplus(Z2[0,1]) − Y[0,1] ⊙ Z2[0,1]) + (softplus(Z2[0,2]) − Y[0,2] ⊙ Z2[0,2]) + (softplus(Z2[0,3]) − Y[0,3] ⊙ Z2[0,3]) + … (46 more))", ""},
	} {
		row, col := 1, 2
		switch c.line {
		case "dZ2":
			row = 0
		case "dW1", "W1+":
			col = 1
		case "db1":
			col = 0
		case "cost":
			row, col = 0, 0
		}
		e := ask[entry](t, s, `{"do":"entry","line":%q,"row":%d,"col":%d}`, c.line, row, col)
		if e.Text != c.text || c.first != "" && e.Terms[0].Text != c.first {
			t.Errorf("%s: %s; the first term is %s", c.line, e.Text, e.Terms[0].Text)
		}
		if want := fmt.Sprintf("row %d, column %d of %s", row+1, col+1, strings.TrimSuffix(c.line, "+")); e.Words != want {
			t.Errorf("%s: %s", c.line, e.Words)
		}
	}
	if e := ask[entry](t, s, `{"do":"entry","line":"dW1","row":1,"col":1}`); *e.Terms[3].Example != 3 {
		t.Errorf("term 3 is of example %v", e.Terms[3].Example)
	}
}

// TestLongSums holds that of a sum of many terms the first are told, and all are added.
func TestLongSums(t *testing.T) {
	s := open(t, Limits{}, net(2, "tanh", `{"kind":"gd","rate":1}`, `{"kind":"toy","name":"moons","examples":1500}`, ""))
	m := ask[derived](t, s, `{"do":"derive","examples":"few"}`).Batch
	e := ask[entry](t, s, `{"do":"entry","line":"dW1","row":1,"col":0}`)
	if m <= maxTerms || len(e.Terms) != maxTerms || e.Shown == nil || *e.Shown != (shown{maxTerms, m}) {
		t.Fatalf("%d terms of %d, shown %+v", len(e.Terms), m, e.Shown)
	}
	if more := fmt.Sprintf("… (%d more)", m-shownTerms); !strings.Contains(e.Text, more) || !(e.Ulps < 4) {
		t.Errorf("%s, %v ulps: %q and less than 4 expected", e.Text, e.Ulps, more)
	}
}
