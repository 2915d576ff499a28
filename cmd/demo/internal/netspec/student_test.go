package netspec

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"chainrule/graph/explain"
	"chainrule/layers"
)

// A student computes a network by loops of this file, with one slip. Matrices
// are lists of rows.
type student struct {
	s     *Spec
	notes bool   // dZ2 = A2 − Y, and 1/m with dW and db
	slip  string // "" for none
}

type table = [][]float64

// is reports whether the student makes a slip.
func (st student) is(slip string) bool { return st.slip == slip }

func tableOf(rows, cols int, entry func(i, j int) float64) table {
	t := make(table, rows)
	for i := range t {
		for j := range cols {
			t[i] = append(t[i], entry(i, j))
		}
	}
	return t
}

func timesTable(a, b table) table {
	return tableOf(len(a), len(b[0]), func(i, j int) float64 {
		sum := 0.0
		for k := range b {
			sum += a[i][k] * b[k][j]
		}
		return sum
	})
}

func turned(a table) table {
	return tableOf(len(a[0]), len(a), func(i, j int) float64 { return a[j][i] })
}

func each(a table, f func(v float64) float64) table {
	return tableOf(len(a), len(a[0]), func(i, j int) float64 { return f(a[i][j]) })
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// data returns X, Y and the parameters.
func (st student) data() (x, y table, w, b []table) {
	read := func(rows, cols int, data []float64) table {
		return tableOf(rows, cols, func(i, j int) float64 { return data[i*cols+j] })
	}
	s := st.s
	for l := range s.W {
		w = append(w, read(s.W[l].Rows, s.W[l].Cols, s.W[l].Data))
		b = append(b, read(s.B[l].Rows, 1, s.B[l].Data))
	}
	x, y = read(s.X.Rows, s.X.Cols, s.X.Data), read(s.Y.Rows, s.Y.Cols, s.Y.Data)
	m := s.X.Cols
	switch {
	case st.is("an example dropped"):
		m--
	case st.is("the first example dropped"):
		x, y = each(x, func(v float64) float64 { return v }), each(y, func(v float64) float64 { return v })
		for _, t := range []table{x, y} {
			for i := range t {
				t[i] = t[i][1:]
			}
		}
		m--
	case st.is("labels shifted"):
		y = tableOf(len(y), m, func(i, j int) float64 { return y[i][(j+1)%m] })
	case st.is("examples shifted"):
		x = tableOf(len(x), m, func(i, j int) float64 { return x[i][(j+m-1)%m] })
	}
	for _, t := range []table{x, y} {
		for i := range t {
			t[i] = t[i][:m]
		}
	}
	return x, y, w, b
}

// activate returns A of Z in layer l, which counts from 0.
func (st student) activate(l int, z table) table {
	switch st.s.Activations[l] {
	case layers.Tanh:
		return each(z, math.Tanh)
	case layers.Sigmoid:
		if st.is("σ with e^{+z}") {
			return each(z, func(z float64) float64 { return 1 / (1 + math.Exp(z)) })
		}
		return each(z, logistic)
	case layers.ReLU:
		return each(z, func(z float64) float64 { return math.Max(z, 0) })
	case layers.Softmax:
		return st.softmax(z)
	}
	return z
}

func (st student) softmax(z table) table {
	sum := func(i, j int) (s float64) {
		switch {
		case st.is("softmax not normalised"):
			return 1
		case st.is("softmax over the rows"):
			for _, v := range z[i] {
				s += math.Exp(v)
			}
			return s
		case st.is("softmax over all"):
			for _, row := range z {
				for _, v := range row {
					s += math.Exp(v)
				}
			}
			return s
		}
		for k := range z {
			s += math.Exp(z[k][j])
		}
		return s
	}
	return tableOf(len(z), len(z[0]), func(i, j int) float64 { return math.Exp(z[i][j]) / sum(i, j) })
}

// examples returns what the student takes for m.
func (st student) examples(x, y table) float64 {
	switch {
	case st.is("m−1"):
		return float64(len(x[0]) - 1)
	case st.is("inputs for m"):
		return float64(len(x))
	case st.is("outputs for m"):
		return float64(len(y))
	}
	return float64(len(x[0]))
}

// loss returns the loss of one entry.
func (st student) loss(a, y float64) float64 {
	square := func() float64 { return (a - y) * (a - y) }
	log := math.Log
	switch {
	case st.is("log10"):
		log = math.Log10
	case st.is("log2"):
		log = math.Log2
	case st.is("Y and 1−Y swapped"):
		y = 1 - y
	}
	switch cross := st.s.Loss == CrossEntropy; {
	case cross == st.is("another loss"):
		return square()
	case st.s.output() == layers.Softmax || st.is("only Y·log A"):
		return -y * log(a)
	}
	return -y*log(a) - (1-y)*log(1-a)
}

// outputDA returns dL/dA of one entry, for the losses that are no softmax under
// cross-entropy.
func (st student) outputDA(a, y float64) float64 {
	factor := 1.0
	switch {
	case st.is("log10"):
		factor = 1 / math.Ln10
	case st.is("log2"):
		factor = 1 / math.Ln2
	case st.is("Y and 1−Y swapped"):
		y = 1 - y
	case st.is("A2 rounded"):
		a = math.Round(a)
	}
	switch cross := st.s.Loss == CrossEntropy; {
	case cross == st.is("another loss"):
		return 2 * (a - y)
	case st.is("only Y·log A"):
		return -y / a
	}
	return factor * ((1-y)/(1-a) - y/a)
}

// slope returns g′ of layer l.
func (st student) slope(l int, z, a float64) float64 {
	switch g := st.s.Activations[l]; {
	case g == layers.Tanh && st.is("1−A"):
		return 1 - a
	case g == layers.Tanh && st.is("1−tanh(A)²"):
		return 1 - math.Pow(math.Tanh(a), 2)
	case g == layers.Tanh && st.is("1+A²"):
		return 1 + a*a
	case g == layers.Tanh:
		return 1 - a*a
	case g == layers.Sigmoid:
		return a * (1 - a)
	case g == layers.ReLU && st.is("relu′ = Z"):
		return z
	case g == layers.ReLU && z <= 0:
		return 0
	}
	return 1
}

// outputDZ returns dZ of the last layer, of the losses.
func (st student) outputDZ(l int, z, a, y table) table {
	softmax := st.s.output() == layers.Softmax
	cross := st.s.Loss == CrossEntropy
	return tableOf(len(a), len(a[0]), func(i, j int) float64 {
		switch {
		case cross && st.is("A2 rounded"):
			top := a[i][j] > 0.5
			if softmax {
				top = true
				for k := range a {
					top = top && a[k][j] <= a[i][j]
				}
			}
			if top {
				return 1 - y[i][j]
			}
			return -y[i][j]
		case softmax && cross && !st.is("another loss"):
			f := map[bool]float64{st.is("log10"): 1 / math.Ln10, st.is("log2"): 1 / math.Ln2}[true]
			if f == 0 {
				f = 1
			}
			return f * (a[i][j] - y[i][j])
		case softmax:
			sum := 0.0
			for k := range a {
				own := 0.0
				if k == i {
					own = 1
				}
				sum += st.outputDA(a[k][j], y[k][j]) * a[k][j] * (own - a[i][j])
			}
			return sum
		}
		return st.outputDA(a[i][j], y[i][j]) * st.slope(l, z[i][j], a[i][j])
	})
}

// compute returns all lines.
func (st student) compute() Given {
	g := Given{}
	put := func(kind string, layer int, t table) {
		g[Line{kind, layer}] = Array{Shape: []int{len(t), len(t[0])}, Data: slices.Concat(t...)}
	}
	x, y, w, b := st.data()
	depth := len(w)
	z, a := make([]table, depth), []table{x} // a[l] is the input of layer l
	for l := range w {
		bias := 1.0
		if st.is("Z − b") {
			bias = -1
		}
		product := timesTable(w[l], a[l])
		z[l] = tableOf(len(product), len(x[0]), func(i, j int) float64 { return product[i][j] + bias*b[l][i][0] })
		a = append(a, st.activate(l, z[l]))
		put(kindZ, l+1, z[l])
		put(kindA, l+1, a[l+1])
	}
	out, m := a[depth], st.examples(x, y)
	cost := 0.0
	for i := range out {
		for j := range out[i] {
			cost += st.loss(out[i][j], y[i][j]) / m
		}
	}
	atOutput, atParams := 1/m, 1.0
	if st.notes {
		atOutput, atParams = 1, 1/m
	}
	const lambda = 0.7
	var dZ, dW table
	for l := depth - 1; l >= 0; l-- {
		if l == depth-1 {
			dZ = each(st.outputDZ(l, z[l], out, y), func(v float64) float64 { return v * atOutput })
		} else {
			back := w[l+1]
			if st.is("dW2 in W2's place") {
				back = dW
			}
			dA := timesTable(turned(back), dZ)
			at := l
			if st.is("mask of another layer") && l > 0 {
				at = l - 1
			}
			dZ = tableOf(len(dA), len(dA[0]), func(i, j int) float64 { return dA[i][j] * st.slope(l, z[at][i][j], a[at+1][i][j]) })
		}
		in := a[l]
		if st.is("X for A1") && l == 1 {
			in = x
		}
		dW = each(timesTable(dZ, turned(in)), func(v float64) float64 { return v * atParams })
		if st.is("L2") {
			dW = tableOf(len(dW), len(dW[0]), func(i, j int) float64 { return dW[i][j] + lambda/m*w[l][i][j] })
			for _, row := range w[l] {
				for _, v := range row {
					cost += lambda / m / 2 * v * v
				}
			}
		}
		put(kindDZ, l+1, dZ)
		put(kindDW, l+1, dW)
		put(kindDB, l+1, tableOf(len(dZ), 1, func(i, _ int) float64 {
			sum := 0.0
			for _, v := range dZ[i] {
				sum += v
			}
			return atParams * sum
		}))
	}
	g[Line{kindCost, 0}] = Array{Data: []float64{cost}}
	return g
}

// networks are those that students compute.
func networks(t *testing.T) []*Spec {
	return []*Spec{
		plan(t, 1, CrossEntropy, 5, []int{2, 4, 1}, "tanh", "sigmoid"),
		plan(t, 2, CrossEntropy, 7, []int{3, 4, 4, 3}, "tanh", "relu", "softmax"),
		plan(t, 3, CrossEntropy, 9, []int{4, 4, 4, 2}, "relu", "tanh", "sigmoid"),
		plan(t, 4, SquaredError, 6, []int{2, 3, 3, 2}, "tanh", "relu", "sigmoid"),
		plan(t, 5, SquaredError, 8, []int{3, 5, 2}, "sigmoid", "identity"),
	}
}

// A planted slip has a cause whose text says so, in the networks where it can be
// made.
type planted struct {
	slip     string
	says     string // in the text of a cause
	networks string // their digits
}

// slips are those of the issue; with another loss both the cost and dZ are wrong.
var slips = []planted{
	{"log10", "log10", "012"},
	{"log2", "log2", "012"},
	{"only Y·log A", "−Y·log A", "02"},
	{"Y and 1−Y swapped", "Y and 1 − Y are exchanged", "02"},
	{"another loss", "the squared error, and the cost is the cross-entropy", "012"},
	{"another loss", "the cross-entropy, and the cost is the squared error", "3"},
	{"1−A", "without the square", "0123"},
	{"1−tanh(A)²", "1 − tanh(A", "0123"},
	{"1+A²", "this has 1 + A", "0123"},
	{"relu′ = Z", "in the place of the derivative of relu", "123"},
	{"X for A1", "·Xᵀ, and dW2 is", "01234"},
	{"dW2 in W2's place", "this has dW", "01234"},
	{"mask of another layer", "was taken at layer 1", "123"},
	{"σ with e^{+z}", "this is 1/(1 + e^Z", "0234"},
	{"Z − b", "this is W1·X − b1", "01234"},
	{"softmax over the rows", "every row of this sums to 1", "1"},
	{"softmax over all", "all of this together sums to 1", "1"},
	{"softmax not normalised", "not divided by the sum of each column", "1"},
	{"an example dropped", "is missing, and all else is right", "01234"},
	{"the first example dropped", "example 1 of", "01234"},
	{"labels shifted", "the labels are shifted: every example has that of the one after it", "01234"},
	{"examples shifted", "every column is that of the example before it", "01234"},
	{"A2 rounded", "was rounded to 0 or 1", "012"},
	{"L2", "was added", "01234"},
	{"m−1", "m − 1 =", "01234"},
	{"inputs for m", "X.shape[0] =", "01234"},
	{"outputs for m", "Y.shape[0] =", "01234"},
}

// conventionOf names the convention of a student.
func (st student) convention() explain.Convention {
	if st.notes {
		return explain.Notes
	}
	return explain.MeanCost
}

// says reports whether a cause says something.
func says(m Mismatch, text string) bool {
	return slices.ContainsFunc(m.Causes, func(c Cause) bool { return containsText(c.Text, text) })
}

// Every slip is found in every network and in both conventions, which are
// recognised by themselves; in the first wrong line, and in each that is no
// consequence of another.
func TestStudents(t *testing.T) {
	for i, s := range networks(t) {
		r := compute(t, s)
		for _, notes := range []bool{true, false} {
			for _, p := range slips {
				if !containsText(p.networks, fmt.Sprint(i)) {
					continue
				}
				st := student{s, notes, p.slip}
				c := Compare(s, r, st.compute(), 1e-6, "")
				what := fmt.Sprintf("network %d, %s, %s", i, p.slip, st.convention())
				// Divided by 1, dZ2 is A2 − Y, and dW and db lack 1/m.
				if same := p.slip == "outputs for m" && s.Y.Rows == 1; !same && c.Convention != st.convention() {
					t.Errorf("%s: recognised as %q", what, c.Convention)
				}
				if len(c.Wrong) == 0 || !says(c.Wrong[0], p.says) {
					t.Errorf("%s: %q expected in the causes of\n%+v", what, p.says, first(c))
				}
				for _, m := range c.Wrong {
					root := !slices.ContainsFunc(c.Wrong, func(before Mismatch) bool { return m.Line.needs(before.Line) })
					if root && len(m.Causes) == 0 && !(m.Line.Kind == kindDB && p.slip == "L2") {
						t.Errorf("%s: no cause of %v", what, m.Line)
					}
				}
			}
		}
	}
}

func first(c Comparison) any {
	if len(c.Wrong) == 0 {
		return "nothing"
	}
	return c.Wrong[0]
}

// A student without a slip is right in both conventions, whatever of it is given,
// and wrong if the other convention is asked for.
func TestRightStudents(t *testing.T) {
	for i, s := range networks(t) {
		r := compute(t, s)
		for _, notes := range []bool{true, false} {
			st := student{s, notes, ""}
			g := st.compute()
			c := Compare(s, r, g, 1e-6, "")
			if len(c.Wrong) > 0 || len(c.Right) != len(g) || c.Convention != st.convention() {
				t.Errorf("network %d, %v: recognised as %v, %+v", i, st.convention(), c.Convention, first(c))
			}
			other := student{s, !notes, ""}.convention()
			c = Compare(s, r, g, 1e-6, other)
			if len(c.Wrong) != s.Layers() || c.Wrong[0].Line != (Line{kindDZ, s.Layers()}) || c.Convention != other {
				t.Errorf("network %d, %v judged as %v: %+v", i, st.convention(), other, c.Wrong)
			} else if want := map[explain.Convention]string{explain.Notes: "another convention", explain.MeanCost: MissingMean}[other]; !slices.Contains(kinds(c.Wrong[0].Causes), want) {
				t.Errorf("network %d, %v judged as %v: causes %+v", i, st.convention(), other, c.Wrong[0].Causes)
			}
			for l := range g { // one line alone
				c := Compare(s, r, Given{l: g[l]}, 1e-6, "")
				want := st.convention()
				if l.Kind != kindDZ {
					want = ""
				}
				if len(c.Wrong) > 0 || c.Convention != want {
					t.Errorf("network %d, %v alone: %q recognised, %+v", i, l, c.Convention, first(c))
				}
			}
		}
	}
}

// dZ of one layer in one convention and of another in the other is told as that.
func TestMixedConventions(t *testing.T) {
	for i, s := range networks(t) {
		r := compute(t, s)
		for _, notes := range []bool{true, false} {
			st := student{s, notes, ""}
			g := st.compute()
			other := student{s, !notes, ""}.compute()
			g[Line{kindDZ, 1}] = other[Line{kindDZ, 1}]
			c := Compare(s, r, g, 1e-6, "")
			if c.Convention != st.convention() || len(c.Wrong) != 1 || c.Wrong[0].Line != (Line{kindDZ, 1}) || len(c.Wrong[0].Causes) == 0 ||
				c.Wrong[0].Causes[0].Kind != Mixed || !says(c.Wrong[0], fmt.Sprintf("dZ%d is not", s.Layers())) {
				t.Errorf("network %d, %v: %+v", i, st.convention(), c)
			}
		}
	}
}

// Random numbers in the place of any line, or of all of them, have no cause.
func TestNoFalseCauses(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for i, s := range networks(t) {
		r := compute(t, s)
		for round := range 20 {
			g := student{s, round%2 == 0, ""}.compute()
			random := func(l Line) {
				for j := range g[l].Data {
					g[l].Data[j] = rng.NormFloat64()
				}
			}
			order := lines(s.Layers())
			l := order[rng.IntN(len(order))]
			if random(l); round%4 == 3 {
				for _, l := range order {
					random(l)
				}
			}
			if round%3 == 2 { // and if it is given alone
				g = Given{l: g[l]}
			}
			c := Compare(s, r, g, 1e-6, "")
			if len(c.Wrong) == 0 {
				t.Errorf("network %d, %v: nothing is wrong", i, l)
			}
			for _, m := range c.Wrong {
				if len(m.Causes) > 0 {
					t.Errorf("network %d, random %v: causes of %v: %+v", i, l, m.Line, m.Causes)
				}
			}
		}
	}
}

// A slip is found too where only dW and db are given, in a line before them.
func TestStudentsOfParameters(t *testing.T) {
	for i, s := range networks(t)[:4] {
		r := compute(t, s)
		for _, notes := range []bool{true, false} {
			for _, p := range slips {
				if !containsText(p.networks, fmt.Sprint(i)) {
					continue
				}
				g := student{s, notes, p.slip}.compute()
				for l := range g {
					if l.Kind != kindDW && l.Kind != kindDB {
						delete(g, l)
					}
				}
				if p.slip == "Z − b" { // in all layers
					p.says = "in Z1: every Z is W·A − b"
				}
				c := Compare(s, r, g, 1e-6, "")
				if c.Convention != "" || len(c.Wrong) == 0 || !says(c.Wrong[0], p.says) {
					t.Errorf("network %d, %s, notes %v: %q expected in the causes of\n%+v", i, p.slip, notes, p.says, first(c))
				}
			}
		}
	}
}

// Formulas that overflow give NaN and infinities, which are known by their places;
// they are no candidates for numbers that are finite.
func TestOverflowIsNamed(t *testing.T) {
	for _, c := range []struct {
		s    *Spec
		line Line
		say  string
		of   func(st student, z, a, y table) table
	}{
		{plan(t, 1, CrossEntropy, 5, []int{2, 4, 1}, "tanh", "sigmoid"), Line{kindA, 2}, "∞/∞ for a large Z2", func(_ student, z, _, _ table) table {
			return each(z, func(z float64) float64 { return math.Exp(z) / (1 + math.Exp(z)) })
		}},
		{plan(t, 1, CrossEntropy, 5, []int{2, 4, 3}, "tanh", "softmax"), Line{kindA, 2}, "∞/∞ for a large Z2", func(st student, z, _, _ table) table {
			return st.softmax(z)
		}},
		{plan(t, 1, CrossEntropy, 5, []int{2, 4, 1}, "tanh", "sigmoid"), Line{kindCost, 0}, "log 0 is −∞: the cost is computed from Z2", func(_ student, _, a, y table) table {
			sum := 0.0
			for j := range a[0] {
				sum -= (y[0][j]*math.Log(a[0][j]) + (1-y[0][j])*math.Log(1-a[0][j])) / 5
			}
			return table{{sum}}
		}},
		{plan(t, 1, CrossEntropy, 5, []int{2, 4, 1}, "tanh", "sigmoid"), Line{kindDZ, 2}, "which are 0 to rounding; dZ2 is A2 − Y", func(_ student, _, a, y table) table {
			return tableOf(1, 5, func(_, j int) float64 { return ((1-y[0][j])/(1-a[0][j]) - y[0][j]/a[0][j]) * a[0][j] * (1 - a[0][j]) })
		}},
	} {
		c.s.W[1] = c.s.W[1].Scale(2000)
		r := compute(t, c.s).in(explain.Notes, c.s)
		read := func(l Line) table {
			v := r.value(l)
			return tableOf(v.Rows, v.Cols, func(i, j int) float64 { return v.Data[i*v.Cols+j] })
		}
		y := tableOf(c.s.Y.Rows, c.s.Y.Cols, func(i, j int) float64 { return c.s.Y.Data[i*c.s.Y.Cols+j] })
		wrong := slices.Concat(c.of(student{s: c.s}, read(Line{kindZ, 2}), read(Line{kindA, 2}), y)...)
		g := givenOf(r)
		g[c.line] = Array{Shape: g[c.line].Shape, Data: wrong}
		got := Compare(c.s, r, g, 1e-6, "")
		if len(got.Wrong) != 1 || got.Wrong[0].NotFinite == 0 || !says(got.Wrong[0], c.say) {
			t.Errorf("%v of %v: %+v", c.line, wrong, got.Wrong)
		}
		for i, v := range wrong { // other numbers, and other places
			if finite(v) {
				continue
			}
			g[c.line].Data[i] = 0.25
			got := Compare(c.s, r, g, 1e-6, "")
			if len(got.Wrong) != 1 || len(got.Wrong[0].Causes) > 0 {
				t.Errorf("%v of %v: %+v", c.line, wrong, got.Wrong)
			}
			break
		}
	}
}

// In a network so large that mistakes cannot be followed, that is said.
func TestUntried(t *testing.T) {
	s := plan(t, 1, CrossEntropy, 2, []int{2, 3, 1})
	r := compute(t, s)
	g := givenOf(r)
	for l := range g {
		if l != (Line{kindDB, 1}) {
			delete(g, l)
		}
	}
	copy(g[Line{kindDB, 1}].Data, []float64{1, 2, 4})
	if c := Compare(s, r, g, 1e-6, ""); len(c.Wrong) != 1 || c.Wrong[0].Untried || len(c.Wrong[0].Causes) > 0 {
		t.Errorf("%+v", c)
	}
	d := &diagnosis{s: s, r: r, given: g, line: Line{kindDB, 1}, array: g[Line{kindDB, 1}], work: 100}
	if d.causes(); d.budget >= 0 {
		t.Errorf("%v multiplications are left", d.budget)
	}
}

// Where no dZ is right and neither dW nor db tells the convention, a slip that is
// known in one of them does, and else the size of the numbers.
func TestConventionOfOneLine(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 1))
	for i, s := range networks(t)[:3] {
		r := compute(t, s)
		for _, notes := range []bool{true, false} {
			st := student{s, notes, "A2 rounded"}
			l := Line{kindDZ, s.Layers()}
			g := Given{l: st.compute()[l]}
			c := Compare(s, r, g, 1e-6, "")
			if c.Convention != st.convention() || len(c.Wrong) != 1 || !says(c.Wrong[0], "was rounded to 0 or 1") {
				t.Errorf("network %d, %v: %+v", i, st.convention(), c)
			}
			if i != 1 { // (A − Y) ⊙ A ⊙ (1 − A), which in the notes' convention is as small as the other one
				g = Given{l: student{s, notes, ""}.compute()[l]}
				for j, a := range r.A[s.Layers()-1].Data {
					g[l].Data[j] *= a * (1 - a)
				}
				c := Compare(s, r, g, 1e-6, "")
				if c.Convention != st.convention() || len(c.Wrong) != 1 || !says(c.Wrong[0], "the derivative of sigmoid is in it") {
					t.Errorf("network %d, %v, twice: %+v", i, st.convention(), c)
				}
			}
			g = Given{l: student{s, notes, ""}.compute()[l]}
			for j := range g[l].Data {
				g[l].Data[j] *= 1 + 0.5*rng.Float64()
			}
			if c := Compare(s, r, g, 1e-6, ""); c.Convention != st.convention() || len(c.Wrong) != 1 {
				t.Errorf("network %d, %v, noise: %+v", i, st.convention(), c)
			}
		}
	}
}
