package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/netspec"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph/explain"
	"chainrule/internal/files"
	"github.com/spf13/cobra"
)

// An explainConfig is what the flags of demo explain say.
type explainConfig struct {
	net        sketchedNet
	convention string
	raw        bool
	numbers    bool
	check      bool
	seed       uint32
	step       programConfig
	format     string // "": by the ending of out
	out        string // path, "" for standard output
}

// explainEnding returns the format of files with the name's ending, "" if there
// is none.
func explainEnding(name string) string {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".txt":
		return "text"
	case ".tex":
		return "latex"
	case ".md":
		return "markdown"
	case ".html", ".htm":
		return "html"
	case ".py":
		return string(explain.NumPy)
	case ".go":
		return string(explain.Go)
	}
	return ""
}

// newExplainCommand returns the command that derives the gradients of a network.
func newExplainCommand() *cobra.Command {
	c := explainConfig{net: defaultNet(), seed: 2}
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "write the forward equations of a network, and back-propagation as the chain rule derives it",
		Long: `Writes the equations of a network and the formulas of its gradients, each with its shape and the rule by which it comes about, in the order of back-propagation. Without flags it is the network of the notes, with one hidden layer: six formulas. --hidden 0 is logistic regression.

In formulas · multiplies matrices, ⊙ entry by entry, ᵀ transposes, ² squares every entry, and Σ sums over what the shape of the result lacks; m is the number of examples. As in notes, a column of dZ2 is the derivative of that example's own loss, and the mean, 1/m, comes in with W and b. With --convention mean dZ2 is the gradient of the cost, the mean, with respect to Z2. dW2 and db2 are gradients of the cost in both. A value that has no name of its own is called t1, t2 and so on.

The formulas come from the graph that the program runs, so that they are what is computed. --numbers shows the matrices of a small example beside them, and --check compares every gradient with its central difference, which knows no chain rule.

With --format numpy, go or go-loops the derivation becomes a program that runs on its own: forward pass, backward pass and a step of --optimizer, a line of code for each formula, on a small example drawn at random. numpy is a script that needs NumPy alone, go uses this library, and go-loops is plain loops, whose only import for computing is math. It prints cost, gradients and new parameters as lines of JSON.

With --config the network is that of an experiment, of any layers: convolutions, pools, recurrent layers. Its weights, inputs and labels are drawn at random, in float64. A loop, as recurrent layers are, is shown step by step, forward and backward, behind the other lines.

The exit code is 1 if --check finds something wrong.`,
		Example: "demo explain\ndemo explain --convention mean\ndemo explain --raw\ndemo explain --hidden 8,8 --activation relu,tanh --loss softmax\n" +
			"demo explain --numbers --check\ndemo explain --config run.json --check\ndemo explain --out derivation.html\ndemo explain --format numpy\ndemo explain --optimizer adam --steps 50 --format go-loops --out net.go",
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return interruptible(cmd, func() error { return runExplain(cmd, c) })
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addSketchFlags(cmd, &c.net)
	group := cli.NewGroup(cmd, "Derivation")
	group.Add(cli.Whole(&c.net.examples, 1, maxExamples).Or("400, but 3 for --numbers and programs"), "examples", "number of examples m")
	addConventionFlag(group, &c.convention)
	group.Switch(&c.raw, "raw", "show the gradients before simplification too, one rule a line, and the way back through a sigmoid output, dA before dZ")
	group.Switch(&c.numbers, "numbers", "show the matrices of an example, drawn at random, with every line")
	group.Switch(&c.check, "check", "show each gradient of W and b beside its central difference")
	group.Add(cli.Whole(&c.seed, 0, 1<<32-1), "seed", "seed of the numbers of --numbers, --check and programs")
	addProgramFlags(cmd, &c.step)
	output := cli.NewGroup(cmd, "Output")
	output.Add(cli.Choice(&c.format, append([]string{"text", "latex", "markdown", "html"}, explain.LanguageNames()...)...).Or("text, or by the ending of the file"), "format",
		"LaTeX that needs amsmath only, tables in Markdown, a page that stands alone, or a program")
	output.Add(cli.File(&c.out, "html", "the name of a file").Or("standard output"), "out", "file to write to, .txt, .tex, .md, .html, .py or .go"+madeFor)
	return cmd
}

// conflict reports flags that do not go together.
func (c explainConfig) conflict(given func(flag string) bool) error {
	if given("seed") && !c.numbers && !c.check && !isProgram(c.format) {
		return errors.New("--seed has no effect: without --numbers, --check and a program there are no numbers")
	}
	if c.out != "" && c.out != "-" && !given("format") && explainEnding(c.out) == "" {
		return fmt.Errorf("--out %s: a name that ends in .txt, .tex, .md, .html, .py or .go expected, or --format", cli.Quoted(c.out))
	}
	if err := c.step.conflict(c.format, given); err != nil {
		return err
	}
	return c.net.check(given)
}

// runExplain is demo explain.
func runExplain(cmd *cobra.Command, c explainConfig) error {
	given := cmd.Flags().Changed
	if c.format == "" {
		c.format = explainEnding(c.out)
	}
	if err := c.conflict(given); err != nil {
		return cli.Usage(cmd, "%w", err)
	}
	if err := c.net.readConfig(); err != nil {
		return cli.Mistake(cmd, err)
	}
	if (c.numbers || isProgram(c.format) || c.net.from != nil) && !given("examples") {
		c.net.examples = configExamples
	}
	if isProgram(c.format) {
		text, err := c.program(cmd)
		if err != nil {
			return err
		}
		return writeOut(cmd, c.out, []byte(text))
	}
	d, wrong, err := c.derive(cmd)
	if err != nil {
		return err
	}
	if err := writeOut(cmd, c.out, []byte(c.document(d, terminal.Width(cmd.OutOrStdout())))); err != nil {
		return err
	}
	return wrong
}

// document writes a derivation, as text to fit into a terminal.
func (c explainConfig) document(d *explain.Derivation, width int) string {
	switch c.format {
	case "latex":
		return d.LaTeX()
	case "markdown":
		return d.Markdown()
	case "html":
		return d.HTML()
	}
	if c.out != "" {
		width = terminal.TextWidth
	}
	return d.Text(width)
}

// derive returns the derivation, and what a check finds wrong with it.
func (c explainConfig) derive(cmd *cobra.Command) (d *explain.Derivation, wrong, err error) {
	var values *netspec.Spec
	shown := c.numbers || c.check
	if shown && c.net.from == nil {
		if values, err = c.net.values(c.seed); err != nil {
			return nil, nil, cli.Usage(cmd, "%w", err)
		}
	}
	n, feeds, err := c.net.build(values)
	if err != nil {
		return nil, nil, err
	}
	settings := derivationSettings(c.convention)
	derive := settings.Derive
	if c.raw {
		derive = settings.DeriveRaw
	}
	if d, err = derive(n.Cost, n.Params...); err != nil {
		return nil, nil, err
	}
	d.Title, d.Intro = c.net.title(), c.net.about()
	if !shown {
		return d, nil, nil
	}
	if values == nil {
		feeds = drawFeeds(n, *c.net.from, c.seed)
	}
	if err := d.Evaluate(feeds); err != nil {
		return nil, nil, err
	}
	switch {
	case c.check && values == nil:
		wrong, err = addDifferences(cmd.Context(), d, n, feeds)
	case c.check:
		wrong, err = addCheck(cmd.Context(), d, values)
	}
	if !c.numbers {
		dropUncheckedValues(d)
	}
	return d, wrong, err
}

// madeFor is what the help of a file to write to says of its directory.
const madeFor = ", in a directory that is made if it does not exist"

// writeOut writes to the file at path, whole or not at all, or to standard
// output if path is empty or "-".
func writeOut(cmd *cobra.Command, path string, content []byte) error {
	if path == "" || path == "-" {
		out := terminal.NewWriter(cmd.OutOrStdout())
		out.Print(string(content))
		return out.Err
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		if err := files.Replace(path, content); err != nil { // a pipe or a device
			return fmt.Errorf("%s cannot be written: %w", path, err)
		}
		return nil
	}
	dir, err := openDirectory(filepath.Dir(path), filepath.Base(path))
	if err != nil {
		return cli.Usage(cmd, "--out %s: %w", cli.Quoted(path), err)
	}
	if _, err := dir.write([]file{{filepath.Base(path), content}}); err != nil {
		dir.removeIfEmpty()
		return err
	}
	return nil
}
