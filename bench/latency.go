package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"time"

	"chainrule/internal/words"
)

// A latency is how long requests took.
type latency struct {
	What     string  `json:"what"` // predict alone, the handler in process, a request over loopback, or another program's predict
	Examples int     `json:"examples"`
	Requests int     `json:"requests"`
	P50      float64 `json:"p50_ns"`
	P99      float64 `json:"p99_ns"`
}

// latencySizes are those of the network that is served: the digits that come with demo.
func latencySizes() []int { return []int{64, 32, 10} }

// latencyAsks is how many requests of each kind are timed.
func (s *session) latencyAsks() int {
	if s.Quick {
		return 500
	}
	return 10_000
}

// latencies measures how long predictions take, one request after the other: what the
// network itself takes, the handler with JSON around it, and HTTP over loopback around that;
// and PyTorch's and scikit-learn's predictions by the same weights, each in its process.
func (s *session) latencies(ctx context.Context) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, s.Threads[0]))) // the server and its client
	net, err := newLatencyNet()
	if err != nil {
		return err
	}
	server, err := net.serve()
	if err != nil {
		return err
	}
	defer server.Close()
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	peers := s.latencyPeers(ctx, folder)
	defer func() {
		for _, p := range peers {
			p.Close()
		}
	}()

	var all []latency
	for _, examples := range []int{1, 64} {
		asked, err := net.ask(server, examples)
		if err != nil {
			return err
		}
		kinds := []latencyKind{
			{"predict alone", func() (latency, error) { return s.time(asked.predict) }},
			{"handler", func() (latency, error) { return s.time(asked.handler) }},
			{"loopback", func() (latency, error) { return s.time(asked.loopback) }},
		}
		for _, name := range slices.Sorted(maps.Keys(peers)) {
			kinds = append(kinds, latencyKind{name, func() (latency, error) { return peers[name].latency(net, asked, s.latencyAsks()) }})
		}
		for _, kind := range kinds {
			if ctx.Err() != nil {
				return nil
			}
			s.progress.begin("serve, %s, %d examples", kind.what, examples)
			l, err := kind.measure()
			if err != nil {
				return fmt.Errorf("serve, %s: %w", kind.what, err)
			}
			l.What, l.Examples, l.Requests = kind.what, examples, s.latencyAsks()
			all = append(all, l)
		}
	}
	return s.reportLatencies(all)
}

// A latencyKind is a way to ask for a prediction.
type latencyKind struct {
	what    string
	measure func() (latency, error)
}

// latencyPeers starts those that are there.
func (s *session) latencyPeers(ctx context.Context, folder string) map[string]*peer {
	peers := map[string]*peer{}
	s.versions = map[string]string{}
	for _, name := range []string{"torch", "sklearn"} {
		if !s.System.MatchString(name) {
			continue
		}
		s.progress.begin("starting %s", name)
		p, err := startPeer(ctx, name, folder, 1)
		if err != nil {
			s.miss("%s is %v", name, err)
			continue
		}
		peers[name], s.versions[name] = p, p.version
	}
	return peers
}

// reportLatencies prints them, and writes them to the docs if that is wanted.
func (s *session) reportLatencies(all []latency) error {
	s.progress.clear()
	rows := [][]string{{"what", "examples", "p50", "p99"}}
	for _, l := range all {
		rows = append(rows, []string{l.What, fmt.Sprint(l.Examples), duration(l.P50), duration(l.P99)})
		if s.JSON {
			if err := json.NewEncoder(s.out).Encode(l); err != nil {
				return err
			}
		}
	}
	title := fmt.Sprintf("A network %s that is served, float64, JSON, one request after the other, %d of each",
		words.Join(latencySizes(), "-"), s.latencyAsks())
	if !s.JSON {
		fmt.Fprintln(s.out, title)
		writeColumns(s.out, rows)
		for _, m := range s.missing {
			fmt.Fprintln(s.out, m)
		}
	}
	if !s.Update {
		return nil
	}
	about := "`predict alone` is layers/predict on examples in memory, `handler` layers/predict/serve with JSON in and out, `loopback` the same by\n" +
		"HTTP. PyTorch and scikit-learn (predict_proba) predict from arrays in memory in a process of their own, on one thread."
	return updateSection(s.Docs, "serve", fmt.Sprintf("## Predictions\n\n%s\n%s.\n%s\n\n%s", s.machine(), title, about, markdown(rows)))
}

// time asks again and again; the first tenth is not counted.
func (s *session) time(ask func() error) (latency, error) {
	n := s.latencyAsks()
	times := make([]float64, 0, n)
	for i := range n + n/10 {
		start := time.Now()
		if err := ask(); err != nil {
			return latency{}, err
		}
		if i >= n/10 {
			times = append(times, float64(time.Since(start)))
		}
	}
	slices.Sort(times)
	return latency{P50: times[n/2], P99: times[n*99/100]}, nil
}
