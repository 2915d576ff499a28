// Command demo trains small neural networks that are written as computation
// graphs. Its commands are listed by
//
//	go run ./cmd/demo
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"time"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph/draw"
)

// layoutLimit ends the layout of a graph that would take longer.
const layoutLimit = time.Minute

func main() {
	draw.Isolate(layoutLimit)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	// After the first signal the next one ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], terminal.Stdout(), os.Stderr))
}

// run runs the command line args and returns the exit code. When ctx is done,
// training stops after the step in hand.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRootCommand(stdout, stderr)
	root.SetArgs(args)
	return cli.Execute(ctx, root, stderr)
}
