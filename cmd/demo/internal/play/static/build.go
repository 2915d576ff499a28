package static

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"chainrule/cmd/demo/internal/play/web"
	"chainrule/internal/files"
)

// A File is one of the folder.
type File struct {
	Name string
	Data []byte
}

// Engine is the name of the file that holds the engine: WebAssembly, compressed by gzip. Its
// ending is one that no server takes for a file it should unpack.
const Engine = "engine.gzip"

// own are the files besides those of the page: the worker's start, of Go's distribution and ours.
const (
	support = "wasm_exec.js"
	worker  = "worker.js"
)

// engine is the package that is built.
const engine = "chainrule/cmd/demo/internal/play/wasm"

// Names returns the names of all files, in the order in which they should be written: the page
// that starts everything comes last.
func Names() ([]string, error) {
	names := []string{Engine, support, worker}
	all, err := fs.Glob(web.Files, "*")
	if err != nil {
		return nil, err
	}
	for _, name := range all {
		if name != page {
			names = append(names, name)
		}
	}
	return append(names, page), nil
}

const page = "index.html"

// Build returns all files, with an engine that is built from the source in the current folder
// or above it. Nothing is written but what the toolchain keeps of its own. The error of a
// missing toolchain or source says what is missing.
func Build(ctx context.Context) ([]File, error) {
	names, err := Names()
	if err != nil {
		return nil, err
	}
	made := map[string][]byte{}
	if made[page], err = workerPage(); err != nil {
		return nil, err
	}
	source, err := goTool(ctx, browser, "list", "-f", "{{.Dir}}", engine)
	if errors.Is(err, exec.ErrNotFound) {
		return nil, errors.New("the Go toolchain builds the engine, and there is no go in PATH: install it from https://go.dev/dl")
	}
	if err != nil {
		return nil, fmt.Errorf("the engine is built from source, which is not here: run 'go run ./cmd/demo play --static DIR' in a clone of this project (%w)", err)
	}
	goroot, err := goTool(ctx, nil, "env", "-C", source, "GOROOT") // of the toolchain that go.mod asks for
	if err != nil {
		return nil, err
	}
	if made[worker], err = os.ReadFile(filepath.Join(source, worker)); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Join(source, worker), files.Reason(err))
	}
	if made[support], err = os.ReadFile(filepath.Join(goroot, "lib", "wasm", support)); err != nil {
		return nil, fmt.Errorf("this Go toolchain has no %s, Go 1.24 or newer expected: %w", support, files.Reason(err))
	}
	if made[Engine], err = buildEngine(ctx, source); err != nil {
		return nil, err
	}
	all := make([]File, len(names))
	for i, name := range names {
		data, is := made[name]
		if !is {
			if data, err = fs.ReadFile(web.Files, name); err != nil {
				return nil, err
			}
		}
		all[i] = File{name, data}
	}
	return all, nil
}

// workerPage returns the page with the worker as its way to the session.
func workerPage() ([]byte, error) {
	text, err := fs.ReadFile(web.Files, page)
	if err != nil {
		return nil, err
	}
	const from, to = `<meta name="transport" content="server">`, `<meta name="transport" content="worker">`
	if n := bytes.Count(text, []byte(from)); n != 1 {
		return nil, fmt.Errorf("static: %s has %q %d times, once expected", page, from, n)
	}
	return bytes.Replace(text, []byte(from), []byte(to), 1), nil
}

// browser is the environment in which Go builds for one.
var browser = []string{"GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0"}

// inlined are the packages in which functions may be inlined: where a training spends its time.
// In all others that makes the engine 1 MB larger, compressed, and nothing faster; most of it
// is of modules that the engine links without calling them.
var inlined = []string{"chainrule/internal/kernel", "chainrule/internal/plan", "math", "math/bits"}

// buildEngine returns the engine, compressed.
func buildEngine(ctx context.Context, source string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "chainrule-")
	if err != nil {
		return nil, files.Reason(err)
	}
	defer os.RemoveAll(dir)
	to := filepath.Join(dir, "engine.wasm")
	args := []string{"build", "-C", source, "-trimpath", "-ldflags=-s -w", "-gcflags=all=-l", "-o", to}
	for _, of := range inlined {
		args = append(args, "-gcflags="+of+"=")
	}
	if _, err := goTool(ctx, browser, append(args, ".")...); err != nil {
		return nil, fmt.Errorf("the engine does not build: %w", err)
	}
	plain, err := os.ReadFile(to)
	if err != nil {
		return nil, files.Reason(err)
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// goTool runs the go command and returns what it prints, without the line's end.
func goTool(ctx context.Context, env []string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), env...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(errs.String()); text != "" {
			err = fmt.Errorf("go %s: %s: %w", args[0], text, err)
		}
		return "", err
	}
	return strings.TrimSpace(out.String()), nil
}
