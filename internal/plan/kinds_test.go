package plan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// declaredKinds returns the names of the variables that are kinds, and where the
// sources of the package, tests aside, compare with one or look one up.
func declaredKinds(t *testing.T) (kinds map[string]bool, uses []string) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	kinds = make(map[string]bool)
	set := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 && isKind(v.Values[0]) {
				kinds[v.Names[0].Name] = true
			}
			return true
		})
	}
	ask := func(exprs ...ast.Expr) {
		for _, x := range exprs {
			if name, ok := x.(*ast.Ident); ok && kinds[name.Name] {
				uses = append(uses, set.Position(x.Pos()).String()+" "+name.Name)
			}
		}
	}
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				ask(n.X, n.Y)
			case *ast.CaseClause:
				ask(n.List...)
			case *ast.CompositeLit:
				if _, ok := n.Type.(*ast.MapType); ok {
					for _, e := range n.Elts {
						ask(e.(*ast.KeyValueExpr).Key)
					}
				}
			}
			return true
		})
	}
	return kinds, uses
}

// isKind reports whether an expression is &kind{…} or reduction(…).
func isKind(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.UnaryExpr:
		lit, ok := x.X.(*ast.CompositeLit)
		if !ok {
			return false
		}
		name, ok := lit.Type.(*ast.Ident)
		return ok && name.Name == "kind"
	case *ast.CallExpr:
		name, ok := x.Fun.(*ast.Ident)
		return ok && name.Name == "reduction"
	}
	return false
}

func TestKindsAreNotAskedFor(t *testing.T) {
	kinds, uses := declaredKinds(t)
	if len(kinds) < 15 {
		t.Fatalf("only %d kinds found: %v", len(kinds), kinds)
	}
	for _, use := range uses {
		t.Errorf("%s: what a kind does belongs to its own value", use)
	}
}

// Every kind is in the random programs, so that what runs it is compared with
// the naive evaluator.
func TestRandomProgramsHaveEveryKind(t *testing.T) {
	seen := make(map[string]bool)
	for seed := range uint64(300) {
		for _, n := range generate(seed).src.Nodes {
			seen[n.Kind.String()] = true
		}
	}
	kinds, _ := declaredKinds(t)
	for name := range kinds {
		if !seen[strings.ToLower(name)] {
			t.Errorf("no random program has a %s", name)
		}
	}
}
