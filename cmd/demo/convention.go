package main

import (
	"chainrule/cmd/demo/internal/cli"
	"chainrule/graph/explain"
)

// conventionHelp is what help says of --convention.
const conventionHelp = "of dZ: derivatives of each example's own loss, as in notes, or of the mean cost"

// addConventionFlag adds --convention, that of the notes if it is not given.
func addConventionFlag(group cli.Group, convention *string) {
	*convention = string(explain.Notes)
	group.Add(cli.Choice(convention, explain.ConventionNames()...), "convention", conventionHelp)
}

// derivationSettings returns the settings of a derivation in the convention.
func derivationSettings(convention string) explain.Settings {
	return explain.Settings{Convention: explain.Convention(convention)}
}
