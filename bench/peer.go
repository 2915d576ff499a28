package main

import (
	"bufio"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed python/*.py
var scripts embed.FS

// A peerKind is a system in a process of its own.
type peerKind struct {
	script  string
	module  string   // that Python must have
	install string   // how to get it
	goes    string   // instead of a script, the Go system that this program serves
	env     []string // beside the number of threads
}

// peerKinds lists the systems in processes of their own. The last two are held to
// AVX2: OpenBLAS is not always fastest with AVX-512.
func peerKinds() map[string]peerKind {
	numpy := peerKind{script: "numpy_system.py", module: "numpy",
		install: "apt-get install -y python3-numpy libopenblas0-pthread, or pip install numpy"}
	haswell := numpy
	haswell.env = []string{"OPENBLAS_CORETYPE=Haswell"}
	return map[string]peerKind{
		"numpy": numpy,
		// PyTorch's own threads spin by default, while those of OpenBLAS want the
		// processors: with two of each a step of 784-128-10 takes 20 ms, not 0.5.
		"torch": {script: "torch_system.py", module: "torch", env: []string{"OMP_WAIT_POLICY=PASSIVE"},
			install: "apt-get install -y python3-torch, or pip install torch"},
		"torch-gather": {script: "gather_system.py", module: "torch", env: []string{"OMP_WAIT_POLICY=PASSIVE"},
			install: "apt-get install -y python3-torch, or pip install torch"},
		"torch-scan": {script: "scan_system.py", module: "torch", env: []string{"OMP_WAIT_POLICY=PASSIVE"},
			install: "apt-get install -y python3-torch, or pip install torch"},
		"torch-rows": {script: "rows_system.py", module: "torch", env: []string{"OMP_WAIT_POLICY=PASSIVE"},
			install: "apt-get install -y python3-torch, or pip install torch"},
		"torch-conv": {script: "conv_system.py", module: "torch", env: []string{"OMP_WAIT_POLICY=PASSIVE"},
			install: "apt-get install -y python3-torch, or pip install torch"},
		"sklearn": {script: "sklearn_system.py", module: "sklearn",
			install: "apt-get install -y python3-sklearn, or pip install scikit-learn"},
		"numpy-avx2": haswell,
		"graph-avx2": {goes: "graph", env: []string{"GODEBUG=cpu.avx512f=off"}},
	}
}

// A peer is a running system in another process.
type peer struct {
	version string // of it and of Python
	blas    string // that NumPy uses

	folder  string // for arrays, one of its own
	problem *Problem
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

var _ System = (*peer)(nil)

// startPeer starts a system, if it is in Python in the first one that has what
// it needs: that of $PYTHON, python3, /usr/bin/python3. The folder is for its
// files.
func startPeer(ctx context.Context, name, folder string, threads int) (*peer, error) {
	kind := peerKinds()[name]
	if kind.goes != "" {
		self, err := os.Executable()
		if err != nil {
			return nil, err
		}
		return launch(ctx, kind, folder, threads, self, workerCommand, kind.goes)
	}
	if err := unpackScripts(folder); err != nil {
		return nil, err
	}
	var tried []string
	for _, python := range []string{os.Getenv("PYTHON"), "python3", "/usr/bin/python3"} {
		path, err := exec.LookPath(python)
		if python == "" || err != nil {
			continue
		}
		p, err := launch(ctx, kind, folder, threads, path, "-B", filepath.Join(folder, kind.script))
		if err == nil {
			return p, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		tried = append(tried, fmt.Sprintf("%s: %v", path, err))
	}
	if len(tried) == 0 {
		tried = []string{"there is no python3"}
	}
	return nil, fmt.Errorf("missing (%s); to have it: %s", strings.Join(tried, "; "), kind.install)
}

func unpackScripts(folder string) error {
	files, err := scripts.ReadDir("python")
	if err != nil {
		return err
	}
	for _, f := range files {
		data, err := scripts.ReadFile("python/" + f.Name())
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, f.Name()), data, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// launch starts a worker and waits for its greeting.
func launch(ctx context.Context, kind peerKind, folder string, threads int, program string, args ...string) (*peer, error) {
	c := exec.CommandContext(ctx, program, args...)
	n := fmt.Sprint(threads)
	c.Env = append(os.Environ(), "OMP_NUM_THREADS="+n, "OPENBLAS_NUM_THREADS="+n, "MKL_NUM_THREADS="+n, "BLIS_NUM_THREADS="+n)
	c.Env = append(c.Env, kind.env...)
	var stderr lastLine
	c.Stderr = &stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	p := &peer{command: c, in: in, out: bufio.NewScanner(out)}
	var hello struct{ Version, BLAS string }
	if err := p.receive(&hello); err != nil {
		p.Close()
		switch said := stderr.String(); {
		case strings.Contains(said, "No module named '"+kind.module+"'"):
			err = fmt.Errorf("no %s", kind.module)
		case said != "":
			err = errors.New(said)
		}
		return nil, err
	}
	p.version, p.blas = hello.Version, hello.BLAS
	if p.folder, err = os.MkdirTemp(folder, "arrays"); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// ask sends a request and reads the reply.
func (p *peer) ask(request, reply any) error {
	line, err := json.Marshal(request)
	if err != nil {
		return err
	}
	if _, err := p.in.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("the worker ended: %w", err)
	}
	return p.receive(reply)
}

func (p *peer) receive(reply any) error {
	if !p.out.Scan() {
		return errors.New("the worker ended")
	}
	var failure struct{ Error string }
	if err := json.Unmarshal(p.out.Bytes(), &failure); err != nil {
		return fmt.Errorf("the worker wrote %q", p.out.Text())
	}
	if failure.Error != "" {
		return errors.New(failure.Error)
	}
	return json.Unmarshal(p.out.Bytes(), reply)
}

func (p *peer) Run(n int) (time.Duration, error) {
	var reply struct{ NS int64 }
	err := p.ask(map[string]any{"do": "run", "n": n}, &reply)
	return time.Duration(reply.NS), err
}

// Close ends the worker: it reads the end of its input.
func (p *peer) Close() error {
	p.in.Close()
	done := make(chan error, 1)
	go func() { done <- p.command.Wait() }()
	select {
	case err := <-done:
		return err
	case <-time.After(5 * time.Second):
		p.command.Process.Kill()
		return <-done
	}
}

// lastLine keeps the last line written to it.
type lastLine struct{ text []byte }

func (l *lastLine) Write(b []byte) (int, error) {
	l.text = append(l.text, b...)
	if n := len(l.text); n > 8192 {
		l.text = l.text[n-8192:]
	}
	return len(b), nil
}

func (l *lastLine) String() string {
	lines := strings.Split(strings.TrimSpace(string(l.text)), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
