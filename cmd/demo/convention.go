package main

import (
	"chainrule/cmd/demo/internal/cli"
	"chainrule/cmd/demo/internal/netspec"
	"chainrule/graph/explain"
)

// addConventionFlag adds --convention, that of the notes if it is not given.
func addConventionFlag(group cli.Group, convention *string) {
	*convention = string(netspec.Notes)
	group.Add(cli.Choice(convention, netspec.ConventionNames()...), "convention",
		"of dZ: derivatives of each example's own loss, as in notes, or of the mean cost")
}

// derivationSettings returns the settings of a derivation in the convention.
func derivationSettings(convention string) explain.Settings {
	if netspec.Convention(convention) == netspec.Mean {
		return explain.Settings{Convention: explain.MeanCost}
	}
	return explain.Settings{Convention: explain.Notes}
}
