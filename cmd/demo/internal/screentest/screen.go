package screentest

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Screen is what a terminal shows. As in most terminals the cursor waits behind a
// full line and goes to the next with the next character. Nothing is wrapped anew
// when the size changes.
type Screen struct {
	// Unknown are the sequences that the screen does not know, and control
	// characters that have no meaning.
	Unknown []string

	// Wrapped are the lines that were too long, as far as they fitted.
	Wrapped []string

	// CursorHidden tells whether the cursor is to be seen.
	CursorHidden bool

	columns, rows int
	main, second  page
	inSecond      bool
	pending       string // an unfinished sequence or character
}

// A page is one of a terminal's two screens.
type page struct {
	cells    [][]rune
	scrolled []string // lines that left at the top
	row, col int      // of the cursor; col may be columns: the line is full
}

// New returns an empty screen.
func New(columns, rows int) *Screen {
	s := &Screen{columns: columns, rows: rows}
	s.main.resize(columns, rows)
	s.second.resize(columns, rows)
	return s
}

// Resize changes the size. What is cut off is lost.
func (s *Screen) Resize(columns, rows int) {
	s.columns, s.rows = columns, rows
	s.main.resize(columns, rows)
	s.second.resize(columns, rows)
}

// Second reports whether the second screen is shown, that of programs which take
// the whole.
func (s *Screen) Second() bool { return s.inSecond }

// Lines returns what is shown, without spaces at the ends of lines.
func (s *Screen) Lines() []string { return s.page().lines() }

// All returns what is shown on the main screen, after what scrolled away.
func (s *Screen) All() string {
	return strings.TrimRight(strings.Join(append(s.main.scrolled, s.main.lines()...), "\n"), "\n")
}

func (s *Screen) page() *page {
	if s.inSecond {
		return &s.second
	}
	return &s.main
}

// Write shows what is written to the terminal.
func (s *Screen) Write(data []byte) (int, error) {
	text := s.pending + string(data)
	s.pending = ""
	for text != "" {
		n := s.next(text)
		if n == 0 {
			s.pending = text
			break
		}
		text = text[n:]
	}
	return len(data), nil
}

// next takes one character or sequence, and returns its length, 0 if it is
// unfinished.
func (s *Screen) next(text string) int {
	p := s.page()
	switch c := text[0]; {
	case c == '\x1b':
		return s.sequence(text)
	case c == '\r':
		p.col = 0
	case c == '\n':
		p.down(s.columns)
	case c == '\t':
		p.col = min(p.col/8*8+8, s.columns-1)
	case c == '\b':
		p.col = max(min(p.col, s.columns-1)-1, 0)
	case c < ' ' || c == 0x7f:
		s.Unknown = append(s.Unknown, strconv.Quote(string(rune(c))))
	default:
		if !utf8.FullRuneInString(text) {
			return 0
		}
		r, n := utf8.DecodeRuneInString(text)
		if p.col == s.columns {
			s.Wrapped = append(s.Wrapped, string(p.cells[p.row]))
			p.col = 0
			p.down(s.columns)
		}
		p.cells[p.row][p.col] = r
		p.col++
		return n
	}
	return 1
}

// sequence does what one that begins with ESC says.
func (s *Screen) sequence(text string) int {
	if len(text) < 2 {
		return 0
	}
	if text[1] != '[' {
		s.Unknown = append(s.Unknown, strconv.Quote(text[:2]))
		return 2
	}
	end := strings.IndexFunc(text[2:], func(r rune) bool { return r >= '@' && r <= '~' })
	if end < 0 {
		return 0
	}
	parameters, final := text[2:2+end], text[2+end]
	switch {
	case final == 'm':
	case strings.HasPrefix(parameters, "?") && (final == 'h' || final == 'l'):
		s.mode(parameters, final == 'h')
	default:
		if !s.page().move(parameters, final, s.columns, s.rows) {
			s.Unknown = append(s.Unknown, strconv.Quote(text[:3+end]))
		}
	}
	return 3 + end
}

// mode switches a mode on or off.
func (s *Screen) mode(parameters string, on bool) {
	switch parameters {
	case "?25":
		s.CursorHidden = !on
	case "?1049":
		if on && !s.inSecond {
			s.second = page{}
			s.second.resize(s.columns, s.rows)
		}
		s.inSecond = on
	default:
		s.Unknown = append(s.Unknown, fmt.Sprintf("mode %s %v", parameters, on))
	}
}

// move moves the cursor or clears, and reports whether the sequence is known.
func (p *page) move(parameters string, final byte, columns, rows int) bool {
	var numbers []int
	if parameters != "" {
		for part := range strings.SplitSeq(parameters, ";") {
			n, err := strconv.Atoi(part)
			if err != nil {
				return false
			}
			numbers = append(numbers, n)
		}
	}
	number := func(i, otherwise int) int {
		if i < len(numbers) {
			return numbers[i]
		}
		return otherwise
	}
	col := min(p.col, columns-1)
	switch final {
	case 'A':
		p.row = max(p.row-number(0, 1), 0)
	case 'B':
		p.row = min(p.row+number(0, 1), rows-1)
	case 'C':
		p.col = min(col+number(0, 1), columns-1)
	case 'D':
		p.col = max(col-number(0, 1), 0)
	case 'G':
		p.col = min(max(number(0, 1), 1), columns) - 1
	case 'H':
		p.row, p.col = min(max(number(0, 1), 1), rows)-1, min(max(number(1, 1), 1), columns)-1
	case 'K':
		return p.clear(number(0, 0), p.row, col)
	case 'J':
		for r := range p.cells {
			if mode := number(0, 0); mode == 2 || mode == 0 && r > p.row || mode == 1 && r < p.row {
				p.clear(2, r, 0)
			}
		}
		return number(0, 0) == 2 || p.clear(number(0, 0), p.row, col)
	default:
		return false
	}
	return true
}

// clear empties a line from a column on, up to it, or all of it.
func (p *page) clear(mode, row, col int) bool {
	for c := range p.cells[row] {
		if mode == 2 || mode == 0 && c >= col || mode == 1 && c <= col {
			p.cells[row][c] = ' '
		}
	}
	return mode >= 0 && mode <= 2
}

// down goes to the next line; at the end everything moves up.
func (p *page) down(columns int) {
	if p.row+1 < len(p.cells) {
		p.row++
		return
	}
	p.scrolled = append(p.scrolled, p.lines()[0])
	p.cells = append(p.cells[1:], blank(columns))
}

// resize cuts or adds cells at the right and at the bottom; the cursor's line stays.
func (p *page) resize(columns, rows int) {
	for len(p.cells) < rows {
		p.cells = append(p.cells, blank(columns))
	}
	for len(p.cells) > rows {
		if p.row < rows {
			p.cells = p.cells[:rows]
			break
		}
		p.scrolled = append(p.scrolled, p.lines()[0])
		p.cells = p.cells[1:]
		p.row--
	}
	for r, line := range p.cells {
		p.cells[r] = append(line, blank(max(columns-len(line), 0))...)[:columns]
	}
	p.col = min(p.col, columns)
}

func (p *page) lines() []string {
	out := make([]string, len(p.cells))
	for r, line := range p.cells {
		out[r] = strings.TrimRight(string(line), " ")
	}
	return out
}

func blank(columns int) []rune { return []rune(strings.Repeat(" ", columns)) }
