package main

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"chainrule/internal/plotting"
)

// A curve is a time against a size.
type curve struct {
	name   string // such as step-width
	label  string // in the chart
	sizes  []int
	points []*Result

	phases           [][]float64 // of a build, by size: the medians of its phases
	allocated, keeps []float64   // bytes, by size
}

// growth measures how times grow with the size of a problem.
func (s *session) growth(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(s.Threads[0]))
	var curves []*curve
	for _, c := range s.growthCurves() {
		if !s.Workload.MatchString(c.name) || ctx.Err() != nil {
			continue
		}
		s.progress.begin("growth, %s:", c.name)
		measure := s.stepTimes
		if c.name == "compile-depth" {
			measure = s.buildTimes
		}
		if err := measure(ctx, c); err != nil {
			return fmt.Errorf("growth, %s: %w", c.name, err)
		}
		if c.points = complete(c.points); len(c.points) > 0 {
			curves = append(curves, c)
		}
	}
	s.progress.clear()
	for _, c := range curves {
		if s.JSON {
			(&Comparison{Results: c.points}).WriteJSON(s.out)
		} else {
			c.WriteTable(s.out)
		}
	}
	return s.drawGrowth(ctx, curves)
}

// growthCurves lists what is measured, without times. One size varies, the
// others stay.
func (s *session) growthCurves() []*curve {
	most := 1024
	if s.Quick {
		most = 128
	}
	return []*curve{
		{name: "compile-depth", label: "build, Grad and Compile by layers", sizes: doublings(2, most)},
		{name: "step-batch", label: "step by batch", sizes: doublings(1, 4*most)},
		{name: "step-width", label: "step by width", sizes: doublings(8, most)},
		{name: "step-depth", label: "step by layers", sizes: doublings(2, most/4)},
	}
}

// doublings returns from, 2·from, and so on, up to to.
func doublings(from, to int) []int {
	var list []int
	for n := from; n <= to; n *= 2 {
		list = append(list, n)
	}
	return list
}

// stepWorkload is the network whose steps a curve times: 64 inputs and units in
// two hidden layers, 10 outputs, 64 examples, but for the size that varies.
func stepWorkload(name string, size int) Workload {
	width, layers, m := 64, 3, 64
	switch name {
	case "step-batch":
		m = size
	case "step-width":
		width = size
	default:
		layers = size
	}
	w := Workload{Name: fmt.Sprintf("growth-%s-%d", name, size), Examples: m, Hidden: "relu", Output: "softmax",
		Rule: "descent", Rate: 0.01}
	for range layers {
		w.Sizes = append(w.Sizes, width)
	}
	w.Sizes = append(w.Sizes, 10)
	return w
}

// stepTimes measures the steps of all sizes in interleaved rounds.
func (s *session) stepTimes(ctx context.Context, c *curve) error {
	dtype := s.Dtypes[len(s.Dtypes)-1]
	var all []*entrant
	for _, size := range c.sizes {
		p := NewProblem(stepWorkload(c.name, size), dtype, s.Threads[0])
		e := &entrant{name: "graph", system: newGoSystem("graph"),
			result: &Result{Workload: p.Name, Dtype: dtype, Threads: p.Threads, System: "graph"}}
		if err := e.system.Prepare(p); err != nil {
			return err
		}
		defer e.system.Close()
		if err := e.calibrate(s.settings().slice); err != nil {
			return err
		}
		all = append(all, e)
		c.points = append(c.points, e.result)
	}
	for n := range s.Rounds {
		s.progress.detail("round %d of %d", n+1, s.Rounds)
		for _, e := range all {
			if ctx.Err() != nil {
				return nil
			}
			if err := e.measure(s.Threads[0]); err != nil {
				return err
			}
		}
	}
	return nil
}

// complete drops the points without times from the end.
func complete(points []*Result) []*Result {
	for i, p := range points {
		if len(p.Times) == 0 {
			return points[:i]
		}
	}
	return points
}

// exponent fits time = c·size^e to the points from index from on, by least
// squares of the logarithms. It takes the least times: what disturbs a
// measurement only adds to it.
func (c *curve) exponent(from int) float64 {
	var n, sx, sy, sxx, sxy float64
	for i, p := range c.points[from:] {
		x, y := math.Log(float64(c.sizes[from+i])), math.Log(p.Min())
		n, sx, sy, sxx, sxy = n+1, sx+x, sy+y, sxx+x*x, sxy+x*y
	}
	return (n*sxy - sx*sy) / (n*sxx - sx*sx)
}

// drawGrowth draws the chart that was asked for and updates the docs.
func (s *session) drawGrowth(ctx context.Context, curves []*curve) error {
	if len(curves) == 0 {
		return nil
	}
	picture := plotting.CostCurve{Title: "How times grow with sizes", LogY: true,
		XLabel: "size, as a power of 2", YLabel: "microseconds"}
	for _, c := range curves {
		line := plotting.Series{Name: fmt.Sprintf("%s ~ n^%.2f", c.label, c.exponent(len(c.points)/2))}
		for i, p := range c.points {
			line.Step = append(line.Step, math.Log2(float64(c.sizes[i])))
			line.Cost = append(line.Cost, p.Min()/1e3)
		}
		picture.Series = append(picture.Series, line)
	}
	if s.Chart != "" {
		if err := plotting.Save(s.Chart, picture); err != nil {
			return err
		}
	}
	if s.Update && ctx.Err() == nil {
		return s.updateGrowth(curves, picture)
	}
	return nil
}
