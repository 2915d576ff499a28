package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"chainrule/internal/nearest"
	"chainrule/internal/words"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A value is a flag's value with a parser that says what is expected.
type value struct {
	kind     string   // what stands behind the flag in help, such as "N"
	names    []string // if only these are possible
	text     string   // the present value
	parse    func(string) error
	complete cobra.CompletionFunc // nil: nothing to offer
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

// or sets the text for what holds if the flag is not given.
func (v *value) or(text string) *value {
	v.text = text
	return v
}

// as sets what stands behind the flag in help.
func (v *value) as(kind string) *value {
	v.kind = kind
	return v
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

// real is a number that right takes; expected says which those are.
func real(dst *float64, expected string, right func(v float64) bool) *value {
	return &value{kind: "X", text: fmt.Sprint(*dst), parse: func(s string) error {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || !right(v) {
			return errors.New(expected + " expected")
		}
		*dst = v
		return nil
	}}
}

// positive is a finite number above 0.
func positive(dst *float64) *value {
	return real(dst, "a number above 0", func(v float64) bool { return v > 0 && !math.IsInf(v, 0) })
}

// choice is one of the names.
func choice(dst *string, names ...string) *value {
	return &value{kind: "NAME", names: names, text: *dst, complete: cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp),
		parse: func(s string) (err error) {
			*dst, err = oneOf(s, names)
			return err
		}}
}

// oneOf returns the name that s is in upper or lower case. The error for any
// other text suggests the nearest.
func oneOf(s string, names []string) (string, error) {
	for _, name := range names {
		if strings.EqualFold(s, name) {
			return name, nil
		}
	}
	expected := words.List(names, "or") + " expected"
	if name, near := nearest.Name(s, names); near {
		expected += fmt.Sprintf(", did you mean %s?", name)
	}
	return "", errors.New(expected)
}

// text is any text but an empty one; what says what it is.
func text(dst *string, kind, what string) *value {
	return &value{kind: kind, text: *dst, parse: func(s string) error {
		if s == "" {
			return fmt.Errorf("%s expected", what)
		}
		*dst = s
		return nil
	}}
}

// directoryPath is the path of a directory.
func directoryPath(dst *string) *value {
	v := text(dst, "DIR", "the name of a directory")
	v.complete = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	return v
}

// filePath is the path of a file of the type that its name ends with.
func filePath(dst *string, ending, what string) *value {
	v := text(dst, "FILE", what)
	v.complete = cobra.FixedCompletions([]string{ending}, cobra.ShellCompDirectiveFilterFileExt)
	return v
}
