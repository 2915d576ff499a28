package page

import (
	"bytes"
	_ "embed" // for the page's parts
	"html/template"
	"regexp"

	"chainrule/cmd/demo/internal/lesson"
)

//go:embed page.html
var pageTemplate string

//go:embed page.css
var pageStyle string

// htmlLesson is a lesson as the template wants it.
type htmlLesson struct {
	Name, Title, Claim, Command string
	Settings                    htmlTable
	Blocks                      []htmlBlock
	Verdict, Class, Why         string
	TimedOpen, TimedClose       template.HTML // around the verdict
	MeasuredOpen, MeasuredClose template.HTML
}

// htmlBlock is a block; one of its parts is set.
type htmlBlock struct {
	Open, Close   template.HTML // marks
	Text, Listing string
	Table         *htmlTable
	SVG           template.HTML
	Caption       string
	Check         string
	Outcome       string // of the check
	Class         string
}

type htmlTable struct {
	lesson.Table
	Right []bool
}

// The classes, in the style sheet, of verdicts and of what checks say.
var (
	verdictClasses = map[lesson.Verdict]string{lesson.NotTried: "fails", lesson.DoesNotHold: "fails", lesson.HoldsInPart: "part", lesson.Holds: "holds"}
	bearingClasses = map[lesson.Bearing]string{lesson.Neither: "neither", lesson.Supports: "holds", lesson.Refutes: "fails"}
)

// HTML returns one page, which needs nothing else, of the given lessons.
func HTML(all []*Drawn) ([]byte, error) {
	t, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	page := struct {
		Title   string
		Style   template.CSS
		Lessons []htmlLesson
	}{Title: "Lessons on shallow neural networks", Style: template.CSS(pageStyle)}
	for _, d := range all {
		page.Lessons = append(page.Lessons, d.html())
	}
	if len(all) == 1 {
		page.Title = all[0].Lesson.Title
	}
	var b bytes.Buffer
	if err := t.Execute(&b, page); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// html returns the lesson for the template.
func (d *Drawn) html() htmlLesson {
	l := htmlLesson{
		Name: d.Lesson.Name, Title: d.Lesson.Title, Claim: d.claim(), Command: d.command(),
		Settings: htmlTable{d.settings(), right(d.settings())},
		Verdict:  d.Report.Verdict().String(), Class: verdictClasses[d.Report.Verdict()], Why: d.Report.Explanation(),
		MeasuredOpen: measuredOpen, MeasuredClose: measuredClose,
	}
	if d.timed() {
		l.TimedOpen, l.TimedClose = timedOpen, timedClose
	}
	for _, b := range d.Report.Blocks {
		l.Blocks = append(l.Blocks, d.htmlBlock(b))
	}
	return l
}

// htmlBlock returns a block for the template.
func (d *Drawn) htmlBlock(block lesson.Block) htmlBlock {
	var b htmlBlock
	timed := false
	switch x := block.(type) {
	case lesson.Text:
		b.Text = string(x)
	case lesson.Listing:
		b.Listing = string(x)
	case lesson.Table:
		b.Table, timed = &htmlTable{x, right(x)}, x.Timed
	case lesson.Picture:
		b.SVG, b.Caption, timed = inline(d.svg[d.file(x)], x.Caption), x.Caption, x.Timed
	case lesson.Check:
		b.Check, b.Outcome, b.Class, timed = x.Text, outcome(x), bearingClasses[x.Says], x.Timed
	}
	if timed {
		b.Open, b.Close = timedOpen, timedClose
	}
	return b
}

// prolog is what an SVG file has before its element, and a page has not.
var prolog = regexp.MustCompile(`(?s)^.*?<svg `)

// inline returns an SVG file as a part of a page. It is our own drawing, whose
// texts are escaped.
func inline(svg []byte, caption string) template.HTML {
	open := `<svg role="img" aria-label="` + template.HTMLEscapeString(caption) + `" `
	return template.HTML(prolog.ReplaceAllLiteral(svg, []byte(open)))
}
