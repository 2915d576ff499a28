package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// workerCommand makes this program a worker, as those in Python are: one of the Go
// systems in a process with an environment of its own.
const workerCommand = "worker"

// A request is what a worker is asked to do; see worker.py.
type request struct {
	Do             string
	Folder, Dtype  string
	Threads        int
	A, B           []int
	TransA, TransB bool
	File           string
	N              int
}

// work runs a worker for products until its input ends.
func work(system string, in io.Reader, out io.Writer) error {
	s := newGoSystem(system)
	if s == nil {
		return fmt.Errorf("no system %q", system)
	}
	replies := json.NewEncoder(out)
	if err := replies.Encode(map[string]string{"version": "this program with GODEBUG=" + os.Getenv("GODEBUG")}); err != nil {
		return err
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		var r request
		err := json.Unmarshal(lines.Bytes(), &r)
		reply := map[string]any{}
		if err == nil {
			err = r.answer(s, reply)
		}
		if err != nil {
			reply = map[string]any{"error": err.Error()}
		}
		if err := replies.Encode(reply); err != nil {
			return err
		}
	}
	return lines.Err()
}

func (r *request) answer(s *goSystem, reply map[string]any) error {
	switch r.Do {
	case "prepare":
		p, err := r.problem()
		if err != nil {
			return err
		}
		runtime.GOMAXPROCS(r.Threads)
		return s.Prepare(p)
	case "check":
		out, err := s.Check()
		if err != nil {
			return err
		}
		reply["cost"] = out.Cost
		return os.WriteFile(r.File, encode(out.Values[0], s.dtype), 0o600)
	case "run":
		d, err := s.Run(r.N)
		reply["ns"] = d.Nanoseconds()
		return err
	}
	return fmt.Errorf("unknown request %q", r.Do)
}

// problem reads the product that the request describes.
func (r *request) problem() (*Problem, error) {
	q := &Product{TransA: r.TransA, TransB: r.TransB}
	for name, m := range map[string]*Matrix{"a": &q.A, "b": &q.B} {
		shape := map[string][]int{"a": r.A, "b": r.B}[name]
		data, err := os.ReadFile(filepath.Join(r.Folder, name))
		if err != nil {
			return nil, err
		}
		if len(shape) != 2 {
			return nil, fmt.Errorf("the shape of %s is %v", name, shape)
		}
		*m = Matrix{Rows: shape[0], Cols: shape[1], Data: decode(data, r.Dtype)}
	}
	a, b := factors[float64](q)
	q.M, q.K, q.N = a.rows, a.cols, b.cols
	return &Problem{Workload: Workload{Name: q.name(), Rule: "product"}, Dtype: r.Dtype, Threads: r.Threads, Product: q}, nil
}
