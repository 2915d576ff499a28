package page

import (
	"bytes"
	"fmt"
	"strings"

	"chainrule/cmd/demo/internal/lesson"
	"chainrule/internal/plotting"
)

// A Result is a lesson that was run.
type Result struct {
	Lesson lesson.Lesson
	Values lesson.Values
	Report *lesson.Report
}

// A File is a file of the documentation.
type File struct {
	Name string
	Data []byte
}

// The names of the files that stand for all lessons.
const (
	IndexName = "README.md"
	HTMLName  = "index.html"
)

// claim returns the claim that the settings of the run tried.
func (r Result) claim() string { return r.Lesson.ClaimFor(r.Values) }

// outcome returns what a check found and what that says of the claim, in a few
// words.
func outcome(c lesson.Check) string {
	found := "found"
	if !c.Holds {
		found = "not found"
	}
	switch c.Says {
	case lesson.Supports:
		found += ", supports the claim"
	case lesson.Refutes:
		found += ", refutes the claim"
	}
	return found
}

// command returns the command line that gives the result again.
func (r Result) command() string {
	words := []string{"demo lesson", r.Lesson.Name}
	for _, s := range r.Lesson.Settings {
		if text := s.Format(r.Values[s.Name]); text != s.Format(s.Default) {
			words = append(words, "--"+s.Name, quoted(text))
		}
	}
	return strings.Join(words, " ")
}

// quoted puts a word in quotes that a shell would take apart.
func quoted(s string) string {
	if s == "" || strings.ContainsAny(s, " \t'\"\\$`*?[]{}()<>|&;#~!") {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	return s
}

// settings returns the settings of the run as a table.
func (r Result) settings() lesson.Table {
	t := lesson.Table{Header: []string{"setting", "value", "what it is"}}
	for _, s := range r.Lesson.Settings {
		t.Rows = append(t.Rows, []string{"--" + s.Name, s.Format(r.Values[s.Name]), s.Help})
	}
	return t
}

// timed reports whether the verdict, or what is said with it, depends on times.
func (r Result) timed() bool {
	for _, c := range r.Report.Checks() {
		if c.Timed {
			return true
		}
	}
	return false
}

// pictures returns those of the report.
func (r Result) pictures() []lesson.Picture {
	var all []lesson.Picture
	for _, b := range r.Report.Blocks {
		if p, ok := b.(lesson.Picture); ok {
			all = append(all, p)
		}
	}
	return all
}

// file returns the name of a picture's file.
func (r Result) file(p lesson.Picture) string { return r.Lesson.Name + "-" + p.Name + ".svg" }

// A Drawn is a result with its pictures.
type Drawn struct {
	Result
	svg map[string][]byte // by name of the file
}

// Draw draws the pictures of a result. Two of the same name are an error, for
// they would be one file.
func Draw(r Result) (*Drawn, error) {
	d := &Drawn{r, map[string][]byte{}}
	for _, p := range r.pictures() {
		if _, twice := d.svg[r.file(p)]; twice {
			return nil, fmt.Errorf("%s: two pictures are called %s", r.Lesson.Name, p.Name)
		}
		var buf bytes.Buffer
		if err := plotting.Write(&buf, plotting.SVG, p.Drawing); err != nil {
			return nil, fmt.Errorf("%s: picture %s: %w", r.Lesson.Name, p.Name, err)
		}
		d.svg[r.file(p)] = buf.Bytes()
	}
	return d, nil
}

// Files returns the lesson's page in Markdown, its pictures, and a page in HTML
// if alone is set.
func (d *Drawn) Files(alone bool) ([]File, error) {
	files := []File{{d.Lesson.Name + ".md", []byte(d.markdown(!alone))}}
	for _, p := range d.pictures() {
		files = append(files, File{d.file(p), d.svg[d.file(p)]})
	}
	if alone {
		html, err := HTML([]*Drawn{d})
		if err != nil {
			return nil, err
		}
		files = append(files, File{d.Lesson.Name + ".html", html})
	}
	return files, nil
}

// All returns the documentation of all lessons: an index, a page for each with
// its pictures, and one page in HTML with all of it.
func All(all []*Drawn) ([]File, error) {
	files := []File{{IndexName, []byte(index(all))}}
	for _, d := range all {
		own, err := d.Files(false)
		if err != nil {
			return nil, err
		}
		files = append(files, own...)
	}
	html, err := HTML(all)
	if err != nil {
		return nil, err
	}
	return append(files, File{HTMLName, html}), nil
}
