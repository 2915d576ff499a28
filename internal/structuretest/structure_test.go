package structuretest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "chainrule/"
)

// packages returns the folder of every package of the module with what its
// sources import of the others, tests left out.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			_, nested := os.Stat(filepath.Join(file, "go.mod"))
			if file != root && (nested == nil || name == "testdata" || strings.HasPrefix(name, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		folder, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		folder = filepath.ToSlash(folder)
		found[folder] = append(found[folder], []string(nil)...)
		if strings.HasSuffix(name, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			if of, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), module); ours && !slices.Contains(found[folder], of) {
				found[folder] = append(found[folder], of)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// drawn is what the picture calls a package: with the internal ones below it, it
// is one.
func drawn(folder string) string {
	of, _, _ := strings.Cut(folder, "/internal/")
	return of
}

// edge is an import.
type edge struct{ from, to string }

// imports returns what the picture shall have: its packages, and of the imports
// those that no chain of others leads to.
func imports(t *testing.T) (names []string, edges []edge) {
	t.Helper()
	next := map[string]map[string]bool{}
	for folder, of := range packages(t) {
		from := drawn(folder)
		if next[from] == nil {
			next[from] = map[string]bool{}
		}
		for _, to := range of {
			if to = drawn(to); to != from {
				next[from][to] = true
			}
		}
	}
	var reaches func(from, to string) bool
	reaches = func(from, to string) bool {
		for via := range next[from] {
			if via == to || reaches(via, to) {
				return true
			}
		}
		return false
	}
	for from := range next {
		for to := range next[from] {
			implied := false
			for via := range next[from] {
				implied = implied || via != to && reaches(via, to)
			}
			if !implied {
				edges = append(edges, edge{from, to})
			}
		}
	}
	return slices.Sorted(maps.Keys(next)), edges
}

// The picture shows every package, and the imports that make up all others.
func TestPictureOfImports(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "docs/design.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, picture, ok := strings.Cut(string(text), "```mermaid\nflowchart TD\n")
	picture, _, closed := strings.Cut(picture, "```")
	if !ok || !closed {
		t.Fatal("docs/design.md has no flowchart TD")
	}
	shown := map[string]string{} // id → package
	for _, m := range regexp.MustCompile(`(\w+)\["?([a-z/]+)`).FindAllStringSubmatch(picture, -1) {
		if m[1] != "subgraph" {
			shown[m[1]] = m[2]
		}
	}
	var edges []edge
	for line := range strings.Lines(picture) {
		if from, to, is := strings.Cut(strings.TrimSpace(line), " --> "); is {
			for id := range strings.SplitSeq(to, " & ") {
				edges = append(edges, edge{shown[from], shown[id]})
			}
		}
	}
	names, want := imports(t)
	for _, name := range names {
		if !slices.Contains(slices.Collect(maps.Values(shown)), name) {
			t.Errorf("the picture lacks %s", name)
		}
	}
	for _, name := range shown {
		if !slices.Contains(names, name) {
			t.Errorf("the picture shows %s, which is no package", name)
		}
	}
	for _, e := range want {
		if !slices.Contains(edges, e) {
			t.Errorf("the picture lacks %s --> %s", e.from, e.to)
		}
	}
	for _, e := range edges {
		if !slices.Contains(want, e) {
			t.Errorf("the picture has %s --> %s, which is not imported, or by way of another", e.from, e.to)
		}
	}
}

// Arrows go one way: nobody imports a program, and what the library is made of
// does not import its public packages.
func TestNobodyImportsUpwards(t *testing.T) {
	isEngine := func(folder string) bool {
		return slices.Contains([]string{"internal/plan", "internal/kernel", "internal/term", "internal/experiment"}, folder)
	}
	for from, of := range packages(t) {
		for _, to := range of {
			switch {
			case drawn(to) == "cmd/demo" && drawn(from) != "cmd/demo", path.Dir(to) == "bench":
				t.Errorf("%s imports %s, a part of a program", from, to)
			case isEngine(from) && !strings.HasPrefix(to, "internal/"):
				t.Errorf("%s imports %s, which stands on it", from, to)
			}
		}
	}
}

// Every package but the demo's main has its comment in doc.go, and that says what
// it may import.
func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for folder, imported := range packages(t) {
		if folder == "cmd/demo" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, folder, "doc.go"))
		if err != nil {
			t.Errorf("%s has no doc.go", folder)
			continue
		}
		if !regexp.MustCompile(`\bimports?\b`).Match(text) {
			t.Errorf("%s/doc.go does not say what it imports", folder)
		}
		for _, of := range imported {
			isCommon := of == "internal/words" || of == "internal/nearest" // which everybody may
			isProgram := drawn(folder) == "cmd/demo" || drawn(folder) == "bench"
			if name := regexp.MustCompile(`\b` + path.Base(of) + `\b`); !isCommon && !isProgram && drawn(of) != drawn(folder) && !name.Match(text) {
				t.Errorf("%s/doc.go does not say that it imports %s", folder, of)
			}
		}
		comments := 0
		files, _ := filepath.Glob(filepath.Join(root, folder, "*.go"))
		for _, file := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly|parser.ParseComments)
			if err == nil && parsed.Doc != nil && !strings.HasSuffix(parsed.Name.Name, "_test") {
				comments++
			}
		}
		if comments != 1 {
			t.Errorf("%s: %d package comments, one in doc.go expected", folder, comments)
		}
	}
}
