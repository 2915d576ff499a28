package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/graph"
	"chainrule/graph/draw"
	"chainrule/internal/words"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// A graphConfig is what the flags of demo graph say.
type graphConfig struct {
	net        sketchedNet
	convention string
	forward    bool
	closed     bool   // loops are plain boxes
	format     string // "": by the ending of out
	out        string
}

// maxPictured is how many layers a picture can have. Its height grows by some
// 300 points with each, and the time that the layout takes faster than that.
const maxPictured = 20

// newGraphCommand returns the command that draws the graph of a network.
func newGraphCommand() *cobra.Command {
	c := graphConfig{net: defaultNet(), out: graphName}
	cmd := &cobra.Command{
		Use:   "graph",
		Short: "draw the graph of a network, forward and backward",
		Long: `Draws the computation graph of a network. The forward pass runs down the left side, in blue; the gradients that the chain rule made climb up on the right, in orange, each beside the value that it belongs to. Every layer has a field of its own. Edges show the shape of what goes along them, and dashed ones carry values of the forward pass to where the chain rule needs them again. A column of dZ2 is the derivative of that example's own loss, as in notes, or of the cost with --convention mean.

With --config the network is that of an experiment, of any layers. The box of a loop, as recurrent layers are, shows what one step does: the state and the row that it is given, what it uses from outside, and what becomes of its results.

An SVG shows the whole formula of a box under the pointer. DOT is the source for Graphviz, to be changed by hand.`,
		Example: "demo graph\ndemo graph --hidden 4 --inputs 3 --out net.png\ndemo graph --hidden 8,8,8 --activation relu --forward\n" +
			"demo graph --hidden 0 --format dot --out -\ndemo graph --config run.json",
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return interruptible(cmd, func() error { return runGraph(cmd, c) })
		},
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	addSketchFlags(cmd, &c.net)
	group := cli.NewGroup(cmd, "Picture")
	group.Add(cli.Whole(&c.net.examples, 1, maxExamples), "examples", "number of examples m, for the shapes")
	addConventionFlag(group, &c.convention)
	group.Switch(&c.forward, "forward", "leave the gradients out")
	group.Switch(&c.closed, "closed", "draw loops, as recurrent layers are, as plain boxes, without what a step does")
	group.Add(cli.Choice(&c.format, "svg", "png", "dot").Or("by the ending of the file"), "format", "of the picture")
	group.Add(cli.File(&c.out, "svg", "the name of a file, or - for standard output,"), "out", "file to write to, .svg, .png or .dot"+madeFor+", - for standard output")
	return cmd
}

// conflict reports flags that do not go together, and fills in the format.
func (c *graphConfig) conflict(given func(flag string) bool) error {
	if err := c.net.check(given); err != nil {
		return err
	}
	if c.forward && given("convention") {
		return errors.New("--convention has no effect: with --forward there are no gradients")
	}
	if n := c.net.depth(); n > maxPictured && c.net.file == "" {
		return fmt.Errorf("--hidden %s: %d layers, and a picture of more than %d is too large to read",
			words.Join(c.net.hidden, ","), n, maxPictured)
	}
	if given("format") {
		if !given("out") {
			c.out = strings.TrimSuffix(c.out, filepath.Ext(c.out)) + "." + c.format
		}
		return nil
	}
	switch ending := strings.ToLower(filepath.Ext(c.out)); ending {
	case ".svg", ".png", ".dot":
		c.format = ending[1:]
		return nil
	}
	if c.out == "-" {
		return errors.New("--out -: a format for standard output expected, --format svg, png or dot")
	}
	return fmt.Errorf("--out %s: a name that ends in .svg, .png or .dot expected, or --format", cli.Quoted(c.out))
}

// runGraph is demo graph.
func runGraph(cmd *cobra.Command, c graphConfig) error {
	if err := c.conflict(cmd.Flags().Changed); err != nil {
		return cli.Usage(cmd, "%w", err)
	}
	if f, ok := cmd.OutOrStdout().(*os.File); ok && c.out == "-" && c.format == "png" && term.IsTerminal(int(f.Fd())) {
		return cli.Usage(cmd, "--out -: a PNG is nothing for a terminal, a file or a pipe expected")
	}
	if err := c.net.readConfig(); err != nil {
		return cli.Mistake(cmd, err)
	}
	if n := c.net.depth(); n > maxPictured {
		return cli.Usage(cmd, "--config %s: %d layers, and a picture of more than %d is too large to read", cli.Quoted(c.net.file), n, maxPictured)
	}
	if c.net.from != nil && !cmd.Flags().Changed("examples") {
		c.net.examples = configExamples
	}
	picture, err := c.picture()
	if err != nil {
		return err
	}
	if err := writeOut(cmd, c.out, picture); err != nil || c.out == "-" {
		return err
	}
	what := "forward and backward"
	if c.forward {
		what = "forward"
	}
	out := terminal.NewWriter(cmd.OutOrStdout())
	name := unitsText(c.net.sizes())
	if c.net.from != nil {
		name = c.net.file
	}
	out.Text("%s: the graph of %s, %s", c.out, name, what)
	return out.Err
}

// picture returns the content of the file.
func (c graphConfig) picture() ([]byte, error) {
	n, _, err := c.net.build(nil)
	if err != nil {
		return nil, err
	}
	outputs := []*graph.Node{n.Cost}
	settings := draw.Settings{ClosedLoops: c.closed}
	if c.forward {
		outputs = append(outputs, n.Output())
	} else {
		d, err := derivationSettings(c.convention).Derive(n.Cost, n.Params...)
		if err != nil {
			return nil, err
		}
		outputs, settings.Script = append(outputs, d.Gradients()...), d.Script()
	}
	switch c.format {
	case "dot":
		source, err := settings.DOT(outputs...)
		return []byte(source), err
	case "png":
		return settings.PNG(outputs...)
	}
	return settings.SVG(outputs...)
}
