package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"chainrule/internal/plotting"
	"chainrule/internal/words"
)

// Options is the command line.
type Options struct {
	Command  string // empty for the workloads, or one of commands
	Workload *regexp.Regexp
	System   *regexp.Regexp
	Dtypes   []string
	Threads  []int
	Rounds   int
	Quick    bool
	JSON     bool
	Update   bool
	Docs     string
	Chart    string // file; empty for none

	// Of folds.
	Data  []string
	Seeds []int
	Out   string // folder; empty for none
}

// commands are those beside the workloads.
func commands() []string {
	return []string{"gemm", "growth", "folds", "fit", "batches", "nets", "serve", "gather", "rows", "conv", "scan"}
}

const helpText = `Bench times training steps of our graphs against the same computation by hand
in Go, with gonum and with gorgonia, and in NumPy and PyTorch where Python has
them. All systems are checked to agree before they are timed, and take turns.
Ratios are of medians over the rounds.

Usage:
  go run ./bench [command] [flags]

Commands:
  (none)    the workloads
  gemm      matrix products: as a graph, our kernel alone, gonum's, OpenBLAS
            through NumPy; with -avx2 behind the name, without AVX-512
  growth    time to build and compile against depth, and of a step against
            batch, width and depth, with the fitted exponents
  folds     accuracy or R² of networks by cross-validation, and of logistic or
            linear regression, beside scikit-learn's on the same folds
  fit       time of a whole training on the digits, compilation included,
            beside scikit-learn's
  batches   time of training steps on shuffled batches of the digits against
            steps on one batch
  nets      trials of small networks a second, many by one program against one
            after the other
  serve     how long a prediction takes, of 1 and of 64 examples: the network
            alone, the HTTP handler in process, and over loopback, beside
            PyTorch and scikit-learn in their processes
  gather    rows of a matrix chosen by integers, alone and with the matrix's
            gradient, beside PyTorch's
  rows      squared distances of all pairs of rows, beside PyTorch's
  conv      convolutions, forward and with their gradients, beside PyTorch's
            with oneDNN or without, whichever is faster
  scan      an LSTM as a loop, with its gradients: against its steps built one
            behind the other, and beside PyTorch's; and building and compiling

Flags:
  --workload REGEX   only the workloads whose names match
  --system REGEX     only the systems whose names match: graph, hand, gonum,
                     gorgonia, loop, numpy, torch, sklearn
  --dtype NAME       float64 or float32; else both where a workload has both
  --threads N,…      threads of every system, such as 2 or 1,2 (default 1;
                     with --update 1 and the number of processors)
  --rounds N         rounds of a comparison (default 21, of growth 9, of fit 5,
                     of batches 201; 5 with --quick, of fit 1)
  --quick            shorter and fewer rounds
  --data NAMES       of folds: some of iris, wine, breast-cancer, digits and
                     diabetes (default all)
  --seeds N          of folds: seeds 0 to N-1, or from one to another as in
                     100-104, of folds, first weights and order (default 10)
  --out DIR          of folds: keep what scikit-learn reads, and the settings:
                     demo train --config DIR/iris.json --seed 3 --folds 5
                     repeats a run
  --json             one JSON object a line instead of tables
  --chart FILE       draw the results into a .png or .svg file
  --update           write the results to docs/benchmarks.md and its pictures
  --docs DIR         the folder that --update writes to (default docs)

Python is the first of $PYTHON, python3 and /usr/bin/python3 that has NumPy,
PyTorch or scikit-learn. GODEBUG=cpu.avx512f=off holds our kernels to AVX2. The code by hand is
written for one thread. Benchmarks of the Go systems in the format of benchstat:
go test -bench . ./bench
`

// parseOptions reads the command line. For --help it returns flag.ErrHelp.
func parseOptions(args []string) (*Options, error) {
	o := &Options{Workload: regexp.MustCompile(""), System: regexp.MustCompile(""), Docs: "docs"}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.Func("workload", "", pattern(&o.Workload))
	f.Func("system", "", pattern(&o.System))
	f.Func("dtype", "", o.setDtypes)
	f.Func("threads", "", o.setThreads)
	f.Func("rounds", "", func(s string) (err error) {
		o.Rounds, err = wholeNumber(s)
		return err
	})
	f.BoolVar(&o.Quick, "quick", false, "")
	f.BoolVar(&o.JSON, "json", false, "")
	f.BoolVar(&o.Update, "update", false, "")
	f.StringVar(&o.Docs, "docs", o.Docs, "")
	f.Func("data", "", o.setData)
	f.Func("seeds", "", o.setSeeds)
	f.StringVar(&o.Out, "out", "", "")
	f.Func("chart", "", func(s string) error {
		o.Chart = s
		_, err := plotting.FormatOf(s)
		return err
	})
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		if args = f.Args(); len(args) == 0 {
			break
		}
		if o.Command != "" {
			return nil, fmt.Errorf("unexpected argument %q", args[0])
		}
		if !slices.Contains(commands(), args[0]) {
			return nil, fmt.Errorf("unknown command %q, %s expected", args[0], words.List(commands(), "or"))
		}
		o.Command, args = args[0], args[1:]
	}
	if o.Command != "folds" && (o.Data != nil || o.Seeds != nil || o.Out != "") {
		return nil, errors.New("--data, --seeds and --out are flags of folds, and have no effect without it")
	}
	o.setDefaults()
	return o, nil
}

func (o *Options) setDefaults() {
	if len(o.Dtypes) == 0 {
		o.Dtypes = both
	}
	if len(o.Threads) == 0 {
		o.Threads = []int{1}
		if n := runtime.NumCPU(); o.Update && (o.Command == "" || o.Command == "gemm") && n > 1 {
			o.Threads = append(o.Threads, n)
		}
	}
	if o.Data == nil {
		for _, t := range foldTasks() {
			o.Data = append(o.Data, t.name)
		}
	}
	if o.Seeds == nil {
		o.setSeeds("10")
	}
	if o.Rounds == 0 {
		switch o.Rounds = 21; {
		case o.Quick && o.Command == "fit":
			o.Rounds = 1
		case o.Command == "batches" && !o.Quick:
			o.Rounds = 201
		case o.Quick || o.Command == "fit":
			o.Rounds = 5
		case o.Command == "growth":
			o.Rounds = 9
		}
	}
}

func (o *Options) settings() settings {
	s := settings{rounds: o.Rounds, slice: 20 * time.Millisecond}
	if o.Quick {
		s.slice = 5 * time.Millisecond
	}
	return s
}

func pattern(dst **regexp.Regexp) func(string) error {
	return func(s string) (err error) {
		*dst, err = regexp.Compile(s)
		return err
	}
}

func (o *Options) setDtypes(s string) error {
	for _, name := range strings.Split(s, ",") {
		if !slices.Contains(both, name) {
			return errors.New("float64 or float32 expected")
		}
		o.Dtypes = append(o.Dtypes, name)
	}
	return nil
}

func (o *Options) setThreads(s string) error {
	for _, part := range strings.Split(s, ",") {
		n, err := wholeNumber(part)
		if err != nil {
			return err
		}
		o.Threads = append(o.Threads, n)
	}
	return nil
}

func wholeNumber(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > 10000 {
		return 0, errors.New("a whole number from 1 to 10000 expected")
	}
	return n, nil
}

// setData and setSeeds take the flags of folds.
func (o *Options) setData(text string) error {
	var known []string
	for _, t := range foldTasks() {
		known = append(known, t.name)
	}
	for _, name := range strings.Split(text, ",") {
		if !slices.Contains(known, name) {
			return errors.New(words.List(known, "or") + " expected")
		}
		o.Data = append(o.Data, name)
	}
	return nil
}

func (o *Options) setSeeds(text string) error {
	from, to, isRange := strings.Cut(text, "-")
	if !isRange {
		from, to = "0", text
	}
	a, err := strconv.Atoi(from)
	b, err2 := strconv.Atoi(to)
	if !isRange {
		b--
	}
	if err != nil || err2 != nil || a < 0 || b < a || b > 1_000_000 || b-a >= 1000 {
		return errors.New("a number of seeds, up to 1000, or the first and the last, such as 10 or 100-104, expected")
	}
	for o.Seeds = nil; a <= b; a++ {
		o.Seeds = append(o.Seeds, a)
	}
	return nil
}
