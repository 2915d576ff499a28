package privatecache

import (
	"os"
	"path/filepath"
	"runtime"
)

var (
	before, wasSet = os.LookupEnv("TMPDIR")
	temporary      string // made for this start alone, as there is no better place
)

// Go initialises packages whose imports are ready in the order of their paths, and
// go-graphviz waits for its WebAssembly runtime, so that this comes first.
func init() {
	if runtime.GOOS == "windows" { // whose users have temporary directories of their own
		return
	}
	dir, err := os.UserCacheDir()
	if err == nil {
		dir = filepath.Join(dir, "chainrule")
		err = os.MkdirAll(dir, 0o700)
	}
	if err != nil {
		if dir, err = os.MkdirTemp("", "chainrule"); err != nil {
			return // then there is no cache to be shared either
		}
		temporary = dir
	}
	os.Setenv("TMPDIR", dir)
}

// Restore gives the temporary directory back. Package draw calls it when Graphviz has
// started.
func Restore() {
	if runtime.GOOS == "windows" {
		return
	}
	if wasSet {
		os.Setenv("TMPDIR", before)
	} else {
		os.Unsetenv("TMPDIR")
	}
	if temporary != "" {
		os.RemoveAll(temporary)
	}
}
