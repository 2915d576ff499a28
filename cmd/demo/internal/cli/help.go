package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"chainrule/cmd/demo/internal/terminal"
	"chainrule/internal/words"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// twoColumns is the width from which names and their descriptions stand beside
// each other.
const twoColumns = 64

// printHelp is the help function of all commands. It fits the terminal.
func printHelp(cmd *cobra.Command) error {
	out := terminal.NewWriter(cmd.OutOrStdout())
	width := out.Width
	var b strings.Builder
	about := cmd.Long
	if about == "" {
		about = cmd.Short
	}
	for _, paragraph := range strings.Split(strings.TrimSpace(about), "\n\n") {
		writeParagraph(&b, paragraph, width)
	}
	use := cmd.CommandPath()
	switch {
	case cmd.HasAvailableSubCommands():
		use += " COMMAND"
	case cmd.HasAvailableFlags():
		use += " [flags]"
	}
	fmt.Fprintf(&b, "Usage:\n  %s\n", use)
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\nExample:\n%s\n", examples(cmd.Example, width))
	}
	if cmd.HasAvailableSubCommands() {
		writeCommands(&b, cmd, width)
	}
	writeFlags(&b, cmd, width)
	out.Print(b.String())
	return out.Err
}

// writeParagraph writes text, wrapped unless it is laid out already, and an
// empty line.
func writeParagraph(b *strings.Builder, text string, width int) {
	if strings.Contains(text, "\n") && widest(text) <= width {
		fmt.Fprintf(b, "%s\n\n", text)
		return
	}
	fmt.Fprintf(b, "%s\n\n", words.Wrap(text, "", width))
}

// writeCommands lists the commands below cmd, each with its example.
func writeCommands(b *strings.Builder, cmd *cobra.Command, width int) {
	column := 14
	for _, sub := range cmd.Commands() {
		column = max(column, utf8.RuneCountInString(sub.Name())+4)
	}
	b.WriteString("\nCommands:\n")
	for _, sub := range cmd.Commands() {
		if !sub.IsAvailableCommand() && sub.Name() != "help" {
			continue
		}
		writeEntry(b, sub.Name(), sub.Short, column, width)
		if example, _, _ := strings.Cut(sub.Example, "\n"); example != "" {
			if width < twoColumns {
				column = 6
			}
			fmt.Fprintf(b, "%s\n", continued("$ "+example, strings.Repeat(" ", column), width))
		}
	}
	more := fmt.Sprintf("'%s COMMAND --help' tells more about a command.", cmd.CommandPath())
	fmt.Fprintf(b, "\n%s\n", words.Wrap(more, "", width))
}

// writeFlags lists the flags of cmd by group, in the order of their making.
func writeFlags(b *strings.Builder, cmd *cobra.Command, width int) {
	var groups []string
	entries := map[string][]*pflag.Flag{}
	cmd.Flags().SortFlags = false
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		group := "Flags"
		if names := f.Annotations[groupKey]; len(names) > 0 {
			group = names[0]
		}
		if !slices.Contains(groups, group) {
			groups = append(groups, group)
		}
		entries[group] = append(entries[group], f)
	})
	for _, group := range groups {
		fmt.Fprintf(b, "\n%s:\n", group)
		for _, f := range entries[group] {
			name, text := "--"+f.Name, f.Usage
			if v, ok := f.Value.(*Value); ok {
				name += " " + v.Kind
				if len(v.Names) > 0 {
					text += ": " + strings.Join(v.Names, ", ")
				}
				text += fmt.Sprintf(" (default %s)", f.DefValue)
			}
			writeEntry(b, name, text, 22, width)
		}
	}
}

// writeEntry writes a name and its description: beside it from the given
// column on, or below it where there is no room.
func writeEntry(b *strings.Builder, name, text string, column, width int) {
	if width < twoColumns || utf8.RuneCountInString(name) > column-4 {
		if name != "" {
			fmt.Fprintf(b, "  %s\n", name)
		}
		fmt.Fprintf(b, "%s\n", words.Wrap(text, "      ", width))
		return
	}
	lines := words.Wrap(text, strings.Repeat(" ", column), width)
	fmt.Fprintf(b, "  %-*s%s\n", column-2, name, strings.TrimLeft(lines, " "))
}

// widest returns how many columns the longest line of a text takes.
func widest(text string) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n = max(n, utf8.RuneCountInString(line))
	}
	return n
}

// examples lists command lines behind two spaces.
func examples(text string, width int) string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		lines = append(lines, continued(line, "  ", width))
	}
	return strings.Join(lines, "\n")
}

// continued writes a command line behind an indent. One that is too long goes on in
// the next line, as a shell reads it.
func continued(line, indent string, width int) string {
	if utf8.RuneCountInString(indent+line) <= width {
		return indent + line
	}
	parts := strings.Split(words.Wrap(line, indent, width-4), "\n") // of " \\", and of the indent of what goes on
	return strings.Join(parts, " \\\n  ")
}
