package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
)

// Prepare writes the problem's arrays to files and describes it to the worker.
func (p *peer) Prepare(problem *Problem) error {
	request := map[string]any{"do": "prepare", "folder": p.folder, "dtype": problem.Dtype, "threads": problem.Threads,
		"rule": problem.Rule}
	files := map[string]Matrix{}
	if q := problem.Product; q != nil {
		request["a"], request["b"] = []int{q.A.Rows, q.A.Cols}, []int{q.B.Rows, q.B.Cols}
		request["transA"], request["transB"] = q.TransA, q.TransB
		files["a"], files["b"] = q.A, q.B
	} else {
		request["sizes"], request["examples"] = problem.Sizes, problem.Examples
		request["hidden"], request["output"], request["rate"] = problem.Hidden, problem.Output, problem.Rate
		request["beta1"], request["beta2"], request["epsilon"] = beta1, beta2, epsilon
		files["x"], files["y"] = problem.X, problem.Y
		for l, w := range problem.W {
			files[fmt.Sprintf("w%d", l+1)], files[fmt.Sprintf("b%d", l+1)] = w, problem.B[l]
		}
	}
	for name, m := range files {
		if err := os.WriteFile(filepath.Join(p.folder, name), encode(m.Data, problem.Dtype), 0o600); err != nil {
			return err
		}
	}
	p.problem = problem
	return p.ask(request, &struct{}{})
}

// Check lets the worker write its outcome to a file.
func (p *peer) Check() (out Outcome, err error) {
	file := filepath.Join(p.folder, "outcome")
	var reply struct{ Cost float64 }
	if err := p.ask(map[string]any{"do": "check", "file": file, "steps": checkSteps}, &reply); err != nil {
		return out, err
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return out, err
	}
	out.Cost = reply.Cost
	return out, p.split(&out, decode(data, p.problem.Dtype))
}

// split cuts the numbers of an outcome into arrays.
func (p *peer) split(out *Outcome, numbers []float64) error {
	take := func(n int) []float64 {
		n = min(n, len(numbers))
		head := numbers[:n:n]
		numbers = numbers[n:]
		return head
	}
	switch {
	case p.problem.Product != nil:
		out.Values = [][]float64{take(p.problem.Product.M * p.problem.Product.N)}
	case p.problem.Rule == "forward":
		out.Values = [][]float64{take(len(p.problem.Y.Data))}
	default:
		for _, m := range p.problem.Params() {
			out.Values = append(out.Values, take(len(m.Data)))
		}
		for _, m := range p.problem.Params() {
			out.After = append(out.After, take(len(m.Data)))
		}
	}
	if len(numbers) > 0 {
		return fmt.Errorf("%d numbers too many in the outcome", len(numbers))
	}
	return nil
}

// encode writes numbers in a dtype, little-endian.
func encode(values []float64, dtype string) []byte {
	var out []byte
	for _, v := range values {
		if dtype == "float32" {
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(v)))
		} else {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
		}
	}
	return out
}

func decode(data []byte, dtype string) []float64 {
	var out []float64
	if dtype == "float32" {
		for ; len(data) >= 4; data = data[4:] {
			out = append(out, float64(math.Float32frombits(binary.LittleEndian.Uint32(data))))
		}
		return out
	}
	for ; len(data) >= 8; data = data[8:] {
		out = append(out, math.Float64frombits(binary.LittleEndian.Uint64(data)))
	}
	return out
}
