package main

import (
	"bytes"
	"os"
	"testing"

	"chainrule/internal/kernel"
)

// TestPageIsCurrent holds what the page carries to the lessons and their pages; go generate
// in package play writes it anew.
func TestPageIsCurrent(t *testing.T) {
	if !kernel.Vectorised() {
		t.Skip("sums round in another way here than where the lessons were written")
	}
	want, err := generate(t.Context(), "../../../../../docs/lessons")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../play/lessons.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("cmd/demo/internal/play/lessons.json is not what the lessons give: go generate ./cmd/demo/internal/play writes it anew")
	}
}

// TestVerdict holds that a lesson without a verdict in the index is reported.
func TestVerdict(t *testing.T) {
	index := "1. [a](a.md): A. Claim.\n   <!-- measured --><!-- timed -->**holds in part**. What holds: x.<!-- /timed --><!-- /measured -->\n"
	if v, f, err := verdict(index, "a"); v != "holds in part" || f != "What holds: x." || err != nil {
		t.Errorf("%q, %q, %v", v, f, err)
	}
	if _, _, err := verdict(index, "b"); err == nil {
		t.Error("a lesson that the index lacks has a verdict")
	}
}
