package main

import (
	"errors"
	"testing"
)

// Every Go system computes tiny versions of all workloads, in both dtypes, as
// the formulas of handgrad do.
func TestGoSystemsAgree(t *testing.T) {
	for _, w := range workloads() {
		tiny := w.Tiny()
		for _, dtype := range tiny.Dtypes {
			p := NewProblem(tiny, dtype, 1)
			want, err := Reference(p)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range goSystems() {
				t.Run(w.Name+"/"+dtype+"/"+name, func(t *testing.T) {
					s := newGoSystem(name)
					defer s.Close()
					testAgrees(t, s, p, want)
				})
			}
		}
	}
}

func testAgrees(t *testing.T, s System, p *Problem, want Outcome) {
	err := s.Prepare(p)
	if skip := errSkip(""); errors.As(err, &skip) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Check()
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.Deviation(got, want)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("off by %.1e", d)
	if _, err := s.Run(3); err != nil {
		t.Fatal(err)
	}
}

// So do NumPy and PyTorch where they are installed.
func TestPeersAgree(t *testing.T) {
	if testing.Short() {
		t.Skip("starting Python takes a while")
	}
	for _, name := range []string{"numpy", "torch"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := startPeer(t.Context(), name, t.TempDir(), 1)
			if err != nil {
				t.Skip(err)
			}
			t.Cleanup(func() { s.Close() })
			t.Log(s.version, s.blas)
			for _, w := range workloads() {
				for _, dtype := range both {
					p := NewProblem(w.Tiny(), dtype, 1)
					want, err := Reference(p)
					if err != nil {
						t.Fatal(err)
					}
					t.Run(w.Name+"/"+dtype, func(t *testing.T) { testAgrees(t, s, p, want) })
				}
			}
		})
	}
}
