package shipped

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.csv
var files embed.FS

// Names returns the names of the files, such as "iris.csv", in order.
func Names() []string {
	names, _ := fs.Glob(files, "*.csv") // the only error is a bad pattern
	slices.Sort(names)
	return names
}

// Open returns the file of a name, with or without ".csv"; found is false if there is
// none. Whether a file of that name on the disk goes first is for the caller to
// say.
func Open(name string) (file fs.File, found bool) {
	file, err := files.Open(strings.TrimSuffix(name, ".csv") + ".csv")
	return file, err == nil
}
