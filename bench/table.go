package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"chainrule/internal/words"
)

// WriteTable writes the results of one problem.
func (c *Comparison) WriteTable(w io.Writer) {
	p := c.Problem
	fmt.Fprintf(w, "%s, %s, %s", p.Name, p.Dtype, words.Count(p.Threads, "thread"))
	if p.Product == nil {
		fmt.Fprintf(w, " (%s)", p.About())
	}
	rounds := 0
	for _, r := range c.Results {
		rounds = max(rounds, len(r.Times))
	}
	fmt.Fprintf(w, ", %s\n", words.Count(rounds, "round"))
	rows := [][]string{c.header()}
	var failures []string
	best := c.BestPeer()
	for _, r := range c.Results {
		if len(r.Times) > 0 {
			rows = append(rows, c.row(r, best))
		}
		if r.Err != nil {
			failures = append(failures, fmt.Sprintf("  %s %v: not timed\n", r.System, r.Err))
		}
	}
	writeColumns(w, rows)
	fmt.Fprintln(w, strings.Join(failures, ""))
}

func (c *Comparison) header() []string {
	h := []string{"system", "median", "min", "max", "of best peer", "off by"}
	if c.Problem.Product != nil {
		h = append(h, "GFLOP/s")
	}
	return h
}

func (c *Comparison) row(r, best *Result) []string {
	row := []string{r.System, duration(r.Median()), duration(r.Min()), duration(r.Max()), "", fmt.Sprintf("%.0e", r.Deviation)}
	if best != nil {
		row[4] = ratio(r.Median() / best.Median())
	}
	if q := c.Problem.Product; q != nil {
		row = append(row, fmt.Sprintf("%.1f", q.flops()/r.Median()))
	}
	return row
}

// first is the system that the summary is about.
const first = "graph"

// writeSummary writes what our graph takes of the time of the others.
func (s *session) writeSummary(w io.Writer) {
	if len(s.done) == 0 {
		return
	}
	rows, note := s.summary((*Result).Median)
	fmt.Fprintf(w, "Time of %s over that of the others, by medians%s\n", first, note)
	writeColumns(w, rows)
	if n := s.disturbed(); n > 0 {
		rows, note := s.summary((*Result).Min)
		fmt.Fprintf(w, "\n%s\nThe same by the least times%s\n", s.warning(n), note)
		writeColumns(w, rows)
	}
	for _, m := range s.missing {
		fmt.Fprintln(w, m)
	}
}

// disturbed counts the comparisons that are in doubt.
func (s *session) disturbed() int {
	n := 0
	for _, c := range s.done {
		if c.Disturbed(first) {
			n++
		}
	}
	return n
}

func (s *session) warning(n int) string {
	return fmt.Sprintf("The machine was busy: in %d of %d comparisons the median of %s or of the best peer\n"+
		"lies more than %.0f %% over the least time.", n, len(s.done), first, 100*(busy-1))
}

// summary returns the rows of the summary, and a note if there are goals in it.
func (s *session) summary(by func(*Result) float64) (rows [][]string, note string) {
	names := s.systemNames()[1:]
	rows = [][]string{append([]string{"workload", "dtype", "threads", first}, names...)}
	for _, c := range s.done {
		p := c.Problem
		row := []string{p.Name, p.Dtype, fmt.Sprint(p.Threads), "–"}
		if r := c.Of(first); r != nil {
			row[3] = duration(by(r))
		}
		for _, name := range names {
			cell := "–"
			if v := c.Ratio(first, name, by); !math.IsNaN(v) {
				cell = ratio(v)
				if goal := p.Goal(p.Dtype, name); goal > 0 {
					cell, note = against(v, goal), "; ≤ and > say whether a goal is met"
				}
			}
			row = append(row, cell)
		}
		rows = append(rows, row)
	}
	return withoutEmpty(rows), note
}

// withoutEmpty drops the columns that hold nothing.
func withoutEmpty(rows [][]string) [][]string {
	for i := len(rows[0]) - 1; i >= 0; i-- {
		if !slices.ContainsFunc(rows[1:], func(row []string) bool { return row[i] != "–" }) {
			for r := range rows {
				rows[r] = slices.Delete(rows[r], i, i+1)
			}
		}
	}
	return rows
}

// against writes a ratio with its goal.
func against(v, goal float64) string {
	sign := "≤"
	if v > goal {
		sign = ">"
	}
	return fmt.Sprintf("%s%s%v", ratio(v), sign, goal)
}

// ratio writes a ratio with two or three digits.
func ratio(v float64) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case v < 0.1:
		return fmt.Sprintf("%.3f", v)
	case v < 10:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

// duration writes nanoseconds in a unit that suits them.
func duration(ns float64) string {
	units := []struct {
		name string
		ns   float64
	}{{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}, {"ns", 1}}
	for _, u := range units {
		if v := ns / u.ns; v >= 1 || u.ns == 1 {
			digits := 0
			if v < 100 {
				digits = 1
			}
			if v < 10 {
				digits = 2
			}
			return fmt.Sprintf("%.*f %s", digits, v, u.name)
		}
	}
	return "–"
}

// writeColumns writes a table: the first column to the left, numbers to the
// right.
func writeColumns(w io.Writer, rows [][]string) {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		line := " "
		for i, cell := range row {
			space := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i == 0 {
				line += " " + cell + space
			} else {
				line += "  " + space + cell
			}
		}
		fmt.Fprintln(w, strings.TrimRight(line, " "))
	}
}
