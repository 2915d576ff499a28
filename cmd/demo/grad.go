package main

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/netspec"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph/explain"
	"chainrule/internal/words"
	"github.com/spf13/cobra"
)

// A gradConfig is what the flags of demo grad say.
type gradConfig struct {
	spec        string   // path, "-" for standard input, "" for none given
	activations []string // of each layer, of an .npz file or a new spec
	loss        string

	against    string // path of results to compare, "" for none
	tolerance  float64
	convention string // of dZ; "" for the notes', and for that of the results with against
	check      bool

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

A spec is a JSON object. Matrices are lists of rows, in the shapes of the notes: W[l] is (n[l], n[l-1]), b[l] is (n[l], 1), and X is (n[0], m) and Y (n[L], m), one column per example. One layer and two examples:

` + specExample + `

In place of sizes, activations and loss there may be the network of an experiment, the fields version, inputs, layers and cost.

The cost is the mean over the examples of the sum over the outputs. Cross-entropy is computed from the logits, and needs a sigmoid or softmax output; squared error has no factor 1/2. In messages layers, rows and columns count from 1: W[1] is W1.

An .npz file holds the arrays W1, b1, W2, b2, ..., X and Y; --activations and --loss tell the rest.

There are two conventions of dZ, and dW and db are the same in both. In the notes' one dZ is the derivative of each example's own loss, dZ2 = A2 - Y, and the mean comes in with the parameters, dW2 = 1/m dZ2 A1^T. In the other, mean, it is that of the cost, dZ2 = (A2 - Y)/m, and dW2 = dZ2 A1^T. The notes' one is printed unless --convention says otherwise; --against recognises that of the results, says so, and judges every line in it.

Results to compare are a JSON object with any of the fields cost, Z1, A1, ..., dZ1, dW1, db1, ..., or an .npz file with any arrays of these names. Those of the spec above:

` + resultExample + `

In place of Z1, Z2, ... there may be a list Z with a matrix for each layer, null for one that is not there, and so for A, dZ, dW and db; this command prints lists, and the convention. NaN, Infinity and -Infinity are numbers there, as Python's json writes them.

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

// specExample is a spec, of one layer and two examples, and resultExample what its
// results are.
const (
	specExample = `  {"sizes": [2, 1], "activations": ["identity"], "loss": "squared-error",
   "W": [[[1, 2]]], "b": [[[0.5]]], "X": [[1, 0], [0, 1]], "Y": [[1, 2]]}`

	resultExample = `  {"cost": 0.25, "Z1": [[1.5, 2.5]], "A1": [[1.5, 2.5]],
   "dZ1": [[1, 1]], "dW1": [[0.5, 0.5]], "db1": [[1]]}`
)

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
	compare.Add(cli.Choice(&c.convention, explain.ConventionNames()...).Or("notes; with --against that of the results"),
		"convention", conventionHelp)
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
		only(!given("new"), "--new only writes a spec", "spec", "against", "check", "text", "convention"),
		only(given("new"), "it is for --new only", "examples", "seed"),
		only(given("against"), "it is for --against only", "tolerance"),
		only(!given("against"), "--against only compares", "check", "text"),
		only(!given("check"), "--check only compares gradients of W and b", "text", "convention"),
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
	result, err := netspec.Compute(spec, cmp.Or(explain.Convention(c.convention), explain.Notes))
	if err != nil {
		return err
	}
	r := &textReport{Writer: terminal.NewWriter(cmd.OutOrStdout())}
	switch {
	case given != nil:
		return r.gradComparison(netspec.Compare(spec, result, given, c.tolerance, explain.Convention(c.convention)), c.tolerance)
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
