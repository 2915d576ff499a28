package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
)

// Two take turns, and in every round another one begins.
func TestRace(t *testing.T) {
	order := ""
	s := &session{Options: &Options{Rounds: 3, Threads: []int{1}}, progress: newProgress(io.Discard)}
	run := func(name string, took time.Duration) racer {
		return racer{name, func() (time.Duration, error) {
			order += name
			return took, nil
		}}
	}
	r, err := s.race(t.Context(), "w", "float64", 0.5, run("a", 3), run("b", 4))
	if err != nil || order != "abbaab" {
		t.Fatalf("order %s, error %v", order, err)
	}
	got := fmt.Sprint(raceColumns([]*race{r})[1:])
	if want := "[[w float64 1 a 3.00 ns 3.00 ns 3.00 ns 0.75>0.5 0.75] [w float64 1 b 4.00 ns 4.00 ns 4.00 ns  ]]"; got != want {
		t.Errorf("%s, %s expected", got, want)
	}
	if note := busyNote([]*race{r}); note != "" {
		t.Errorf("nothing was disturbed: %q", note)
	}
	r.second.Times = []float64{4, 6, 6}
	if note := busyNote([]*race{r, {first: r.first}}); !strings.HasPrefix(note, "The machine was busy: in 1 of 2 comparisons a median lies more than 20 %") {
		t.Errorf("note %q", note)
	}
	failing := racer{"c", func() (time.Duration, error) { return 0, errors.New("no time") }}
	if _, err := s.race(t.Context(), "w", "float64", 0, failing); err == nil || err.Error() != "w, float64: c: no time" {
		t.Errorf("error %v", err)
	}
}

// Both kinds of batches are timed, and whole trainings in both dtypes and sizes of batches.
func TestRaces(t *testing.T) {
	for args, want := range map[string]int{"batches --rounds 1": 4, "fit --rounds 1 --dtype float32 --system graph": 2} {
		code, stdout, stderr := command(t, t.Context(), strings.Fields(args+" --json")...)
		if n := strings.Count(stdout, "\n"); code != 0 || n != want || strings.Count(stdout, "digits-64-64-10-batch") != want {
			t.Errorf("%s: code %d, %d lines, %d expected: %s%s", args, code, n, want, stdout, stderr)
		}
	}
}

// Small networks are timed together and one by one.
func TestNets(t *testing.T) {
	code, stdout, stderr := command(t, t.Context(), "nets", "--rounds", "1", "--quick")
	if code != 0 || strings.Count(stdout, "trials a second of nets-") != len(netsTasks()) || strings.Count(stdout, "one by one") != 2*len(netsTasks()) {
		t.Errorf("code %d: %s%s", code, stdout, stderr)
	}
}

// A training that learned nothing has no time.
func TestLearned(t *testing.T) {
	if learned(0.97) != nil || learned(0.9) == nil {
		t.Error("accuracies of 0.97 and 0.9 are judged otherwise")
	}
}
