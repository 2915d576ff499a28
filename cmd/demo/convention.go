package main

import (
	"chainrule/cmd/demo/internal/cli"
	"chainrule/graph/explain"
)

// The conventions of dZ, as --convention calls them.
const (
	conventionNotes = "notes"
	conventionMean  = "mean"
)

// addConventionFlag adds --convention.
func addConventionFlag(group cli.Group, convention *string) {
	*convention = conventionNotes
	group.Add(cli.Choice(convention, conventionNotes, conventionMean), "convention",
		"of dZ: derivatives of each example's own loss, as in notes, or of the mean cost")
}

// derivationSettings returns the settings of a derivation in the convention.
func derivationSettings(convention string) explain.Settings {
	if convention == conventionMean {
		return explain.Settings{Convention: explain.MeanCost}
	}
	return explain.Settings{Convention: explain.Notes}
}
