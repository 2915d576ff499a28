package graph

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"chainrule/internal/words"
	"gorgonia.org/tensor"
)

// Feeds are the values of inputs for one run, each of them one of
//
//   - a *tensor.Dense of the input's shape and the program's dtype, contiguous,
//     row-major or column-major; axes of size 1 may be left out, as tensor's
//     Slice does: a batch of one example may be (n) for an input (n,1);
//   - a []float64 or []float32, as the program's dtype is, with the input's
//     entries row by row;
//   - a float64, rounded to the program's dtype, for an input that is a scalar;
//   - for an input of integers also what Graph.Ints says, which is converted into
//     memory of the program's own.
//
// Values are read where they lie and not kept: who changes the entries of a slice
// or tensor and runs again makes no new Feeds, and so allocates nothing.
type Feeds map[*Node]any

// A Program runs a compiled graph. A run allocates nothing. One program runs
// in one goroutine at a time; Clone makes another that shares the plan and the
// parameters.
type Program struct {
	*compiled
	exec    executor
	running atomic.Bool
	ran     bool
	runs    int

	diagnosis *diagnosis // of the last run that had to be looked at, if all was finite
}

var (
	errRunning = errors.New("graph: the program is running: its values are there when Run returns, and Clone makes another for a second goroutine")
	errClosed  = errors.New("graph: the program is closed, or Compile did not make it")
)

func newProgram(c *compiled) *Program {
	p := &Program{compiled: c}
	if c.dtype == tensor.Float32 {
		p.exec = newExecution(c, func(s storage) []float32 { return s.f32 }, (*tensor.Dense).Float32s)
	} else {
		p.exec = newExecution(c, func(s storage) []float64 { return s.f64 }, (*tensor.Dense).Float64s)
	}
	if c.profile {
		p.exec.profile()
	}
	return p
}

// Run computes the outputs from the feeds and the parameters, and then updates
// the parameters. Every input that the program needs must be fed, or set by
// Set if it is a scalar. When an error is returned nothing has been updated, and
// after the panic of a user's function, which is an error too (see Panic), there are no
// outputs.
func (p *Program) Run(feeds Feeds) error {
	if err := p.begin(); err != nil {
		return err
	}
	defer p.running.Store(false)
	defer p.exec.release()
	fed := 0
	for i, n := range p.feeds {
		v, ok := feeds[n]
		if ok {
			fed++
		}
		if err := p.feed(i, v, ok); err != nil {
			return err
		}
	}
	if fed < len(feeds) {
		if err := p.checkUnused(feeds); err != nil {
			return err
		}
	}
	return p.finish(func(i int) any { return feeds[p.feeds[i]] })
}

// RunInOrder is Run with the values, of the types that Feeds hold, in the order
// of Inputs, nil for a scalar that was Set.
func (p *Program) RunInOrder(values []any) error {
	if err := p.begin(); err != nil {
		return err
	}
	defer p.running.Store(false)
	if len(values) != len(p.feeds) {
		return mistake("RunInOrder", fmt.Errorf("%s given, %d expected", words.Count(len(values), "value"), len(p.feeds)))
	}
	defer p.exec.release()
	for i, v := range values {
		if err := p.feed(i, v, v != nil); err != nil {
			return err
		}
	}
	return p.finish(func(i int) any { return values[i] })
}

// begin makes the program this goroutine's until running is false again.
func (p *Program) begin() error {
	if p == nil {
		return errClosed
	}
	if !p.running.CompareAndSwap(false, true) {
		return errRunning
	}
	if p.exec == nil {
		p.running.Store(false)
		return errClosed
	}
	return nil
}

// feed gives input i its value, or what was Set for it.
func (p *Program) feed(i int, v any, given bool) error {
	n := p.feeds[i]
	if !given {
		if !p.exec.useSet(i) {
			return feedError(n, errors.New("it is not fed"))
		}
		return nil
	}
	o, err := n.checkFeed(v, p.dtype)
	if err != nil {
		return feedError(n, err)
	}
	var checks []*labelCheck
	if i < len(p.fedLabels) {
		checks = p.fedLabels[i]
	}
	if err := p.exec.feed(i, v, o, checks); err != nil {
		return feedError(n, err)
	}
	return nil
}

// checkKept checks labels that lie in parameters, or in several places.
func (p *Program) checkKept() error {
	for _, c := range p.keptLabels {
		if err := checkStored(c.labelCheck, p.params[c.param]); err != nil {
			return mistake("Run", err, c.root)
		}
	}
	for _, j := range p.joint {
		if err := p.exec.checkJoint(j, p.params); err != nil {
			return mistake("Run", err, j.labels)
		}
	}
	return nil
}

// finish runs the plan on the values that were fed; fed returns them for an error,
// nil for what was Set. After an error of the run there are no outputs.
func (p *Program) finish(fed func(i int) any) (err error) {
	if err := p.checkKept(); err != nil {
		return err
	}
	p.ran = false
	defer catch("Run", &err)
	if !p.exec.run() {
		if err := p.diagnose(fed); err != nil {
			return err
		}
		p.exec.assign() // all that counts is finite
	}
	p.ran = true
	p.runs++
	return nil
}

// checkUnused reports feeds of nodes that are not inputs; inputs of the graph
// that this program does not need may be fed.
func (p *Program) checkUnused(feeds Feeds) error {
	for n, v := range feeds {
		if _, ok := p.feedIndex[n]; ok {
			continue
		}
		if !n.IsInput() || n.g != p.graph() {
			return feedError(n, errors.New("it is not an input of the program's graph"))
		}
		if _, err := n.checkFeed(v, p.dtype); err != nil {
			return feedError(n, err)
		}
	}
	return nil
}

// graph returns the graph that the program was made of.
func (p *Program) graph() *Graph {
	for n := range p.outputs {
		return n.g
	}
	for _, n := range p.feeds {
		return n.g
	}
	return nil
}

func feedError(n *Node, err error) error { return mistake("Run, feed", err, n) }

// Set gives a scalar input, such as a learning rate, a value for all later runs
// that do not feed it.
func (p *Program) Set(n *Node, v float64) error {
	if err := p.idle(); err != nil {
		return err
	}
	i, ok := p.feedIndex[n]
	switch {
	case !ok:
		return mistake("Set", errors.New("the program has no such input"), n)
	case len(n.shape) != 0:
		return mistake("Set", errors.New("it is not a scalar"), n)
	case n.integer && (v != math.Trunc(v) || math.Abs(v) > wholeLimit(p.dtype)):
		return mistake("Set", notWhole(v, nil, p.dtype), n)
	}
	p.exec.set(i, v)
	return nil
}

// Value returns a copy of an output as the last run left it: of the program's dtype, or
// of tensor.Int if the node is of integers (IsInteger). Making the tensor allocates;
// CopyTo, Float64s and Ints write where they are told to.
func (p *Program) Value(n *Node) (*tensor.Dense, error) {
	i, err := p.output("Value", n)
	if err != nil {
		return nil, err
	}
	return p.exec.value(i, n), nil
}

// Scalar returns an output with one entry as the last run left it.
func (p *Program) Scalar(n *Node) (float64, error) {
	i, err := p.output("Scalar", n)
	if err != nil {
		return 0, err
	}
	if size(n.shape) != 1 {
		return 0, mistake("Scalar", errors.New("it has more than one entry"), n)
	}
	return p.exec.scalar(i), nil
}

// CopyTo copies an output as the last run left it into dst, which must be
// row-major and of its shape and the dtype that Value has. It allocates nothing.
func (p *Program) CopyTo(dst *tensor.Dense, n *Node) error {
	i, err := p.output("CopyTo", n)
	if err != nil {
		return err
	}
	dtype := p.dtype
	if n.integer {
		dtype = tensor.Int
	}
	o, err := checkTensor(dst, dtype, n.shape)
	if err == nil && o != rowMajor {
		err = errors.New("the destination is column-major, row-major expected")
	}
	if err != nil {
		return mistake("CopyTo", err, n)
	}
	p.exec.copyTo(dst, i)
	return nil
}

// Float64s appends the entries of an output as the last run left it, row by row,
// to dst, as numbers of float64 whatever the program's dtype is. It allocates
// nothing if dst has room: Float64s(buf[:0], n) fills a buffer again and again.
func (p *Program) Float64s(dst []float64, n *Node) ([]float64, error) {
	i, err := p.output("Float64s", n)
	if err != nil {
		return dst, err
	}
	return p.exec.float64s(dst, i), nil
}

// idle reports a program that is closed, or whose run is not over: its values are those
// of no run.
func (p *Program) idle() error {
	switch {
	case p == nil:
		return errClosed
	case p.running.Load():
		return errRunning
	case p.exec == nil:
		return errClosed
	}
	return nil
}

// output returns the number of an output that can be read.
func (p *Program) output(op string, n *Node) (int, error) {
	if err := p.idle(); err != nil {
		return 0, err
	}
	i, ok := p.outputs[n]
	switch {
	case !ok:
		return 0, mistake(op, errors.New("it is not an output of the program"), n)
	case !p.ran:
		return 0, mistake(op, errors.New("the program has not run"), n)
	}
	return i, nil
}

// Clone returns a program that shares the plan and the parameters and has its
// own buffers, with the scalars that were Set. It must not run while another
// program updates the parameters.
func (p *Program) Clone() *Program {
	switch {
	case p == nil:
		return &Program{}
	case p.exec == nil:
		return &Program{compiled: p.compiled}
	}
	q := newProgram(p.compiled)
	q.exec.inherit(p.exec)
	return q
}

// Close frees the program's buffers; it cannot run any more.
func (p *Program) Close() error {
	if p == nil {
		return nil
	}
	if !p.running.CompareAndSwap(false, true) {
		return errRunning
	}
	defer p.running.Store(false)
	if p.exec != nil {
		p.exec.stop()
	}
	if p.diagnosis != nil {
		p.diagnosis.all.Close()
	}
	p.exec, p.diagnosis = nil, nil
	return nil
}

// Inputs returns the nodes that the program reads at a run: inputs and what
// was Given.
func (p *Program) Inputs() []*Node {
	if p == nil || p.compiled == nil {
		return nil
	}
	return slices.Clone(p.feeds)
}

// String lists the program's instructions, none if Compile did not make it.
func (p *Program) String() string {
	if p == nil || p.compiled == nil {
		return ""
	}
	return fmt.Sprintf("%v %s", p.dtype, strings.TrimSpace(p.plan.String()))
}
