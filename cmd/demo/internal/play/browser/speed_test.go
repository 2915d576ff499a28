package browser_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var speed = flag.Bool("speed", false, "measure steps and frames a second, which takes a minute on a quiet machine")

// flower is what a first visit to the page trains, and, but for the noise of its points, demo train.
const flower = `{"version":1,"layers":[{"kind":"dense","units":4,"activation":"tanh"},{"kind":"dense","units":1,"activation":"sigmoid"}],` +
	`"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":1.2},"data":{"kind":"toy","name":"flower","noise":0.2},"seed":2}`

// watched is for how long each is measured.
const watched = 10 * time.Second

// TestSpeed prints how many steps a second the flower is trained by demo train, by the page's
// server without a browser, and by it while a browser draws, with the frames that this draws.
//
//	go test -v -run TestSpeed ./cmd/demo/internal/play/browser -speed
func TestSpeed(t *testing.T) {
	if !*speed {
		t.Skip("-speed is not given")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatal(err)
	}
	train := stepsOfTrain(t)
	t.Logf("demo train: %.0f steps a second", train)
	alone := stepsAlone(t, serve(t))
	t.Logf("demo play, no browser: %.0f steps a second, %.2f of demo train", alone, alone/train)
	cmd := exec.Command(node, "speed.mjs", flower, fmt.Sprint(watched.Milliseconds()))
	cmd.Env = append(os.Environ(), "PLAY_URL="+serve(t)+"/", "CHROMIUM="+browser())
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var page struct{ Steps, Frames, Median, Most float64 }
	if err := json.Unmarshal(out, &page); err != nil {
		t.Fatal(err)
	}
	t.Logf("demo play, with Chromium: %.0f steps a second, %.2f of demo train", page.Steps, page.Steps/train)
	if alone == 0 || page.Steps == 0 || page.Frames == 0 {
		t.Error("the page stands still")
	}
	t.Logf("%.1f frames a second; script a frame: median %.1f ms, 95 %% below %.1f ms", page.Frames, page.Median, page.Most)
}

// stepsOfTrain returns the steps a second of the command: what more steps take more.
func stepsOfTrain(t *testing.T) float64 {
	dir := t.TempDir()
	demo := filepath.Join(dir, "demo")
	if out, err := exec.Command("go", "build", "-o", demo, "chainrule/cmd/demo").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	took := func(steps int) time.Duration {
		from := time.Now()
		cmd := exec.Command(demo, "train", "--steps", fmt.Sprint(steps), "--out", filepath.Join(dir, "out"))
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return time.Since(from)
	}
	start := took(1)
	steps := 200_000
	for {
		d := took(steps) - start
		if d >= watched/2 {
			return float64(steps) / d.Seconds()
		}
		steps *= 2
	}
}

// stepsAlone returns the steps a second of a tab whose frames nobody draws.
func stepsAlone(t *testing.T, address string) float64 {
	ask := func(path, request string) (reply struct {
		Tab  string
		Step int
	}) {
		r, err := http.Post(address+"/tabs"+path, "application/json", strings.NewReader(request))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		var b bytes.Buffer
		if _, err := b.ReadFrom(r.Body); err != nil || r.StatusCode >= 300 {
			t.Fatalf("%s: %v, %s, %.300s", request, err, r.Status, b.String())
		}
		if err := json.Unmarshal(b.Bytes(), &reply); err != nil {
			t.Fatal(err)
		}
		return reply
	}
	tab := "/" + ask("", "").Tab
	ask(tab, `{"do":"open","experiment":`+flower+`}`)
	events, err := http.Get(address + "/tabs" + tab + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	go io.Copy(io.Discard, events.Body) // it trains while somebody listens
	ask(tab, `{"do":"play","speed":0}`)
	begin, from := ask(tab, `{"do":"frame"}`), time.Now()
	time.Sleep(watched)
	end := ask(tab, `{"do":"frame"}`)
	return float64(end.Step-begin.Step) / time.Since(from).Seconds()
}
