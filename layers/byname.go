package layers

import (
	"fmt"
	"strings"

	"chainrule/internal/nearest"
)

// byName returns the index of a name in upper or lower case, or an error that
// suggests the nearest of the names, if one is near, and lists all; kind says
// what they name.
func byName(kind, name string, names []string) (int, error) {
	for i, known := range names {
		if strings.EqualFold(name, known) {
			return i, nil
		}
	}
	like := ""
	if known, near := nearest.Name(name, names); near {
		like = fmt.Sprintf(", did you mean %q?", known)
	}
	return 0, fmt.Errorf("unknown %s %q%s (known: %s)", kind, name, like, strings.Join(names, ", "))
}
