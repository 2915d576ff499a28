package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// The exit codes other than 0.
const (
	codeFailed      = 1
	codeUsage       = 2
	codeInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	// After the first signal the next one ends the program at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run runs the command line and returns the exit code. When ctx is done, what
// was measured is printed.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 2 && args[0] == workerCommand {
		signal.Ignore(os.Interrupt) // the program that started this one ends it
		if err := work(args[1], os.Stdin, stdout); err != nil {
			fmt.Fprintln(stderr, err)
			return codeFailed
		}
		return 0
	}
	o, err := parseOptions(args)
	if errors.Is(err, flag.ErrHelp) {
		io.WriteString(stdout, helpText)
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\nrun 'go run ./bench --help'\n", err)
		return codeUsage
	}
	if _, err := os.Stat(o.Docs); o.Update && err != nil {
		fmt.Fprintf(stderr, "bench: %v: start the program in the root of the module, or give --docs\n", err)
		return codeUsage
	}
	s := &session{Options: o, out: stdout, progress: newProgress(stderr), load: loadAverage()}
	switch o.Command {
	case "growth":
		err = s.growth(ctx)
	case "folds":
		err = s.folds(ctx)
	case "fit":
		err = s.fits(ctx)
	case "batches":
		err = s.batches(ctx)
	case "nets":
		err = s.nets(ctx)
	case "serve":
		err = s.latencies(ctx)
	case "gather":
		err = s.gathers(ctx)
	case "rows":
		err = s.rows(ctx)
	case "conv":
		err = s.convs(ctx)
	case "scan":
		err = s.scans(ctx)
	default:
		err = s.comparisons(ctx)
	}
	s.progress.clear()
	switch {
	case err != nil && ctx.Err() == nil:
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return codeFailed
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "bench: interrupted; this is what there is")
		return codeInterrupted
	}
	return 0
}
