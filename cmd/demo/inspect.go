package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/files"
	"chainrule/internal/modelfile"
	"chainrule/internal/schema"
	"chainrule/internal/words"
	"github.com/spf13/cobra"
)

func newInspectCommand() *cobra.Command {
	asJSON := false
	cmd := &cobra.Command{
		Use:   "inspect FILE",
		Short: "tell what a model file holds",
		Long: `Lists what a model file holds: the layers of the network, the columns and classes of the data that it was trained on, sections such as the state of an optimiser, and every tensor. Only the header of the file is read, whatever its size.

Any file in the format of safetensors will do; of one that is no model of this program the tensors are listed, and why it is none.`,
		Example:           "demo inspect iris.safetensors\ndemo inspect iris.safetensors --json",
		Args:              oneArgument("the name of a model file"),
		ValidArgsFunction: modelFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			i, err := inspectFile(args[0])
			if err != nil {
				return cli.Mistake(cmd, err)
			}
			out := terminal.NewWriter(cmd.OutOrStdout())
			if !asJSON {
				writeInspection(out, args[0], i)
				return out.Err
			}
			text, err := json.MarshalIndent(i, "", "  ")
			if err != nil {
				return err
			}
			out.Print(string(text) + "\n")
			return out.Err
		},
	}
	cli.NewGroup(cmd, "Output").Switch(&asJSON, "json", "write one JSON object")
	return cmd
}

// inspectFile says what a file holds.
func inspectFile(path string) (*modelfile.Inspection, error) {
	if _, err := regularFile(path); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, named(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, named(path, files.Reason(err))
	}
	i, err := modelfile.Inspect(f, info.Size())
	return i, named(path, err)
}

// writeInspection writes what a file holds as tables.
func writeInspection(out *terminal.Writer, path string, i *modelfile.Inspection) {
	if i.Foreign != "" {
		out.Text("%s: %s in the format of safetensors, %s. It is no model of this program: %s.", path, bytesText(i.Bytes),
			words.Count(len(i.Tensors), "tensor"), strings.TrimPrefix(i.Foreign, "it is no model of this program: "))
	} else {
		out.Text("%s: a model of format version %d, %s to %s, %s, %s, %s.", path, i.Version, words.Count(i.Inputs, "input"),
			words.Count(i.Outputs, "output"), words.Count(i.Parameters, "parameter"), i.Dtype, bytesText(i.Bytes))
		out.Print("\n")
		rows := layerRows(nil, i.Layers, "")
		out.Print(terminal.Table{Header: []string{"layer", "in", "out", "parameters"}, Rows: rows, Right: []bool{false, true, true, true}, Ruled: true}.Text(out.Width))
	}
	writeData(out, i.Data)
	if len(i.Sections) > 0 {
		out.Print("\n")
		var rows [][]string
		for _, s := range i.Sections {
			rows = append(rows, []string{schema.Plain(s.Name), fmt.Sprint(s.Tensors), bytesText(s.Bytes)})
		}
		out.Print(terminal.Table{Header: []string{"section", "tensors", "size"}, Rows: rows, Right: []bool{false, true, true}, Ruled: true}.Text(out.Width))
	}
	if len(i.Keys) > 0 {
		out.Print("\n")
		out.Text("Further metadata:")
		for _, key := range slices.Sorted(maps.Keys(i.Keys)) {
			out.Text("  %s: %s", schema.Plain(key), schema.Plain(i.Keys[key]))
		}
	}
	if len(i.Tensors) == 0 {
		return
	}
	out.Print("\n")
	var rows [][]string
	for _, t := range i.Tensors {
		rows = append(rows, []string{schema.Plain(t.Name), string(t.Dtype), words.Shape(t.Shape...), bytesText(t.Bytes)})
	}
	out.Print(terminal.Table{Header: []string{"tensor", "type", "shape", "size"}, Rows: rows, Right: []bool{false, false, true, true}, Ruled: true}.Text(out.Width))
}

// layerRows appends a row for each layer, those inside behind an indent.
func layerRows(rows [][]string, layers []modelfile.InspectedLayer, indent string) [][]string {
	for _, l := range layers {
		name := indent + l.Kind
		if l.Name != "" {
			name += " " + schema.Plain(l.Name)
		}
		if l.Activation != "" {
			name += ", " + l.Activation
		}
		if l.Frozen {
			name += ", frozen"
		}
		rows = append(rows, []string{name, fmt.Sprint(l.In), fmt.Sprint(l.Out), fmt.Sprint(l.Parameters)})
		rows = layerRows(rows, l.Layers, indent+"· ")
	}
	return rows
}

// writeData writes what inputs and outputs stand for.
func writeData(out *terminal.Writer, s *schema.Schema) {
	if s == nil {
		return
	}
	out.Print("\n")
	if s.Task == schema.Classify {
		out.Text("It tells the class %s, which is %s, from", schema.Plain(s.Targets[0]), schema.List(s.Classes))
	} else {
		out.Text("It predicts %s from", schema.List(s.Targets))
	}
	out.Print("\n")
	var rows [][]string
	for _, c := range s.Columns {
		what, fill := "number", "–"
		if c.Fill != nil {
			fill = fmt.Sprintf("%.6g", *c.Fill)
		}
		if c.Categories != nil {
			what, fill = schema.List(c.Categories), cmp.Or(schema.Plain(c.FillCategory), "–")
		}
		rows = append(rows, []string{schema.Plain(c.Name), what, fill})
	}
	out.Print(terminal.Table{Header: []string{"column", "is", "if missing"}, Rows: rows, Ruled: true}.Text(out.Width))
}

// bytesText writes a size.
func bytesText(n int64) string {
	switch {
	case n >= 10<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 10<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return words.Count(int(n), "byte")
}
