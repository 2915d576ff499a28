package lesson

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"chainrule/layers"
)

// tried returns the report of a lesson with some settings changed.
func tried(t *testing.T, l Lesson, changes ...Values) *Report {
	t.Helper()
	r := &Report{}
	if err := l.Run(context.Background(), changed(t, l, changes...), r); err != nil {
		t.Fatal(err)
	}
	return r
}

// reports are those of measured by lesson and settings.
var reports sync.Map

// measured is tried, but for a lesson as it is: tests that ask for the same settings
// share one run.
func measured(t *testing.T, l Lesson, changes ...Values) *Report {
	t.Helper()
	key := fmt.Sprint(l.Name, changed(t, l, changes...)) // maps print in the order of their keys
	if r, ok := reports.Load(key); ok {
		return r.(*Report)
	}
	r := tried(t, l, changes...)
	reports.Store(key, r)
	return r
}

// defaultsOr returns the settings of a test that is to hold with a lesson's defaults,
// nil for these, or the quick ones where the defaults would take too long.
func defaultsOr(t *testing.T, quick Values) Values {
	t.Helper()
	if testing.Short() || portable {
		t.Logf("with -short and with portable kernels not the defaults are tried but %v", quick)
		return quick
	}
	return nil
}

// changed returns a lesson's defaults with some settings changed.
func changed(t *testing.T, l Lesson, changes ...Values) Values {
	t.Helper()
	v := l.Defaults()
	for _, c := range changes {
		for name, value := range c {
			if reflect.TypeOf(v[name]) != reflect.TypeOf(value) {
				t.Fatalf("%s has no setting %s of type %T", l.Name, name, value)
			}
			v[name] = value
		}
	}
	return v
}

// mustHold reports the checks that came out otherwise than the lesson found.
func mustHold(t *testing.T, r *Report) {
	t.Helper()
	for _, c := range r.Checks() {
		if !c.Holds {
			t.Error(c.Text)
		}
	}
	if len(r.Checks()) == 0 {
		t.Error("no checks")
	}
}

// mustFail reports if not just the checks with these numbers, from 0, fail.
func mustFail(t *testing.T, r *Report, want ...int) {
	t.Helper()
	var failed []int
	for i, c := range r.Checks() {
		if !c.Holds {
			failed = append(failed, i)
		}
	}
	if !slices.Equal(failed, want) {
		t.Errorf("checks %v fail, want %v", failed, want)
		for i, c := range r.Checks() {
			t.Log(i, c.Holds, c.Text)
		}
	}
}

// mustStop checks that a lesson ends when its context does, before and while it
// runs.
func mustStop(t *testing.T, l Lesson, long Values) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := l.Run(ctx, l.Defaults(), &Report{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want that of the context", err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := l.Run(ctx, changed(t, l, long), &Report{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error is %v, want that of the context", err)
	}
}

// mustRepeat checks that the report does not depend on how many runs go at once.
func mustRepeat(t *testing.T, l Lesson, s Values) {
	t.Helper()
	first := undrawn(measured(t, l, s))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if again := undrawn(tried(t, l, s)); !reflect.DeepEqual(first, again) {
		t.Errorf("one at a time the report is\n%v\nand else\n%v", again, first)
	}
}

// undrawn returns the blocks of a report without the drawings, which hold
// functions.
func undrawn(r *Report) []Block {
	var blocks []Block
	for _, b := range r.Blocks {
		if p, ok := b.(Picture); ok {
			p.Drawing = nil
			b = p
		}
		blocks = append(blocks, b)
	}
	return blocks
}

var quickSymmetry = Values{"steps": 1000, "rate": 1.2, "seeds": 2, "widest": 4}

func TestSymmetryHolds(t *testing.T) {
	mustHold(t, measured(t, symmetry(), defaultsOr(t, quickSymmetry)))
}

// With noise the units come apart and learn: what the zero and equal starts
// show no longer does.
func TestSymmetryFails(t *testing.T) {
	r := measured(t, symmetry(), quickSymmetry, Values{"spread": 0.01})
	mustFail(t, r, 0, 1, 2, 3, 4, 7, 8)
	namesTheNoise(t, r)
	for _, i := range []int{1, 7} {
		if text := r.Checks()[i].Text; regexp.MustCompile(`\d\.\d{4}`).MatchString(text) {
			t.Errorf("more digits than anyone reads: %s", text)
		}
	}
}

// namesTheNoise checks that the claim, its parts and what is said of them are of
// weights that are zero or equal but for noise of 0.01, and that no text says of
// units that part that they are one.
func namesTheNoise(t *testing.T, r *Report) {
	t.Helper()
	const noise = "give or take 0.01"
	for i, c := range r.Checks() {
		if ofStart := strings.Contains(c.Part, "start at zero") || strings.Contains(c.Part, "equal ones"); ofStart && c.Part != "biases may start at zero" && !strings.Contains(c.Part, noise) {
			t.Errorf("part %d is of weights without noise: %s", i, c.Part)
		}
		if ofStart := strings.Contains(c.Text, "All zero") || strings.Contains(c.Text, "start equal") || strings.Contains(c.Text, "equal ones get") || strings.Contains(c.Text, "equal weights"); ofStart && !strings.Contains(c.Text, noise) {
			t.Errorf("text %d is of weights without noise: %s", i, c.Text)
		}
	}
	for _, b := range r.Blocks {
		if p, ok := b.(Picture); ok && strings.Contains(p.Caption, "worth one") {
			t.Errorf("the units part, and a picture says: %s", p.Caption)
		}
	}
	if start := r.Blocks[1].(Table).Rows[0][0]; start != "all 0 ± 0.01" {
		t.Errorf("the first start is %q", start)
	}
}

// Without steps to come apart in, nothing is shown.
func TestSymmetryTooShort(t *testing.T) {
	r := measured(t, symmetry(), quickSymmetry, Values{"steps": 10})
	mustFail(t, r, 3, 4, 5, 9)
	if biases := r.Checks()[5]; biases.Says != Neither {
		t.Errorf("after 10 steps the lesson says %v: %s", biases.Says, biases.Text)
	}
}

func TestSymmetryStops(t *testing.T) { mustStop(t, symmetry(), Values{"steps": 1_000_000}) }

func TestSymmetryRepeats(t *testing.T) {
	mustRepeat(t, symmetry(), Values{"steps": 50, "seeds": 3, "widest": 3})
}

// A rate at which the cost is no number ends in a verdict as well.
func TestSymmetryDiverges(t *testing.T) {
	if r := measured(t, symmetry(), quickSymmetry, Values{"rate": 100.0, "value": 10.0, "steps": 100}); len(r.Missing()) == 0 {
		t.Error("the finding is reproduced")
	}
}

func TestSampleQuantile(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		s    sample
		q    float64
		want float64
	}{
		{sample{3}, 0.5, 3},
		{sample{4, 1, 3, 2}, 0.5, 2.5},
		{sample{4, 1, 3, 2}, 0, 1},
		{sample{4, 1, 3, 2}, 1, 4},
		{sample{1, 2, 3, 4, 5}, 0.25, 2},
		{sample{inf, 1, 2}, 0.5, 2},
		{sample{inf, inf, 1, 2}, 0.5, inf},
		{sample{inf, inf}, 0.5, inf},
	} {
		if got := c.s.quantile(c.q); got != c.want {
			t.Errorf("quantile %v of %v is %v, want %v", c.q, c.s, got, c.want)
		}
	}
	if got := (sample{}).median(); !math.IsNaN(got) {
		t.Errorf("the median of nothing is %v, want NaN", got)
	}
}

func TestByLayer(t *testing.T) {
	init := byLayer(drawn{mean: 2}, drawn{mean: 3})
	for _, want := range []float64{2, 3} {
		w := make([]float64, 2)
		if err := init(w, 1, 2, layersSource{}); err != nil || w[0] != want || w[1] != want {
			t.Errorf("weights %v, error %v; want %v", w, err, want)
		}
	}
	if err := init(make([]float64, 2), 1, 2, layersSource{}); err == nil {
		t.Error("a third layer is no error")
	}
}

// layersSource gives no randomness.
type layersSource struct{}

var _ layers.Source = layersSource{}

func (layersSource) Float64() float64     { return 0.5 }
func (layersSource) NormFloat64() float64 { return 1 }
