package structuretest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// link is a name of this package in a comment, such as [Set.Check]. One letter is that of a
// formula, as in W[L].
var link = regexp.MustCompile(`\[\*?([A-Z]\w+(?:\.\w+)?)\]`)

// What comments link to is there.
func TestLinksLead(t *testing.T) {
	links := 0
	for folder := range packages(t) {
		paths, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		fset, known := token.NewFileSet(), map[string]bool{}
		var files []*ast.File
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, f)
			for _, d := range f.Decls {
				declared(d, known)
			}
		}
		for _, f := range files {
			for _, c := range f.Comments {
				for _, m := range link.FindAllStringSubmatch(c.Text(), -1) {
					if links++; !known[m[1]] {
						t.Errorf("%s: the comment links to %s, which is not there", fset.Position(c.Pos()), m[1])
					}
				}
			}
		}
	}
	if links < 100 {
		t.Errorf("%d links found", links)
	}
}

// declared adds the names of a declaration, of methods and fields behind that of their type.
func declared(d ast.Decl, known map[string]bool) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		name := d.Name.Name
		if d.Recv != nil {
			of := d.Recv.List[0].Type
			if pointer, ok := of.(*ast.StarExpr); ok {
				of = pointer.X
			}
			if generic, ok := of.(*ast.IndexExpr); ok {
				of = generic.X
			}
			name = of.(*ast.Ident).Name + "." + name
		}
		known[name] = true
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				known[s.Name.Name] = true
				if of, ok := s.Type.(*ast.StructType); ok {
					for _, field := range of.Fields.List {
						for _, name := range field.Names {
							known[s.Name.Name+"."+name.Name] = true
						}
					}
				}
			case *ast.ValueSpec:
				for _, name := range s.Names {
					known[name.Name] = true
				}
			}
		}
	}
}
