//go:build js && wasm

package main

import (
	"context"
	"errors"
	"syscall/js"

	"chainrule/cmd/demo/internal/play"
)

func main() {
	session := play.NewSession(play.Limits{Yield: newLoop().yield})
	taken := make(chan struct{}, 1)
	receive := js.FuncOf(func(_ js.Value, args []js.Value) any {
		message := args[0].Get("data")
		if message.Get("taken").Truthy() {
			taken <- struct{}{}
			return nil
		}
		go func() { post(answer(session, message)) }() // this function must not wait
		return nil
	})
	js.Global().Call("begin", receive)
	err := session.Run(context.Background(), func(event []byte) error {
		post(map[string]any{"event": string(event)})
		<-taken
		return nil
	})
	panic(err) // it only ends if it failed, and worker.js tells the page
}

// answer returns the message that answers one.
func answer(session *play.Session, message js.Value) map[string]any {
	reply, err := session.Ask([]byte(message.Get("request").String()))
	answer := map[string]any{"id": message.Get("id")}
	var wrong *play.RequestError
	switch {
	case err == nil:
		answer["reply"] = string(reply)
	case errors.As(err, &wrong):
		answer["error"], answer["path"] = wrong.Text, wrong.Path
	default:
		answer["error"], answer["path"] = err.Error(), ""
	}
	return answer
}

// post sends a message to the page.
func post(message map[string]any) { js.Global().Call("postMessage", message) }

// A loop lets the events of the worker in.
type loop struct {
	port    js.Value
	waiting []chan struct{} // one for each message that is on its way, in their order
}

func newLoop() *loop {
	channel := js.Global().Get("MessageChannel").New()
	l := &loop{port: channel.Get("port2")}
	channel.Get("port1").Set("onmessage", js.FuncOf(func(js.Value, []js.Value) any {
		close(l.waiting[0])
		l.waiting = l.waiting[1:]
		return nil
	}))
	return l
}

// yield returns when the events that there are have been handled. A message to itself comes
// after those, and without the least time that browsers give a timer.
func (l *loop) yield() {
	done := make(chan struct{})
	l.waiting = append(l.waiting, done)
	l.port.Call("postMessage", js.Null())
	<-done
}
