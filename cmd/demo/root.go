package main

import (
	"io"

	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/lesson"
	"github.com/spf13/cobra"
)

// Help lists the commands in the order that a newcomer needs them.
func init() { cobra.EnableCommandSorting = false }

// newRootCommand returns the program's command, which writes to stdout and,
// what is no result, to stderr.
func newRootCommand(stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "demo",
		Short: "neural networks as computation graphs",
		Long: "demo trains small neural networks that are written as computation graphs. The chain rule writes " +
			"the backward graph, and both are compiled into one program.",
		Example:       "demo train",
		Args:          cli.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.SetFlagErrorFunc(cli.FlagError)
	root.AddCommand(newTrainCommand(), newPredictCommand(), newEvalCommand(), newInspectCommand(), newServeCommand(), newPlayCommand(), newExplainCommand(), newGraphCommand(), newGradCommand(), newLessonCommand(lesson.All()))
	addCompletion(root)
	root.SetHelpCommand(newHelpCommand())
	return root
}

// addCompletion adds cobra's command that writes completion scripts.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		cmd.Short = "write a script that completes commands, flags and values in your shell"
		cmd.Example = "source <(demo completion bash)"
		cmd.Args = cli.NoArgs
		cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
		for _, shell := range cmd.Commands() {
			shell.Args = cli.NoArgs
		}
	}
}

// newHelpCommand returns the command that prints the help of another one.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [command]",
		Short:   "tell about a command",
		Example: "demo help train",
		Args:    cobra.ArbitraryArgs,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			at, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return cli.CommandNames(at), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			at, rest, err := cmd.Root().Find(args)
			if err != nil {
				return cli.Usage(cmd.Root(), "%w", err)
			}
			if len(rest) > 0 {
				return cli.UnknownCommand(at, rest[0])
			}
			at.InitDefaultHelpFlag()
			return at.Help()
		},
	}
}
