package main

import (
	"errors"
	"testing"
)

// BenchmarkStep is the Go part of the benchmark in the format of benchstat:
//
//	go test -bench . -count 10 ./bench | tee new.txt; benchstat -col /system new.txt
func BenchmarkStep(b *testing.B) {
	for _, w := range workloads() {
		for _, dtype := range w.Dtypes {
			for _, name := range []string{"graph", "hand", "gonum"} {
				b.Run("workload="+w.Name+"/dtype="+dtype+"/system="+name, func(b *testing.B) {
					benchmarkStep(b, newGoSystem(name), NewProblem(w, dtype, 1))
				})
			}
		}
	}
}

func benchmarkStep(b *testing.B, s *goSystem, p *Problem) {
	if err := s.Prepare(p); err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if err := errors.Join(s.engine.step(), s.engine.reset()); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.engine.step(); err != nil {
			b.Fatal(err)
		}
	}
}
