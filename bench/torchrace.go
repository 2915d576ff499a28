package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"time"
)

// A timed is a program of ours that PyTorch has a like of.
type timed interface {
	run(n int) (time.Duration, error) // times n runs
	agrees(sums []float64) error      // compares the results with those of PyTorch
}

// withTorch lets race use PyTorch with a script, nil where there is none, and a folder for it,
// and our own threads.
func (s *session) withTorch(ctx context.Context, peerName string, race func(torch *peer) error) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(s.Threads[0]))
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	torch, err := startPeer(ctx, peerName, folder, s.Threads[0])
	if err != nil {
		s.missing = append(s.missing, "torch: "+err.Error())
	} else {
		defer torch.Close()
	}
	return race(torch)
}

// torchRace times ours, if torch is not nil against what it is asked for; both run first as
// often as given, in which they must agree.
func (s *session) torchRace(ctx context.Context, name, dtype string, goal float64, ours timed, first int, torch *peer, request map[string]any) (*race, error) {
	took, err := ours.run(first)
	if err != nil {
		return nil, err
	}
	n := max(1, int(time.Duration(first)*s.settings().slice/max(took, 1)))
	each := func(d time.Duration, err error) (time.Duration, error) { return d / time.Duration(n), err }
	racers := []racer{{"graph", func() (time.Duration, error) { return each(ours.run(n)) }}}
	if torch != nil {
		var reply struct{ Sums []float64 }
		request["do"], request["dtype"], request["threads"] = "prepare", dtype, s.Threads[0]
		if err := torch.ask(request, &reply); err != nil {
			return nil, err
		}
		if err := ours.agrees(reply.Sums); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		racers = append(racers, racer{"torch", func() (time.Duration, error) { return each(torch.Run(n)) }})
	}
	return s.race(ctx, name, dtype, goal, racers...)
}
