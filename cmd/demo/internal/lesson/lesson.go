package lesson

import (
	"context"

	"chainrule/internal/plotting"
)

// A Lesson is a claim with its experiment.
type Lesson struct {
	Name  string // on the command line, such as "init-scale"
	Title string // a few words
	Claim string // one sentence, as notes put it

	// Reworded returns the claim that is tried with some settings, where they
	// change what it is about; nil if none does.
	Reworded func(s Values) string

	// Settings are what the experiment can be changed by.
	Settings []Setting

	// Run does the experiment and reports it. It stops with ctx's error soon
	// after ctx is done. Equal settings give the same report, but for what is
	// marked as Timed.
	Run func(ctx context.Context, s Values, r *Report) error

	// opens says what of it the page of the playground shows, see Opening.
	opens func(s Values) opening
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

// A Check is something that the lesson found, with the numbers, and what that
// says of the claim.
type Check struct {
	Text  string
	Holds bool    // it came out as the lesson found it
	Part  string  // the part of the claim that is tried, a clause with the settings in it; "" for none
	Says  Bearing // on that part, the way it came out
	Timed bool    // as that of a Table
}

// A Bearing is what a check says of a claim as it is worded.
type Bearing int

// The bearings.
const (
	Neither  Bearing = iota // it explains, or there was nothing to measure
	Supports                // the part holds
	Refutes                 // the part does not hold
)

func (Text) block()    {}
func (Listing) block() {}
func (Table) block()   {}
func (Picture) block() {}
func (Check) block()   {}

func (r *Report) add(b Block) { r.Blocks = append(r.Blocks, b) }

// Say adds a paragraph.
func (r *Report) Say(format string, args ...any) { r.add(Text(sentence(format, args...))) }

// Show adds text that is laid out already.
func (r *Report) Show(text string) { r.add(Listing(text)) }

// Table adds a table.
func (r *Report) Table(t Table) { r.add(t) }

// Draw adds a picture.
func (r *Report) Draw(name, caption string, p plotting.Picture) {
	r.add(Picture{Name: name, Caption: caption, Drawing: p})
}

// Supports adds a check by which a part of the claim stands or falls: if it
// holds it supports the part, else it refutes it. The text says what the lesson
// found and what was measured, in a way that reads well whether it holds or not.
func (r *Report) Supports(part string, holds bool, format string, args ...any) {
	r.Weigh(part, bearing(holds), holds, format, args...)
}

// Refutes adds a counterexample to a part of the claim: if it holds it refutes
// the part, else it supports it. The text is as that of Supports.
func (r *Report) Refutes(part string, holds bool, format string, args ...any) {
	r.Weigh(part, bearing(!holds), holds, format, args...)
}

// Weigh adds a check that may hold or not apart from what the measured values say
// of a part of the claim. The text is as that of Supports.
func (r *Report) Weigh(part string, says Bearing, holds bool, format string, args ...any) {
	r.add(Check{Text: sentence(format, args...), Holds: holds, Part: part, Says: says})
}

// bearing returns what is said of a part that holds or does not.
func bearing(holds bool) Bearing {
	if holds {
		return Supports
	}
	return Refutes
}

// Check adds a check that says nothing of the claim but explains it, or holds the
// experiment to what is known. The text is as that of Supports.
func (r *Report) Check(holds bool, format string, args ...any) {
	r.add(Check{Text: sentence(format, args...), Holds: holds})
}

// Untried adds something that the lesson found and these settings gave no
// occasion to find. The text says why.
func (r *Report) Untried(format string, args ...any) { r.Check(false, format, args...) }

// Conclude adds a paragraph on what the lesson found, unless one of the checks
// before came out otherwise.
func (r *Report) Conclude(format string, args ...any) {
	if len(r.Missing()) == 0 {
		r.Say(format, args...)
	}
}

// Checks returns all checks.
func (r *Report) Checks() []Check {
	var all []Check
	for _, b := range r.Blocks {
		if c, ok := b.(Check); ok {
			all = append(all, c)
		}
	}
	return all
}

// Missing returns the checks that came out otherwise than the lesson found. If
// there are none, its finding is reproduced.
func (r *Report) Missing() []Check {
	var missing []Check
	for _, c := range r.Checks() {
		if !c.Holds {
			missing = append(missing, c)
		}
	}
	return missing
}
