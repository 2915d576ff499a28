package plan

import (
	"runtime"
	"time"
	"unsafe"

	"chainrule/internal/kernel"
)

// block is the number of entries that a Map works on at a time: operands and
// intermediate results of one block stay in the first-level cache.
const block = 512

// A Machine runs a plan in memory of its own. It is for one goroutine at a
// time.
type Machine[T kernel.Float] struct {
	plan  *Plan
	arena []T
	bufs  [][]T
	feeds []feed[T] // by index of the feed
	lanes []*lane[T]
	tasks []task          // by instruction
	pool  *pool           // nil if no instruction is split
	at    int             // the instruction that is running
	spent []time.Duration // by instruction, if it is measured
	doer  func(lane, part int)
}

// A task is how much there is to do of an instruction.
type task struct {
	units, parts int
	alert        bool // helpers are woken before it
}

// A lane is what one worker needs of its own to run instructions.
type lane[T kernel.Float] struct {
	first   bool // runs what is not split
	code    []runner[T]
	slots   []T         // scratch blocks
	work    []T         // scratch of products
	vals    [][]T       // arguments and results of the steps of a Map
	numbers []T         // operands of a Map that are one number in the present block,
	single  []bool      // and whether they are
	args    [][]float64 // arguments of a Call
	wide    []float64   // operands and result of a Call, where they must be copied
	workers int         // at most, of a loop's body
	bodies  []*Machine[T]
}

// A feed says where an array given from outside is read.
type feed[T kernel.Float] struct {
	buf      int // its buffer, or -1 if nothing reads it
	colMajor bool
	readers  []runner[T]
}

// A runner is an instruction bound to a machine.
type runner[T kernel.Float] interface {
	bind(m *Machine[T])                          // works out strides anew, after the order of a feed has changed
	run(m *Machine[T], l *lane[T], from, to int) // does the units of work from … to−1
}

// NewMachine returns a machine for p. Element i of params is the memory of
// parameter i, which updates write; data is only read. Both are in row-major
// order, are kept, and must not overlap. All memory for runs is allocated here.
//
// At most the given number of workers share the work of a run, fewer where
// GOMAXPROCS is lower; the results are the same bits for any number. Stop ends
// the goroutines that they need.
func NewMachine[T kernel.Float](p *Plan, params, data [][]T, workers int) *Machine[T] {
	return newMachine(p, params, data, min(workers, runtime.GOMAXPROCS(0)), partCost)
}

// newMachine splits instructions into parts of at least a cost.
func newMachine[T kernel.Float](p *Plan, params, data [][]T, workers int, least float64) *Machine[T] {
	m := &Machine[T]{plan: p, bufs: make([][]T, len(p.bufs))}
	arena := alignedSlice[T](p.arena)
	m.arena = arena
	for i, b := range p.bufs {
		switch b.place {
		case inArena:
			m.bufs[i] = arena[b.offset : b.offset+b.size : b.offset+b.size]
		case inFeed:
			m.addFeed(b.index, i)
		case inParam:
			if b.index < len(params) { // those of a loop's body are aimed at every step
				m.bufs[i] = params[b.index][:b.size]
			}
		case inData:
			m.bufs[i] = data[b.index][:b.size]
		case inConst:
			m.bufs[i] = []T{T(b.value)}
		}
	}
	m.split(workers, least)
	return m
}

// split makes the lanes and decides into how many parts instructions go.
func (m *Machine[T]) split(workers int, least float64) {
	most := 1
	for _, in := range m.plan.code {
		parts := 1
		if workers > 1 {
			parts = in.parts(workers, least)
		}
		m.tasks = append(m.tasks, task{units: in.units, parts: parts})
		most = max(most, parts)
	}
	for range max(1, min(workers, most)) {
		m.addLane(workers)
	}
	if len(m.lanes) == 1 {
		return
	}
	m.setAlerts()
	m.pool = newPool(len(m.lanes) - 1)
	m.doer = func(lane, part int) {
		t, l := m.tasks[m.at], m.lanes[lane]
		l.code[m.at].run(m, l, part*t.units/t.parts, (part+1)*t.units/t.parts)
	}
	runtime.AddCleanup(m, (*pool).stop, m.pool)
}

// setAlerts has helpers woken a little before each task that they can share,
// since those that found nothing to do for a while are parked.
func (m *Machine[T]) setAlerts() {
	for i := range m.tasks {
		if m.tasks[i].parts == 1 {
			continue
		}
		at, ahead := i, 0.0
		for at > 0 && m.tasks[at-1].parts == 1 && ahead < wakeCost {
			at--
			ahead += m.plan.code[at].cost()
		}
		m.tasks[at].alert, m.tasks[i].alert = true, true
	}
}

// addLane adds a worker's runners and scratch.
func (m *Machine[T]) addLane(workers int) {
	l := &lane[T]{first: len(m.lanes) == 0, workers: workers, slots: alignedSlice[T](m.plan.slots * block)}
	values := 0
	for _, in := range m.plan.code {
		for _, part := range []*instr{in, in.head, in.tail} {
			if part != nil {
				values = max(values, len(part.ins)+len(part.steps))
			}
		}
		r := newRunner(l, in)
		l.code = append(l.code, r)
		r.bind(m)
		for _, buf := range in.sources() {
			if b := m.plan.bufs[buf]; b.place == inFeed {
				f := &m.feeds[b.index]
				f.readers = append(f.readers, r)
			}
		}
	}
	l.vals, l.numbers, l.single = make([][]T, values), make([]T, values), make([]bool, values)
	m.lanes = append(m.lanes, l)
}

func (m *Machine[T]) addFeed(index, buf int) {
	for len(m.feeds) <= index {
		m.feeds = append(m.feeds, feed[T]{buf: -1})
	}
	m.feeds[index].buf = buf
}

// alignedSlice returns n zeros that start at a multiple of 64 bytes.
func alignedSlice[T kernel.Float](n int) []T {
	const line = 64
	var zero T
	size := unsafe.Sizeof(zero)
	s := make([]T, n+int(line/size))
	skip := (line - uintptr(unsafe.Pointer(unsafe.SliceData(s)))%line) % line / size
	return s[skip:][:n:n]
}

// Feed gives feed i its array, in column-major order if colMajor is set and
// else in row-major order. The array is read until Run returns and must overlap
// neither parameters nor outputs. It must have at least as many entries as the
// feed's shape. A feed that nothing reads is ignored.
func (m *Machine[T]) Feed(i int, data []T, colMajor bool) {
	if i >= len(m.feeds) || m.feeds[i].buf < 0 {
		return
	}
	f := &m.feeds[i]
	b := m.plan.bufs[f.buf]
	m.bufs[f.buf] = data[:b.size]
	colMajor = colMajor && b.twoWay
	if f.colMajor != colMajor {
		f.colMajor = colMajor
		for _, r := range f.readers {
			r.bind(m)
		}
	}
}

// Release drops the references to the arrays given by Feed. They must be given
// anew before the next run.
func (m *Machine[T]) Release() {
	for _, f := range m.feeds {
		if f.buf >= 0 {
			m.bufs[f.buf] = nil
		}
	}
	for _, l := range m.lanes {
		clear(l.vals)
		clear(l.args)
	}
}

// Run runs the plan once. All feeds must have been given. It allocates nothing,
// and a panic of a function on arrays passes through it before any parameter
// has changed. It returns false if the plan is guarded and stopped before it
// assigned anything; Assign then does the rest nevertheless.
func (m *Machine[T]) Run() bool {
	if !m.plan.guards {
		m.run(0, len(m.tasks))
		return true
	}
	m.run(0, m.plan.before)
	if !m.isFinite() {
		return false
	}
	m.Assign()
	return true
}

// Assign ends a run that stopped.
func (m *Machine[T]) Assign() {
	m.run(m.plan.before, len(m.tasks))
	for _, c := range m.plan.commits {
		copy(m.bufs[c[1]], m.bufs[c[0]])
	}
}

// run runs some of the instructions.
func (m *Machine[T]) run(from, to int) {
	if m.pool != nil && from < to {
		m.pool.running.Store(true)
		defer m.pool.running.Store(false)
	}
	if m.spent != nil {
		m.measure(from, to)
		return
	}
	for i := from; i < to; i++ {
		m.step(i)
	}
}

// step runs instruction i.
func (m *Machine[T]) step(i int) {
	t := &m.tasks[i]
	if t.alert {
		m.pool.alert()
	}
	if t.parts == 1 {
		l := m.lanes[0]
		l.code[i].run(m, l, 0, t.units)
		return
	}
	m.at = i
	m.pool.run(t.parts, m.doer)
}

// Stop ends the goroutines of the machine, which cannot run after it.
func (m *Machine[T]) Stop() {
	for _, body := range m.lanes[0].bodies {
		body.Stop()
	}
	if m.pool != nil {
		m.pool.stop()
	}
}

// Output returns the value of output i in the last run, in row-major order. It
// is memory of the machine, overwritten by the next run. Outputs that are the
// same node, or reshapes of one, share it.
func (m *Machine[T]) Output(i int) []T {
	return m.bufs[m.plan.outputs[i]]
}

// slot returns a scratch block, or nil for slot -1.
func (l *lane[T]) slot(i int) []T {
	if i < 0 {
		return nil
	}
	return l.slots[i*block:][:block:block]
}

// needCall makes room for a Call of so many operands, and so many entries of
// them and its result to copy. A Call is not split.
func (l *lane[T]) needCall(args, wide int) {
	if l.first {
		l.args = make([][]float64, max(args, len(l.args)))
		l.wide = make([]float64, max(wide, len(l.wide)))
	}
}

// needWork makes room for so many entries of products.
func (l *lane[T]) needWork(n int) {
	if n > len(l.work) {
		l.work = alignedSlice[T](n)
	}
}

// colMajor reports whether a buffer is a feed in column-major order.
func (m *Machine[T]) colMajor(buf int) bool {
	b := m.plan.bufs[buf]
	return b.place == inFeed && m.feeds[b.index].colMajor
}
