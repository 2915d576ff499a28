package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"time"

	"chainrule/graph"
	"chainrule/internal/words"
	"chainrule/optim/experiment"
)

// phaseNames are the phases of making a program.
var phaseNames = []string{"build", "Grad", "Compile"}

// buildTimes measures how long programs of all depths take to make, in
// interleaved rounds, and how much memory.
func (s *session) buildTimes(ctx context.Context, c *curve) error {
	phases := make([][][]float64, len(c.sizes)) // size, phase, round
	for i, depth := range c.sizes {
		c.points = append(c.points, &Result{Workload: fmt.Sprintf("growth-%s-%d", c.name, depth), Dtype: "float64",
			Threads: s.Threads[0], System: "graph"})
		phases[i] = make([][]float64, len(phaseNames))
	}
	c.allocated, c.keeps = make([]float64, len(c.sizes)), make([]float64, len(c.sizes))
	for n := range s.Rounds {
		s.progress.detail("round %d of %d", n+1, s.Rounds)
		for i, depth := range c.sizes {
			if ctx.Err() != nil {
				break
			}
			m, err := makeDeep(depth)
			if err != nil {
				return err
			}
			total := 0.0
			for k, t := range m.phases {
				phases[i][k] = append(phases[i][k], t)
				total += t
			}
			c.points[i].Times = append(c.points[i].Times, total)
			c.allocated[i], c.keeps[i] = m.allocated, m.keeps
		}
	}
	for _, byPhase := range phases {
		var medians []float64
		for _, times := range byPhase {
			medians = append(medians, (&Result{Times: times}).Median())
		}
		c.phases = append(c.phases, medians)
	}
	return nil
}

// A making is what it took to make a program.
type making struct {
	phases           []float64 // nanoseconds
	allocated, keeps float64   // bytes: in all, and those still in use at the end
}

// makeDeep makes the program of a training step of a network of that many
// layers, 8 units each, on 8 examples.
func makeDeep(depth int) (making, error) {
	const width, m = 8, 8
	sizes := append(slices.Repeat([]int{width}, depth), 1)
	p := &Problem{Workload: Workload{Sizes: sizes, Hidden: "tanh", Output: "sigmoid", Rule: "forward"}, Dtype: "float64"}
	e, err := experiment.NewOn(p.settings(), experiment.Examples{})
	if err != nil {
		return making{}, err
	}
	before := memory()
	start := time.Now()

	g := e.NewGraph()
	n := e.Express(g, m)
	built := time.Now()

	grads, err := graph.Grad(n.Cost, n.Params...)
	if err != nil {
		return making{}, err
	}
	differentiated := time.Now()

	spec := graph.Spec{Outputs: []*graph.Node{n.Cost}, Workers: 1}
	rate := g.Input("learning rate")
	for i, p := range e.Network.Params() {
		spec.Updates = append(spec.Updates, graph.Update{Param: p, Value: graph.Sub(n.Params[i], graph.Mul(grads[i], rate))})
	}
	program, err := graph.Compile(spec)
	if err != nil {
		return making{}, err
	}
	end := time.Now()

	after := memory()
	defer runtime.KeepAlive(e)
	return making{
		phases: []float64{nanoseconds(built.Sub(start)), nanoseconds(differentiated.Sub(built)),
			nanoseconds(end.Sub(differentiated))},
		allocated: float64(after.TotalAlloc - before.TotalAlloc),
		keeps:     float64(after.HeapAlloc) - float64(before.HeapAlloc),
	}, program.Close()
}

// memory collects garbage and returns what is left.
func memory() (m runtime.MemStats) {
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m
}

func nanoseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) }

// WriteTable writes the curve with its exponents.
func (c *curve) WriteTable(w io.Writer) {
	fmt.Fprintf(w, "%s, %s, %s\n", c.name, c.points[0].Dtype, words.Count(c.points[0].Threads, "thread"))
	writeColumns(w, c.rows())
	fmt.Fprintf(w, "%s\n\n", c.fit())
}

// rows returns the table of a curve.
func (c *curve) rows() [][]string {
	head := []string{"size"}
	if c.phases != nil {
		head = append(append(head, phaseNames...), "total")
	} else {
		head = append(head, "median")
	}
	head = append(head, "min", "max", "min × half")
	if c.phases != nil {
		head = append(head, "allocated", "kept", "kept a layer")
	}
	rows := [][]string{head}
	for i, p := range c.points {
		row := []string{fmt.Sprint(c.sizes[i])}
		if c.phases != nil {
			for _, t := range c.phases[i] {
				row = append(row, duration(t))
			}
		}
		row = append(row, duration(p.Median()), duration(p.Min()), duration(p.Max()), c.step(i))
		if c.phases != nil {
			row = append(row, inBytes(c.allocated[i]), inBytes(c.keeps[i]), inBytes(c.keeps[i]/float64(c.sizes[i])))
		}
		rows = append(rows, row)
	}
	return rows
}

// step is how many times longer size i takes than the one before.
func (c *curve) step(i int) string {
	if i == 0 {
		return ""
	}
	return ratio(c.points[i].Min() / c.points[i-1].Min())
}

// fit says how the times grow.
func (c *curve) fit() string {
	half := len(c.points) / 2
	worst := 0.0
	for i := 1; i < len(c.points); i++ {
		worst = math.Max(worst, c.points[i].Min()/c.points[i-1].Min())
	}
	return fmt.Sprintf("least time ∝ size^%.2f over all, size^%.2f from %d on; a doubling takes at most %s times as long",
		c.exponent(0), c.exponent(half), c.sizes[half], ratio(worst))
}

// inBytes writes a number of bytes.
func inBytes(n float64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", n/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", n/(1<<10))
	}
	return fmt.Sprintf("%.0f B", n)
}
