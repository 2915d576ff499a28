package structuretest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Tensors over values are made by graph.Tensor, which keeps the values alive
// meanwhile (record 41), or the line says with what follows that it does.
func TestTensorsOverValues(t *testing.T) {
	bare := regexp.MustCompile(`tensor\.(WithBacking|FromScalar|AsFortran|AsDenseDiag)\(`)
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		lines := strings.Split(string(text), "\n")
		for i, line := range lines {
			code, _, _ := strings.Cut(line, "//")
			code = strings.ReplaceAll(code, "AsFortran(nil)", "")
			if !bare.MatchString(code) || strings.Contains(code, "regexp") {
				continue
			}
			if i+1 == len(lines) || !strings.Contains(lines[i+1], "runtime.KeepAlive") {
				t.Errorf("%s:%d: %s: give the values to graph.Tensor, or keep them alive in the next line", file, i+1, strings.TrimSpace(line))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
