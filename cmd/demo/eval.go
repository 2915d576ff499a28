package main

import (
	"fmt"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/answer"
	"chainrule/layers/predict"
	"chainrule/optim/dataset"
	"github.com/spf13/cobra"
)

// An evalConfig is what the flags of demo eval say.
type evalConfig struct {
	modelConfig
	json bool
	out  string // directory, "" for none
}

func newEvalCommand() *cobra.Command {
	c := evalConfig{}
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "judge a trained network by a CSV file that has the answers",
		Long: fmt.Sprintf(`Reads a model file and a table that has what is to be predicted, and tells how good the predictions are: of classes the accuracy, precision, recall and F1 of each class, log loss, Brier score and the error of calibration, of two classes the area under the ROC curve, of more how often the class is among the likeliest; of numbers the root of the mean squared error, the mean absolute error and R², in their own unit.

Columns that the model does not know are not looked at, and named on standard error. Examples that the network was trained on say little about it: judge it by others. A class that it was not trained on is an error with its line.

The table may be larger than memory. From %d examples on the area under the ROC curve is that of probabilities counted in bins, and it is told how far that may be off.

--json writes one object. What is not defined, such as the area under the ROC curve without examples of both classes, is null there, and an infinite log loss the text "Infinity".`, mostExact+1),
		Example:           "demo eval --model iris.safetensors --csv test.csv\ndemo eval --model iris.safetensors --csv test.csv --out pictures --json",
		Args:              cli.NoArgs,
		RunE:              func(cmd *cobra.Command, _ []string) error { return interrupted(cmd, runEval(cmd, c)) },
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addTableFlags(cmd, &c.modelConfig, "table to judge by, with the column of the class or of the numbers")
	output := cli.NewGroup(cmd, "Output")
	output.Switch(&c.json, "json", "write one JSON object")
	output.Add(cli.Directory(&c.out).Or("none"), "out", "directory for pictures: the confusion matrix, the ROC curve, the calibration, or predicted against true numbers")
	return cmd
}

// runEval is demo eval.
func runEval(cmd *cobra.Command, c evalConfig) error {
	m, err := c.load()
	if err != nil {
		return cli.Mistake(cmd, err)
	}
	if _, err := answer.New(m); err != nil { // classes that its outputs say nothing of
		return cli.Usage(cmd, "--model: %s: %w", c.model, err)
	}
	e := newEvaluation(m)
	var dir *directory
	if c.out != "" {
		if dir, err = openDirectory(c.out, e.pictureNames()...); err != nil {
			return cli.Usage(cmd, "--out %s: %w", cli.Quoted(c.out), err)
		}
		defer dir.removeIfEmpty()
	}
	if err := c.measure(cmd, m, e); err != nil {
		return err
	}
	e.finish()
	if dir != nil {
		pictures, err := e.pictures()
		if err != nil {
			return err
		}
		if e.Files, err = dir.write(pictures); err != nil {
			return err
		}
	}
	out := terminal.NewWriter(cmd.OutOrStdout())
	if c.json {
		e.writeJSON(out)
	} else {
		e.writeText(out)
	}
	return out.Err
}

// measure reads the table.
func (c evalConfig) measure(cmd *cobra.Command, m *predict.Model, e *evaluation) error {
	t, err := c.open(cmd, m, true)
	if err != nil {
		return cli.Mistake(cmd, err)
	}
	defer t.close()
	e.Model, e.Data = c.model, t.name
	return t.predict(cmd, m, func(block dataset.Block, y []float64) (err error) {
		for i := range block.Len() {
			outputs := y[i*m.Outputs():][:m.Outputs()]
			if e.classes != nil {
				err = e.classes.add(outputs, block.Class[i])
			} else {
				err = e.numbers.add(outputs, block.Y[i*m.Outputs():][:m.Outputs()])
			}
			if err != nil {
				return fmt.Errorf("%s:%d: %w", t.name, block.Lines[i], err)
			}
		}
		e.Examples += block.Len()
		return nil
	})
}
