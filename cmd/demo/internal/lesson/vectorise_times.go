package lesson

import (
	"context"
	"fmt"
	"math"
	"time"

	"chainrule/internal/plotting"
)

// A way is how outputs are computed.
type way int

const (
	pythonLoop way = iota
	numpyByOne
	numpyAtOnce
	goLoop
	byOne
	atOnce
	ways // how many there are
)

func (w way) String() string {
	return [...]string{"Python loop", "NumPy, one by one", "NumPy", "Go loop", "graph, one by one", "graph"}[w]
}

// timings are the times of a network: seconds by way and number of examples, 0
// where nothing was measured.
type timings struct {
	net     string
	counts  []int
	seconds [ways][]float64
}

// measure measures what is written in Go.
func (v vectorising) measure(ctx context.Context, n *plainNet, counts []int, budget time.Duration, limit float64) (*timings, error) {
	t := &timings{net: n.name(), counts: counts}
	for w := range t.seconds {
		t.seconds[w] = make([]float64, len(counts))
	}
	for i := range counts {
		if err := v.measureCount(ctx, n, t, i, budget, limit); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// measureCount measures the times for the i-th number of examples.
func (v vectorising) measureCount(ctx context.Context, n *plainNet, t *timings, i int, budget time.Duration, limit float64) error {
	m := t.counts[i]
	x, out := n.examples(m), make([]float64, m*n.n2)
	whole, err := n.newPass(m)
	if err != nil {
		return err
	}
	defer whole.program.Close()
	single, err := n.newPass(1)
	if err != nil {
		return err
	}
	defer single.program.Close()
	all, one := n.columns(x, m), n.columns(make([]float64, n.n0), 1)
	for w, f := range [ways]func() error{
		goLoop: func() error { v.loop(n, x, m, out); return nil },
		byOne:  func() error { return single.each(n, one, x, m, out) },
		atOnce: func() error { _, err := whole.run(all); return err },
	} {
		if f == nil || t.tooSlow(way(w), i, limit) {
			continue
		}
		if t.seconds[w][i], err = leastSeconds(ctx, budget, f); err != nil {
			return err
		}
	}
	return nil
}

// tooSlow reports whether the next measurement of a way would take longer than
// the limit, by the one before.
func (t *timings) tooSlow(w way, i int, limit float64) bool {
	if i == 0 {
		return false
	}
	before := t.seconds[w][i-1]
	return before == 0 || before*float64(t.counts[i])/float64(t.counts[i-1]) > limit
}

// last returns the place of the largest number of examples for which all of the
// ways were measured, −1 if there is none.
func (t *timings) last(measured ...way) int {
	for i := len(t.counts) - 1; i >= 0; i-- {
		all := true
		for _, w := range measured {
			all = all && t.seconds[w][i] > 0
		}
		if all {
			return i
		}
	}
	return -1
}

// leastSeconds returns the least time of some runs that take the budget
// together. Short runs are measured in groups.
func leastSeconds(ctx context.Context, budget time.Duration, f func() error) (float64, error) {
	best, group := math.Inf(1), 1
	for total := time.Duration(0); total < budget; {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		start := time.Now()
		for range group {
			if err := f(); err != nil {
				return 0, err
			}
		}
		took := time.Since(start)
		total += took
		best = min(best, took.Seconds()/float64(group))
		if took < 20*time.Microsecond {
			group *= 4
		}
	}
	return best, nil
}

// table lists the times with the fastest way for every number of examples.
func (t *timings) table() Table {
	out := Table{Header: []string{t.net + ", m"}, Timed: true}
	for w := range ways {
		out.Header = append(out.Header, w.String())
	}
	out.Header = append(out.Header, "fastest")
	for i, m := range t.counts {
		row, best, fastest := []string{fmt.Sprint(m)}, math.Inf(1), "–"
		for w := range ways {
			s := t.seconds[w][i]
			if s == 0 {
				row = append(row, "–")
				continue
			}
			row = append(row, duration(s))
			if s < best {
				best, fastest = s, w.String()
			}
		}
		out.Rows = append(out.Rows, append(row, fastest))
	}
	return out
}

// picture draws the time per example against the number of examples.
func (t *timings) picture() Picture {
	c := plotting.Chart{Title: "Time for one example in the " + t.net + " network", XLabel: "m, examples at once", YLabel: "microseconds per example", LogX: true, LogY: true}
	for w := range ways {
		l := plotting.Line{Name: w.String(), Dots: true}
		for i, m := range t.counts {
			if s := t.seconds[w][i]; s > 0 {
				l.X, l.Y = append(l.X, float64(m)), append(l.Y, 1e6*s/float64(m))
			}
		}
		if len(l.X) > 0 {
			c.Lines = append(c.Lines, l)
		}
	}
	return Picture{Name: "times-" + t.net, Timed: true, Drawing: c,
		Caption: "A loop takes the same time for every example, however many there are: its line is flat. What computes all examples at once has a cost of its own that they share: its line falls, until the arithmetic is all that is left."}
}
