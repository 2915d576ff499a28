package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
)

// Units is a list of the numbers of units of hidden layers; none of them, an
// empty list, is 0.
func Units(dst *[]int, most, layers int) *Value {
	return &Value{Kind: "LIST", Parse: func(s string) error {
		parts := strings.Split(s, ",")
		if strings.TrimSpace(s) == "0" {
			parts = nil
		}
		if len(parts) > layers {
			return fmt.Errorf("%d hidden layers, %d at most expected", len(parts), layers)
		}
		list := []int{} // and not nil, which is no list
		for i, part := range parts {
			n, err := strconv.Atoi(strings.TrimSpace(part))
			switch {
			case err == nil && n == 0:
				return errors.New("a layer has at least 1 unit; 0 alone is no hidden layer")
			case err != nil || n < 1 || n > most:
				return fmt.Errorf("%sa whole number from 1 to %d expected, or such numbers separated by commas, or 0 for no hidden layer",
					Entry(i, parts), most)
			}
			list = append(list, n)
		}
		*dst = list
		return nil
	}}
}

// NameList is a list of some of the names, which may be repeated.
func NameList(dst *[]string, names ...string) *Value {
	v := &Value{Kind: "LIST", Names: names, Text: strings.Join(*dst, ",")}
	v.Parse = func(s string) error {
		var list []string
		parts := strings.Split(s, ",")
		for i, part := range parts {
			name, err := OneOf(strings.TrimSpace(part), names)
			if err != nil {
				return fmt.Errorf("%s%w", Entry(i, parts), err)
			}
			list = append(list, name)
		}
		*dst = list
		return nil
	}
	v.Complete = func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		before := begun[:strings.LastIndexByte(begun, ',')+1]
		var offers []string
		for _, name := range names {
			offers = append(offers, before+name)
		}
		return offers, cobra.ShellCompDirectiveNoFileComp
	}
	return v
}

// Entry says which entry of a list an error is about, if there are several.
func Entry(i int, parts []string) string {
	if len(parts) == 1 {
		return ""
	}
	return fmt.Sprintf("entry %d is %s, ", i+1, Quoted(parts[i]))
}
