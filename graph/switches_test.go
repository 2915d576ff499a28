package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// What an operation does stands in the operation: no source compares its name
// with anything, and none tells families apart but by AttrsOf.
func TestNoSwitchOverOperations(t *testing.T) {
	count := 0
	for _, dir := range []string{".", "draw", "explain", "gradtest", "../layers", "../losses", "../optim", "../internal/plan"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			count++
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for pos, what := range switchesOver(file) {
				t.Errorf("%v: %s", set.Position(pos), what)
			}
		}
	}
	if count < 50 {
		t.Errorf("only %d files read", count)
	}
}

// switchesOver finds comparisons of operations' names and attributes.
func switchesOver(file ast.Node) map[token.Pos]string {
	found := map[token.Pos]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if (n.Op == token.EQL || n.Op == token.NEQ) && (isOpField(n.X, "Name") || isOpField(n.Y, "Name")) && !isEmptyString(n.X) && !isEmptyString(n.Y) {
				found[n.Pos()] = "the name of an operation is compared"
			}
		case *ast.SwitchStmt:
			if n.Tag != nil && isOpField(n.Tag, "Name", "Text", "Sign") {
				found[n.Pos()] = "a switch over the names of operations"
			}
		case *ast.IndexExpr:
			if isOpField(n.Index, "Name") {
				found[n.Pos()] = "a map from the names of operations"
			}
		case *ast.TypeSwitchStmt:
			ast.Inspect(n.Assign, func(x ast.Node) bool {
				if a, ok := x.(*ast.TypeAssertExpr); ok && isOpField(a.X, "Attrs") {
					found[n.Pos()] = "a switch over families of operations"
				}
				return true
			})
		}
		return true
	})
	return found
}

// isOpField reports whether x is one of the fields of what is called op.
func isOpField(x ast.Expr, fields ...string) bool {
	s, ok := x.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	of := ""
	switch owner := s.X.(type) {
	case *ast.Ident:
		of = owner.Name
	case *ast.SelectorExpr:
		of = owner.Sel.Name
	case *ast.CallExpr:
		if f, ok := owner.Fun.(*ast.SelectorExpr); ok {
			of = f.Sel.Name
		}
	}
	for _, f := range fields {
		if s.Sel.Name == f && (of == "op" || of == "Op") {
			return true
		}
	}
	return false
}

func isEmptyString(x ast.Expr) bool {
	lit, ok := x.(*ast.BasicLit)
	return ok && lit.Value == `""`
}

// The search above finds what it looks for.
func TestSwitchesAreFound(t *testing.T) {
	for _, body := range []string{
		`_ = op.Name == "Pow"`, `_ = "Pow" != n.op.Name`, `switch n.Op().Name { case "Sum": }`, `_ = rules[op.Name]`,
		`switch op.Attrs.(type) { case SumAttrs: }`, `switch a := n.op.Attrs.(type) { default: _ = a }`, `switch op.Sign { }`,
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package p; func f() {"+body+"}", 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(switchesOver(file)) != 1 {
			t.Errorf("%s is not found", body)
		}
	}
}
