package main

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/netspec"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/words"
	"github.com/spf13/cobra"
)

// A gradConfig is what the flags of demo grad say.
type gradConfig struct {
	spec        string   // path, "-" for standard input, "" for none given
	activations []string // of each layer, of an .npz file or a new spec
	loss        string

	against   string // path of results to compare, "" for none
	tolerance float64
	check     bool

	sizes    []int // of a new spec, nil for none
	examples int
	seed     uint32

	out  string // path, "" for standard output
	text bool
}

// newGradCommand returns the command that computes the gradients of a network
// that a file describes.
func newGradCommand() *cobra.Command {
	c := gradConfig{tolerance: 1e-6, examples: 5, seed: 2, loss: string(netspec.CrossEntropy)}
	cmd := &cobra.Command{
		Use:   "grad",
		Short: "compute every value and gradient of a network, to compare your own back-propagation with",
		Long: `Takes a network with its data and prints the cost, and Z, A, dZ, dW and db of every layer, as JSON with all digits: what to compare a back-propagation with that you wrote yourself, in any language. --against does the comparison. It names the first line that is wrong in the order of computation, and the likely cause.

A spec is a JSON object. Matrices are lists of rows, in the shapes of the notes: W[l] is (n[l], n[l-1]), b[l] is (n[l], 1), and X is (n[0], m) and Y (n[L], m), one column per example.

` + specExample + `

In place of sizes, activations and loss there may be the network of an experiment, the fields version, inputs, layers and cost.

The cost is the mean over the examples of the sum over the outputs. Cross-entropy is computed from the logits, and needs a sigmoid or softmax output; squared error has no factor 1/2. In messages layers, rows and columns count from 1: W[1] is W1.

An .npz file holds the arrays W1, b1, W2, b2, ..., X and Y; --activations and --loss tell the rest. Results to compare are a JSON object with any of the fields that this command prints, null for a matrix that is not there, or an .npz file with any of the arrays cost, Z1, A1, dZ1, dW1, db1, ...

The exit code is 1 if --against or --check finds something wrong, 2 if a file cannot be used.`,
		Example: "demo grad --new 2,4,1 --out net.json\ndemo grad --spec net.json\ndemo grad --spec net.json --against mine.json\n" +
			"demo grad --new 2,4,1 | demo grad --check",
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return interruptible(cmd, func() error { return runGrad(cmd, c) })
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addGradFlags(cmd, &c)
	return cmd
}

// specExample is the layout of a spec.
const specExample = `  {"sizes": [2, 4, 1], "activations": ["tanh", "sigmoid"],
   "loss": "cross-entropy", "W": [[[...]], ...], "b": [[[...]], ...],
   "X": [[...]], "Y": [[...]]}`

func addGradFlags(cmd *cobra.Command, c *gradConfig) {
	input := cli.NewGroup(cmd, "Network")
	input.Add(inputPath(&c.spec).Or("standard input"),
		"spec", "JSON or .npz file with the network and its data, - for standard input")
	input.Add(cli.NameList(&c.activations, netspec.ActivationNames()...).Or("those of the spec"),
		"activations", "of an .npz file or of --new, one for each layer")
	input.Add(cli.Choice(&c.loss, netspec.LossNames()...), "loss", "of an .npz file or of --new")

	compare := cli.NewGroup(cmd, "Comparison")
	compare.Add(inputPath(&c.against).Or("none"),
		"against", "JSON or .npz file with results of yours: name the first line that is wrong")
	compare.Add(cli.Positive(&c.tolerance), "tolerance", "largest relative error of a right line; more if you printed few digits")
	compare.Switch(&c.check, "check", "show each gradient beside its central difference")

	spec := cli.NewGroup(cmd, "New spec")
	spec.Add(sizeList(&c.sizes).Or("none"), "new", "write a spec to start from, of a network with so many inputs, hidden units and outputs")
	spec.Add(cli.Whole(&c.examples, 1, maxExamples), "examples", "number of examples in it")
	spec.Add(cli.Whole(&c.seed, 0, 1<<32-1), "seed", "seed of its numbers")

	output := cli.NewGroup(cmd, "Output")
	output.Add(cli.File(&c.out, "json", "the name of a file").Or("standard output"), "out", "file to write to"+madeFor)
	output.Switch(&c.text, "text", "print matrices to look at, with few digits, instead of JSON")
}

// inputPath is the path of a file with a spec or results.
func inputPath(dst *string) *cli.Value {
	v := cli.File(dst, "json", "the name of a file, or - for standard input,")
	v.Complete = cobra.FixedCompletions([]string{"json", "npz"}, cobra.ShellCompDirectiveFilterFileExt)
	return v
}

// sizeList is a list of the sizes of a network.
func sizeList(dst *[]int) *cli.Value {
	return &cli.Value{Kind: "LIST", Parse: func(s string) error {
		parts := strings.Split(s, ",")
		if len(parts) < 2 || len(parts) > netspec.MaxLayers+1 {
			return fmt.Errorf("2 to %d numbers separated by commas expected, as in 2,4,1", netspec.MaxLayers+1)
		}
		list := make([]int, len(parts))
		for i, part := range parts {
			n, err := strconv.Atoi(strings.TrimSpace(part))
			if err != nil || n < 1 || n > netspec.MaxUnits {
				return fmt.Errorf("%sa whole number from 1 to %d expected", cli.Entry(i, parts), netspec.MaxUnits)
			}
			list[i] = n
		}
		*dst = list
		return nil
	}}
}

// conflict reports flags that do not go together.
func (c gradConfig) conflict(given func(flag string) bool) error {
	only := func(holds bool, reason string, flags ...string) error {
		for _, flag := range flags {
			if given(flag) && !holds {
				return fmt.Errorf("--%s has no effect: %s", flag, reason)
			}
		}
		return nil
	}
	for _, err := range []error{
		only(!given("new"), "--new only writes a spec", "spec", "against", "check", "text"),
		only(given("new"), "it is for --new only", "examples", "seed"),
		only(given("against"), "it is for --against only", "tolerance"),
		only(!given("against"), "--against only compares", "check", "text"),
		only(!given("check"), "--check only compares gradients", "text"),
		only(!given("against") && !given("check"), "a comparison goes to standard output", "out"),
	} {
		if err != nil {
			return err
		}
	}
	if c.against == "-" && (c.spec == "" || c.spec == "-") {
		return fmt.Errorf("--against -: standard input is the spec already; name a file by --spec")
	}
	return nil
}

// runGrad is demo grad.
func runGrad(cmd *cobra.Command, c gradConfig) error {
	if err := c.conflict(cmd.Flags().Changed); err != nil {
		return cli.Usage(cmd, "%w", err)
	}
	if c.sizes != nil {
		return c.writeNew(cmd)
	}
	spec, err := c.readSpec(cmd)
	if err != nil {
		return cli.Mistake(cmd, err)
	}
	var given netspec.Given
	if c.against != "" {
		given, err = c.readGiven(cmd, spec.Layers())
		if err != nil {
			return cli.Mistake(cmd, err)
		}
	}
	result, err := netspec.Compute(spec)
	if err != nil {
		return err
	}
	r := &textReport{Writer: terminal.NewWriter(cmd.OutOrStdout())}
	switch {
	case given != nil:
		return r.gradComparison(netspec.Compare(spec, result, given, c.tolerance), c.tolerance)
	case c.check:
		return r.gradCheck(cmd.Context(), spec, result)
	}
	var content bytes.Buffer
	if c.text {
		r.W = &content
		r.gradResult(result)
	} else if _, err := result.WriteTo(&content); err != nil {
		return err
	}
	return writeOut(cmd, c.out, content.Bytes())
}

// writeNew is demo grad --new.
func (c gradConfig) writeNew(cmd *cobra.Command) error {
	plan := netspec.Plan{Sizes: c.sizes, Loss: netspec.Loss(c.loss), Examples: c.examples, Seed: uint64(c.seed)}
	var err error
	if plan.Activations, err = parseActivations(c.activations); err != nil {
		return cli.Usage(cmd, "%w", err)
	}
	spec, err := plan.New()
	if err != nil {
		return cli.Usage(cmd, "--new %s: %w", words.Join(c.sizes, ","), err)
	}
	var content bytes.Buffer
	if _, err := spec.WriteTo(&content); err != nil {
		return err
	}
	return writeOut(cmd, c.out, content.Bytes())
}

// fewDigits writes a number to look at.
func fewDigits(v float64) string {
	if v == 0 {
		return "0" // and not -0
	}
	if a := math.Abs(v); a >= 1e-4 && a < 1e5 {
		return strconv.FormatFloat(v, 'f', 6, 64)
	}
	return strconv.FormatFloat(v, 'e', 3, 64)
}
