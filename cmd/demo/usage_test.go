package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A wrong command line says what was given and what is expected, ends with
// exit code 2 and leaves nothing behind.
func TestUsage(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for line, words := range map[string][]string{
		"trian":                        {`unknown command "trian", did you mean train?`, "run 'demo --help'"},
		"zzz":                          {`unknown command "zzz": train or completion expected`},
		"--steps 5":                    {"--steps stands behind 'demo train'"},
		"help trian":                   {`"trian", did you mean train?`},
		"completion bsh":               {`"bsh", did you mean bash?`},
		"completion bash x":            {`unexpected argument "x"`},
		"train x":                      {`unexpected argument "x"`, "run 'demo train --help'"},
		"train --hiden 5":              {"unknown flag --hiden, did you mean --hidden?"},
		"train -steps 5":               {"unknown flag -steps, did you mean --steps?"},
		"train --xyzzyx 5":             {"unknown flag --xyzzyx: ", "--hidden"},
		"train --hidden":               {"--hidden needs a value"},
		"train --hidden 0":             {"--hidden 0: a whole number from 1 to 10000 expected"},
		"train --hidden 1.5":           {"--hidden 1.5: a whole number"},
		"train --hidden 10001":         {"--hidden 10001: "},
		"train --lr -1":                {"--lr -1: a number above 0 expected"},
		"train --lr nan":               {"--lr nan: a number above 0"},
		"train --lr inf":               {"--lr inf: a number above 0"},
		"train --lr 0":                 {"--lr 0: a number above 0"},
		"train --lr fast":              {"--lr fast: a number above 0"},
		"train --steps -1":             {"--steps -1: a whole number from 0"},
		"train --steps 1e3":            {"--steps 1e3: a whole number"},
		"train --seed -1":              {"--seed -1: a whole number from 0 to 4294967295"},
		"train --activation tahn":      {"--activation tahn: tanh, sigmoid or relu expected, did you mean tanh?"},
		"train --activation swish":     {"tanh, sigmoid or relu expected\n"},
		"train --optimizer adm":        {"gd or adam expected, did you mean adam?"},
		"train --dtype float16":        {"float64 or float32 expected, did you mean float64?"},
		"train --out=":                 {`--out "": the name of a directory expected`},
		"train --json=maybe":           {"--json maybe: true or false expected"},
		"train --out new --lr -1":      {"--lr -1"},
		"train --out new --hidden 4 x": {`unexpected argument "x"`},
	} {
		code, stdout, stderr := demo(t.Context(), strings.Fields(line)...)
		if code != 2 || stdout != "" {
			t.Errorf("%s: exit code %d, stdout %q", line, code, stdout)
		}
		if !strings.HasPrefix(stderr, "demo: ") || strings.Count(stderr, "\n") != 2 {
			t.Errorf("%s: %q", line, stderr)
		}
		checkText(t, stderr, words...)
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Fatalf("%s: left %v, %v", line, entries, err)
		}
	}
}

// A place that cannot be written to is found before the training.
func TestUnwritableOut(t *testing.T) {
	dir := t.TempDir()
	must(os.WriteFile(filepath.Join(dir, "file"), nil, 0o644))
	must(os.MkdirAll(filepath.Join(dir, "taken", costName), 0o755))
	must(os.Mkdir(filepath.Join(dir, "closed"), 0o555))
	cases := map[string]string{
		"file":                       "is a file",
		filepath.Join("file", "a"):   "is a file",
		"taken":                      "a file expected at cost.png in it, that is a directory",
		strings.Repeat("long", 1000): "file name too long",
	}
	if os.Geteuid() != 0 {
		cases["closed"] = "permission denied"
		cases[filepath.Join("closed", "a")] = "permission denied"
	}
	for name, words := range cases {
		code, stdout, stderr := demo(t.Context(), "train", "--out", filepath.Join(dir, name))
		if code != 2 || stdout != "" {
			t.Errorf("%s: exit code %d, stdout %q", name, code, stdout)
		}
		checkText(t, stderr, "demo: --out ", words, "expected")
	}
	for name, want := range map[string]int{".": 3, "taken": 1, "closed": 0} {
		if entries, err := os.ReadDir(filepath.Join(dir, name)); err != nil || len(entries) != want {
			t.Errorf("%s: left %v, %v", name, entries, err)
		}
	}
}

// A directory that was made for nothing is removed again.
func TestDirectoryRemoveIfEmpty(t *testing.T) {
	dir := t.TempDir()
	d, err := openDirectory(filepath.Join(dir, "a", "b", "c"), "x")
	if err != nil {
		t.Fatal(err)
	}
	must(os.WriteFile(filepath.Join(dir, "a", "kept"), nil, 0o644))
	d.removeIfEmpty()
	if _, err := os.Stat(filepath.Join(dir, "a", "b")); !os.IsNotExist(err) {
		t.Errorf("a/b: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "a", "kept")); err != nil {
		t.Error(err)
	}
}
