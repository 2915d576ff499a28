package play

import (
	"context"
	"errors"
	"testing"
	"time"

	"chainrule/optim"
	"chainrule/optim/experiment"
)

// BenchmarkFlower measures steps a second on the flower: by itself, and played as fast as it
// goes with frames going out, which is to be 0.8 of it at least.
//
//	go test -run '^$' -bench Flower -benchtime 10s ./cmd/demo/internal/play
func BenchmarkFlower(b *testing.B) {
	b.Run("alone", func(b *testing.B) {
		x, err := experiment.Parse([]byte(flower))
		if err != nil {
			b.Fatal(err)
		}
		x.Steps = b.N
		e, err := experiment.New(x)
		if err != nil {
			b.Fatal(err)
		}
		training, err := e.Training()
		if err != nil {
			b.Fatal(err)
		}
		defer training.Close()
		training.Every = b.N
		training.OnStep = func(optim.Progress) error { return nil }
		b.ResetTimer()
		if err := training.Run(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
	})
	b.Run("played", func(b *testing.B) {
		s := open(b, Limits{}, flower)
		ctx, cancel := context.WithCancel(context.Background())
		frames := 0
		ended := make(chan error)
		go func() {
			ended <- s.Run(ctx, func([]byte) error {
				frames++
				return nil
			})
		}()
		b.ResetTimer()
		ask[nothing](b, s, `{"do":"play"}`)
		for {
			s.enter()
			step := s.clock
			s.mu.Unlock()
			if step >= b.N {
				b.StopTimer()
				b.ReportMetric(float64(step)/b.Elapsed().Seconds(), "steps/s")
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			b.Error(err)
		}
		b.ReportMetric(float64(frames)/b.Elapsed().Seconds(), "frames/s")
	})
}
