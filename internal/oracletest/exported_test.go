package oracletest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// withoutRow are the functions from nodes to nodes that are no operations.
var withoutRow = map[string]string{
	"Fail":            "makes a failed node",
	"MarkZ":           "returns its argument",
	"Named":           "returns its argument",
	"Factor":          "takes a product apart",
	"T":               "is Transpose",
	"Upstream":        "adds no node",
	"Logits":          "returns the argument of a sigmoid or softmax",
	"Require":         "returns its argument",
	"MeanOver":        "is a product with a number",
	"FromLogits":      "returns what it is given",
	"Grad":            "taken in the rows of networks",
	"HVP":             "taken in the rows of networks",
	"VJP":             "taken in all other rows",
	"GradRaw":         "taken in all other rows",
	"RandomUniform":   "PyTorch draws other numbers",
	"RandomBernoulli": "PyTorch draws other numbers",
	"NextSeed":        "PyTorch draws other numbers",
}

func TestEveryOperationHasRows(t *testing.T) {
	names := map[string]bool{}
	for _, dir := range []string{"../../graph", "../../losses"} {
		for _, name := range operations(t, dir) {
			names[name] = true
			_, built := builders[name]
			if _, excepted := withoutRow[name]; built == excepted {
				t.Errorf("%s in %s: exactly one of rows in the table and a reason in withoutRow expected", name, dir)
			}
		}
	}
	for name := range withoutRow {
		if !names[name] {
			t.Errorf("withoutRow names %s, which does not exist", name)
		}
	}
	for name := range builders {
		if !names[name] {
			t.Errorf("there is a builder for %s, which does not exist", name)
		}
	}
}

// operations lists the exported functions of a package that make a node from
// nodes, and the methods of Node and Reduce; those of Reduce by the name of the
// function and what they keep.
func operations(t *testing.T, dir string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in %s: %v", dir, err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv != nil && isOf("Loop", f) && f.Name.IsExported() {
				names = append(names, f.Name.Name, f.Name.Name+"Kept") // the state, and what is kept or known of steps
			}
			if !ok || !f.Name.IsExported() || !makesNode(f) {
				continue
			}
			name := f.Name.Name
			if f.Recv != nil && !isNode(f.Recv.List[0].Type) {
				name += "KeepDims"
			}
			names = append(names, name)
		}
	}
	return names
}

// makesNode reports whether a function takes nodes and its first result is one,
// or several. A method is one of Node, or of Reduce that takes nodes.
func makesNode(f *ast.FuncDecl) bool {
	if f.Type.Results == nil || !isNodes(f.Type.Results.List[0].Type) {
		return false
	}
	if f.Recv != nil {
		if isNode(f.Recv.List[0].Type) {
			return !strings.HasPrefix(f.Name.Name, "Inputs")
		}
		if !isOf("Reduce", f) {
			return false
		}
	}
	for _, field := range f.Type.Params.List {
		if isNodes(field.Type) {
			return true
		}
	}
	return false
}

// isOf reports whether f is a method of a type.
func isOf(name string, f *ast.FuncDecl) bool {
	id, ok := f.Recv.List[0].Type.(*ast.Ident)
	return ok && id.Name == name
}

// isNodes accepts several nodes too.
func isNodes(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.Ellipsis:
		return isNode(x.Elt)
	case *ast.ArrayType:
		return isNode(x.Elt)
	}
	return isNode(x)
}

// isNode accepts *Node and *graph.Node.
func isNode(x ast.Expr) bool {
	star, ok := x.(*ast.StarExpr)
	if !ok {
		return false
	}
	switch x := star.X.(type) {
	case *ast.Ident:
		return x.Name == "Node"
	case *ast.SelectorExpr:
		return x.Sel.Name == "Node"
	}
	return false
}
