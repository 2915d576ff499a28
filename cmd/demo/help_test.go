package main

import (
	"fmt"
	"strings"
	"testing"

	"chainrule/internal/toy"
	"chainrule/layers"
)

func TestHelp(t *testing.T) {
	code, alone, stderr := demo(t.Context())
	if code != 0 || stderr != "" {
		t.Fatalf("exit code %d, %q", code, stderr)
	}
	checkPlain(t, alone)
	train, completion, help := strings.Index(alone, "\n  train "), strings.Index(alone, "\n  completion "), strings.Index(alone, "\n  help ")
	if train < 0 || completion < train || help < completion {
		t.Errorf("train, completion and help expected, in this order, in\n%s", alone)
	}
	checkText(t, alone, "$ demo train\n", "$ demo help train\n")
	for _, args := range [][]string{{"--help"}, {"help"}, {"-h"}} {
		if code, out, _ := demo(t.Context(), args...); code != 0 || out != alone {
			t.Errorf("%v: exit code %d, %s", args, code, out)
		}
	}
	_, long, _ := demo(t.Context(), "train", "--help")
	checkPlain(t, long)
	checkText(t, long, "\nData:\n", "\nA file as data:\n", "\nNetwork:\n", "\nTraining:\n", "\nOutput:\n", "gauss (default flower)", "demo train --hidden 20",
		"demo train --data spirals --arms 3", "demo train --csv ")
	if _, out, _ := demo(t.Context(), "help", "train"); out != long {
		t.Errorf("demo help train is not demo train --help:\n%s", out)
	}
	for _, name := range []string{"predict", "eval", "inspect", "serve", "play"} {
		code, out, _ := demo(t.Context(), name, "--help")
		if checkPlain(t, out); code != 0 || !strings.Contains(out, "demo "+name+" ") {
			t.Errorf("%s --help: exit code %d, %s", name, code, out)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, out, _ := demo(t.Context(), "completion", shell); code != 0 || len(out) < 1000 {
			t.Errorf("completion %s: exit code %d, %d bytes", shell, code, len(out))
		}
	}
}

// The help tells the defaults that depend on the data.
func TestHelpOfDefaults(t *testing.T) {
	_, help, _ := demo(t.Context(), "train", "--help")
	help = strings.Join(strings.Fields(help), " ")
	for _, c := range []config{{data: "flower"}, {data: "spirals"}, {csvConfig: csvConfig{csv: "file"}}, {data: "moons"}} {
		r := c.recipe()
		group := map[string]string{"flower": "for the flower", "spirals": "for spirals", "": "for a file"}[c.data]
		if group == "" {
			checkText(t, help, fmt.Sprintf("else %d)", r.hidden[0]), fmt.Sprintf("else %d)", r.steps), "else "+r.optimizer+")")
			for kind, rate := range r.rates {
				if rate != 0 {
					checkText(t, help, fmt.Sprintf("%v for %s", rate, kind))
				}
			}
			continue
		}
		checkText(t, help, fmt.Sprintf("%d %s", r.hidden[0], group))
		if c.data == "flower" {
			checkText(t, help, fmt.Sprintf("but %v %s", r.rates["gd"], group), r.optimizer+" "+group)
		}
		if c.data != "spirals" {
			checkText(t, help, fmt.Sprintf("%d %s", r.steps, group))
		}
	}
	for _, name := range toy.Names() {
		checkText(t, help, fmt.Sprintf("%v for %s", toy.DefaultNoise(name), name))
	}
}

func TestCompletion(t *testing.T) {
	for line, want := range map[string]string{
		"train --activation ":      strings.Join(layers.ActivationNames(), " ") + " :4",
		"train --activation gelu,": "gelu," + strings.Join(layers.ActivationNames(), " gelu,") + " :4",
		"train --data ":            strings.Join(toy.Names(), " ") + " :4",
		"train --init ":            strings.Join(layers.InitializerNames(), " ") + " :4",
		"train --arms ":            "2 3 :4",
		"train --csv ":             "csv :8",
		"train --label ":           ":4",
		"train --optimizer ":       "gd momentum adam adamw rmsprop adagrad lion lbfgs newton :4",
		"train --dtype ":           "float64 float32 :4",
		"train --hidden ":          ":4",
		"train --out ":             ":16",
		"train ":                   ":4",
		"predict --model ":         "safetensors :8",
		"eval --out ":              ":16",
		"inspect ":                 "safetensors :8",
		"serve ":                   "safetensors :8",
		"help ":                    "train predict eval inspect serve play explain graph grad lesson completion :4",
		"train --steps 5 --opti":   "--optimizer :4",
		"train --optimizer adam ":  ":4",
	} {
		_, out, _ := demo(t.Context(), append([]string{"__complete"}, strings.Split(line, " ")...)...)
		var words []string
		for l := range strings.Lines(out) {
			word, _, _ := strings.Cut(strings.TrimSpace(l), "\t")
			words = append(words, word)
		}
		if got := strings.Join(words, " "); got != want {
			t.Errorf("%q: %q, %q expected", line, got, want)
		}
	}
}

func TestFormats(t *testing.T) {
	for got, want := range map[string]string{
		duration(1234567890): "1.23 s",
		duration(45600):      "45.6 µs",
		duration(0):          "0 µs",
		duration(999900000):  "1 s",
		duration(999900):     "1 ms",
		duration(1234e9):     "1234 s",
	} {
		if got != want {
			t.Errorf("%q, %q expected", got, want)
		}
	}
	for steps, want := range map[int]int{0: 1, 1: 2, 9: 10, 10: 11, 25: 10, 10000: 11} {
		n := 0
		for step := range steps + 1 {
			if newMilestones(steps).at(step) {
				n++
			}
		}
		if n != want {
			t.Errorf("%d steps: %d milestones, %d expected", steps, n, want)
		}
	}
}

// Published numbers and points are said to be published somewhere.
func TestPublishedSaysWhere(t *testing.T) {
	_, help, _ := demo(t.Context(), "train", "--help")
	checkText(t, strings.Join(strings.Fields(help), " "), toy.FlowerOrigin)
	for _, word := range []string{"Neural Networks and Deep Learning", "week 3"} {
		checkText(t, toy.FlowerOrigin, word)
	}
}
