package terminal

import (
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/term"
)

// The control sequences by which a program takes a terminal's whole screen and
// gives it back. A terminal without a second screen ignores the last; its only one
// is left empty.
const (
	takeScreen = "\x1b[?1049h\x1b[?25l\x1b[2J"
	giveScreen = "\x1b[H\x1b[J\x1b[?25h\x1b[?1049l"
)

// keyWait is for how long a look at the keyboard waits, and so what closing a
// stage may take.
const keyWait = 50 * time.Millisecond

// A stage is the whole screen of a terminal, and its keyboard key by key, until
// it is closed. What stood on the screen before comes back then, and whatever ends
// the program before that brings it back too, but for SIGKILL.
type stage struct {
	out  io.Writer
	in   *os.File      // nil if standard input is no terminal: there are no keys then
	keys chan byte     // what was typed, but Ctrl-C and Ctrl-Z
	gone chan struct{} // closed when nobody reads keys any more

	mu     sync.Mutex
	taken  bool        // the screen is
	closed bool        // for good
	before *term.State // of in, while its keys are read

	stopSignals func()
}

// The keys that a terminal turns into signals as long as nobody reads it key by
// key, and the one that others begin with, such as arrows.
const (
	keyInterrupt = 3
	keySuspend   = 26
	keyEscape    = 27
)

// openStage takes the screen that out is. It reads keys from in if that is a
// terminal.
func openStage(out io.Writer, in io.Reader) *stage {
	s := &stage{out: out, keys: make(chan byte, 64), gone: make(chan struct{})}
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		s.in = f
	}
	s.mu.Lock() // a signal may come at once
	s.stopSignals = handleSignals(s)
	s.mu.Unlock()
	s.take()
	if s.in != nil {
		go s.readKeys()
	} else {
		close(s.gone)
	}
	return s
}

// take takes the screen and the keyboard.
func (s *stage) take() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	if s.in != nil {
		before, err := term.MakeRaw(int(s.in.Fd()))
		if err == nil && s.before == nil {
			s.before = before
		}
	}
	io.WriteString(s.out, takeScreen) // an error shows at the next frame
	s.taken = true
}

// give gives both back.
func (s *stage) give() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.giveLocked()
}

func (s *stage) giveLocked() {
	if s.taken {
		io.WriteString(s.out, giveScreen)
	}
	if s.before != nil {
		term.Restore(int(s.in.Fd()), s.before) // nothing is left to be done about an error
	}
	s.taken, s.before = false, nil
}

// close gives both back for good. It may be called several times, by any
// goroutine.
func (s *stage) close() {
	s.mu.Lock()
	s.giveLocked()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	if first {
		s.stopSignals()
	}
}

// show fills the screen with lines, of which it shows what fits.
func (s *stage) show(lines []string, columns, rows int) error {
	var b strings.Builder
	b.WriteString("\x1b[H")
	for i, line := range lines[:min(len(lines), max(rows, 1))] {
		if i > 0 {
			b.WriteString("\r\n")
		}
		b.WriteString(clipped(line, columns-1) + "\x1b[K") // a full line would have the cursor in the next
	}
	b.WriteString("\x1b[J")
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.taken {
		return nil
	}
	_, err := io.WriteString(s.out, b.String())
	return err
}

// clipped returns what fits into so many columns.
func clipped(line string, columns int) string {
	runes := []rune(line)
	return string(runes[:min(len(runes), max(columns, 0))])
}

// readKeys hands on what is typed until the stage is closed.
func (s *stage) readKeys() {
	defer close(s.gone)
	for !s.isClosed() {
		if !s.isTaken() {
			time.Sleep(keyWait)
			continue
		}
		if !readable(s.in, keyWait) {
			continue
		}
		switch key := s.readKey(); key {
		case 0:
			return
		case keyInterrupt:
			s.close()
			if interruptSelf() != nil {
				s.keys <- key // for want of a signal
			}
		case keySuspend:
			suspend(s)
		case keyEscape:
			s.skipSequence()
		default:
			select {
			case s.keys <- key:
			default: // nobody has looked for long
			}
		}
	}
}

// skipSequence reads what else belongs to the key whose first byte was ESC.
func (s *stage) skipSequence() {
	if !readable(s.in, 0) {
		return // the key Esc itself
	}
	switch s.readKey() {
	case 'O':
		s.readKey()
	case '[':
		for key := s.readKey(); key != 0 && (key < '@' || key > '~'); {
			key = s.readKey()
		}
	}
}

// readKey reads one byte, 0 if there is none any more.
func (s *stage) readKey() byte {
	var key [1]byte
	if n, err := s.in.Read(key[:]); n == 0 || err != nil {
		return 0
	}
	return key[0]
}

func (s *stage) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *stage) isTaken() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}
