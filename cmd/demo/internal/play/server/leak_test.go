package server_test

import (
	"flag"
	"runtime"
	"strings"
	"testing"
	"time"

	"chainrule/cmd/demo/internal/play/server"
)

// training is how long the test of the heap trains:
//
//	go test -run HeapStays -v -timeout 15m ./cmd/demo/internal/play/server -training 10m
var training = flag.Duration("training", 5*time.Second, "how long TestHeapStays trains")

// heap returns the bytes that are in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC() // what had a finalizer
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// 200 tabs that open, train and close leave nothing behind.
func TestTabsLeaveNothing(t *testing.T) {
	base := runtime.NumGoroutine() + 2 // that of Serve, and one that accepts
	at := serve(t, &server.Server{Tabs: 1})
	next := func() (tab string) { // when the stream of the one before has ended
		wait(t, "there is room", func() bool {
			a := do(t, "POST", at+"/tabs", "{}")
			tab = at + "/tabs/" + a.field("tab")
			return a.status == 200
		})
		return tab
	}
	visit := func(n int) {
		tab := next()
		stream := listen(t, tab)
		ask(t, tab, opening("1"))
		ask(t, tab, `{"do":"play","speed":0}`)
		stream.until(func(e event) bool { return e.Frame.Step > 0 })
		if n%2 == 0 { // the others are only left, and end for the next one
			do(t, "POST", tab+"/close", "")
		}
		stream.body.Close()
	}
	rest := func(goroutines int) {
		client.CloseIdleConnections()
		wait(t, "the goroutines of tabs end", func() bool {
			runtime.GC() // ends workers of programs that nothing holds
			return runtime.NumGoroutine() <= goroutines
		})
	}
	for n := range 20 {
		visit(n)
	}
	do(t, "POST", next()+"/close", "")
	rest(base)
	before := heap()
	for n := range 200 {
		visit(n)
	}
	do(t, "POST", next()+"/close", "")
	rest(base)
	// A tab that stayed would be a megabyte.
	if after := heap(); after > before+4<<20 {
		t.Errorf("%d bytes on the heap after 20 tabs, %d after 220", before, after)
	}
}

// A training of any length keeps no more than a session may.
func TestHeapStays(t *testing.T) {
	at := serve(t, &server.Server{})
	tab := newTab(t, at)
	stream := listen(t, tab)
	ask(t, tab, strings.Replace(opening("1"), `"rule":{"kind":"gd","rate":1.2}`, `"batch":32,"rule":{"kind":"adam","rate":0.001}`, 1))
	ask(t, tab, `{"do":"play","speed":0}`)
	read := make(chan int)
	end := time.Now().Add(*training)
	go func() {
		step := 0
		for time.Now().Before(end) {
			e, err := stream.next()
			if err != nil {
				t.Error(err)
				break
			}
			step = max(step, e.Frame.Step)
		}
		read <- step
	}()
	before := uint64(0)
	for n := 0; time.Now().Before(end); n++ {
		time.Sleep(*training / 10)
		now := heap()
		if n == 2 { // snapshots come to their most after some minutes
			before = now
		}
		t.Logf("%.1f MB", float64(now)/1e6)
		if n > 2 && now > before+64<<20 {
			t.Errorf("%d bytes on the heap, %d after three tenths of the time", now, before)
		}
	}
	t.Logf("%d steps in %v", <-read, *training)
}
