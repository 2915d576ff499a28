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
		"trian":                            {`unknown command "trian", did you mean train?`, "run 'demo --help'"},
		"zzz":                              {`unknown command "zzz": train, predict, eval, inspect, serve, play, explain, graph, grad, lesson or completion expected`},
		"--steps 5":                        {"--steps stands behind 'demo train'"},
		"help trian":                       {`"trian", did you mean train?`},
		"completion bsh":                   {`"bsh", did you mean bash?`},
		"completion bash x":                {`unexpected argument "x"`},
		"train x":                          {`unexpected argument "x"`, "run 'demo train --help'"},
		"train --hiden 5":                  {"unknown flag --hiden, did you mean --hidden?"},
		"train --rate 5":                   {"unknown flag --rate, did you mean --lr?"},
		"train --iterations 5":             {"unknown flag --iterations, did you mean --steps?"},
		"train --adam":                     {"unknown flag --adam, did you mean --optimizer adam?"},
		"explain --softmax":                {"unknown flag --softmax, did you mean --activation softmax or --loss softmax?"},
		"help train x":                     {`unknown command "x": 'demo train' has none below it`},
		"train --speed 9":                  {"--speed has no effect: it is the speed of --watch"},
		"train -steps 5":                   {"unknown flag -steps, did you mean --steps?"},
		"train --xyzzyx 5":                 {"unknown flag --xyzzyx: ", "--hidden"},
		"train --hidden":                   {"--hidden needs a value"},
		"train --lr -1":                    {"--lr -1: a number above 0 expected"},
		"train --lr nan":                   {"--lr nan: a number above 0"},
		"train --lr inf":                   {"--lr inf: a number above 0"},
		"train --lr 0":                     {"--lr 0: a number above 0"},
		"train --lr fast":                  {"--lr fast: a number above 0"},
		"train --lr 1e300 --dtype float32": {"--lr: 1e+300 given, which float32 rounds to +Inf"},
		"train --steps -1":                 {"--steps -1: a whole number from 0"},
		"train --steps 1e3":                {"--steps 1e3: a whole number"},
		"train --seed -1":                  {"--seed -1: a whole number from 0 to 4294967295"},
		"train --activation tahn":          {"--activation tahn: tanh, sigmoid, relu, ", " or softmax expected, did you mean tanh?"},
		"train --activation swish":         {"or softmax expected\n"},
		"train --optimizer adm":            {"gd, momentum, adam, adamw, rmsprop, adagrad, lion, lbfgs or newton expected, did you mean adam?"},
		"train --dtype float16":            {"float64 or float32 expected, did you mean float64?"},
		"train --out=":                     {`--out "": the name of a directory expected`},
		"train --json=maybe":               {"--json maybe: true or false expected"},
		"train --out new --lr -1":          {"--lr -1"},
		"train --out new --hidden 4 x":     {`unexpected argument "x"`},
	} {
		checkUsage(t, dir, line, words...)
	}
}

// What the flags of the data and the network do not take.
func TestUsageOfData(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for line, words := range map[string][]string{
		"--data moon":                          {"--data moon: flower, moons, ", " expected, did you mean moons?"},
		"--data mnist":                         {"--data mnist: flower, moons, ", "or gauss expected\n"},
		"--noise -1":                           {"--noise -1: a number from 0 to 1000000 expected"},
		"--noise NaN":                          {"--noise NaN: a number from 0"},
		"--noise inf":                          {"--noise inf: a number from 0"},
		"--examples 1":                         {"--examples 1: a whole number from 4, 2 of each class, to 1000000 expected"},
		"--examples 0":                         {"--examples 0: a whole number from 4, 2 of each class, to 1000000 expected"},
		"--examples -7":                        {"--examples -7: a whole number from 4, 2 of each class, to 1000000 expected"},
		"--examples 1000001":                   {"--examples 1000001: a whole number from 4, 2 of each class, to 1000000 expected"},
		"--examples 1e3":                       {"--examples 1e3: a whole number expected"},
		"--examples 5 --data blobs":            {"--examples 5: a whole number from 6, 2 of each class, to 1000000 expected"},
		"--examples 5 --data spirals --arms 3": {"--examples 5: a whole number from 6, 2 of each class, to 1000000 expected"},
		"--data spirals --arms 4":              {"--arms 4: 2 or 3 expected"},
		"--data moons --arms 3":                {"--arms has no effect: only --data spirals has arms"},
		"--label species":                      {"--label has no effect: it names a column of the file of --csv"},
		"--held 0.3":                           {"--held has no effect: a part is held out of the file of --csv only"},
		"--csv a.csv --data moons":             {"--data has no effect: the data is that of --csv"},
		"--csv a.csv --noise 0":                {"--noise has no effect: the data is that of --csv"},
		"--csv a.csv --examples 9":             {"--examples has no effect: the data is that of --csv"},
		"--csv a.csv --arms 2":                 {"--arms has no effect: the data is that of --csv"},
		"--csv a.csv --held 1":                 {"--held 1: a number from 0 to below 1 expected"},
		"--csv=":                               {`--csv "": the name of a CSV file expected`},
		"--csv a.csv --label=":                 {`--label "": the name of a column expected`},
		"--hidden 1.5":                         {"--hidden 1.5: a whole number from 1 to 10000 expected, or such numbers separated by commas, or 0"},
		"--hidden 10001":                       {"--hidden 10001: a whole number"},
		"--hidden 8,,8":                        {`--hidden 8,,8: entry 2 is "", a whole number from 1 to 10000`},
		"--hidden 0,8":                         {"--hidden 0,8: a layer has at least 1 unit; 0 alone is no hidden layer"},
		"--hidden 8,-1":                        {"--hidden 8,-1: entry 2 is -1, a whole number"},
		"--hidden 8" + strings.Repeat(",8", maxHidden): {": 65 hidden layers, 64 at most expected"},
		"--hidden 10000,10000":                         {"--hidden 10000,10000: the network 2-10000-10000-1 has 100050001 weights, 10000000 at most"},
		"--hidden 8,8 --activation tanh,relu,elu":      {"--activation tanh,relu,elu: 3 given for 2 hidden layers; one for all of them or one for each"},
		"--activation tanh,relu":                       {"--activation tanh,relu: 2 given for 1 hidden layer;"},
		"--hidden 8,8,8 --activation tanh,relu":        {"--activation tanh,relu: 2 given for 3 hidden layers;"},
		"--activation tanh,rleu":                       {"--activation tanh,rleu: entry 2 is rleu, tanh, ", "did you mean relu?"},
		"--hidden 0 --activation relu":                 {"--activation has no effect: with --hidden 0 there are no hidden units"},
		"--init glorott":                               {"--init glorott: zeros, glorot, ", "did you mean glorot?"},
		"--init zeros --init-scale 2":                  {"--init-scale has no effect: the weights of --init zeros stay 0"},
		"--init-scale 0":                               {"--init-scale 0: a number above 0"},
		"--csv " + dir:                                 {"--csv: " + dir + ": this is a directory, a CSV file expected"},
		"--csv none.csv":                               {"--csv: none.csv: no such file or directory"},
	} {
		checkUsage(t, dir, "train "+line, words...)
	}
}

// Mistakes in a file are told with line and column.
func TestUsageOfFile(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for text, words := range map[string][]string{
		"":                                {": the file is empty"},
		"a,b\n1,x\n":                      {`: column b: all examples are of class "x"`},
		"a,b\n1,x\n2\n":                   {":3: 1 cell given, 2 expected"},
		"a,b,c\n1,2,x\n1,n/a,y\n":         {`:3:2: column b: "n/a" is not a number`},
		"a,b\n1,x\n2,y\n":                 {"--held 0.2: no class has two examples, so none can be held out"},
		"a,species\n1,x\n2,y\n --label b": {`:1: there is no column "b" to predict`},
	} {
		text, label, _ := strings.Cut(text, " ")
		file := write(t, "data.csv", strings.TrimSuffix(text, "\n"))
		if text == "" {
			must(os.Truncate(file, 0))
		}
		checkUsage(t, dir, "train --csv "+file+" "+label, words...)
	}
}

// checkUsage runs a command line that is wrong, in dir, which is empty.
func checkUsage(t *testing.T, dir, line string, words ...string) {
	t.Helper()
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

// A place that cannot be written to is found before the training.
func TestUnwritableOut(t *testing.T) {
	dir := t.TempDir()
	must(os.WriteFile(filepath.Join(dir, "file"), nil, 0o644))
	must(os.MkdirAll(filepath.Join(dir, "taken", costName), 0o755))
	must(os.Mkdir(filepath.Join(dir, "closed"), 0o555))
	cases := map[string]string{
		"file":                       "is a file",
		filepath.Join("file", "a"):   "is a file",
		"taken":                      "a file expected, " + filepath.Join(dir, "taken", costName) + " is a directory",
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
