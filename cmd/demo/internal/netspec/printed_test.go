package netspec

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestParseText(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, test := range []struct {
		text, line string
		want       map[string]Array
	}{
		{"[[1. 2.]\n [3. 4.]]", "dW1", map[string]Array{"dW1": {[]int{2, 2}, []float64{1, 2, 3, 4}}}},
		{"array([[ 1.5e-03, -2.],\n       [ nan,  inf]])", "Z2", map[string]Array{"Z2": {[]int{2, 2}, []float64{1.5e-3, -2, nan, inf}}}},
		{"[1, 2, 3]", "db1", map[string]Array{"db1": {[]int{3}, []float64{1, 2, 3}}}},
		{"[[[1]]]", "", nil},
		{"cost = 0.5", "", map[string]Array{"cost": {nil, []float64{0.5}}}},
		{"cost: np.float64(0.25)", "", map[string]Array{"cost": {nil, []float64{0.25}}}},
		{"dW2 = np.array([[1., 2.]], dtype=float32)\ndb2 = tensor([[-0.5]], grad_fn=<AddBackward0>)\n", "",
			map[string]Array{"dW2": {[]int{1, 2}, []float64{1, 2}}, "db2": {[]int{1, 1}, []float64{-0.5}}}},
		{"{\"dW1\": [[1, 2]]}", "", map[string]Array{"dW1": {[]int{1, 2}, []float64{1, 2}}}},
		{"[[1.]\n\n [2.]]", "A1", map[string]Array{"A1": {[]int{2, 1}, []float64{1, 2}}}},
	} {
		p, err := ParseText([]byte(test.text), test.line, 2)
		if test.want == nil {
			if err == nil {
				t.Errorf("%q is read as %v", test.text, p.Given)
			}
			continue
		}
		if err != nil || len(p.Given) != len(test.want) {
			t.Errorf("%q: %v, %v", test.text, p.Given, err)
			continue
		}
		for name, want := range test.want {
			l, err := lineNamed(name, 2)
			if err != nil {
				t.Fatal(err)
			}
			got := p.Given[l]
			if !slices.Equal(got.Shape, want.Shape) || fmt.Sprint(got.Data) != fmt.Sprint(want.Data) {
				t.Errorf("%q: %s is %v, %v expected", test.text, name, got, want)
			}
		}
	}
}

func TestTextErrors(t *testing.T) {
	for _, test := range []struct{ text, line, want string }{
		{"", "dW1", "nothing given"},
		{"[[1, 2]]", "", "it does not say which line this is"},
		{"[[1, 2], [3]]", "dW1", "row 2 has 1 number, and those before it 2"},
		{"[[1, 2], 3]", "dW1", "3 stands beside rows"},
		{"[[1, 2]", "dW1", "1 bracket not closed"},
		{"[1, 2]]", "dW1", "] without ["},
		{"[[1 ... 2]]", "dW1", "np.set_printoptions"},
		{"[[[1]]]", "dW1", "3 deep"},
		{"1 2", "dW1", "without brackets"},
		{"[1] [2]", "dW1", "several arrays"},
		{"[[1, zwei]]", "dW1", `"zwei" is no number`},
		{"[0x1p3]", "dW1", "is no number"},
		{"[]", "dW1", "no number given"},
		{"dW9 = [[1]]", "", `there is no line "dW9"`},
		{"dw1 = [[1]]", "", "did you mean"},
		{"dW1 = [[1]]\ndW1 = [[1]]", "", "dW1 is there twice"},
		{"well\ndW1 = [[1]]", "", `"well" stands before the first name`},
		{`{"dW1": "x"}`, "", "dW1"},
	} {
		_, err := ParseText([]byte(test.text), test.line, 2)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, %q expected", test.text, err, test.want)
		}
	}
}

// TestPrintedDigits holds that a line may be off by what its digits leave open, and no more.
func TestPrintedDigits(t *testing.T) {
	for text, want := range map[string]float64{
		"[[0.00123457 0.0004]]":     0.5e-8 / 0.00123457, // NumPy leaves zeros out at the end
		"[[1.2e-03 1.25e-02]]":      0.5e-4 / 1.25e-2,
		"[[1.2345e-03]]":            0.5e-7 / 1.2345e-3,
		"[[1.2345e+00 2.5001e-03]]": 0.5e-4 / 1.2345, // the exponent of the largest, also where it is 0
		"[[0.12345678901234567]]":   0,
		"[[1, 2]]":                  0,
		"[[0.5]]":                   1e-3,
	} {
		p, err := ParseText([]byte(text), "dW1", 2)
		if err != nil || math.Abs(p.Rounding-min(want, maxPrinted)) > 1e-12 {
			t.Errorf("%s: rounding %v, %v, %v expected", text, p.Rounding, err, want)
		}
	}
}

// FuzzParseText holds that any text is read or refused with a sentence.
func FuzzParseText(f *testing.F) {
	for _, text := range []string{"[[1. 2.]]", "dW1 = array([1])", "]", "[[", "cost = nan", "{\"cost\": 1}", "((", "dW1=[[1]]dtype=", "[[1]]\x00"} {
		f.Add(text, "dW1")
	}
	f.Fuzz(func(t *testing.T, text, line string) {
		p, err := ParseText([]byte(text), line, 2)
		if err == nil && len(p.Given) == 0 || err != nil && err.Error() == "" {
			t.Errorf("%q: %v, %v", text, p, err)
		}
		for l, a := range p.Given {
			n := 1
			for _, s := range a.Shape {
				n *= s
			}
			if err == nil && n != len(a.Data) {
				t.Errorf("%q: %v has shape %v and %d numbers", text, l, a.Shape, len(a.Data))
			}
		}
	})
}

// printedAs writes lines as NumPy prints them, with eight digits behind the point or, where
// numbers are small or large, before an exponent.
func printedAs(given Given, depth int) string {
	var b strings.Builder
	for _, l := range lines(depth) {
		a, there := given[l]
		if !there {
			continue
		}
		format := "%.8f"
		if size := norm(a.Data); !(size < 1e3) || size < 0.1 {
			format = "%.8e"
		}
		written := func(data []float64) string {
			var row []string
			for _, v := range data {
				text := fmt.Sprintf(format, v)
				row = append(row, strings.NewReplacer("NaN", "nan", "+Inf", "inf", "-Inf", "-inf").Replace(text))
			}
			return strings.Join(row, " ")
		}
		fmt.Fprintf(&b, "%v = ", l)
		switch len(a.Shape) {
		case 0:
			b.WriteString(written(a.Data))
		case 1:
			b.WriteString("[" + written(a.Data) + "]")
		default:
			b.WriteString("[")
			for i := range a.Shape[0] {
				b.WriteString("[" + written(a.Data[i*a.Shape[1]:][:a.Shape[1]]) + "]\n ")
			}
			b.WriteString("]")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestPastedSlips holds that every slip of the students is found in what they would paste,
// with the digits that NumPy prints, at the line and with the cause that their numbers have.
func TestPastedSlips(t *testing.T) {
	found := 0
	for i, s := range networks(t) {
		r := compute(t, s)
		for _, p := range slices.Concat([]planted{{slip: "none", networks: fmt.Sprint(i)}}, slips) {
			if !containsText(p.networks, fmt.Sprint(i)) {
				continue
			}
			given := student{s, true, p.slip}.compute()
			pasted, err := ParseText([]byte(printedAs(given, s.Layers())), "", s.Layers())
			if err != nil {
				t.Errorf("network %d, %s: %v", i, p.slip, err)
				continue
			}
			tolerance := max(1e-6, pasted.Rounding)
			c, exact := Compare(s, r, pasted.Given, tolerance, ""), Compare(s, r, given, tolerance, "")
			if len(c.Wrong) != len(exact.Wrong) || len(c.Wrong) > 0 && (c.Wrong[0].Line != exact.Wrong[0].Line || !says(c.Wrong[0], p.says)) {
				t.Errorf("network %d, %s: pasted %+v\nexact %+v", i, p.slip, first(c), first(exact))
			}
			if len(c.Wrong) > 0 {
				found++
			}
		}
	}
	if found < 2*len(slips) {
		t.Errorf("%d slips were found", found)
	}
}
