package main

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"chainrule/layers/predict"
	"chainrule/optim/experiment"
)

var kills = flag.Int("kills", 20, "how often TestKilledWhileSaving kills a training")

// A training that is killed at any moment leaves a whole file, the old or the new one, from
// which it goes on; and one that ends leaves nothing beside it.
func TestKilledWhileSaving(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.safetensors")
	out := filepath.Join(t.TempDir(), "out")
	if code, _, stderr := demo(t.Context(), "train", "--csv", "iris", "--epochs", "1", "--batch", "16", "--val", "0.2", "--save", path, "--out", out); code != 0 {
		t.Fatal(stderr)
	}
	content := func() string {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	// begin returns a training that has written the file.
	begin := func() (stop func(s os.Signal) (code int, output string)) {
		before := content()
		cmd := program(t, "train", "--resume", path, "--epochs", "100000000", "--save-every", "1", "--out", out)
		var output strings.Builder
		cmd.Stdout, cmd.Stderr = &output, &output
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		over := make(chan struct{})
		go func() { cmd.Wait(); close(over) }()
		for content() == before {
			select {
			case <-over:
				t.Fatalf("the training has ended: %s", output.String())
			case <-time.After(time.Millisecond):
			}
		}
		return func(s os.Signal) (int, string) {
			if err := cmd.Process.Signal(s); err != nil {
				t.Error(err)
			}
			<-over
			return cmd.ProcessState.ExitCode(), output.String()
		}
	}
	for i := range *kills {
		stop := begin()
		time.Sleep(time.Duration(rand.Int64N(int64(15 * time.Millisecond)))) // any moment of a save or a step
		stop(syscall.SIGKILL)
		if _, err := predict.LoadFile(path); err != nil {
			t.Fatalf("kill %d: %v", i+1, err)
		}
		if _, err := experiment.OpenSaved(path); err != nil {
			t.Fatalf("kill %d: %v", i+1, err)
		}
	}
	code, output := begin()(syscall.SIGINT)
	if code != 130 {
		t.Errorf("exit code %d", code)
	}
	checkText(t, strings.Join(strings.Fields(output), " "), "To go on: demo train --resume "+path)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v: the model alone expected", entries, err)
	}
}
