package main

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

// A fakeSystem has an outcome and takes a microsecond a step.
type fakeSystem struct {
	out      Outcome
	prepares error
	runs     error
	calls    func(n int)
}

func (f *fakeSystem) Prepare(*Problem) error  { return f.prepares }
func (f *fakeSystem) Check() (Outcome, error) { return f.out, nil }
func (f *fakeSystem) Close() error            { return nil }
func (f *fakeSystem) Run(n int) (time.Duration, error) {
	if f.calls != nil {
		f.calls(n)
	}
	return time.Duration(n) * time.Microsecond, f.runs
}

func tinyProblem(t *testing.T) (*Problem, Outcome) {
	t.Helper()
	p := NewProblem(workloads()[0].Tiny(), "float64", 1)
	want, err := Reference(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, want
}

// copyOf returns a deep copy of an outcome.
func copyOf(o Outcome) Outcome {
	for _, list := range []*[][]float64{&o.Values, &o.After} {
		arrays := *list
		*list = nil
		for _, a := range arrays {
			*list = append(*list, append([]float64(nil), a...))
		}
	}
	return o
}

// A system that is wrong, by however little, is found out.
func TestDeviation(t *testing.T) {
	p, want := tinyProblem(t)
	for _, c := range []struct {
		name   string
		change func(o *Outcome)
		says   string // empty: it agrees
	}{
		{"nothing", func(*Outcome) {}, ""},
		{"rounding", func(o *Outcome) { o.Values[0][0] *= 1 + 1e-15 }, ""},
		{"cost", func(o *Outcome) { o.Cost *= 1 + 1e-8 }, "the cost"},
		{"gradient", func(o *Outcome) { o.Values[2][1] += 1e-6 }, "dW2"},
		{"NaN", func(o *Outcome) { o.Values[1][0] = math.NaN() }, "db1"},
		{"length", func(o *Outcome) { o.Values[1] = nil }, "db1"},
		{"missing", func(o *Outcome) { o.Values = o.Values[:1] }, "1 value"},
		{"update", func(o *Outcome) { o.After[3][0] += 1e-6 }, "change b2"},
	} {
		got := copyOf(want)
		c.change(&got)
		_, err := p.Deviation(got, want)
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: error %v, one with %q expected", c.name, err, c.says)
		}
	}
}

func TestCompare(t *testing.T) {
	p, want := tinyProblem(t)
	wrong := copyOf(want)
	wrong.Values[0][0]++
	var order []string
	named := func(name string, s *fakeSystem) *entrant {
		s.calls = func(n int) {
			if n > 1 {
				order = append(order, name)
			}
		}
		return &entrant{name: name, system: s}
	}
	c := compare(t.Context(), p, want, []*entrant{
		named("a", &fakeSystem{out: want}), named("wrong", &fakeSystem{out: wrong}), named("b", &fakeSystem{out: want}),
		named("fails", &fakeSystem{out: want, runs: errors.New("no")}), named("absent", &fakeSystem{prepares: errSkip("")}),
	}, settings{rounds: 3, slice: 100 * time.Microsecond}, func(int) {})
	if got := strings.Join(order[len(order)-6:], ""); got != "abbaab" {
		t.Errorf("the systems took turns as %s", got)
	}
	if len(c.Results) != 4 {
		t.Errorf("%d results, 4 expected: one system has no part", len(c.Results))
	}
	for _, r := range c.Results {
		timed := r.System == "a" || r.System == "b"
		if timed != (r.Err == nil) || timed != (len(r.Times) == 3) {
			t.Errorf("%s: error %v and %d times", r.System, r.Err, len(r.Times))
		}
		if timed && (r.Median() != 1000 || r.Min() != 1000 || r.Max() != 1000) {
			t.Errorf("%s took %v, %v, %v", r.System, r.Min(), r.Median(), r.Max())
		}
	}
}

// After an interruption the rounds that there are count.
func TestCompareInterrupted(t *testing.T) {
	p, want := tinyProblem(t)
	ctx, cancel := context.WithCancel(t.Context())
	c := compare(ctx, p, want, []*entrant{{name: "a", system: &fakeSystem{out: want}}}, settings{rounds: 5, slice: time.Microsecond},
		func(n int) {
			if n == 2 {
				cancel()
			}
		})
	if len(c.Results) != 1 || len(c.Results[0].Times) != 2 || c.Results[0].Err != nil {
		t.Errorf("%+v", c.Results[0])
	}
}

func TestExponent(t *testing.T) {
	c := &curve{sizes: doublings(4, 64)}
	for _, n := range c.sizes {
		c.points = append(c.points, &Result{Times: []float64{3 * math.Pow(float64(n), 1.5)}})
	}
	if got := c.exponent(0); math.Abs(got-1.5) > 1e-12 {
		t.Errorf("the exponent is %v, 1.5 expected", got)
	}
}

func TestNumbersInTables(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{duration(3.14159), "3.14 ns"}, {duration(31415.9), "31.4 µs"}, {duration(314159265), "314 ms"}, {duration(2e9), "2.00 s"},
		{ratio(0.0123), "0.012"}, {ratio(0.123), "0.12"}, {ratio(12.3), "12"}, {ratio(math.NaN()), "–"},
		{against(0.5, 0.9), "0.50≤0.9"}, {against(1, 0.9), "1.00>0.9"}, {grouped(1234567), "1,234,567"}, {inBytes(1536), "1.5 KiB"},
	} {
		if c.got != c.want {
			t.Errorf("%q, %q expected", c.got, c.want)
		}
	}
}

// A step of the graph and of the formulas by hand allocates nothing.
func TestStepsAllocateNothing(t *testing.T) {
	for _, w := range workloads() {
		for _, name := range []string{"graph", "hand"} {
			s := newGoSystem(name)
			if err := s.Prepare(NewProblem(w.Tiny(), "float64", 1)); err != nil {
				t.Fatal(err)
			}
			if n := testing.AllocsPerRun(10, func() { s.engine.step() }); n != 0 {
				t.Errorf("%s, %s: %v allocations a step", w.Name, name, n)
			}
			s.Close()
		}
	}
}
