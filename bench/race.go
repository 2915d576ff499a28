package main

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// A racer is one of two that do the same thing.
type racer struct {
	system string
	run    func() (time.Duration, error)
}

// A race is what two racers took, in turns.
type race struct {
	first, second *Result
	goal          float64 // the most that the first may take of the second's time; 0 for none
}

// race lets two run in turns, another one first in every round. A second that is nil is
// left out. What there is when ctx is done is returned.
func (s *session) race(ctx context.Context, workload, dtype string, goal float64, racers ...racer) (*race, error) {
	s.progress.begin("%s, %s:", workload, dtype)
	var results []*Result
	for _, r := range racers {
		results = append(results, &Result{Workload: workload, Dtype: dtype, Threads: s.Threads[0], System: r.system})
	}
	for n := range s.Rounds {
		s.progress.detail("round %d of %d", n+1, s.Rounds)
		for i := range racers {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			i = (i + n) % len(racers)
			runtime.GC() // what others left is not to be collected in this one's time
			took, err := racers[i].run()
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %s: %w", workload, dtype, racers[i].system, err)
			}
			results[i].Times = append(results[i].Times, float64(took))
		}
	}
	r := &race{first: results[0], goal: goal}
	if len(results) > 1 {
		r.second = results[1]
	}
	return r, nil
}

func (r *race) results() []*Result {
	if r.second == nil {
		return []*Result{r.first}
	}
	return []*Result{r.first, r.second}
}

// raceColumns is a table of races.
func raceColumns(races []*race) [][]string {
	table := [][]string{{"workload", "dtype", "threads", "system", "median", "min", "max", "of the other", "of its least"}}
	for _, r := range races {
		for i, of := range r.results() {
			row := []string{of.Workload, of.Dtype, fmt.Sprint(of.Threads), of.System, duration(of.Median()), duration(of.Min()), duration(of.Max()), "", ""}
			if i == 0 && r.second != nil {
				row[7], row[8] = ratio(r.first.Median()/r.second.Median()), ratio(r.first.Min()/r.second.Min())
				if r.goal > 0 {
					row[7] = against(r.first.Median()/r.second.Median(), r.goal)
				}
			}
			table = append(table, row)
		}
	}
	return table
}

// busyNote says how many races were disturbed by other work; empty if none was.
func busyNote(races []*race) string {
	n := 0
	for _, r := range races {
		if slices.ContainsFunc(r.results(), func(of *Result) bool { return of.Median() > busy*of.Min() }) {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("The machine was busy: in %d of %d comparisons a median lies more than %.0f %% over the least time.\n"+
		"There the ratio of the least times says more.\n", n, len(races), 100*(busy-1))
}

// reportRaces prints races, and writes them to a section of the docs if that is wanted.
func (s *session) reportRaces(section, title, about string, races []*race) error {
	s.progress.clear()
	for _, r := range races {
		if s.JSON {
			(&Comparison{Results: r.results()}).WriteJSON(s.out)
		}
	}
	if !s.JSON {
		writeColumns(s.out, raceColumns(races))
		fmt.Fprint(s.out, busyNote(races))
		for _, m := range s.missing {
			fmt.Fprintln(s.out, m)
		}
	}
	if !s.Update {
		return nil
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "## %s\n\n%s\n%s\n\n%s", title, s.machine(), about, markdown(raceColumns(races)))
	if note := busyNote(races); note != "" {
		b.WriteString("\n" + note)
	}
	return updateSection(s.Docs, section, b.String())
}
