package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Everything is asked and answered, and half of the requests take no longer than all but one
// in a hundred.
func TestLatencies(t *testing.T) {
	code, stdout, stderr := command(t, t.Context(), "serve", "--quick", "--json", "--system", "graph")
	if code != 0 {
		t.Fatal(code, stderr)
	}
	lines := strings.Split(strings.TrimSpace(stdout), "\n")
	for _, line := range lines {
		var l latency
		if err := json.Unmarshal([]byte(line), &l); err != nil || l.P50 <= 0 || l.P99 < l.P50 || l.Requests != 500 {
			t.Errorf("%s: %v", line, err)
		}
	}
	if len(lines) != 6 {
		t.Errorf("%d lines, 6 expected:\n%s", len(lines), stdout)
	}
}

// PyTorch and scikit-learn predict the same as our network; another one is not timed.
func TestLatenciesOfPeers(t *testing.T) {
	net, err := newLatencyNet()
	if err != nil {
		t.Fatal(err)
	}
	asked, err := net.ask(nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"torch", "sklearn"} {
		p, err := startPeer(t.Context(), name, t.TempDir(), 1)
		if err != nil {
			t.Log(err)
			continue
		}
		defer p.Close()
		l, err := p.latency(net, asked, 20)
		if err != nil || l.P50 <= 0 || l.P99 < l.P50 {
			t.Errorf("%s: %+v, error %v", name, l, err)
		}
		other := *net
		other.weights = slices.Clone(net.weights)
		other.weights[0] = slices.Clone(net.weights[0])
		other.weights[0][5] += 0.01
		if _, err := p.latency(&other, asked, 20); err == nil || !strings.Contains(err.Error(), "does not agree") {
			t.Errorf("%s with another weight: error %v", name, err)
		}
	}
}
