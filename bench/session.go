package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"

	"chainrule/internal/words"
)

// A session is one run of the program.
type session struct {
	*Options
	out      io.Writer
	progress *progress

	load     string             // of the machine at the start
	wanted   map[string]Outcome // references by problem
	missing  []string           // systems that are not there, with the reason
	versions map[string]string  // of the systems in Python
	done     []*Comparison
}

// comparisons measures the workloads or the products with every number of
// threads, and writes what came out.
func (s *session) comparisons(ctx context.Context) error {
	s.versions, s.wanted = map[string]string{}, map[string]Outcome{}
	var failed error
	for _, threads := range s.Threads {
		if failed = errors.Join(failed, s.withThreads(ctx, threads)); ctx.Err() != nil {
			break
		}
	}
	s.progress.clear()
	if !s.JSON {
		s.writeSummary(s.out)
	}
	if s.Chart != "" && len(s.done) > 0 {
		failed = errors.Join(failed, s.drawComparisons(s.Chart))
	}
	if s.Update && ctx.Err() == nil && failed == nil {
		return s.updateComparisons()
	}
	return failed
}

// withThreads measures everything with a number of threads.
func (s *session) withThreads(ctx context.Context, threads int) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
	problems, err := s.problems(threads)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	entrants := s.entrants(ctx, folder, threads)
	defer func() {
		for _, e := range entrants {
			e.system.Close()
		}
	}()
	var wrong error
	for i, make := range problems {
		p := make()
		s.progress.begin("[%d/%d] %s, %s, %s:", i+1, len(problems), p.Name, p.Dtype, words.Count(threads, "thread"))
		want, err := s.reference(p)
		if err != nil {
			return err
		}
		c := compare(ctx, p, want, entrants, s.settings(), func(n int) {
			s.progress.detail("round %d of %d", n+1, s.Rounds)
		})
		s.report(c)
		wrong = errors.Join(wrong, c.oursWrong())
		if ctx.Err() != nil {
			break
		}
	}
	return wrong
}

// reference returns the reference of a problem, which does not depend on threads.
func (s *session) reference(p *Problem) (Outcome, error) {
	key := p.Name + " " + p.Dtype
	if want, ok := s.wanted[key]; ok {
		return want, nil
	}
	want, err := Reference(p)
	if err != nil {
		return want, fmt.Errorf("%s: the reference: %w", p.Name, err)
	}
	s.wanted[key] = want
	return want, nil
}

// report prints a comparison.
func (s *session) report(c *Comparison) {
	if c.empty() {
		return // interrupted before there was anything
	}
	s.done = append(s.done, c)
	s.progress.clear()
	if s.JSON {
		c.WriteJSON(s.out)
		for _, r := range c.Results {
			if r.Err != nil {
				s.progress.note("%s, %s: %s %v", r.Workload, r.Dtype, r.System, r.Err)
			}
		}
		return
	}
	c.WriteTable(s.out)
}

// oursWrong returns an error if one of our systems failed: that is a mistake.
func (c *Comparison) oursWrong() error {
	for _, r := range c.Results {
		if ours(r.System) && r.Err != nil {
			return fmt.Errorf("%s, %s: %s %w", r.Workload, r.Dtype, r.System, r.Err)
		}
	}
	return nil
}

// problems lists what is to be measured; they are made one at a time.
func (s *session) problems(threads int) (list []func() *Problem, err error) {
	var names []string
	add := func(name, dtype string, make func() *Problem) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		if s.Workload.MatchString(name) && slices.Contains(s.Dtypes, dtype) {
			list = append(list, make)
		}
	}
	if s.Command == "gemm" {
		addProducts(threads, add)
	} else {
		for _, w := range workloads() {
			for _, dtype := range w.Dtypes {
				add(w.Name, dtype, func() *Problem { return NewProblem(w, dtype, threads) })
			}
		}
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("no workload matches --workload %q in %s; there are %s",
			s.Workload, strings.Join(s.Dtypes, " or "), strings.Join(names, ", "))
	}
	return list, nil
}

// systemNames lists the systems that take part, ours first.
func (s *session) systemNames() []string {
	if s.Command == "gemm" {
		return []string{"graph", "graph-avx2", "hand", "gonum", "numpy", "numpy-avx2"}
	}
	return append(goSystems(), "numpy", "torch")
}

// entrants starts the systems.
func (s *session) entrants(ctx context.Context, folder string, threads int) []*entrant {
	var list []*entrant
	for _, name := range s.systemNames() {
		if !s.System.MatchString(name) {
			continue
		}
		if system := newGoSystem(name); system != nil {
			list = append(list, &entrant{name: name, system: system})
			continue
		}
		s.progress.begin("starting %s", name)
		p, err := startPeer(ctx, name, folder, threads)
		if err != nil {
			s.miss("%s is %v", name, err)
			continue
		}
		s.versions[name] = strings.Trim(p.version+", "+p.blas, ", ")
		if name == "numpy" && !strings.Contains(p.blas, "OpenBLAS") {
			s.miss("OpenBLAS is missing: NumPy has %s; to have it: apt-get install -y libopenblas0-pthread", p.blas)
		}
		list = append(list, &entrant{name: name, system: p, spins: peerKinds()[name].goes == ""})
	}
	return list
}

// miss notes what is missing, once.
func (s *session) miss(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(s.missing, text) {
		s.missing = append(s.missing, text)
		s.progress.note("%s", text)
	}
}
