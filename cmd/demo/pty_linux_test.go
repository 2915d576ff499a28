package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"chainrule/cmd/demo/internal/screentest"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph/draw"
)

// asProgram makes the test binary be demo.
const asProgram = "CHAINRULE_TEST_AS_DEMO"

func TestMain(m *testing.M) {
	switch os.Getenv(asProgram) {
	case "":
		draw.Isolate(layoutLimit)
	case "panic":
		panicWhileWatched()
	default:
		main()
	}
	os.Exit(m.Run())
}

// program returns the command line args of demo as a process of its own.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "TERM=xterm", "LANG=C.UTF-8")
	return cmd
}

// The program lays out what its like asks it to.
func TestLayoutsAreApart(t *testing.T) {
	cmd := program(t)
	cmd.Env = append(cmd.Env, "CHAINRULE_LAYOUT_LIMIT=1m")
	cmd.Stdin = strings.NewReader("digraph { a -> b }")
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), `"objects"`) {
		t.Errorf("error %v, output %.200q, a layout as JSON expected", err, out)
	}
}

// watched starts a training that is watched.
func watched(t *testing.T, columns, rows int, args ...string) (*screentest.Terminal, string) {
	t.Helper()
	dir := t.TempDir()
	p := screentest.Start(t, program(t, append([]string{"train", "--watch", "--out", dir}, args...)...), columns, rows)
	p.Await("a frame", func(s *screentest.Screen) bool { return s.Second() && step(s) > 0 })
	return p, dir
}

var stepPattern = regexp.MustCompile(`step (\d+) of`)

// step returns which step the screen shows, 0 for none.
func step(s *screentest.Screen) (n int) {
	if m := stepPattern.FindStringSubmatch(strings.Join(s.Lines(), " ")); m != nil {
		fmt.Sscan(m[1], &n)
	}
	return n
}

// given checks that the terminal is as it was before the program.
func given(t *testing.T, p *screentest.Terminal) {
	t.Helper()
	if p.Raw() {
		t.Error("keys are still read one by one")
	}
	p.Look(func(s *screentest.Screen) {
		if s.Second() || s.CursorHidden || len(s.Unknown) > 0 {
			t.Errorf("second screen %v, cursor hidden %v, unknown %v", s.Second(), s.CursorHidden, s.Unknown)
		}
	})
}

// skipShort skips a test that starts programs, whose pictures take seconds with the
// race detector.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("programs take seconds with the race detector")
	}
}

// A frame shows the chart, the step and the keys, with nothing in between or below,
// however narrow the terminal; what is left at the end is the report with one chart.
func TestWatchFrames(t *testing.T) {
	skipShort(t)
	for _, columns := range []int{40, 41, 80} {
		t.Run(fmt.Sprint(columns), func(t *testing.T) {
			p, dir := watched(t, columns, 24, "--data", "moons", "--steps", "40", "--speed", "8")
			p.Await("step 3", func(s *screentest.Screen) bool { return step(s) >= 3 })
			p.Type(" ")
			p.Await("a pause", func(s *screentest.Screen) bool { return strings.Contains(strings.Join(s.Lines(), " "), "paused") })
			p.Look(func(s *screentest.Screen) {
				text := strings.TrimRight(strings.Join(s.Lines(), "\n"), "\n")
				if n := strings.Count(text, "┼"); n != 1 {
					t.Errorf("%d charts:\n%s", n, text)
				}
				if n := len(stepPattern.FindAllString(text, -1)); n != 1 || !strings.HasSuffix(text, "Space pause, s step, +/- speed, q end") {
					t.Errorf("no keys at the end, or two states:\n%s", text)
				}
				if regions := strings.Contains(text, "░"); regions != (columns >= 78) {
					t.Errorf("regions: %v\n%s", regions, text)
				}
			})
			p.Type("++++++ ")
			if code := p.Wait(); code != 0 {
				t.Errorf("exit code %d", code)
			}
			given(t, p)
			checkFiles(t, dir, pictureNames()...)
			p.Look(func(s *screentest.Screen) {
				all := s.All()
				if strings.Count(all, "┼") != 1 || strings.Contains(all, "q end") || !strings.Contains(all, "40 steps in ") {
					t.Errorf("one chart and the result expected, and no keys:\n%s", all)
				}
			})
		})
	}
}

// Without a speed a training takes seconds, however fast the machine; the report
// tells the time of the steps all the same.
func TestWatchIsPaced(t *testing.T) {
	skipShort(t)
	start := time.Now()
	p, _ := watched(t, 80, 24, "--steps", "100")
	frames := map[int]bool{}
	p.Await("the end", func(s *screentest.Screen) bool {
		if s.Second() {
			frames[step(s)] = true
		}
		return strings.Contains(s.All(), "100 steps in ")
	})
	if took := time.Since(start); took < 7*time.Second || len(frames) < 10 {
		t.Errorf("%v and %d frames, 8 s and some 100 expected", took, len(frames))
	}
	p.Look(func(s *screentest.Screen) {
		if !regexp.MustCompile(`100 steps in [0-9.]+ (ms|µs)`).MatchString(s.All()) {
			t.Errorf("the time at which a person looked counts:\n%s", s.All())
		}
	})
}

// Space pauses, s makes one step, + and - double and halve the speed, and q keeps
// what was trained.
func TestWatchKeys(t *testing.T) {
	p, dir := watched(t, 80, 24, "--steps", "100000", "--speed", "64")
	has := func(text string) func(s *screentest.Screen) bool {
		return func(s *screentest.Screen) bool { return strings.Contains(strings.Join(s.Lines(), " "), text) }
	}
	p.Await("the speed", has("at most 64 steps a second"))
	p.Type("-")
	p.Await("half the speed", has("at most 32 steps a second"))
	p.Type("++")
	p.Await("the double", has("at most 128 steps a second"))
	p.Type("\x1b[A\x1bOq") // an arrow and a key of the number pad, whose sequences hold letters
	p.Type(" ")
	p.Await("a pause", has("paused"))
	at := 0
	p.Look(func(s *screentest.Screen) { at = step(s) })
	for range 3 {
		p.Type("s")
		at++
		p.Await("one more step", func(s *screentest.Screen) bool { return step(s) == at && has("paused")(s) })
	}
	time.Sleep(200 * time.Millisecond)
	p.Look(func(s *screentest.Screen) {
		if step(s) != at {
			t.Errorf("step %d in a pause, %d expected", step(s), at)
		}
	})
	p.Type("q")
	if code := p.Wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	given(t, p)
	p.Look(func(s *screentest.Screen) { checkText(t, s.All(), fmt.Sprintf("Ended after %d of 100000 steps.", at)) })
	checkFiles(t, dir, pictureNames()...)
}

// Ctrl-C ends the training as everywhere, with all lines in their places.
func TestWatchInterrupted(t *testing.T) {
	for _, columns := range []int{40, 80} {
		p, dir := watched(t, columns, 24, "--steps", "100000", "--speed", "100")
		p.Type("\x03")
		if code := p.Wait(); code != 130 {
			t.Errorf("exit code %d, 130 expected", code)
		}
		given(t, p)
		checkFiles(t, dir, pictureNames()...)
		p.Look(func(s *screentest.Screen) {
			all := s.All()
			checkText(t, all, "Interrupted after ")
			if strings.Contains(all, "^C") || strings.Count(all, "┼") != 1 {
				t.Errorf("one chart and no ^C expected:\n%s", all)
			}
		})
	}
}

// A new size is drawn anew, also in a pause, and one without room says so.
func TestWatchResized(t *testing.T) {
	skipShort(t)
	p, _ := watched(t, 100, 40, "--data", "moons", "--steps", "100000", "--speed", "100")
	p.Type(" ")
	for _, size := range [][2]int{{40, 24}, {80, 24}, {30, 10}, {41, 50}} {
		p.Resize(size[0], size[1])
		p.Await(fmt.Sprint(size), func(s *screentest.Screen) bool {
			text := strings.TrimRight(strings.Join(s.Lines(), "\n"), "\n")
			room, chart := size[0] >= 40, strings.Count(text, "┼")
			return room && chart == 1 && strings.HasSuffix(text, "q end") && strings.Contains(text, "░") == (size[0] >= 78) ||
				!room && chart == 0 && strings.Contains(strings.ReplaceAll(text, "\n", " "), "30 columns and 10 rows: a drawing needs 40 and 24.")
		})
	}
	p.Type("q")
	if code := p.Wait(); code != 0 {
		t.Errorf("exit code %d", code)
	}
	given(t, p)
}

// Signals that end the program leave the terminal as it was.
func TestWatchEndedBySignals(t *testing.T) {
	skipShort(t)
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		if signal.Ignored(sig) { // as SIGHUP is under nohup
			continue
		}
		p, _ := watched(t, 80, 24, "--steps", "100000", "--speed", "100")
		if err := p.Cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		if code := p.Wait(); code != -int(sig) && !(sig == syscall.SIGINT && code == 130) {
			t.Errorf("%v: exit code %d", sig, code)
		}
		given(t, p)
	}
}

// A fault of the program itself leaves the terminal as it was, with its panic on it.
func TestWatchEndedByPanic(t *testing.T) {
	skipShort(t)
	cmd := program(t)
	cmd.Env = append(cmd.Env, asProgram+"=panic")
	p := screentest.Start(t, cmd, 80, 24)
	p.Await("a frame", func(s *screentest.Screen) bool { return s.Second() && step(s) > 0 })
	if code := p.Wait(); code != 2 {
		t.Errorf("exit code %d, 2 expected, as of a panic", code)
	}
	given(t, p)
	p.Look(func(s *screentest.Screen) {
		if !strings.Contains(s.All(), faultText) {
			t.Errorf("no %q on the screen:\n%s", faultText, s.All())
		}
	})
}

const faultText = "a fault in the middle of a training"

// panicWhileWatched is demo train --watch with a fault in it.
func panicWhileWatched() {
	c := defaultConfig()
	c.steps = 100_000
	e, err := c.load(nil)
	must(err)
	p, err := newProblem(c, e, nil)
	must(err)
	dir, err := openDirectory(os.TempDir())
	must(err)
	r := newWatch(terminal.NewWriter(os.Stdout), os.Stdin, func(error) {})
	must(trainAndDraw(context.Background(), p, dir, faulty{r}))
}

// faulty panics some time after it has begun to draw.
type faulty struct{ *textReport }

func (r faulty) progress(ctx context.Context, step int, cost float64) {
	r.textReport.progress(ctx, step, cost)
	if step == 20_000 {
		panic(faultText)
	}
}

// Ctrl-Z gives the terminal back and stops; the training goes on where it was.
func TestWatchSuspended(t *testing.T) {
	skipShort(t)
	dir := t.TempDir()
	self := program(t)
	// The shell waits as one with job control does; it is the session's leader.
	shell := exec.Command("sh", "-c", `set -m; "$0" train --watch --steps 100000 --speed 100 --out "$1"; echo stopped; read line; fg >/dev/null; echo over`,
		self.Path, dir)
	shell.Env = self.Env
	p := screentest.Start(t, shell, 80, 40)
	p.Await("a frame", func(s *screentest.Screen) bool { return s.Second() && step(s) > 0 })
	p.Type("\x1a")
	p.Await("the shell", func(s *screentest.Screen) bool { return !s.Second() && strings.Contains(s.All(), "stopped") })
	given(t, p)
	p.Type("\r")
	p.Await("the training", func(s *screentest.Screen) bool { return s.Second() && step(s) > 0 })
	if !p.Raw() {
		t.Error("keys are not read one by one after the stop")
	}
	p.Type("q")
	p.Await("the end", func(s *screentest.Screen) bool { return strings.Contains(s.All(), "over") })
	given(t, p)
	checkFiles(t, dir, pictureNames()...)
}

// Where keys come from elsewhere the training is watched without them.
func TestWatchWithoutKeys(t *testing.T) {
	skipShort(t)
	dir := t.TempDir()
	cmd := program(t, "train", "--watch", "--csv", "-", "--label", "c", "--steps", "30", "--speed", "10", "--out", dir)
	cmd.Stdin = strings.NewReader("a,b,c\n" + strings.Repeat("1,2,x\n2,1,y\n", 10))
	p := screentest.Start(t, cmd, 80, 24)
	seen := false
	p.Await("the end", func(s *screentest.Screen) bool {
		if s.Second() {
			seen = true
			if text := strings.Join(s.Lines(), " "); strings.Contains(text, "q end") {
				t.Errorf("keys offered:\n%s", text)
			}
		}
		return strings.Contains(s.All(), "30 steps in ")
	})
	if code := p.Wait(); code != 0 || !seen {
		t.Errorf("exit code %d, watched: %v", code, seen)
	}
	given(t, p)
	checkFiles(t, dir, pictureNames()...)
}

// awaitWaiting returns when a process waits in the opening of a file or the reading
// of its input.
func awaitWaiting(t *testing.T, pid int) {
	t.Helper()
	waits := regexp.MustCompile(fmt.Sprintf(`^(%d|%d 0x0) `, syscall.SYS_OPENAT, syscall.SYS_READ))
	seen := map[string]int{}
	for range 6000 {
		tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/syscall", pid))
		for _, task := range tasks {
			call, err := os.ReadFile(task)
			if err != nil {
				continue // it is no more
			}
			if waits.Match(call) {
				seen[string(call)]++
			}
			if seen[string(call)] > 10 {
				return
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the program does not wait")
}

// The first Ctrl-C ends a command that waits: for input, and for a reader of what it
// writes.
func TestInterruptedWaiting(t *testing.T) {
	skipShort(t)
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip(err)
	}
	spec := filepath.Join(dir, "net.json")
	if code, _, stderr := demo(t.Context(), "grad", "--new", "2,4,1", "--out", spec); code != 0 {
		t.Fatal(stderr)
	}
	for _, line := range []string{
		"grad --spec -",
		"grad --spec " + pipe,
		"grad --spec " + spec + " --against -",
		"grad --spec " + spec + " --against " + pipe,
		"train --csv -",
		"train --csv " + pipe,
		"grad --new 2,4,1 --out " + pipe,
		"explain --format text --out " + pipe,
		"graph --format dot --out " + pipe,
	} {
		cmd := program(t, strings.Fields(line)...)
		cmd.Dir = dir
		p := screentest.Start(t, cmd, 80, 24)
		awaitWaiting(t, cmd.Process.Pid)
		p.Type("\x03")
		if code := p.Wait(); code != 130 {
			t.Errorf("%s: exit code %d, 130 expected", line, code)
		}
		p.Look(func(s *screentest.Screen) { checkText(t, s.All(), "demo: interrupted") })
		given(t, p)
	}
}

// The line that tells of a lesson at work stays one, and goes.
func TestInterruptedLesson(t *testing.T) {
	skipShort(t)
	p := screentest.Start(t, program(t, "lesson", "choose-activation"), 40, 24)
	p.Await("the line", func(s *screentest.Screen) bool {
		return strings.HasPrefix(s.Lines()[0], "lesson choose-activation (1 of 1)  ")
	})
	p.Type("\x03")
	if code := p.Wait(); code != 130 {
		t.Errorf("exit code %d, 130 expected", code)
	}
	p.Look(func(s *screentest.Screen) {
		if got := strings.ReplaceAll(s.All(), "\n", ""); got != "demo: interrupted in lesson choose-activation" {
			t.Errorf("the screen:\n%s", got)
		}
	})
	for _, columns := range []int{20, 30} {
		p := screentest.Start(t, program(t, "lesson", "choose-activation"), columns, 24)
		p.Await("the line", func(s *screentest.Screen) bool { return strings.HasPrefix(s.Lines()[0], "lesson choose-") })
		for range 20 { // some drawings, if the lesson takes so long
			time.Sleep(50 * time.Millisecond)
			p.Look(func(s *screentest.Screen) {
				if strings.HasPrefix(s.Lines()[0], "lesson choose-") && (len(s.Wrapped) > 0 || s.Lines()[1] != "") {
					t.Errorf("%d columns:\n%s", columns, s.All())
				}
			})
		}
	}
}

// What the commands print fits the terminal.
func TestEverythingFits(t *testing.T) {
	skipShort(t)
	dir := t.TempDir()
	spec := filepath.Join(dir, "net.json")
	if code, _, stderr := demo(t.Context(), "grad", "--new", "2,4,1", "--out", spec); code != 0 {
		t.Fatal(stderr)
	}
	for _, columns := range []int{40, 80} {
		for _, line := range []string{
			"--help", "train --help", "explain --help", "graph --help", "grad --help", "lesson --help", "lesson",
			"lesson symmetry --help", "lesson all --help", "completion --help", "help train",
			"explain", "explain --hidden 0", "explain --loss squared-error", "explain --raw",
			"explain --raw --numbers --check", "explain --hidden 8,8 --activation relu,tanh --loss softmax --numbers",
			"grad --spec net.json --check", "grad --spec net.json --text", "graph --out g.svg",
			"train --steps 20 --out o", "train --steps 20 --csv iris --out o", "train --steps 3 --data spirals --arms 3 --profile --out o",
			"train --steps 3 --hidden 3,3,3,3,3,3,3,3,3 --activation relu --out o",
		} {
			cmd := program(t, strings.Fields(line)...)
			cmd.Dir = dir
			p := screentest.Start(t, cmd, columns, 50)
			if code := p.Wait(); code != 0 {
				t.Errorf("%s: exit code %d", line, code)
			}
			p.Look(func(s *screentest.Screen) {
				if len(s.Wrapped) > 0 || len(s.Unknown) > 0 {
					t.Errorf("%s in %d columns: too long: %q, unknown: %q", line, columns, s.Wrapped, s.Unknown)
				}
			})
		}
	}
}

// A closed standard output is an error of every command that writes to it, and one
// that nobody reads ends it as it ends others.
func TestClosedOutput(t *testing.T) {
	skipShort(t)
	dir := t.TempDir()
	for _, line := range []string{"--help", "train --help", "lesson", "explain", "grad --new 2,1", "graph --out g.svg", "completion bash",
		"train --steps 1 --out o", "train --steps 1 --json --out o"} {
		for redirected, want := range map[string]string{
			`"$0" "$@" >&-`:             "1 demo: standard output cannot be written: it is closed",
			`"$0" "$@" >/dev/full`:      "1 demo: standard output cannot be written: no space left on device",
			`"$0" "$@" >/dev/null`:      "0 ",
			`"$0" "$@" | true; exit $?`: "0 ",
		} {
			self := program(t, strings.Fields(line)...)
			cmd := exec.Command("sh", append([]string{"-c", redirected}, self.Args...)...)
			cmd.Env, cmd.Dir = self.Env, dir
			var errs strings.Builder
			cmd.Stderr = &errs
			err := cmd.Run()
			if line == "completion bash" {
				want = strings.Replace(want, "standard output cannot be written", "write /dev/stdout", 1)
			}
			got := fmt.Sprintf("%d %s", cmd.ProcessState.ExitCode(), errs.String())
			if !strings.HasPrefix(got, want) || want == "0 " && got != want {
				t.Errorf("%s, %s: %q (%v), %q expected", line, redirected, got, err, want)
			}
		}
	}
}

// A file keeps its mode and the link to it, whatever writes it; what is no file is
// written to, wherever it lies.
func TestOutputKeepsWhatIsThere(t *testing.T) {
	for _, line := range []string{"explain --out %s.txt", "graph --out %s.dot", "grad --new 2,1 --out %s.json"} {
		dir := t.TempDir()
		args := strings.Fields(fmt.Sprintf(line, filepath.Join(dir, "link")))
		link := args[len(args)-1]
		file := filepath.Join(dir, "file")
		if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Symlink("file", link)); err != nil {
			t.Fatal(err)
		}
		if code, _, stderr := demo(t.Context(), args...); code != 0 {
			t.Fatal(stderr)
		}
		at, err := os.Lstat(link)
		info, err2 := os.Stat(file)
		if err != nil || err2 != nil || at.Mode()&os.ModeSymlink == 0 || info.Mode() != 0o600 || info.Size() == 0 {
			t.Errorf("%s: %v and %v, a link and a file of mode 600 expected (%v, %v)", line, at, info, err, err2)
		}
	}
	for _, line := range []string{"explain --format text", "graph --format dot", "grad --new 2,1"} {
		if line[0] != 'e' && testing.Short() {
			continue
		}
		cmd := program(t, append(strings.Fields(line), "--out", "/proc/self/fd/1")...)
		if out, err := cmd.Output(); err != nil || len(out) < 100 {
			t.Errorf("%s: %v, %q", line, err, out)
		}
	}
}

// A PNG is not written to a terminal.
func TestNoPictureOnATerminal(t *testing.T) {
	skipShort(t)
	p := screentest.Start(t, program(t, "graph", "--format", "png", "--out", "-"), 80, 24)
	if code := p.Wait(); code != 2 {
		t.Errorf("exit code %d, 2 expected", code)
	}
	p.Look(func(s *screentest.Screen) {
		checkText(t, s.All(), "demo: --out -: a PNG is nothing for a terminal, a file or a pipe expected")
	})
}

// Ctrl-C beside a progress bar leaves no part of it.
func TestInterruptedBar(t *testing.T) {
	skipShort(t)
	for _, columns := range []int{40, 80} {
		p := screentest.Start(t, program(t, "train", "--steps", "100000000", "--out", t.TempDir()), columns, 60)
		p.Await("a bar", func(s *screentest.Screen) bool { return strings.Contains(strings.Join(s.Lines(), "\n"), "/100000000)") })
		p.Type("\x03")
		if code := p.Wait(); code != 130 {
			t.Errorf("exit code %d, 130 expected", code)
		}
		given(t, p)
		p.Look(func(s *screentest.Screen) {
			if all := s.All(); strings.Contains(all, "/100000000)") || strings.Contains(all, "^C") || strings.Count(all, "┼") != 1 {
				t.Errorf("%d columns:\n%s", columns, all)
			}
		})
	}
}
