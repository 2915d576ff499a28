package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"chainrule/internal/nearest"
	"chainrule/internal/words"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// The exit codes other than 0.
const (
	codeFailed      = 1 // the work failed, or the training diverged
	codeUsage       = 2 // the command line is wrong, and nothing was done
	codeInterrupted = 130
)

// errInterrupted ends a command that was interrupted and has said so.
var errInterrupted = errors.New("interrupted")

// A usageError is a mistake in the command line.
type usageError struct {
	command string // whose help tells more, such as "demo train"
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usage returns a mistake in the command line of cmd.
func usage(cmd *cobra.Command, format string, args ...any) error {
	return &usageError{cmd.CommandPath(), fmt.Errorf(format, args...)}
}

// mistake returns an error of what was given to cmd as one in the command line;
// an interruption is none.
func mistake(cmd *cobra.Command, err error) error {
	if errors.Is(err, errInterrupted) {
		return err
	}
	return usage(cmd, "%w", err)
}

// exitCode reports err, if it is not nil and not reported yet, and returns the
// exit code for it.
func exitCode(err error, stderr io.Writer) int {
	if err == nil {
		return 0
	}
	if errors.Is(err, errInterrupted) {
		return codeInterrupted
	}
	lines := fmt.Sprintf("demo: %v\n", err)
	code := codeFailed
	if wrong := (*usageError)(nil); errors.As(err, &wrong) {
		code = codeUsage
		lines += fmt.Sprintf("run '%s --help'\n", wrong.command)
	}
	io.WriteString(stderr, lines)
	return code
}

// flagError says what is wrong with a flag in the words of this program.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	var number *strconv.NumError
	switch {
	case errors.As(err, &unknown):
		return unknownFlag(cmd, unknown)
	case errors.As(err, &missing):
		return usage(cmd, "--%s needs a value", missing.GetFlag().Name)
	case errors.As(err, &invalid):
		cause := errors.Unwrap(err)
		if errors.As(err, &number) { // the only values that pflag parses are booleans
			cause = errors.New("true or false expected")
		}
		return usage(cmd, "--%s %s: %w", invalid.GetFlag().Name, quoted(invalid.GetValue()), cause)
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
			return usage(cmd, "--%s stands behind '%s'", given, sub.CommandPath())
		}
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	return usage(cmd, "unknown flag %s%s%s", dashes, given, didYouMean("--", given, names))
}

// noArgs rejects arguments that are not flags, and commands that do not exist.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if !cmd.HasAvailableSubCommands() {
		return usage(cmd, "unexpected argument %q: '%s' takes only flags", args[0], cmd.CommandPath())
	}
	return unknownCommand(cmd, args[0])
}

// commandNames returns the names of the commands below cmd.
func commandNames(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

// unknownCommand suggests the nearest command of cmd.
func unknownCommand(cmd *cobra.Command, given string) error {
	return usage(cmd, "unknown command %q%s", given, didYouMean("", given, commandNames(cmd)))
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

// quoted returns a value for an error message, in quotes where it needs them.
func quoted(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n\"'\\") || strconv.Quote(s) != `"`+s+`"` {
		return strconv.Quote(s)
	}
	return s
}
