package lesson

import (
	"context"
	"fmt"

	"chainrule/internal/plotting"
)

// A Lesson is a claim with its experiment.
type Lesson struct {
	Name  string // on the command line, such as "init-scale"
	Title string // a few words
	Claim string // one sentence, as notes put it

	// Settings are what the experiment can be changed by.
	Settings []Setting

	// Run does the experiment and reports it. It stops with ctx's error soon
	// after ctx is done. Equal settings give the same report, but for what is
	// marked as Timed.
	Run func(ctx context.Context, s Values, r *Report) error
}

// A Report is what a lesson found, block by block.
type Report struct{ Blocks []Block }

// A Block is a piece of a report: a Text, a Listing, a Table, a Picture or a
// Check.
type Block interface{ block() }

// A Text is a paragraph.
type Text string

// A Listing is text laid out already, such as formulas or matrices.
type Listing string

// A Table has a header and rows of as many cells. Cells that are numbers stand
// to the right.
type Table struct {
	Header []string
	Rows   [][]string
	Timed  bool // holds times or memory of this machine, which differ from run to run
}

// A Picture is a drawing with a name for its file, unique in the lesson and
// without an ending, and a caption that says what is to be seen.
type Picture struct {
	Name    string
	Caption string
	Drawing plotting.Picture
	Timed   bool // as that of a Table
}

// A Check is a part of the verdict: what the numbers must show, with the numbers.
type Check struct {
	Text  string
	Holds bool
	Timed bool // as that of a Table
}

func (Text) block()    {}
func (Listing) block() {}
func (Table) block()   {}
func (Picture) block() {}
func (Check) block()   {}

func (r *Report) add(b Block) { r.Blocks = append(r.Blocks, b) }

// Say adds a paragraph.
func (r *Report) Say(format string, args ...any) { r.add(Text(fmt.Sprintf(format, args...))) }

// Show adds text that is laid out already.
func (r *Report) Show(text string) { r.add(Listing(text)) }

// Table adds a table.
func (r *Report) Table(t Table) { r.add(t) }

// Draw adds a picture.
func (r *Report) Draw(name, caption string, p plotting.Picture) {
	r.add(Picture{Name: name, Caption: caption, Drawing: p})
}

// Check adds a part of the verdict. The text says what is claimed and what was
// measured, in a way that reads well whether it holds or not.
func (r *Report) Check(holds bool, format string, args ...any) {
	r.add(Check{Text: fmt.Sprintf(format, args...), Holds: holds})
}

// Checks returns the parts of the verdict.
func (r *Report) Checks() []Check {
	var all []Check
	for _, b := range r.Blocks {
		if c, ok := b.(Check); ok {
			all = append(all, c)
		}
	}
	return all
}

// Holds returns the verdict: there is at least one check, and all of them hold.
func (r *Report) Holds() bool {
	all := r.Checks()
	for _, c := range all {
		if !c.Holds {
			return false
		}
	}
	return len(all) > 0
}
