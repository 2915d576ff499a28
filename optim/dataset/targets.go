package dataset

import (
	"fmt"
	"math"
	"slices"

	"chainrule/internal/words"
)

// targets keeps what is to be predicted while it is not known whether these are
// classes or numbers: both, as long as both can be.
type targets struct {
	task    string // Classify, Regress, or "" while it is to be guessed
	many    bool   // it was guessed since there are too many classes
	codes   codes
	class   pieces[uint16] // which is enough for maxClasses
	numbers numbers
	texts   bool // one is no number, so that they are classes
	y       pieces[float64]
	gaps    int       // missing among y
	gap     *CSVError // the first of them
}

// start takes the task from the settings.
func (t *targets) start(c CSV) {
	t.task = c.Task
	if t.task == "" && len(c.Targets) > 1 {
		t.task = Regress
	}
}

// takeTarget takes in the cell of target k, or returns what is wrong with it.
func (t *table) takeTarget(cell []byte, k int) (problem string) {
	if t.targets.task == Regress {
		return t.takeTargetNumber(cell, k)
	}
	t.row.label = append(t.row.label, cell...)
	if problem = t.takeClass(cell); problem == "" && t.targets.task == "" && !t.targets.texts {
		t.guessNumber(cell)
	}
	return problem
}

// takeClass returns what is wrong with the cell of a class before its row has ended.
func (t *table) takeClass(cell []byte) (problem string) {
	switch {
	case len(cell) > 0:
		return ""
	case t.settings.Missing == MissingDrop:
		t.row.missing = true
		return ""
	case t.settings.Missing == MissingMean || t.settings.Missing == MissingFill:
		return "the cell is empty, a class expected: there is no mean of classes"
	}
	return "the cell is empty, a class expected"
}

func (t *table) takeTargetNumber(cell []byte, k int) (problem string) {
	if len(t.row.y) < k+1 {
		t.row.y = append(t.row.y, make([]float64, k+1-len(t.row.y))...)
	}
	if isMissing(cell) {
		if t.settings.Missing == MissingDrop {
			t.row.missing = true
			return ""
		}
		return missingTarget(cell, t.settings)
	}
	t.row.y[k], problem = t.targets.numbers.parse(cell, t.cells.cellLine, t.row.cells+1)
	t.row.decimals = t.row.decimals || hasDecimals(cell)
	if problem != "" && t.targets.many {
		problem += ", but the more than 1,000 different values before are"
	}
	return problem
}

// missingTarget is what is wrong with a target that is missing.
func missingTarget(cell []byte, c CSV) string {
	problem := quote(string(cell)) + " is not a number"
	if len(cell) == 0 {
		problem = "the cell is empty, a number to predict expected"
	}
	if c.Missing == MissingMean || c.Missing == MissingFill {
		return problem + ": nothing is put for one that is to be predicted, CSV.Missing can be drop"
	}
	return problem + "; CSV.Missing tells what to do about missing ones"
}

// guessNumber takes the cell for a number as well, if it can be one.
func (t *table) guessNumber(cell []byte) {
	v := math.NaN()
	if isMissing(cell) {
		if t.targets.gap == nil {
			t.targets.gap = t.problem(t.row.cells, t.cells.cellLine, missingTarget(cell, t.settings))
		}
	} else {
		var problem string
		if v, problem = t.targets.numbers.parse(cell, t.cells.cellLine, t.row.cells+1); problem != "" {
			t.targets.texts, t.targets.y = true, pieces[float64]{}
			return
		}
	}
	t.row.decimals = t.row.decimals || hasDecimals(cell)
	t.row.y = append(t.row.y, v)
}

// endTarget keeps the targets of a row that has been read.
func (t *table) endTarget() (problem string) {
	g := &t.targets
	if g.task == Regress {
		for _, v := range t.row.y {
			g.y.add(v)
		}
		return ""
	}
	if g.task == "" && !g.texts && len(g.codes.names) == maxClasses && g.isNew(t.row.label) {
		g.task, g.many = Regress, true
		g.codes, g.class = codes{}, pieces[uint16]{}
	}
	if g.task != Regress {
		code, problem := g.codes.class(t.row.label)
		if problem != "" {
			return problem
		}
		g.class.add(code)
	}
	if !g.texts && g.task != Classify {
		v := t.row.y[0]
		if math.IsNaN(v) {
			g.gaps++
		}
		g.y.add(v)
	}
	return ""
}

func (t *targets) isNew(label []byte) bool {
	_, known := t.codes.numbers[string(label)]
	return !known
}

// len returns the number of examples; k is that of targets.
func (t *targets) len(k int) int {
	if t.task == Regress {
		return t.y.len() / max(1, k)
	}
	return t.class.len()
}

// decide makes up its mind about the task, and says why if numbers left a choice.
func (t *targets) decide(column string) (guess string) {
	names := t.codes.names
	if t.task != "" {
		if t.many {
			return plain(column) + " has more than 1,000 different numbers, which are to be predicted as numbers (regression)"
		}
		return ""
	}
	m := t.class.len()
	values := t.codes.values()
	switch {
	case !t.texts && t.codes.measured(m):
		t.task = Regress
		t.class = pieces[uint16]{}
		return fmt.Sprintf("the %d different numbers of %s in %s look like measurements, to be predicted as numbers (regression)",
			len(values), plain(column), words.Count(m, "example"))
	case len(values) == len(names) && len(names) > 2:
		guess = fmt.Sprintf("the %d different numbers of %s are taken for classes", len(names), plain(column))
	}
	t.task = Classify
	return guess
}

// first reports how often the target of the first example comes up.
func (t *targets) first(k int) (examples int) {
	if t.task == Regress {
		if k != 1 {
			return 1
		}
		first := math.NaN()
		for v := range t.y.all() {
			if first != first {
				first = v
			}
			if v == first {
				examples++
			}
		}
		return examples
	}
	for code := range t.class.all() {
		if code == 0 { // of the first example
			examples++
		}
	}
	return examples
}

// without takes the examples away that miss a number to predict.
func without(s *Set) (left int) {
	n, k, to := len(s.Features), len(s.Targets), 0
	for j := range s.Len() {
		y := s.Y[j*k : (j+1)*k]
		if slices.ContainsFunc(y, math.IsNaN) {
			continue
		}
		copy(s.X[to*n:(to+1)*n], s.X[j*n:(j+1)*n])
		copy(s.Y[to*k:(to+1)*k], y)
		to++
	}
	left = s.Len() - to
	s.X, s.Y = s.X[:to*n], s.Y[:to*k]
	return left
}
