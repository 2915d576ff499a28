package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"chainrule/internal/nearest"
	"chainrule/internal/words"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The exit codes other than 0.
const (
	CodeFailed      = 1 // the work failed, or the training diverged
	CodeUsage       = 2 // the command line is wrong, and nothing was done
	CodeInterrupted = 130
)

// ErrInterrupted ends a command that was interrupted and has said so.
var ErrInterrupted = errors.New("interrupted")

// A usageError is a mistake in the command line.
type usageError struct {
	command string // whose help tells more, such as "demo train"
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// Usage returns a mistake in the command line of cmd.
func Usage(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{cmd.CommandPath(), fmt.Errorf(format, args...)}
}

// Mistake returns an error of what was given to cmd as one in the command line;
// an interruption is none.
func Mistake(cmd *cobra.Command, err error) error {
	if errors.Is(err, ErrInterrupted) {
		return err
	}
	return Usage(cmd, "%w", err)
}

// Execute runs the command line that root was given, reports its error to stderr and
// returns the exit code.
func Execute(ctx context.Context, root *cobra.Command, stderr io.Writer) int {
	var unwritten error // of a help text, for whose errors cobra has no place
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { unwritten = printHelp(cmd) })
	err := root.ExecuteContext(ctx)
	return ExitCode(cmp.Or(err, unwritten), stderr)
}

// ExitCode reports err, if it is not nil and not reported yet, and returns the
// exit code for it.
func ExitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	if errors.Is(err, ErrInterrupted) {
		return CodeInterrupted
	}
	lines := fmt.Sprintf("demo: %v\n", err)
	code := CodeFailed
	if wrong := (*usageError)(nil); errors.As(err, &wrong) {
		code = CodeUsage
		lines += fmt.Sprintf("run '%s --help'\n", wrong.command)
	}
	io.WriteString(stderr, lines)
	return code
}

// FlagError says what is wrong with a flag in the words of this program.
func FlagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	var number *strconv.NumError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &missing):
		return Usage(cmd, "--%s needs a value", missing.GetFlag().Name)
	case errors.As(err, &invalid):
		cause := errors.Unwrap(err)
		if errors.As(err, &number) { // the only values that pflag parses are booleans
			cause = errors.New("true or false expected")
		}
		return Usage(cmd, "--%s %s: %w", invalid.GetFlag().Name, Quoted(invalid.GetValue()), cause)
	}
	return &usageError{cmd.CommandPath(), err}
}

// unknownFlag suggests the nearest flag of cmd, or a command that has the flag.
func unknownFlag(cmd *cobra.Command, err *pflag.NotExistError) error {
	given, dashes := err.GetSpecifiedName(), "--"
	if letters := err.GetSpecifiedShortnames(); letters != "" {
		given, dashes = letters, "-"
	}
	for _, sub := range cmd.Commands() {
		if sub.Flags().Lookup(given) != nil && sub.IsAvailableCommand() {
			return Usage(cmd, "--%s stands behind '%s'", given, sub.CommandPath())
		}
	}
	var names []string
	var meant []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		names = append(names, f.Name)
		switch v, ok := f.Value.(*Value); {
		case !ok:
		case slices.Contains(v.also, given):
			meant = append(meant, "--"+f.Name)
		case slices.Contains(v.Names, given): // a value without its flag
			meant = append(meant, "--"+f.Name+" "+given)
		}
	})
	suggestion := didYouMean("--", given, names)
	if len(meant) > 0 {
		suggestion = ", did you mean " + words.List(meant, "or") + "?"
	}
	return Usage(cmd, "unknown flag %s%s%s", dashes, given, suggestion)
}

// NoArgs rejects arguments that are not flags, and commands that do not exist.
func NoArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasAvailableSubCommands() {
		return Usage(cmd, "unexpected argument %q: '%s' takes only flags", args[0], cmd.CommandPath())
	}
	return UnknownCommand(cmd, args[0])
}

// CommandNames returns the names of the commands below cmd.
func CommandNames(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// Below is the annotation of a command that says what the commands below it are,
// such as "lesson", if it is not plain commands.
const Below = "below"

// UnknownCommand suggests the nearest command of cmd.
func UnknownCommand(cmd *cobra.Command, given string) error {
	names := CommandNames(cmd)
	if len(names) == 0 {
		return Usage(cmd, "unknown command %q: '%s' has none below it", given, cmd.CommandPath())
	}
	return Usage(cmd, "unknown %s %q%s", cmp.Or(cmd.Annotations[Below], "command"), given, didYouMean("", given, names))
}

// didYouMean names the nearest of the names, or all if none is near.
func didYouMean(prefix, given string, names []string) string {
	if name, near := nearest.Name(given, names); near {
		return ", did you mean " + prefix + name + "?"
	}
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = prefix + name
	}
	return ": " + words.List(all, "or") + " expected"
}

// Quoted returns a value for an error message, in quotes where it needs them.
func Quoted(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n\"'\\") || strconv.Quote(s) != `"`+s+`"` {
		return strconv.Quote(s)
	}
	return s
}
