package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/lesson"
	"chainrule/cmd/demo/internal/lesson/page"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/words"
	"github.com/spf13/cobra"
)

// A lessonConfig says which lessons are run, how, and where they are reported.
type lessonConfig struct {
	lessons []lesson.Lesson
	values  []lesson.Values // of each
	all     bool
	out     string // directory, "" for text on standard output
	check   string // directory to compare with, "" for none
}

// runLessons is demo lesson NAME and demo lesson all.
func runLessons(cmd *cobra.Command, c lessonConfig) error {
	if c.out != "" && c.check != "" {
		return cli.Usage(cmd, "--check has no effect: --out writes the directory anew")
	}
	out := terminal.NewWriter(cmd.OutOrStdout())
	r := &lessonRun{lessonConfig: c, out: out, errs: cmd.ErrOrStderr()}
	if c.check != "" {
		if info, err := os.Stat(filepath.Join(c.check, page.IndexName)); err != nil || info.IsDir() {
			return cli.Usage(cmd, "--check %s: a directory that --out wrote expected, there is no %s in it", cli.Quoted(c.check), page.IndexName)
		}
	}
	if c.out != "" {
		dir, err := openDirectory(c.out, c.pages()...)
		if err != nil {
			return cli.Usage(cmd, "--out %s: %w", cli.Quoted(c.out), err)
		}
		defer dir.removeIfEmpty()
		r.dir = dir
	}
	err := r.run(cmd.Context())
	return cmp.Or(out.Err, err)
}

// pages returns the names of the pages that are going to be written.
func (c lessonConfig) pages() []string {
	names := []string{c.lessons[0].Name + ".html"}
	if c.all {
		names = []string{page.IndexName, page.HTMLName}
	}
	for _, l := range c.lessons {
		names = append(names, l.Name+".md")
	}
	return names
}

// A lessonRun runs lessons and reports them.
type lessonRun struct {
	lessonConfig
	dir  *directory // nil without --out
	out  *terminal.Writer
	errs io.Writer
}

// run runs the lessons in order.
func (r *lessonRun) run(ctx context.Context) error {
	var drawn []*page.Drawn
	var missed []lesson.Lesson
	count := map[lesson.Verdict]int{}
	for i, l := range r.lessons {
		result, err := r.one(ctx, i)
		if err != nil {
			return r.stopped(ctx, l, err)
		}
		d, err := page.Draw(result)
		if err != nil {
			return err
		}
		drawn = append(drawn, d)
		count[result.Report.Verdict()]++
		if !r.reproduced(result.Report) {
			missed = append(missed, l)
		}
		r.report(result)
	}
	switch {
	case r.check != "":
		return cmp.Or(r.compare(drawn), notReproduced(missed))
	case r.dir != nil:
		return cmp.Or(r.write(drawn), notReproduced(missed))
	case r.all:
		r.out.Print(words.Wrap(tally(len(drawn), count), "", r.out.Width) + "\n")
	}
	return notReproduced(missed)
}

// reproduced reports whether all checks came out as the lesson found them; with
// --check, apart from times.
func (r *lessonRun) reproduced(report *lesson.Report) bool {
	return !slices.ContainsFunc(report.Missing(), func(c lesson.Check) bool { return !c.Timed || r.check == "" })
}

// tally says how many claims got which verdict.
func tally(lessons int, count map[lesson.Verdict]int) string {
	text := fmt.Sprintf("%s. Of their claims, as they are worded, %d hold, %d hold in part, %d do not hold",
		words.Count(lessons, "lesson"), count[lesson.Holds], count[lesson.HoldsInPart], count[lesson.DoesNotHold])
	if n := count[lesson.NotTried]; n > 0 {
		text += fmt.Sprintf(", %d were not tried", n)
	}
	return text + "."
}

// one runs one lesson, with its name in the last line of a terminal.
func (r *lessonRun) one(ctx context.Context, i int) (page.Result, error) {
	result := page.Result{Lesson: r.lessons[i], Values: r.values[i], Report: &lesson.Report{}}
	p := terminal.ShowBusy(r.errs, fmt.Sprintf("lesson %s (%d of %d)", result.Lesson.Name, i+1, len(r.lessons)))
	defer p.Stop()
	if err := ctx.Err(); err != nil {
		return result, err
	}
	return result, result.Lesson.Run(ctx, result.Values, result.Report)
}

// stopped returns the error of a lesson that did not come to its end.
func (r *lessonRun) stopped(ctx context.Context, l lesson.Lesson, err error) error {
	if ctx.Err() == nil {
		return fmt.Errorf("lesson %s: %w", l.Name, err)
	}
	written := ""
	if r.dir != nil {
		written = ", nothing was written"
	}
	fmt.Fprintf(r.errs, "demo: interrupted in lesson %s%s\n", l.Name, written)
	return cli.ErrInterrupted
}

// report tells what a lesson found: all of it, or the verdict where the rest is
// written to files.
func (r *lessonRun) report(result page.Result) {
	if r.dir == nil && r.check == "" {
		r.out.Print(page.Text(result, r.out.Width))
		if r.all {
			r.out.Print("\n")
		}
		return
	}
	r.out.Printf("%-18s %s\n", result.Lesson.Name, result.Report.Verdict())
}

// write writes the lessons into the directory.
func (r *lessonRun) write(drawn []*page.Drawn) error {
	pages, err := r.files(drawn)
	if err != nil {
		return err
	}
	var files []file
	for _, f := range pages {
		files = append(files, file{f.Name, f.Data})
	}
	written, err := r.dir.write(files)
	if err != nil {
		return err
	}
	r.out.Printf("\n%s written to %s, of them %s\n", words.Count(len(written), "file"), r.dir.path, words.List(r.pages()[:2], "and"))
	return nil
}

// files returns the files of the documentation.
func (r *lessonRun) files(drawn []*page.Drawn) ([]page.File, error) {
	if r.all {
		return page.All(drawn)
	}
	return drawn[0].Files(true)
}
