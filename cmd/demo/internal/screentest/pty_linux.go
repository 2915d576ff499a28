package screentest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

// A Terminal is a pseudo-terminal on which a program runs, with its screen.
type Terminal struct {
	Cmd *exec.Cmd

	t      *testing.T
	master *os.File
	mu     sync.Mutex // guards what follows
	screen *Screen
	exited chan struct{}
}

// Start starts a program with a terminal of its own, as its input, output and errors
// unless cmd says otherwise. It skips the test where there are no pseudo-terminals.
// The program is killed at the end of the test.
func Start(t *testing.T, cmd *exec.Cmd, columns, rows int) *Terminal {
	t.Helper()
	master, slave, err := open()
	if err != nil {
		t.Skip(err)
	}
	defer slave.Close()
	p := &Terminal{Cmd: cmd, t: t, master: master, screen: New(columns, rows), exited: make(chan struct{})}
	p.setSize(columns, rows)
	if cmd.Stdin == nil {
		cmd.Stdin = slave
	}
	if cmd.Stdout == nil {
		cmd.Stdout = slave
	}
	if cmd.Stderr == nil {
		cmd.Stderr = slave
	}
	// A shell would put the program into a group below it, which Ctrl-Z stops.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}
	cmd.ExtraFiles = append(cmd.ExtraFiles, slave)
	cmd.SysProcAttr.Ctty = 2 + len(cmd.ExtraFiles)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		<-p.exited
		master.Close()
	})
	read := make(chan struct{})
	go func() {
		defer close(read)
		buffer := make([]byte, 1<<16)
		for {
			n, err := master.Read(buffer)
			p.mu.Lock()
			p.screen.Write(buffer[:n])
			p.mu.Unlock()
			if err != nil {
				return // all ends of the program's side are closed
			}
		}
	}()
	go func() {
		defer close(p.exited)
		cmd.Wait()
		<-read
	}()
	return p
}

// open returns both ends of a new pseudo-terminal.
func open() (master, slave *os.File, err error) {
	master, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err = errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)); err == nil {
		slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		master.Close()
	}
	return master, slave, err
}

func (p *Terminal) setSize(columns, rows int) {
	size := unix.Winsize{Col: uint16(columns), Row: uint16(rows)}
	if err := unix.IoctlSetWinsize(int(p.master.Fd()), unix.TIOCSWINSZ, &size); err != nil {
		p.t.Fatal(err)
	}
}

// Resize changes the size of the terminal, which its program is told.
func (p *Terminal) Resize(columns, rows int) {
	p.mu.Lock()
	p.screen.Resize(columns, rows)
	p.mu.Unlock()
	p.setSize(columns, rows)
}

// Type types keys.
func (p *Terminal) Type(keys string) {
	if _, err := p.master.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

// Raw reports whether the terminal gives keys to its program as they are typed,
// without echo.
func (p *Terminal) Raw() bool {
	modes, err := unix.IoctlGetTermios(int(p.master.Fd()), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	return modes.Lflag&(unix.ICANON|unix.ECHO|unix.ISIG) == 0
}

// Look calls f with the screen as it is.
func (p *Terminal) Look(f func(s *Screen)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p.screen)
}

// Await waits until the screen is as right says, and ends the test if that does not
// come.
func (p *Terminal) Await(what string, right func(s *Screen) bool) {
	p.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		found := false
		p.Look(func(s *Screen) { found = right(s) })
		if found {
			return
		}
		if time.Now().After(end) {
			p.Look(func(s *Screen) {
				p.t.Fatalf("%s did not come; the screen:\n%s", what, strings.Join(s.Lines(), "\n"))
			})
		}
		select {
		case <-p.exited:
			p.Look(func(s *Screen) {
				if !right(s) {
					p.t.Fatalf("%s did not come before the end; the screen:\n%s", what, s.All())
				}
			})
		default:
		}
	}
}

// Wait waits for the end of the program and returns its exit code, or minus the
// number of the signal that ended it.
func (p *Terminal) Wait() int {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(patience):
		p.Look(func(s *Screen) { p.t.Fatalf("the program does not end; the screen:\n%s", s.All()) })
	}
	status := p.Cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return -int(status.Signal())
	}
	return status.ExitStatus()
}
