package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/lesson"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/plotting"
	"github.com/spf13/cobra"
)

// someLessons returns a lesson whose claim is held up by one check and refuted by
// another, which looks for a number below 10 and for kinds, and one that holds; run
// is called when the second runs.
func someLessons(run func(ctx context.Context) error) []lesson.Lesson {
	return []lesson.Lesson{
		{Name: "limits", Title: "About limits", Claim: "A number is below its limit, and this sentence is so long that it has to be wrapped in any terminal.",
			Settings: []lesson.Setting{
				{Name: "number", Help: "a number", Default: 3, Least: 0, Most: 100},
				{Name: "kinds", Help: "some kinds", Default: []string{"a"}, Names: []string{"a", "b"}},
			},
			Run: func(_ context.Context, s lesson.Values, r *lesson.Report) error {
				r.Supports("a number is below 10", s.Int("number") < 10, "%d is below 10, of %s.", s.Int("number"), strings.Join(s.Texts("kinds"), " and "))
				if len(s.Texts("kinds")) > 1 {
					r.Refutes("there is one kind", true, "There are two.")
				}
				r.Draw("line", "A line.", plotting.Chart{Lines: []plotting.Line{{X: []float64{0, 1}, Y: []float64{0, 1}}}})
				return nil
			}},
		{Name: "waits", Title: "Waiting", Claim: "It ends.",
			Run: func(ctx context.Context, _ lesson.Values, r *lesson.Report) error {
				r.Supports("it ends", true, "It ended.")
				return run(ctx)
			}},
	}
}

// atOnce is a run that ends at once.
func atOnce(context.Context) error { return nil }

// demoLessons runs a command line with some lessons.
func demoLessons(ctx context.Context, lessons []lesson.Lesson, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	root := &cobra.Command{Use: "demo", SilenceErrors: true, SilenceUsage: true}
	root.SetOut(&out)
	root.SetErr(&errs)
	root.SetFlagErrorFunc(cli.FlagError)
	root.AddCommand(newLessonCommand(lessons))
	root.SetArgs(append([]string{"lesson"}, args...))
	code = cli.Execute(ctx, root, &errs)
	return code, out.String(), errs.String()
}

func TestLessonList(t *testing.T) {
	code, out, errs := demoLessons(t.Context(), someLessons(atOnce))
	if code != 0 || errs != "" {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	checkText(t, out, " 1  limits\n    A number is below its limit, ", " 2  waits\n    It ends.\n", "'demo lesson NAME' runs one")
	for l := range strings.Lines(out) {
		if len(l) > terminal.TextWidth+1 {
			t.Errorf("%d columns: %s", len(l), l)
		}
	}
}

func TestLessonAsText(t *testing.T) {
	code, out, errs := demoLessons(t.Context(), someLessons(atOnce), "limits", "--kinds", "b,A")
	if code != 0 || errs != "" {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	checkText(t, out, "limits: About limits\n", "--kinds   b,a", "→ found, supports the claim: 3 is below 10, of b and a.", "→ found, refutes the claim: There are two.", "Picture line, drawn with --out DIR: A line.")
	if !strings.HasSuffix(out, "\nVerdict: holds in part. What holds: a number is below 10. What does not: there\nis one kind.\n") {
		t.Errorf("ends with %q", out)
	}
	if code, out, errs = demoLessons(t.Context(), someLessons(atOnce), "limits"); code != 0 || errs != "" || !strings.HasSuffix(out, "\nVerdict: holds\n") {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
	code, out, errs = demoLessons(t.Context(), someLessons(atOnce), "limits", "--number", "12")
	if code != 1 || !strings.Contains(out, "\nVerdict: does not hold. The lesson's own finding was not reproduced: 1 of 1\ncheck") || errs != notFound("limits") {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
	code, out, _ = demoLessons(t.Context(), someLessons(atOnce), "all")
	if code != 0 || !strings.HasSuffix(out, "2 lessons. Of their claims, as they are worded, 2 hold, 0 hold in part, 0 do not\nhold.\n") || strings.Count(out, "Verdict: holds\n") != 2 {
		t.Errorf("exit code %d, %q", code, out)
	}
}

// notFound is the message on a lesson whose finding was not reproduced.
func notFound(name string) string {
	return "demo: the lesson's own finding was not reproduced: " + name + "\n"
}

// A claim that does not hold is no failure where that is what the lesson finds;
// not to find it is one, whatever the verdict.
func TestLessonExitCode(t *testing.T) {
	for _, test := range []struct {
		report  func(r *lesson.Report)
		verdict string
		code    int
	}{
		{func(r *lesson.Report) { r.Refutes("p", true, "a") }, "does not hold", 0},
		{func(r *lesson.Report) { r.Refutes("p", false, "a") }, "holds", 1},
		{func(r *lesson.Report) { r.Supports("p", true, "a"); r.Refutes("q", true, "b") }, "holds in part", 0},
		{func(r *lesson.Report) { r.Supports("p", true, "a"); r.Check(false, "b") }, "holds", 1},
	} {
		lessons := someLessons(atOnce)
		lessons[1].Run = func(_ context.Context, _ lesson.Values, r *lesson.Report) error { test.report(r); return nil }
		code, out, errs := demoLessons(t.Context(), lessons, "waits")
		if code != test.code || !strings.Contains(out, "\nVerdict: "+test.verdict) || (errs == notFound("waits")) != (code == 1) {
			t.Errorf("exit code %d, %q, %q; want %d and %s", code, out, errs, test.code, test.verdict)
		}
		dir := filepath.Join(t.TempDir(), "new")
		code, out, _ = demoLessons(t.Context(), lessons, "waits", "--out", dir)
		if code != test.code || !strings.Contains(out, "waits              "+test.verdict+"\n") {
			t.Errorf("with --out exit code %d, %q; want %d and %s", code, out, test.code, test.verdict)
		}
	}
}

func TestLessonHelp(t *testing.T) {
	_, out, _ := demoLessons(t.Context(), someLessons(atOnce), "limits", "--help")
	checkText(t, out, "A number is below its limit", "\nSettings:\n  --number N          a number (default 3)\n",
		"  --kinds LIST        some kinds: a, b (default a)\n", "\nOutput:\n", "--out DIR")
	_, out, _ = demoLessons(t.Context(), someLessons(atOnce), "--help")
	checkText(t, out, "\n  limits ", "\n  waits ", "\n  all ")
	if _, again, _ := demoLessons(t.Context(), someLessons(atOnce), "limits", "--help"); strings.Contains(again, "default b") {
		t.Error("a setting is kept from one command to the next")
	}
}

func TestLessonUsage(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	file := write(t, "file")
	for line, words := range map[string][]string{
		"limts":                    {`unknown lesson "limts", did you mean limits?`, "run 'demo lesson --help'"},
		"zzzzzz":                   {`unknown lesson "zzzzzz": limits, waits or all expected`},
		"limits --number 101":      {"--number 101: a whole number from 0 to 100 expected", "run 'demo lesson limits --help'"},
		"limits --kinds c":         {"--kinds c: a or b expected"},
		"limits --numbr 1":         {"unknown flag --numbr, did you mean --number?"},
		"limits more":              {`unexpected argument "more"`},
		"--number 1":               {"--number stands behind 'demo lesson limits'"},
		"limits --out " + file:     {"--out " + file + ": a directory expected"},
		"all --out " + file + "/x": {"a directory expected"},
		"all --check none":         {"--check none: a directory that --out wrote expected, there is no README.md in it"},
		"all --check x --out y":    {"--check has no effect"},
		"limits --check x":         {"unknown flag --check"},
		"all --number 3":           {"unknown flag --number"},
		"limits --out= --number 5": {`--out "": the name of a directory expected`},
	} {
		code, out, errs := demoLessons(t.Context(), someLessons(atOnce), strings.Fields(line)...)
		if code != 2 || out != "" {
			t.Errorf("%s: exit code %d, %q", line, code, out)
		}
		checkText(t, errs, words...)
	}
	checkFiles(t, dir)
}

func TestLessonOut(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "lessons")
	code, out, errs := demoLessons(t.Context(), someLessons(atOnce), "all", "--out", dir)
	if code != 0 || errs != "" {
		t.Fatalf("exit code %d, %s", code, errs)
	}
	checkText(t, out, "limits             holds\n", "waits              holds\n", "5 files written to "+dir+", of them README.md and index.html")
	checkNames(t, dir, "README.md", "index.html", "limits-line.svg", "limits.md", "waits.md")

	one := filepath.Join(t.TempDir(), "one")
	code, out, errs = demoLessons(t.Context(), someLessons(atOnce), "limits", "--number", "12", "--out", one)
	if code != 1 || errs != notFound("limits") {
		t.Errorf("exit code %d, %s", code, errs)
	}
	checkText(t, out, "limits             does not hold\n", "3 files written to ")
	checkNames(t, one, "limits-line.svg", "limits.html", "limits.md")
}

// checkNames reports unless a directory holds just these files.
func checkNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got := strings.Join(names, " "); got != strings.Join(want, " ") {
		t.Errorf("files %s, want %s", got, strings.Join(want, " "))
	}
}

func TestLessonCheck(t *testing.T) {
	dir := t.TempDir()
	if code, _, errs := demoLessons(t.Context(), someLessons(atOnce), "all", "--out", dir); code != 0 {
		t.Fatal(errs)
	}
	code, out, errs := demoLessons(t.Context(), someLessons(atOnce), "all", "--check", dir)
	if code != 0 || errs != "" || !strings.HasSuffix(out, dir+" is current, apart from times.\n") {
		t.Errorf("exit code %d, %q, %q", code, out, errs)
	}
	wrong := someLessons(atOnce)
	wrong[1].Run = func(_ context.Context, _ lesson.Values, r *lesson.Report) error {
		r.Supports("it ends", false, "It ended.")
		return nil
	}
	if code, _, errs := demoLessons(t.Context(), wrong, "all", "--out", t.TempDir()); code != 1 || errs != notFound("waits") {
		t.Errorf("exit code %d, %q", code, errs)
	}
	page := filepath.Join(dir, "limits.md")
	text, err := os.ReadFile(page)
	must(err)
	must(os.WriteFile(page, bytes.Replace(text, []byte("A number is"), []byte("A number was"), 1), 0o644))
	must(os.Remove(filepath.Join(dir, "limits-line.svg")))
	code, out, errs = demoLessons(t.Context(), someLessons(atOnce), "all", "--check", dir)
	if code != 1 {
		t.Errorf("exit code %d for a directory that is not current", code)
	}
	checkText(t, out, "limits.md: ", "A number was below", "there, ", "A number is below", "limits-line.svg: missing\n")
	checkText(t, errs, dir+" is not current: run 'demo lesson all --out "+dir+"'")
}

func TestLessonInterrupted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	for _, args := range [][]string{{"all", "--out", dir}, {"all"}, {"waits"}} {
		ctx, cancel := context.WithCancel(t.Context())
		lessons := someLessons(func(ctx context.Context) error {
			cancel()
			<-ctx.Done()
			return ctx.Err()
		})
		code, out, errs := demoLessons(ctx, lessons, args...)
		if code != 130 || !strings.HasPrefix(errs, "demo: interrupted in lesson waits") || strings.Contains(out, "It ended") {
			t.Errorf("%v: exit code %d, %q, %q", args, code, out, errs)
		}
		if written := strings.Contains(errs, "nothing was written"); written != (len(args) > 1) {
			t.Errorf("%v: %q", args, errs)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("a directory was left: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code, _, errs := demoLessons(ctx, someLessons(atOnce), "all"); code != 130 || !strings.Contains(errs, "in lesson limits") {
		t.Errorf("interrupted before: exit code %d, %q", code, errs)
	}
}

func TestLessonFailed(t *testing.T) {
	lessons := someLessons(func(context.Context) error { return os.ErrInvalid })
	code, _, errs := demoLessons(t.Context(), lessons, "waits")
	if code != 1 || errs != "demo: lesson waits: invalid argument\n" {
		t.Errorf("exit code %d, %q", code, errs)
	}
	lessons[0].Run = func(_ context.Context, _ lesson.Values, r *lesson.Report) error {
		r.Draw("empty", "nothing", plotting.Chart{})
		return nil
	}
	code, _, errs = demoLessons(t.Context(), lessons, "limits")
	if code != 1 || !strings.Contains(errs, "limits: picture empty: ") {
		t.Errorf("exit code %d, %q", code, errs)
	}
}

// The lessons themselves are commands with their settings as flags.
func TestLessonsAreCommands(t *testing.T) {
	_, list, _ := demo(t.Context(), "lesson")
	for _, l := range lesson.All() {
		checkText(t, list, "  "+l.Name+"\n")
		code, help, errs := demo(t.Context(), "lesson", l.Name, "--help")
		if code != 0 || errs != "" {
			t.Errorf("%s: exit code %d, %s", l.Name, code, errs)
		}
		for _, s := range l.Settings {
			checkText(t, help, "--"+s.Name+" ")
		}
	}
	code, out, errs := demo(t.Context(), "lesson", "representation", "--sizes", "2,3,1")
	if code != 0 || errs != "" {
		t.Errorf("exit code %d, %s", code, errs)
	}
	checkText(t, out, "W[l] are", "(3,2)", "Verdict: holds\n")
}
