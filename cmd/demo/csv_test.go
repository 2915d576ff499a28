package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/optim/experiment"
)

// quick are the flags of a training of a file that ends at once.
func quick(t *testing.T, args ...string) []string {
	t.Helper()
	return append([]string{"train", "--held", "0", "--steps", "1", "--hidden", "0", "--out", t.TempDir()}, args...)
}

// A set that comes with demo is read by its name, but a file of that name goes first.
func TestShippedSets(t *testing.T) {
	t.Chdir(t.TempDir())
	_, byName, stderr := demo(t.Context(), quick(t, "--csv", "iris", "--label", "species")...)
	checkText(t, byName, "iris.csv, which comes with demo: 150 examples of three classes, 4 inputs.")
	if _, byFile, _ := demo(t.Context(), quick(t, "--csv", "iris.csv")...); !strings.HasPrefix(byFile, byName[:100]) {
		t.Errorf("%q; another set than %q", byFile, byName)
	}
	if stderr != "" {
		t.Error(stderr)
	}
	_, report, _ := demo(t.Context(), quick(t, "--csv", "wine", "--json")...)
	checkText(t, report, `"data":{"name":"wine","shipped":true,"examples":178,`)
	for _, name := range []string{"iris", "iris.csv"} {
		if err := os.WriteFile(name, []byte("a,b\n1,x\n2,y\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, stdout, _ := demo(t.Context(), quick(t, "--csv", name)...)
		checkText(t, stdout, name+": 2 examples of two classes, 1 input.")
	}
	_, _, stderr = demo(t.Context(), quick(t, "--csv", "irish")...)
	checkText(t, stderr, "--csv: irish: no such file or directory, and breast-cancer.csv, diabetes.csv, digits.csv, iris.csv and wine.csv come with demo")
}

// Files as the world writes them, from standard input: what was found out, left
// out or filled in is said, in text and in JSON.
func TestFilesOfTheWorld(t *testing.T) {
	for _, c := range []struct {
		text, flags, inputs, reading string
		examples                     int
	}{
		{"a,b,c\n1,2,x\n3,4,y\n", "", "a b", "", 2},
		{"1,2,x\n3,4,y\n5,6,x\n7,8,y\n", "--header no", "1 2", "no header, so that the columns are called 1, 2, 3 and so on", 4},
		{"a;b;c\n1,5;2;x\n3;4,5;y\n", "", "a b", "cells separated by semicolons; decimal commas", 2},
		{"a|b|c\n1,500|2|x\n3,250|4|y\n", "--separator | --decimal ,", "a b", "cells separated by |; decimal commas", 2},
		{"a\tb\tc\n1\t2\tx\n3\t4\ty\n", "--separator tab --header yes", "a b", "cells separated by tabs", 2},
		{"id,a,note,c\n7,1,hm,x\n8,3,so,y\n", "--ignore id,note", "a", "", 2},
		{"a,code,c\n1,7,x\n3,8,y\n", "--text code", "a code=7 code=8", "the texts of code as 2 inputs, one for each", 2},
		{"a,u,c\n1,p,x\n3,,y\n?,p,x\n", "--missing fill", "a u=p", "the texts of u as 1 input, one for each; 1 missing number of a set to the mean, 2; 1 missing text of u set to the most frequent, p", 3},
		{"a,c\n1,0.5\n2,1.5\n3,7\n4,0.5\n", "--task classify", "a", "", 4},
		{"\"i,d\",a,note,c\n7,1,hm,x\n8,3,so,y\n", `--ignore "i,d",note`, "a", "", 2},
		{",a,c\n0,1,x\n1,3,y\n", "", "a", "the first column, an index without a name, left out", 2},
		{"a,c\n1,x\n?,y\n3,y\n", "--missing drop", "a", "1 row with missing cells left out", 2},
		{"a,c\n1,x\n,y\n3,y\n", "--missing mean", "a", "1 missing number of a set to the mean, 2", 3},
		{"gr\xf6\xdfe,c\n1,x\n2,y\n", "--encoding windows-1252", "größe", "", 2},
	} {
		flags := append(strings.Fields(c.flags), "--csv", "-")
		code, stdout, stderr := piped(t, c.text, quick(t, append(flags, "--json")...)...)
		if code != 0 || stderr != "" {
			t.Errorf("%q: exit code %d, %s", c.text, code, stderr)
		}
		var last struct {
			Data struct {
				Name, Reading   string
				Examples        int
				Inputs, Classes []string
			}
		}
		lines := strings.Split(strings.TrimSpace(stdout), "\n")
		err := json.Unmarshal([]byte(lines[len(lines)-1]), &last)
		if d := last.Data; err != nil || d.Name != "-" || d.Reading != c.reading || d.Examples != c.examples || strings.Join(d.Inputs, " ") != c.inputs {
			t.Errorf("%q: %+v, %v", c.text, d, err)
		}
	}
	_, stdout, _ := piped(t, "a;c\n1,5;x\n;y\n3;y\n", quick(t, "--csv", "-", "--missing", "mean")...)
	checkText(t, strings.Join(strings.Fields(stdout), " "), "standard input: 3 examples of two classes, 1 input. How it was read: cells separated by semicolons; "+
		"decimal commas; 1 missing number of a set to the mean, 2.25. ")
	if _, stdout, _ = piped(t, "a,c\n1,x\n3,y\n", quick(t, "--csv", "-")...); strings.Contains(stdout, "How it was read") {
		t.Errorf("nothing to say, but: %s", stdout)
	}
}

// Errors name the flag that decides, not the field of the library.
func TestFilesNeedFlags(t *testing.T) {
	for text, want := range map[string]string{
		"a,c\n1,x\n,y\n":                        "standard input:3:1: column a: the cell is empty, a number expected; --missing tells what to do",
		"1,2,x\n3,4,y\n":                        "standard input:1: is this line a header or an example?",
		"gr\xf6\xdfe,c\n1,x\n2,y\n":             "most likely Windows-1252 or Latin-1, which --encoding names",
		"a,c\n1,x\n2,y\n --separator x":         `--separator x: ",", ";", "|" or "tab" expected`,
		"a,c\n1,x\n2,y\n --decimal ;":           `--decimal ;: "." or "," expected`,
		"a,c\n1,x\n2,y\n --header maybe":        "--header maybe: auto, yes or no expected",
		"a,c\n1,x\n2,y\n --missing zero":        "--missing zero: error, drop, mean or fill expected",
		"a,c\n1,x\n2,y\n --task guess":          "--task guess: classify or regress expected",
		"a,c\nu-1,x\n7,y\n --header yes":        `standard input:3:1: column a: "7" is a number, but the column has texts, such as "u-1": --text takes all of them for texts, --ignore leaves`,
		"a,c\n1,x\n2,y\n --ignore \"a":          `--ignore "\"a": names of columns separated by commas expected`,
		"a,c\n1,x\n2,y\n --ignore b":            "standard input:1: there is no column",
		"a,c\n1,x\n2,y\n --encoding klingon":    `standard input: --encoding is "klingon", of which nothing is known`,
		"a,c\n1,x\n2,y\n --decimal , --label c": "standard input: --decimal is a comma, and so is the separator",
	} {
		text, flags, _ := strings.Cut(text, " ")
		code, stdout, stderr := piped(t, text, quick(t, append(strings.Fields(flags), "--csv", "-")...)...)
		if code != cli.CodeUsage || stdout != "" || strings.Contains(stderr, "CSV.") || strings.Contains(stderr, "data.") {
			t.Errorf("%q: exit code %d, %q, %q", text, code, stdout, stderr)
		}
		checkText(t, stderr, want)
	}
	dir := t.TempDir()
	for _, flag := range []string{"header no", "separator ;", "decimal ,", "ignore a", "missing mean", "task classify", "text a", "encoding latin1"} {
		name, _, _ := strings.Cut(flag, " ")
		checkUsage(t, dir, "train --"+flag+" --out "+dir, "--"+name+" has no effect: it ")
	}
}

// What the flags say of a file is in the experiment that they become, and so in
// its JSON.
func TestFileSettings(t *testing.T) {
	c := defaultConfig()
	c.csvConfig = csvConfig{csv: "a.csv", label: "l", ignore: []string{"i"}, header: "no", separator: ";", decimal: ",",
		missing: "mean", encoding: "latin1", share: 0.5, task: "classify", text: []string{"t"}}
	text, err := json.Marshal(c.dataSettings())
	want := `{"kind":"csv","path":"a.csv","label":"l","held":0.5,"task":"classify","text":["t"],"header":"no","separator":";","decimal":",","ignore":["i"],` +
		`"missing":"mean","encoding":"latin1","seed":2}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v; %s expected", text, err, want)
	}
	var back experiment.Data
	if err := json.Unmarshal(text, &back); err != nil || back.Check() != nil {
		t.Error(err, back.Check())
	}
}

// An interruption ends a command that waits for input.
func TestInterruptedInput(t *testing.T) {
	for _, args := range [][]string{quick(t, "--csv", "-"), {"grad"}} {
		in, end := io.Pipe()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		var out, errs bytes.Buffer
		root := newRootCommand(&out, &errs)
		root.SetIn(in)
		root.SetArgs(args)
		if code := cli.Execute(ctx, root, &errs); code != cli.CodeInterrupted || errs.String() != "demo: interrupted\n" {
			t.Errorf("%v: exit code %d, %q", args, code, &errs)
		}
		cancel()
		end.CloseWithError(errors.New("the end"))
	}
}
