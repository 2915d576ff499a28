//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A pipe in the place of a model is an error at once, and nobody waits for somebody to write.
func TestPipeAsModel(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "model")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	for _, args := range [][]string{{"predict", "--model", pipe, "--csv", "iris"}, {"eval", "--model", pipe, "--csv", "iris"}, {"inspect", pipe}, {"serve", pipe}} {
		code, stdout, stderr := demo(t.Context(), args...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, "this is a pipe or a device, a model file expected") {
			t.Errorf("%s: exit code %d, %q, %q", args[0], code, stdout, stderr)
		}
	}
}

// A table may come through a pipe.
func TestPipeAsTable(t *testing.T) {
	path, _, set := trained(t, "iris", 1)
	pipe := filepath.Join(t.TempDir(), "table")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	text := shippedText(t, "iris")
	go os.WriteFile(pipe, []byte(text), 0o600)
	code, stdout, stderr := demo(t.Context(), "predict", "--model", path, "--csv", pipe)
	if code != 0 || strings.Count(stdout, "\n") != set.Len()+1 {
		t.Errorf("exit code %d, %d lines, %q", code, strings.Count(stdout, "\n"), stderr)
	}
}
