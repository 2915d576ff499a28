package graph

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

var (
	errNilNode   = errors.New("a node is nil")
	errBareNode  = errors.New("a node belongs to no graph: graphs and operations make nodes")
	errBareGraph = errors.New("the graph was not made by New")
	errNoPlain   = errors.New("the function that makes it of the probabilities is nil")
	errNoGraph   = errors.New("there is no graph: a nil graph or only nil nodes were given")
)

// bareNode is what a Node is called that nobody but its user made.
const bareNode = "a node of no graph"

// An Error is a mistake made while a graph was built.
type Error struct {
	Op       string   // the operation, as "MatMul"
	Operands []string // what it was given, as "W1 (4,2)"
	Place    string   // file and line of the first caller outside this module, in a program or a test
	Err      error    // what is wrong
}

// Error returns the place, the operation with its operands, and what is wrong.
func (e *Error) Error() string {
	call := e.Op
	if len(e.Operands) > 0 {
		call += "(" + strings.Join(e.Operands, ", ") + ")"
	}
	return fmt.Sprintf("%s: %s: %v", e.Place, call, e.Err)
}

// Unwrap returns what is wrong, without the place.
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an error that carries the place of the first caller outside
// this module. A constructor keeps it and hands it to Fail when the
// thing is used.
func Errorf(op, format string, args ...any) error {
	return mistake(op, fmt.Errorf(format, args...))
}

// Fail returns a failed node and makes err the error of every graph that the
// given nodes belong to. It is how a layer or loss reports a mistake without
// failing on the spot.
func Fail(err error, near ...*Node) *Node {
	var located *Error
	if !errors.As(err, &located) {
		err = mistake("Fail", err, near...)
	}
	poison(near, err)
	var g *Graph
	for _, n := range near {
		if n != nil && n.g != nil {
			g = n.g
		}
	}
	return &Node{g: g, err: err}
}

// mistake returns err with the operation, its operands and the caller's place.
func mistake(op string, err error, operands ...*Node) *Error {
	return &Error{Op: op, Operands: describe(operands), Place: place(), Err: err}
}

// fail keeps a mistake in the graph.
func (g *Graph) fail(op string, err error, operands ...*Node) *Error {
	e := mistake(op, err, operands...)
	g.keep(e)
	return e
}

// failedNode keeps a mistake in g and in the graphs of the operands, and
// returns a node that carries it.
func failedNode(g *Graph, op string, err error, operands ...*Node) *Node {
	e := mistake(op, err, operands...)
	poison(append([]*Node{{g: g}}, operands...), e)
	return &Node{g: g, err: e}
}

// describe names nodes with their shapes, by the user's names where there are.
func describe(nodes []*Node) []string {
	var out []string
	for _, n := range nodes {
		switch {
		case n == nil:
			out = append(out, "nil")
		case n.err != nil:
			out = append(out, "failed node")
		case n.g == nil:
			out = append(out, bareNode)
		case n.name != "":
			out = append(out, n.name+" "+shapeString(n.shape))
		default:
			out = append(out, newWriter(n.g).symbol(n)+" "+shapeString(n.shape))
		}
	}
	return out
}

// modulePath is the import path of the module with a slash behind.
var modulePath = strings.TrimSuffix(reflect.TypeFor[Node]().PkgPath(), "graph")

// goLibrary is the folder of the sources of Go's library, none that there is if
// the program was built without such paths.
var goLibrary = func() string {
	pc := reflect.ValueOf(runtime.GC).Pointer()
	file, _ := runtime.FuncForPC(pc).FileLine(pc)
	return filepath.ToSlash(filepath.Dir(filepath.Dir(file))) + "/"
}()

// place returns file:line of the innermost caller outside this module; its
// programs and tests count as outside. In a goroutine that this module started
// there is none, and its outermost function is the place.
func place() string {
	var pcs [128]uintptr
	return placeOf(pcs[:runtime.Callers(2, pcs[:])])
}

func placeOf(pcs []uintptr) string {
	frames := runtime.CallersFrames(pcs)
	found := "unknown place"
	for {
		f, more := frames.Next()
		caller := isCaller(f.Function, f.File)
		if caller || strings.HasPrefix(f.Function, modulePath) {
			found = shortPath(f.File) + ":" + strconv.Itoa(f.Line)
		}
		if caller || !more {
			return found
		}
	}
}

// isCaller reports whether a frame is that of someone who calls this module. A
// program's package is called main whatever its path is, and so are the module's
// own functions that the compiler put into it, which their files tell. gorgonia is
// called by us and calls derivative rules back, so that it stands between a caller
// and the mistake, as Go's library and runtime do.
func isCaller(function, file string) bool {
	switch {
	case strings.HasSuffix(file, "_test.go"):
		return true
	case strings.HasPrefix(function, "gorgonia.org/"), strings.HasPrefix(function, "runtime."),
		strings.HasPrefix(file, goLibrary):
		return false
	case strings.HasPrefix(file, moduleRoot) && filepath.Dir(file) != mainFolder:
		return false
	}
	return function != "" && !strings.HasPrefix(function, modulePath)
}

// moduleRoot is the folder of the module's sources, and mainFolder the one of the
// program if that belongs to the module, both as frames give them.
var (
	moduleRoot = func() string {
		_, file, _, _ := runtime.Caller(0)
		return strings.TrimSuffix(file, "graph/errors.go")
	}()
	mainFolder = func() string {
		info, ok := debug.ReadBuildInfo()
		if !ok || !strings.HasPrefix(info.Path, modulePath) {
			return ""
		}
		return moduleRoot + strings.TrimPrefix(info.Path, modulePath)
	}()
)

// shortPath makes a file name relative to the working directory if it lies below.
func shortPath(file string) string {
	dir, err := os.Getwd()
	if err != nil {
		return file
	}
	if rel, err := filepath.Rel(dir, file); err == nil && !strings.HasPrefix(rel, "..") {
		return rel
	}
	return file
}

func quote(name string) string { return strconv.Quote(name) }
