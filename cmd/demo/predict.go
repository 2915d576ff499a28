package main

import (
	"bufio"
	"fmt"
	"io"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/internal/answer"
	"chainrule/internal/files"
	"chainrule/layers/predict"
	"chainrule/optim/dataset"
	"github.com/spf13/cobra"
)

// A predictConfig is what the flags of demo predict say.
type predictConfig struct {
	modelConfig
	out           string // path, "" for standard output
	probabilities bool
}

func newPredictCommand() *cobra.Command {
	c := predictConfig{}
	cmd := &cobra.Command{
		Use:   "predict",
		Short: "let a trained network say what it makes of a CSV file",
		Long: `Reads a model file and a table, and writes for each row what the network predicts: the class or the numbers, under the names that the training data gave them, in the order of the rows.

Columns are found by their names and may be in any order; others are not looked at, and named on standard error. The table may be larger than memory. Numbers have all their digits.

A row that cannot be read, for a missing cell that the model has nothing to fill with, or a text that it has never seen, ends the command with exit code 2, and the file of --out stays as it was.`,
		Example:           "demo predict --model iris.safetensors --csv new.csv\ndemo predict --model iris.safetensors --csv - --probabilities --out answers.csv",
		Args:              cli.NoArgs,
		RunE:              func(cmd *cobra.Command, _ []string) error { return runPredict(cmd, c) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addTableFlags(cmd, &c.modelConfig, "table to predict for, a row for each example")
	output := cli.NewGroup(cmd, "Output")
	output.Add(cli.File(&c.out, "csv", "the name of a file").Or("standard output"), "out", "file to write to")
	output.Switch(&c.probabilities, "probabilities", "write the probability of each class too")
	return cmd
}

// runPredict is demo predict.
func runPredict(cmd *cobra.Command, c predictConfig) error {
	m, err := c.load()
	if err != nil {
		return cli.Mistake(cmd, err)
	}
	form, err := answer.New(m)
	if err != nil {
		return cli.Usage(cmd, "--model: %s: %w", c.model, err)
	}
	if c.probabilities && !form.Classes() {
		return cli.Usage(cmd, "--probabilities has no effect: the model predicts numbers")
	}
	t, err := c.open(cmd, m, false)
	if err != nil {
		return cli.Mistake(cmd, err)
	}
	defer t.close()
	if c.out == "" || c.out == "-" {
		return interruptible(cmd, func() error { return c.write(cmd, cmd.OutOrStdout(), "standard output", m, form, t) })
	}
	// Not interruptible: the temporary file must go.
	var failed error
	err = files.Write(c.out, func(w io.Writer) error {
		failed = c.write(cmd, w, c.out, m, form, t)
		return failed
	})
	if failed == nil && err != nil {
		failed = cli.Usage(cmd, "--out: %s cannot be written: %w", c.out, err)
	}
	return interrupted(cmd, failed)
}

// write writes the answers for a table.
func (c predictConfig) write(cmd *cobra.Command, to io.Writer, name string, m *predict.Model, form *answer.Form, t *table) error {
	w := bufio.NewWriterSize(to, 64<<10)
	var text []byte
	done := func(err error) error {
		if err != nil {
			return fmt.Errorf("%s cannot be written: %w", name, files.Reason(err))
		}
		return nil
	}
	rows := 0
	err := t.predict(cmd, m, func(block dataset.Block, y []float64) (err error) {
		text = text[:0]
		if rows == 0 {
			text = form.Header(text, c.probabilities)
		}
		rows += block.Len()
		if text, err = form.CSV(text, y, c.probabilities); err != nil {
			return err
		}
		_, err = w.Write(text)
		return done(err)
	})
	if err != nil {
		return err
	}
	return done(w.Flush())
}
