package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A value is a flag's value with a parser that says what is expected.
type value struct {
	kind  string // what stands behind the flag in help, such as "N"
	text  string // the present value
	parse func(string) error
}

var _ pflag.Value = (*value)(nil)

func (v *value) String() string { return v.text }
func (v *value) Type() string   { return v.kind }

func (v *value) Set(s string) error {
	if err := v.parse(s); err != nil {
		return err
	}
	v.text = s
	return nil
}

// whole is a whole number from least to most.
func whole[T int | uint32](dst *T, least, most T) *value {
	return &value{kind: "N", text: fmt.Sprint(*dst), parse: func(s string) error {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < int64(least) || n > int64(most) {
			return fmt.Errorf("a whole number from %d to %d expected", least, most)
		}
		*dst = T(n)
		return nil
	}}
}

// positive is a finite number above 0; other is the text for what holds if the
// flag is not given.
func positive(dst *float64, other string) *value {
	return &value{kind: "X", text: other, parse: func(s string) error {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return errors.New("a number above 0 expected")
		}
		*dst = v
		return nil
	}}
}

// choice is one of the names.
func choice(dst *string, names ...string) *value {
	return &value{kind: strings.Join(names, "|"), text: *dst, parse: func(s string) error {
		for _, name := range names {
			if strings.EqualFold(s, name) {
				*dst = name
				return nil
			}
		}
		expected := listed(names, "or") + " expected"
		if name, near := nearest(s, names); near {
			expected += fmt.Sprintf(", did you mean %s?", name)
		}
		return errors.New(expected)
	}}
}

// path is any text but an empty one.
func path(dst *string) *value {
	return &value{kind: "DIR", text: *dst, parse: func(s string) error {
		if s == "" {
			return errors.New("the name of a directory expected")
		}
		*dst = s
		return nil
	}}
}

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
	complete := cobra.NoFileCompletions
	switch {
	case strings.Contains(v.kind, "|"):
		complete = cobra.FixedCompletions(strings.Split(v.kind, "|"), cobra.ShellCompDirectiveNoFileComp)
	case v.kind == "DIR":
		complete = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		}
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
