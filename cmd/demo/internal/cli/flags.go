package cli

import "github.com/spf13/cobra"

// A Group adds flags to a command that stand together in its help.
type Group struct {
	cmd  *cobra.Command
	name string
}

// NewGroup returns a group of a command, without flags.
func NewGroup(cmd *cobra.Command, name string) Group { return Group{cmd, name} }

// groupKey is the annotation of a flag that holds its group.
const groupKey = "group"

// Add adds a flag.
func (g Group) Add(v *Value, name, help string) {
	g.cmd.Flags().Var(v, name, help)
	g.annotate(name)
	complete := v.Complete
	if complete == nil {
		complete = cobra.NoFileCompletions
	}
	must(g.cmd.RegisterFlagCompletionFunc(name, complete))
}

// Switch adds a flag without a value.
func (g Group) Switch(dst *bool, name, help string) {
	g.cmd.Flags().BoolVar(dst, name, *dst, help)
	g.annotate(name)
}

func (g Group) annotate(name string) {
	must(g.cmd.Flags().SetAnnotation(name, groupKey, []string{g.name}))
}

// must panics on a mistake in the set-up of the commands.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
