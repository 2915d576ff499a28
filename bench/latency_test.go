package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// Everything is asked and answered, and half of the requests take no longer than all but one
// in a hundred.
func TestLatencies(t *testing.T) {
	code, stdout, stderr := command(t, t.Context(), "serve", "--quick", "--json")
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
