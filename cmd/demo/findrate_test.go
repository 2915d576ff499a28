package main

import (
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/internal/plotting"
	"chainrule/optim"
)

// The rates are tried on the batches of the flags, the one that is suggested trains, the
// picture marks it, and nothing else is written.
func TestFindRate(t *testing.T) {
	dir := t.TempDir()
	code, stdout, stderr := demo(t.Context(), strings.Fields("train --csv wine --batch 16 --find-rate --json --out "+dir)...)
	var e ratesEvent
	if err := json.Unmarshal([]byte(stdout), &e); code != 0 || stderr != "" || err != nil {
		t.Fatalf("exit code %d, %q, error %v", code, stderr, err)
	}
	checkFiles(t, dir, ratesName)
	if n := len(e.Points); e.Suggested == nil || n < 50 || e.Points[0].Rate != 1e-7 || len(e.Files) != 1 {
		t.Fatalf("%+v", e)
	}
	growth := e.Points[1].Rate / e.Points[0].Rate
	if want := math.Pow(1e8, 1.0/99); math.Abs(growth-want) > 1e-9 {
		t.Errorf("the rates grow by %v, %v expected", growth, want)
	}
	trained := result(t, "--csv wine --batch 16 --epochs 10 --lr "+string(mustJSON(*e.Suggested))+" --out "+t.TempDir())
	if !(*trained.Cost < e.Points[0].Cost/5) {
		t.Errorf("the cost is %v after a training at rate %v, from %v", *trained.Cost, *e.Suggested, e.Points[0].Cost)
	}
	code, text, _ := demo(t.Context(), strings.Fields("train --csv wine --batch 16 --find-rate --out "+dir)...)
	checkPlain(t, text)
	checkText(t, strings.Join(strings.Fields(text), " "), "rate cost 1e-07 ", fmt.Sprintf("The cost falls most steeply at the rate %.2g: --lr %.2g is one to begin with.", *e.Suggested, *e.Suggested), "Drawn: "+filepath.Join(dir, ratesName))
	if code != 0 || strings.Contains(text, "accuracy") {
		t.Errorf("exit code %d, %s", code, text)
	}
}

// The picture has the suggested rate at its cost, none without one, and a logarithmic axis
// of rates.
func TestRatesPicture(t *testing.T) {
	p := build(t, defaultConfig())
	curve := optim.RangeCurve{Points: []optim.RangePoint{{Rate: 0.1, Cost: 3}, {Rate: 1, Cost: 2}, {Rate: 10, Cost: 1}}, Suggested: 1}
	c := p.ratesPicture(curve).(plotting.Chart)
	if !c.LogX || len(c.Lines) != 2 || c.Lines[1].X[0] != 1 || c.Lines[1].Y[0] != 2 || c.Lines[1].Name != "suggested: 1" || c.XLabel != "learning rate" {
		t.Errorf("%+v", c)
	}
	curve.Suggested = 0
	if c := p.ratesPicture(curve).(plotting.Chart); len(c.Lines) != 1 {
		t.Errorf("%+v", c)
	}
}

// What has no effect with it, and no rates to find.
func TestFindRateUsage(t *testing.T) {
	for line, words := range map[string][]string{
		"--find-rate --lr 1":             {"--lr has no effect: --find-rate"},
		"--find-rate --save a.npz":       {"--save has no effect"},
		"--find-rate --epochs 3":         {"--epochs has no effect"},
		"--find-rate --optimizer newton": {"--find-rate has no effect: newton has no learning rate"},
	} {
		checkUsageOf(t, line, words...)
	}
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	must(err)
	return text
}
