package draw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// limitVariable is set where a program is started to lay one picture out. Its
// value is the limit.
const limitVariable = "CHAINRULE_LAYOUT_LIMIT"

// limit is that of Isolate, 0 where layouts are made in this process.
var limit time.Duration

// Isolate makes every layout from now on a process of its own, which is ended when
// the limit is over: what comes is a picture, or an error that says so. A limit of 0
// or less is a minute; the layout of 20 layers with gradients takes 0.1 s.
//
// It belongs at the start of main, and of TestMain in a test's program: the
// process is this program once more, in which Isolate lays the picture out and does
// not return.
//
// Without it Graphviz works in this process, where nothing can stop it, the
// garbage collector and all that it has halted wait for it, and every picture
// begins with what those before it have left in Graphviz' memory.
func Isolate(most time.Duration) {
	if given, ok := os.LookupEnv(limitVariable); ok {
		os.Exit(serve(given, render))
	}
	if most <= 0 {
		most = time.Minute
	}
	limit = most
}

// serve lays out the picture whose source comes from the standard input, and
// returns the exit code.
func serve(given string, render func(source string) ([]byte, error)) int {
	most, err := time.ParseDuration(given)
	if err != nil {
		return fail(fmt.Errorf("%s: %w", limitVariable, err))
	}
	// This process ends even if the one that waits for it is no more. Its
	// watch needs a processor beside that of Graphviz, and that no collection begins
	// or is under way, which would halt the watch and wait for Graphviz.
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(math.MaxInt64)
	runtime.GC() // comes back when the one under way is over
	runtime.GOMAXPROCS(2)
	time.AfterFunc(most, func() { os.Exit(fail(errLate(most))) })
	source, err := io.ReadAll(os.Stdin)
	if err != nil {
		return fail(err)
	}
	data, err := render(string(source))
	if err != nil {
		return fail(err)
	}
	if _, err := os.Stdout.Write(data); err != nil {
		return fail(err)
	}
	return 0
}

// fail tells the process that waits why there is no layout.
func fail(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

func errLate(most time.Duration) error { return fmt.Errorf("no layout within %v", most) }

// renderApart is render in a process of its own.
func renderApart(source string, most time.Duration) ([]byte, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), most, errLate(most))
	defer cancel()
	var out, reason bytes.Buffer
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), fmt.Sprint(limitVariable, "=", most))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(source), &out, &reason
	cmd.WaitDelay = time.Second
	if err = cmd.Run(); err == nil {
		return out.Bytes(), nil
	}
	if late := context.Cause(ctx); late != nil {
		return nil, late
	}
	if said, _, _ := strings.Cut(reason.String(), "\n"); said != "" {
		return nil, errors.New(said)
	}
	return nil, err
}
