package lesson

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

func vectorise() Lesson {
	return Lesson{
		Name:  "vectorise",
		Title: "All examples at once",
		Claim: "One matrix for all m examples, A = g(W·X + b), gives what a loop over the examples gives, and is much faster.",
		Settings: []Setting{
			{Name: "examples", Help: "the numbers of examples m, increasing", Default: []int{1, 10, 100, 1000, 10000}, Least: 1, Most: 100000},
			{Name: "budget", Help: "milliseconds for each measurement of a time", Default: 20, Least: 1, Most: 10000},
			{Name: "limit", Help: "seconds that one pass may take; what is slower is not measured", Default: 1.2, Least: 0.001, Most: 100},
		},
		Run:   vectorising{loop: loopForward}.run,
		opens: openVectorise,
	}
}

// openVectorise is what the page opens.
func openVectorise(Values) opening {
	return opening{section: layersSection, screen: OneStep, data: flowerData(), run: fourUnits(1, 1.2), numbers: []string{costNumber}}
}

// vectorising compares a loop over the examples with one matrix for all.
type vectorising struct {
	loop func(n *plainNet, x []float64, m int, out []float64)
}

func (v vectorising) run(ctx context.Context, s Values, r *Report) error {
	counts := s.Ints("examples")
	if !slices.IsSorted(counts) || len(slices.Compact(slices.Clone(counts))) != len(counts) {
		return fmt.Errorf("examples: %v given, increasing numbers expected", counts)
	}
	r.Say("In X every example is a column. W·X multiplies W with each column, and adding b adds it to each column: the loop over the examples " +
		"has become a part of the matrix product. Two networks are tried, the 2-4-1 of the flower and a 784-128-10 for images, tanh then sigmoid.")
	nets := []*plainNet{newPlainNet(2, 4, 1), newPlainNet(784, 128, 10)}
	lines, err := nets[0].formulas()
	if err != nil {
		return err
	}
	r.Show(lines)
	if err := v.compare(ctx, r, nets, counts); err != nil {
		return err
	}
	return v.time(ctx, s, r, nets, counts)
}

// rounding is how far probabilities may differ that were computed by sums in
// another order.
const rounding = 1e-13

// compare compares the values.
func (v vectorising) compare(ctx context.Context, r *Report, nets []*plainNet, counts []int) error {
	t := Table{Header: []string{"network", "m", "outputs", "same bits, one by one", "largest difference", "same bits, Go loop", "largest difference, Go loop"}}
	worst := 0.0
	var agree []string
	for _, n := range nets {
		equal, all := 0, 0
		for _, m := range counts {
			if err := ctx.Err(); err != nil {
				return err
			}
			if m*n.work() > 2e8 {
				continue
			}
			x := n.examples(m)
			whole, err := n.atOnce(x, m)
			if err != nil {
				return err
			}
			single, err := n.oneByOne(x, m)
			if err != nil {
				return err
			}
			loop := make([]float64, len(whole))
			v.loop(n, x, m, loop)
			worst = max(worst, farthest(whole, single), farthest(whole, loop))
			same := sameBits(whole, single)
			equal, all = equal+same, all+len(whole)
			t.Rows = append(t.Rows, []string{n.name(), fmt.Sprint(m), fmt.Sprint(len(whole)),
				fmt.Sprint(same), gapText(farthest(whole, single)),
				fmt.Sprint(sameBits(whole, loop)), gapText(farthest(whole, loop))})
		}
		agree = append(agree, agreement(n, equal, all))
	}
	r.Say("The outputs of the matrix for all, against those of the same graph for one example after the other, and against a plain loop in Go:")
	r.Table(t)
	judgeValues(r, worst, agree)
	return nil
}

// judgeValues judges how far the ways of computing the outputs are apart.
func judgeValues(r *Report, worst float64, agree []string) {
	r.Supports("the matrix gives what a loop gives, but for rounding", worst <= rounding, "All ways differ by at most %.1e (up to %.0e is rounding). One example at a time and all at once agree %s.",
		worst, rounding, strings.Join(agree, ", "))
}

// agreement says how the outputs of a network by one example and at once agree.
func agreement(n *plainNet, equal, all int) string {
	if equal == all {
		return fmt.Sprintf("to the bit in the %s network", n.name())
	}
	return sentence("up to rounding in the %s network, whose longer sums are added in another order (%d of %d outputs have the same bits)", n.name(), equal, all)
}

// sameBits returns how many values are equal.
func sameBits(a, b []float64) int {
	n := 0
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}

// time measures and judges the times.
func (v vectorising) time(ctx context.Context, s Values, r *Report, nets []*plainNet, counts []int) error {
	budget := time.Duration(s.Int("budget")) * time.Millisecond
	limit := s.Float("limit")
	times := make([]*timings, len(nets))
	for i, n := range nets {
		var err error
		if times[i], err = v.measure(ctx, n, counts, budget, limit); err != nil {
			return err
		}
	}
	py, err := measurePython(ctx, pythonNames(), nets, counts, budget, limit)
	if err != nil {
		return err
	}
	for i := range times {
		py.add(times[i], i)
	}
	r.Say("Times, in seconds of one forward pass over all m examples. Python and NumPy run where a python3 with NumPy is found; " +
		"NumPy and the graph use all cores, the loops one. – was not measured, for it takes too long or is not there.")
	r.Table(py.versions())
	for _, t := range times {
		r.Table(t.table())
	}
	for _, t := range times {
		r.add(t.picture())
	}
	r.Say("Calling a program has a price that is the same for one example and for many: the more there are, the less it is for each. " +
		"A loop in Python pays for the interpreter in every step, which the same loop in Go does not; the last check tells the two apart.")
	judge(r, times)
	return nil
}

// muchFaster is what "much faster" is taken for: the factor between two times.
const muchFaster = 2

// judge checks what the times show.
func judge(r *Report, all []*timings) {
	weigh := func(part string, says Bearing, holds bool, format string, args ...any) {
		r.add(Check{Text: fmt.Sprintf(format, args...), Holds: holds, Part: part, Says: says, Timed: true})
	}
	for _, t := range all {
		last := t.last(goLoop, atOnce)
		if last < 0 || t.counts[last] < 100 {
			weigh("", Neither, false, "%s: for 100 examples or more nothing was measured: these settings do not show how much faster the matrix is.", t.net)
		} else {
			loop, whole := t.seconds[goLoop][last], t.seconds[atOnce][last]
			faster := loop >= muchFaster*whole
			weigh(sentence("it is much faster for %d examples in the %s network", t.counts[last], t.net), bearing(faster), faster,
				"%s, m = %d: the matrix takes %s, the Go loop %s, %.1f times as long (from %d times on it is much).",
				t.net, t.counts[last], duration(whole), duration(loop), loop/whole, muchFaster)
		}
	}
	small := all[0]
	if small.counts[0] == 1 {
		loop, whole := small.seconds[goLoop][0], small.seconds[atOnce][0]
		weigh(fmt.Sprintf("it is much faster for one example in the %s network", small.net), bearing(loop >= muchFaster*whole), loop < whole,
			"%s, m = 1: the Go loop takes %s, the graph %s. With one example there is nothing to gain.", small.net, duration(loop), duration(whole))
	}
	if last := small.last(numpyByOne, goLoop, numpyAtOnce); last >= 0 && small.counts[last] >= 100 {
		python, loop, numpy := small.seconds[numpyByOne][last], small.seconds[goLoop][last], small.seconds[numpyAtOnce][last]
		weigh("", Neither, python/loop > loop/numpy, "%s, m = %d: the loop over the examples in Python, with NumPy for each, takes %.0f times as long as NumPy for all: "+
			"%.0f times as long as the same loop in Go, which is the interpreter, and that %.1f times as long as the matrix.",
			small.net, small.counts[last], python/numpy, python/loop, loop/numpy)
	}
}

// duration writes seconds with two digits and a unit.
func duration(seconds float64) string {
	for _, u := range []struct {
		name string
		size float64
	}{{"s", 1}, {"ms", 1e-3}, {"µs", 1e-6}} {
		if seconds >= u.size {
			return strings.TrimSuffix(fmt.Sprintf("%.3g %s", seconds/u.size, u.name), " ")
		}
	}
	return fmt.Sprintf("%.3g ns", seconds/1e-9)
}
