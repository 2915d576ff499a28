// Command reversals takes mended faults back, one at a time, and checks that a
// test notices: every test it names must pass as the tree is and fail with its
// reversal.
//
//	go run ./.ci/reversals [-only text] [-jobs n] [-places] [file.txt ...]
//
// The faults stand in text files beside this one, in blocks that an empty line
// ends:
//
//	name: columns of labels must sum to 1
//	file: losses/softmax.go
//	- lines as they are now, found once in the file
//	+ lines that bring the fault back
//	test: ./losses -run TestLabelsSum
//
// A block may change several places and files: "-" and "+" lines after another
// "+" or after another "file:" are a place of their own. Nothing in the tree is
// written: the go command gets the changed files as an overlay. All places are
// looked up before the first test is built, and -places does nothing else.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// A reversal is a fault that can be brought back.
type reversal struct {
	name  string
	at    string // file and line of the block
	edits []edit
	test  []string // arguments of go test
}

// An edit replaces lines that a file holds once.
type edit struct{ file, old, new string }

func main() {
	only := flag.String("only", "", "run the reversals whose name contains this")
	jobs := flag.Int("jobs", 2, "how many tests are built and run at once")
	places := flag.Bool("places", false, "only look whether all reversals find their lines")
	flag.Parse()
	files := flag.Args()
	if len(files) == 0 {
		files, _ = filepath.Glob(".ci/reversals/*.txt")
	}
	all, err := readAll(files)
	if err == nil {
		all = slices.DeleteFunc(all, func(r reversal) bool { return !strings.Contains(r.name, *only) })
		err = findAll(all)
	}
	if err == nil && !*places {
		err = runAll(all, *jobs)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "reversals:", err)
		os.Exit(1)
	}
}

func readAll(files []string) ([]reversal, error) {
	var all []reversal
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		some, err := read(file, string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	if len(all) == 0 {
		return nil, errors.New("no reversals found; run it in the project's root")
	}
	return all, nil
}

// read reads the blocks of a file.
func read(file, text string) ([]reversal, error) {
	var all []reversal
	var r reversal
	var source, last string
	for i, line := range strings.Split(text+"\n", "\n") {
		at := fmt.Sprintf("%s:%d", file, i+1)
		key, rest, _ := strings.Cut(line, " ")
		switch key {
		case "":
			if r.name == "" && len(r.edits) == 0 {
				continue
			}
			if r.name == "" || len(r.edits) == 0 || len(r.test) == 0 {
				return nil, fmt.Errorf("%s: the block that ends here lacks its name, a place or its test", at)
			}
			all, r, source, last = append(all, r), reversal{}, "", ""
		case "name:":
			r.name, r.at = rest, at
		case "file:":
			source = rest
		case "test:":
			r.test = strings.Fields(rest)
		case "-":
			if last != "-" {
				r.edits = append(r.edits, edit{file: source})
			}
			r.edits[len(r.edits)-1].old += rest + "\n"
		case "+":
			if last != "-" && last != "+" {
				return nil, fmt.Errorf(`%s: a "+" line without a "-" line before it`, at)
			}
			r.edits[len(r.edits)-1].new += rest + "\n"
		default:
			return nil, fmt.Errorf("%s: %q given, name:, file:, -, + or test: expected", at, line)
		}
		last = key
	}
	return all, nil
}

// findAll looks every place up.
func findAll(all []reversal) error {
	var wrong []error
	for _, r := range all {
		if _, err := r.changed(); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %s: %w", r.at, r.name, err))
		}
	}
	return errors.Join(wrong...)
}

// runAll runs the tests as the tree is and with each reversal, so many at once.
func runAll(all []reversal, jobs int) error {
	asIs := map[string]func() error{} // by test
	for _, r := range all {
		asIs[r.command()] = sync.OnceValue(func() error {
			_, err := goTest(r.test)
			return err
		})
	}
	verdicts := make([]chan error, len(all))
	for i := range verdicts {
		verdicts[i] = make(chan error, 1)
	}
	var next atomic.Int64
	for range max(jobs, 1) {
		go func() {
			for i := next.Add(1) - 1; i < int64(len(all)); i = next.Add(1) - 1 {
				err := asIs[all[i].command()]()
				if err == nil {
					err = all[i].check()
				}
				verdicts[i] <- err
			}
		}()
	}
	bad := 0
	for i, r := range all {
		verdict, err := "ok      ", <-verdicts[i]
		if err != nil {
			verdict = "NOT SEEN"
			bad++
		}
		fmt.Printf("%3d/%d %s %s\n", i+1, len(all), verdict, r.name)
		if err != nil {
			fmt.Printf("        %s: go test %s: %v\n", r.at, r.command(), err)
		}
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d reversals are not noticed by their tests", bad, len(all))
	}
	return nil
}

// command returns the arguments of go test.
func (r reversal) command() string { return strings.Join(r.test, " ") }

// changed returns the files of the reversal with the fault in them.
func (r reversal) changed() (map[string]string, error) {
	changed := map[string]string{}
	for _, e := range r.edits {
		text, seen := changed[e.file]
		if !seen {
			raw, err := os.ReadFile(e.file)
			if err != nil {
				return nil, err
			}
			text = string(raw)
		}
		if n := strings.Count(text, e.old); n != 1 {
			return nil, fmt.Errorf("the lines %q stand %d times in %s, once expected", e.old, n, e.file)
		}
		changed[e.file] = strings.Replace(text, e.old, e.new, 1)
	}
	return changed, nil
}

// check brings the fault back and reports an error unless the test fails.
func (r reversal) check() error {
	changed, err := r.changed()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "reversals")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for file, text := range changed {
		from, err := filepath.Abs(file)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, fmt.Sprintf("%d%s", len(overlay.Replace), filepath.Ext(file)))
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			return err
		}
		overlay.Replace[from] = to
	}
	raw, err := json.Marshal(overlay)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		return err
	}
	out, err := goTest(r.test, "GOFLAGS="+strings.TrimSpace(os.Getenv("GOFLAGS")+" -overlay="+path))
	switch {
	case err == nil:
		return errors.New("it passes with the fault brought back")
	case strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]"):
		return fmt.Errorf("the reversal does not compile:\n%s", out)
	}
	return nil
}

// goTest runs tests, of which at least one must exist, with changes to the
// environment, which the commands that a test starts see too.
func goTest(args []string, env ...string) (string, error) {
	quick := []string{"test", "-vet=off", "-ldflags=-w"} // of which the verdict does not depend
	cmd := exec.Command("go", append(quick, args...)...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return string(out), fmt.Errorf("%w\n%s", err, out)
	}
	if strings.Contains(string(out), "no tests to run") || strings.Contains(string(out), "no test files") {
		return string(out), errors.New("there is no such test")
	}
	return string(out), nil
}
