package cli

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

// A Value is a flag's value with a parser that says what is expected.
type Value struct {
	Kind     string   // what stands behind the flag in help, such as "N"
	Names    []string // if only these are possible
	Text     string   // the present value
	Parse    func(string) error
	Complete cobra.CompletionFunc // nil: nothing to offer

	also []string
}

var _ pflag.Value = (*Value)(nil)

func (v *Value) String() string { return v.Text }
func (v *Value) Type() string   { return v.Kind }

func (v *Value) Set(s string) error {
	if err := v.Parse(s); err != nil {
		return err
	}
	v.Text = s
	return nil
}

// Or sets the text for what holds if the flag is not given.
func (v *Value) Or(text string) *Value {
	v.Text = text
	return v
}

// Also sets what other programs call the flag, for those who look for that.
func (v *Value) Also(names ...string) *Value {
	v.also = names
	return v
}

// As sets what stands behind the flag in help.
func (v *Value) As(kind string) *Value {
	v.Kind = kind
	return v
}

// Whole is a whole number from least to most.
func Whole[T int | uint32](dst *T, least, most T) *Value {
	return &Value{Kind: "N", Text: fmt.Sprint(*dst), Parse: func(s string) error {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n < int64(least) || n > int64(most) {
			return fmt.Errorf("a whole number from %d to %d expected", least, most)
		}
		*dst = T(n)
		return nil
	}}
}

// Integer is any whole number: what else it has to be depends on other flags.
func Integer(dst *int) *Value {
	return &Value{Kind: "N", Text: fmt.Sprint(*dst), Parse: func(s string) error {
		n, err := strconv.Atoi(s)
		if err != nil {
			return errors.New("a whole number expected")
		}
		*dst = n
		return nil
	}}
}

// Real is a number that right takes; expected says which those are.
func Real(dst *float64, expected string, right func(v float64) bool) *Value {
	return &Value{Kind: "X", Text: fmt.Sprint(*dst), Parse: func(s string) error {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || !right(v) {
			return errors.New(expected + " expected")
		}
		*dst = v
		return nil
	}}
}

// Positive is a finite number above 0.
func Positive(dst *float64) *Value {
	return Real(dst, "a number above 0", func(v float64) bool { return v > 0 && !math.IsInf(v, 0) })
}

// Choice is one of the names.
func Choice(dst *string, names ...string) *Value {
	return &Value{Kind: "NAME", Names: names, Text: *dst, Complete: cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp),
		Parse: func(s string) (err error) {
			*dst, err = OneOf(s, names)
			return err
		}}
}

// OneOf returns the name that s is in upper or lower case. The error for any
// other text suggests the nearest.
func OneOf(s string, names []string) (string, error) {
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

// Text is any text but an empty one; what says what it is.
func Text(dst *string, kind, what string) *Value {
	return &Value{Kind: kind, Text: *dst, Parse: func(s string) error {
		if s == "" {
			return fmt.Errorf("%s expected", what)
		}
		*dst = s
		return nil
	}}
}

// Directory is the path of a directory.
func Directory(dst *string) *Value {
	v := Text(dst, "DIR", "the name of a directory")
	v.Complete = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return nil, cobra.ShellCompDirectiveFilterDirs
	}
	return v
}

// File is the path of a file of the type that its name ends with.
func File(dst *string, ending, what string) *Value {
	v := Text(dst, "FILE", what)
	v.Complete = cobra.FixedCompletions([]string{ending}, cobra.ShellCompDirectiveFilterFileExt)
	return v
}
