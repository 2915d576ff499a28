package graph

import (
	"errors"
	"fmt"
	"runtime/debug"

	"chainrule/internal/plan"
)

// A Panic is the error of a function of a user's that panicked: one of an operation, or
// one that Recovered was told about. Nothing else panics on to who called for the work:
// Grad, Compile, Run and their like return an error in which errors.As finds it. The
// error's text is one line; Stack is for whoever looks for the fault.
type Panic struct {
	Func  string // which function, as "Eval of operation cbrt"
	Value any    // what it panicked with
	Place string // file and line of the innermost function outside this module
	Stack []byte // of the goroutine, as runtime/debug.Stack returns it
}

// Error returns which function panicked, where, and with what.
func (p *Panic) Error() string {
	if p == nil {
		return ""
	}
	return fmt.Sprintf("%s panicked at %s: %v", p.Func, p.Place, p.Value)
}

// Unwrap returns what the function panicked with if that is an error, such as a
// runtime.Error, and else nil.
func (p *Panic) Unwrap() error {
	if p == nil {
		return nil
	}
	err, _ := p.Value.(error)
	return err
}

// Recovered returns the error, a *Panic, of a function that panicked with value. A
// deferred function calls it, and so the stack is still that of the panic:
//
//	defer func() {
//		if r := recover(); r != nil {
//			err = graph.Recovered("Cost", r)
//		}
//	}()
//
// The error of a function inside, which panicked first, is returned as it is.
func Recovered(function string, value any) error {
	if inside, ok := value.(*Panic); ok {
		return inside
	}
	return &Panic{Func: function, Value: value, Place: place(), Stack: debug.Stack()}
}

// guarded calls do, which calls the named function of op, and returns its panic.
func (op *Op) guarded(function string, do func()) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = op.panicked(function, r)
		}
	}()
	do()
	return nil
}

func (op *Op) panicked(function string, r any) error {
	return Recovered(function+" of operation "+op.Name, r)
}

// evaluatedBy returns the name of the function by which op computes.
func (op *Op) evaluatedBy() string {
	switch {
	case op.Unary != nil:
		return "Unary"
	case op.Binary != nil:
		return "Binary"
	}
	return "Eval"
}

// eval calls op's Eval and passes its panic on as a *Panic.
func (op *Op) eval(out []float64, in [][]float64, s Shapes) {
	if err := op.guarded("Eval", func() { op.Eval(out, in, s) }); err != nil {
		panic(err)
	}
}

// catch sets err to the *Panic or *IndexError that is passed on, as the operation or
// function doing. Any other panic is no user's, and goes on.
func catch(doing string, err *error) {
	r := recover()
	if r == nil {
		return
	}
	p, is := r.(error)
	var wrong *loopError
	if !is || panicOf(p) == nil && !errors.Is(p, plan.ErrExit) && !errors.As(p, &wrong) && !isIndexError(p) {
		panic(r)
	}
	*err = mistake(doing, p)
}

// panicOf returns the panic in err, nil if there is none.
func panicOf(err error) *Panic {
	var p *Panic
	errors.As(err, &p)
	return p
}
