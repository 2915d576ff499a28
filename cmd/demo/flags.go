package main

import "github.com/spf13/cobra"

// A flagGroup adds flags to a command that stand together in its help.
type flagGroup struct {
	cmd  *cobra.Command
	name string
}

// groupKey is the annotation of a flag that holds its group.
const groupKey = "group"

// add adds a flag.
func (g flagGroup) add(v *value, name, help string) {
	g.cmd.Flags().Var(v, name, help)
	g.annotate(name)
	complete := v.complete
	if complete == nil {
		complete = cobra.NoFileCompletions
	}
	must(g.cmd.RegisterFlagCompletionFunc(name, complete))
}

// addSwitch adds a flag without a value.
func (g flagGroup) addSwitch(dst *bool, name, help string) {
	g.cmd.Flags().BoolVar(dst, name, *dst, help)
	g.annotate(name)
}

func (g flagGroup) annotate(name string) {
	must(g.cmd.Flags().SetAnnotation(name, groupKey, []string{g.name}))
}

// must panics on a mistake in the set-up of the commands.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
