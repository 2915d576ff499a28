package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/files"
	"chainrule/internal/schema"
	"chainrule/internal/shipped"
	"chainrule/internal/words"
	"chainrule/layers/predict"
	"chainrule/optim/dataset"
	"github.com/spf13/cobra"
)

// A modelConfig is what flags say of a model and a table for it.
type modelConfig struct {
	model     string // path
	csv       string // path, name of a shipped set or "-" for standard input
	header    string
	separator string // "" to be found out
	decimal   string // the same
	encoding  string // "" for UTF-8
}

// addTableFlags adds the flags of a command that reads a table for a model.
func addTableFlags(cmd *cobra.Command, c *modelConfig, what string) {
	c.header = "auto"
	input := cli.NewGroup(cmd, "Input")
	input.Add(cli.File(&c.model, "safetensors", "the name of a model file").Or("none, it is needed"), "model", "file of the trained network")
	input.Add(cli.File(&c.csv, "csv", "the name of a CSV file").Or("none, it is needed").Also("file", "input", "data"), "csv",
		what+", - for standard input, and without a file of that name "+words.List(shipped.Names(), "or"))
	input.Add(cli.Choice(&c.header, "auto", "yes", "no"), "header", "whether the first line names the columns; without names they are called 1, 2, 3 and so on")
	input.Add(oneMark(&c.separator, ",", ";", "|", "tab").Or("found out"), "separator", `what stands between cells: ",", ";", "|" or tab`)
	input.Add(oneMark(&c.decimal, ".", ",").Or("found out"), "decimal", `what stands before decimals: "." or ","`)
	input.Add(cli.Text(&c.encoding, "NAME", "the name of an encoding").Or("utf-8"), "encoding", "of the text, such as windows-1252 or latin1")
}

// load reads the model, whose file must say what its columns are.
func (c modelConfig) load() (*predict.Model, error) {
	switch {
	case c.model == "":
		return nil, errors.New("--model FILE is needed")
	case c.csv == "":
		return nil, errors.New("--csv FILE is needed, or --csv - for standard input")
	}
	if _, err := regularFile(c.model); err != nil {
		return nil, fmt.Errorf("--model: %w", err)
	}
	m, err := predict.LoadFile(c.model)
	if err != nil {
		return nil, fmt.Errorf("--model: %s", strings.TrimPrefix(err.Error(), "predict: "))
	}
	if len(m.Schema().Columns) == 0 {
		return nil, fmt.Errorf("--model: %s: it does not say what columns its inputs come from, so that no table fits it", c.model)
	}
	return m, nil
}

// regularFile reports what is no file that can be read to its end at once.
func regularFile(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", path, files.Reason(err))
	case info.IsDir():
		return nil, fmt.Errorf("%s: this is a directory, a model file expected", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s: this is a pipe or a device, a model file expected", path)
	}
	return info, nil
}

// A table is a CSV text that is being read.
type table struct {
	*progress
	name string
	rows dataset.Rows
	file io.Closer // nil for none
}

// open opens the table for a model.
func (c modelConfig) open(cmd *cobra.Command, m *predict.Model, labelled bool) (*table, error) {
	header := c.header
	if header == "auto" {
		header = ""
	}
	t := &table{name: c.csv, rows: dataset.Rows{Schema: m.Schema(), Labelled: labelled,
		CSV: dataset.CSV{Header: dataset.Header(header), Separator: c.separator, Decimal: c.decimal, Encoding: c.encoding}}}
	t.progress = &progress{ctx: cmd.Context(), in: cmd.InOrStdin()}
	if c.csv == "-" {
		t.name = "standard input"
		return t, nil
	}
	f, err := os.Open(c.csv)
	if errors.Is(err, fs.ErrNotExist) {
		if of, ok := shipped.Open(c.csv); ok {
			t.in, t.file, t.name = of, of, strings.TrimSuffix(c.csv, ".csv")+".csv"
			return t, nil
		}
		err = fmt.Errorf("%w, and %s come with demo", files.Reason(err), words.List(shipped.Names(), "and"))
	}
	if err != nil {
		return nil, fmt.Errorf("--csv: %s: %w", c.csv, files.Reason(err))
	}
	t.in, t.file = f, f
	switch info, err := f.Stat(); {
	case err == nil && info.IsDir():
		f.Close()
		return nil, fmt.Errorf("--csv: %s: this is a directory, a CSV file expected", c.csv)
	case err == nil && info.Mode().IsRegular() && info.Size() > 0 && terminal.Is(cmd.ErrOrStderr()):
		t.bar = terminal.NewBar(cmd.ErrOrStderr(), int(info.Size()/1024))
	}
	return t, nil
}

// predict calls f with the examples of the table, block by block, and the outputs for them.
// Columns that are not looked at are named once. An error of a row names its line.
func (t *table) predict(cmd *cobra.Command, m *predict.Model, f func(block dataset.Block, y []float64) error) error {
	var y []float64
	told := false
	for block, err := range t.rows.Read(t.progress, t.name) {
		if err == nil {
			y = append(y[:0], make([]float64, block.Len()*m.Outputs())...)
			err = t.outputs(block, m, y)
		}
		if err != nil {
			return cli.Mistake(cmd, err)
		}
		if n := len(block.Ignored); n > 0 && !told {
			told = true
			t.hide()
			fmt.Fprintf(cmd.ErrOrStderr(), "demo: %s: %s not looked at: %s\n", t.name, words.Count(n, "column"), schema.List(block.Ignored))
		}
		if err := f(block, y); err != nil {
			return err
		}
	}
	return nil
}

// outputs predicts for a block.
func (t *table) outputs(block dataset.Block, m *predict.Model, y []float64) error {
	err := m.Predict(y, block.X)
	if err == nil {
		return nil
	}
	for i, line := range block.Lines {
		n, k := m.Inputs(), m.Outputs()
		if err := m.Predict(y[i*k:][:k], block.X[i*n:][:n]); err != nil {
			// The line says which example it is.
			text := strings.Replace(strings.TrimPrefix(err.Error(), "predict: "), " of example 0, both from 0, is", ", counted from 0, is", 1)
			return fmt.Errorf("%s:%d: %s", t.name, line, text)
		}
	}
	return err
}

func (t *table) hide() {
	if t.bar != nil {
		t.bar.Hide()
	}
}

func (t *table) close() {
	t.hide()
	if t.file != nil {
		t.file.Close()
	}
}

// A progress reads a text, shows how much of it was read, and ends with cli.ErrInterrupted
// as soon as the command is interrupted, although nothing may come from the text.
type progress struct {
	ctx  context.Context
	in   io.Reader
	bar  *terminal.Bar // nil for none
	read int

	piece [64 << 10]byte
	rest  []byte // of piece
	err   error
}

func (p *progress) Read(b []byte) (int, error) {
	if len(p.rest) == 0 && p.err == nil {
		p.fill()
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	if n == 0 {
		return 0, p.err
	}
	return n, nil
}

// fill reads the next piece.
func (p *progress) fill() {
	type result struct {
		n   int
		err error
	}
	done := make(chan result, 1)
	go func() {
		n, err := p.in.Read(p.piece[:])
		done <- result{n, err}
	}()
	select {
	case <-p.ctx.Done(): // the piece is lost, and p.piece not looked at again
		p.err = cli.ErrInterrupted
	case r := <-done:
		p.rest, p.err = p.piece[:r.n], r.err
		if p.ctx.Err() != nil {
			p.rest, p.err = nil, cli.ErrInterrupted
		}
		p.read += r.n
		if p.bar != nil {
			p.bar.Update(p.read / 1024)
		}
	}
}

// interrupted says that the command was, if it was.
func interrupted(cmd *cobra.Command, err error) error {
	if errors.Is(err, cli.ErrInterrupted) {
		fmt.Fprintln(cmd.ErrOrStderr(), "demo: interrupted")
	}
	return err
}

// seconds is a number of seconds as a flag.
func seconds(dst *time.Duration) *cli.Value {
	v := dst.Seconds()
	of := cli.Real(&v, "a number of seconds from 0.001 to 86400", func(v float64) bool { return v >= 0.001 && v <= 86400 })
	parse := of.Parse
	of.Parse = func(s string) error {
		err := parse(s)
		*dst = time.Duration(v * float64(time.Second))
		return err
	}
	return of
}

// oneArgument takes one argument.
func oneArgument(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 1:
			return nil
		case 0:
			return cli.Usage(cmd, "%s expected", what)
		}
		return cli.Usage(cmd, "unexpected argument %q: %s expected, and nothing else but flags", args[1], what)
	}
}

// modelFiles completes the names of files of models.
func modelFiles(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"safetensors"}, cobra.ShellCompDirectiveFilterFileExt
}
