package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/netspec"
	"chainrule/internal/files"
	"chainrule/layers"
	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// readSpec reads the file of --spec. Errors begin with its name.
func (c gradConfig) readSpec(cmd *cobra.Command) (*netspec.Spec, error) {
	data, name, err := readInput(cmd, c.spec)
	if err != nil {
		return nil, err
	}
	if !netspec.IsNPZ(data) {
		for _, flag := range []string{"activations", "loss"} {
			if cmd.Flags().Changed(flag) {
				return nil, fmt.Errorf("--%s has no effect: %s has its own, as JSON", flag, name)
			}
		}
		spec, err := netspec.ParseSpec(data)
		return spec, named(name, err)
	}
	activations, err := parseActivations(c.activations)
	if err != nil {
		return nil, err
	}
	if activations == nil {
		return nil, fmt.Errorf("--activations is needed: %s, as an .npz file, has none", name)
	}
	spec, err := netspec.ParseNPZ(data, activations, netspec.Loss(c.loss))
	return spec, named(name, err)
}

// readGiven reads the file of --against, for a network of so many layers. What the
// file says of its convention holds unless the flag does.
func (c *gradConfig) readGiven(cmd *cobra.Command, depth int) (netspec.Given, error) {
	data, name, err := readInput(cmd, c.against)
	if err != nil {
		return nil, err
	}
	parse := netspec.ParseGiven
	if netspec.IsNPZ(data) {
		parse = netspec.ParseGivenNPZ
	}
	given, convention, err := parse(data, depth)
	c.convention = cmp.Or(c.convention, string(convention))
	return given, named(name, err)
}

// readInput returns the content of a file, or of standard input, and what
// messages call it.
func readInput(cmd *cobra.Command, path string) (data []byte, name string, err error) {
	if path == "" || path == "-" {
		name = "standard input"
		in := cmd.InOrStdin()
		if f, ok := in.(*os.File); ok && path == "" && term.IsTerminal(int(f.Fd())) {
			return nil, name, errors.New("--spec FILE or a spec on standard input expected; 'demo grad --new 2,4,1' writes one")
		}
		data, err = netspec.Read(in)
		return data, name, named(name, err)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, path, fmt.Errorf("%s: a JSON or .npz file expected, this is a directory", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, path, fmt.Errorf("%s: %w", path, files.Reason(err))
	}
	defer f.Close()
	data, err = netspec.Read(io.Reader(f))
	return data, path, named(path, err)
}

// named puts the name of a file before an error.
func named(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", name, files.Reason(err))
}

// parseActivations returns the activations of names, nil without any.
func parseActivations(names []string) ([]layers.Activation, error) {
	var all []layers.Activation
	for _, name := range names {
		a, err := netspec.ParseActivation(name)
		if err != nil {
			return nil, fmt.Errorf("--activations: %w", err)
		}
		all = append(all, a)
	}
	return all, nil
}

// interruptible runs what may wait, for input or for a reader of what it writes, or
// take long. It returns cli.ErrInterrupted as soon as the command is interrupted, and
// says so; what it ran then goes on until the program ends.
func interruptible(cmd *cobra.Command, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	err := cli.ErrInterrupted
	select {
	case err = <-done:
	case <-cmd.Context().Done():
	}
	if errors.Is(err, cli.ErrInterrupted) {
		fmt.Fprintln(cmd.ErrOrStderr(), "demo: interrupted")
	}
	return err
}
