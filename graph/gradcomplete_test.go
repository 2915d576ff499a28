package graph_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"chainrule/graph"
)

// Every operation has a row in the gradient table.
func TestGradientTableIsComplete(t *testing.T) {
	rows := map[string]bool{
		"MatMul":       true, // TestGradientTableMatMul
		"StopGradient": true, // TestStopGradient: its rule is not the derivative, on purpose
		// The derivative is 0: TestRandomSteps.
		"RandomUniform": true, "RandomBernoulli": true, "NextSeed": true,
	}
	for _, c := range unaryCases {
		rows[c.op] = true
	}
	for _, c := range binaryCases {
		rows[c.op] = true
	}
	for _, c := range arrayCases {
		rows[c.op] = true
	}
	for _, c := range indexedCases {
		rows[c.op] = true
	}
	for _, c := range imageCases {
		rows[c.op] = true
	}
	for _, op := range graph.Operations() {
		if !rows[op.Name] {
			t.Errorf("operation %s has no row in the table", op.Name)
		}
	}
}

// Operations lists every operation that the package's source has a literal of,
// once.
func TestOperationsAreListed(t *testing.T) {
	listed := map[string]bool{}
	for _, op := range graph.Operations() {
		if listed[op.Name] {
			t.Errorf("operation %s is listed twice", op.Name)
		}
		listed[op.Name] = true
	}
	defined := definedOps(t)
	for _, name := range defined {
		if !listed[name] {
			t.Errorf("operation %s is not in Operations", name)
		}
	}
	if len(defined) != len(listed) {
		t.Errorf("%d operations in the source and %d in Operations", len(defined), len(listed))
	}
}

// definedOps returns the names in the Op literals of the package's source.
func definedOps(t *testing.T) []string {
	t.Helper()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if name, ok := opLiteral(n); ok {
				names = append(names, name)
			}
			return true
		})
	}
	return names
}

// opLiteral returns the name in a literal of the form Op{Name: "…", …}.
func opLiteral(n ast.Node) (string, bool) {
	lit, ok := n.(*ast.CompositeLit)
	if !ok {
		return "", false
	}
	if id, ok := lit.Type.(*ast.Ident); !ok || id.Name != "Op" {
		return "", false
	}
	for _, e := range lit.Elts {
		kv, ok := e.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		if key, ok := kv.Key.(*ast.Ident); !ok || key.Name != "Name" {
			continue
		}
		if value, ok := kv.Value.(*ast.BasicLit); ok {
			name, err := strconv.Unquote(value.Value)
			return name, err == nil
		}
	}
	return "", false
}
