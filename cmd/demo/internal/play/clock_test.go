package play

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"chainrule/optim/experiment"
)

// A listener collects the events of a session.
type listener struct {
	mu     sync.Mutex
	frames []frame
	states int
	cancel func()
	ended  chan error
}

// listen runs a session until the test ends or stop is called.
func listen(t *testing.T, s *Session) *listener {
	ctx, cancel := context.WithCancel(context.Background())
	l := &listener{cancel: cancel, ended: make(chan error, 1)}
	go func() {
		l.ended <- s.Run(ctx, func(text []byte) error {
			var e event
			if err := json.Unmarshal(text, &e); err != nil {
				return err
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			switch e.Event {
			case "frame":
				l.frames = append(l.frames, *e.Frame)
			case "state":
				l.states++
			default:
				t.Errorf("event %s", text)
			}
			return nil
		})
	}()
	t.Cleanup(cancel)
	return l
}

// until waits for a frame of a kind.
func (l *listener) until(t *testing.T, what string, is func(f frame) bool) frame {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		l.mu.Lock()
		for _, f := range l.frames {
			if is(f) {
				l.mu.Unlock()
				return f
			}
		}
		l.mu.Unlock()
	}
	t.Fatalf("there is no frame %s", what)
	return frame{}
}

// While it plays a session trains and tells; paused, it ends with a frame that says so, at
// the bits of a training that nobody watches.
func TestPlayingTrainsAndTells(t *testing.T) {
	s := open(t, Limits{}, flower)
	l := listen(t, s)
	ask[nothing](t, s, `{"do":"play"}`)
	l.until(t, "beyond step 500", func(f frame) bool { return f.Step > 500 && f.Playing })
	l.until(t, "with a rate", func(f frame) bool { return f.Rate > 0 })
	ask[nothing](t, s, `{"do":"pause"}`)
	last := l.until(t, "that is paused", func(f frame) bool { return f.Step > 500 && !f.Playing })
	now := ask[frame](t, s, `{"do":"frame"}`)
	if now.Step != last.Step || now.Playing {
		t.Errorf("the session is at step %d, paused at %d", now.Step, last.Step)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.states != 1 {
		t.Errorf("%d states, 1 expected", l.states)
	}
	for i, f := range l.frames[1:] {
		if f.Seq <= l.frames[i].Seq {
			t.Errorf("frame %d comes after frame %d", f.Seq, l.frames[i].Seq)
		}
	}
	replay := open(t, Limits{}, flower)
	ask[frame](t, replay, `{"do":"goto","step":%d}`, now.Step)
	a, b := s.runs[0], replay.runs[0]
	if bitsOf(t, nil, a.training.Trainer, a.exp.Network) != bitsOf(t, nil, b.training.Trainer, b.exp.Network) {
		t.Errorf("at step %d the session has other bits than one that goes there", now.Step)
	}
}

// The points of the events' curves are those of the whole, each once and in order.
func TestCurvesOfEventsAddUp(t *testing.T) {
	s := open(t, Limits{}, flower)
	l := listen(t, s)
	ask[nothing](t, s, `{"do":"play"}`)
	l.until(t, "beyond step 3000", func(f frame) bool { return f.Step > 3000 })
	ask[nothing](t, s, `{"do":"pause"}`)
	end := l.until(t, "that is paused", func(f frame) bool { return f.Step > 3000 && !f.Playing })
	whole := ask[frame](t, s, `{"do":"frame"}`).Runs[0].Curve
	var steps []int
	var train numbers
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.frames {
		if f.Seq > end.Seq {
			break
		}
		c := f.Runs[0].Curve
		if c.Clear {
			steps, train = nil, nil
		}
		steps, train = append(steps, c.Steps...), append(train, c.Train...)
	}
	if !whole.Clear || len(steps) != len(whole.Steps) || len(steps) < 256 || len(steps) > maxCurve {
		t.Fatalf("%d points came by events, %d are there", len(steps), len(whole.Steps))
	}
	stride := steps[1]
	for i, step := range steps {
		if step != i*stride || whole.Steps[i] != step || train[i] != whole.Train[i] {
			t.Fatalf("point %d is of step %d with cost %v; %d and %v expected", i, step, train[i], whole.Steps[i], whole.Train[i])
		}
	}
	if f := ask[frame](t, s, `{"do":"goto","step":%d}`, 10*stride).Runs[0].Curve; len(f.Steps) != 11 || !f.Clear {
		t.Errorf("at step %d the curve has %d points", 10*stride, len(f.Steps))
	}
}

// A speed is so many steps a second, and not more.
func TestSpeedIsKept(t *testing.T) {
	s := open(t, Limits{}, flower)
	l := listen(t, s)
	begun := time.Now()
	ask[nothing](t, s, `{"do":"play","speed":50}`)
	l.until(t, "of step 10", func(f frame) bool { return f.Step >= 10 })
	ask[nothing](t, s, `{"do":"pause"}`)
	step := ask[frame](t, s, `{"do":"frame"}`).Step
	if most := int(time.Since(begun).Seconds()*50) + 1; step > most {
		t.Errorf("%d steps in %v, at most %d at 50 a second", step, time.Since(begun), most)
	}
}

// Two runs have the same data, start and clock: they are at the same step whenever one looks,
// and each has the bits that it has alone.
func TestTwoRunsShareSeedAndClock(t *testing.T) {
	other := net(2, "relu", `{"kind":"gd","rate":0.5}`, `{"kind":"toy","name":"flower"}`, "")
	s := open(t, Limits{}, flower, other)
	st := ask[state](t, s, `{"do":"state"}`)
	if got, want := st.Runs[1].Difference, "activation relu instead of tanh, rule rate 0.5 instead of 1.2"; got != want || st.Runs[0].Difference != "" {
		t.Errorf("difference %q, %q expected", got, want)
	}
	for i := range s.runs[0].params {
		a, b := float64s(s.runs[0].params[i].Value()), float64s(s.runs[1].params[i].Value())
		for j := range a {
			if a[j] != b[j] {
				t.Fatalf("parameter %d begins at %v in one and %v in the other", i, a[j], b[j])
			}
		}
	}
	l := listen(t, s)
	ask[nothing](t, s, `{"do":"play"}`)
	l.until(t, "beyond step 300", func(f frame) bool { return f.Step > 300 })
	back := ask[frame](t, s, `{"do":"step","by":-57}`)
	ask[nothing](t, s, `{"do":"play"}`)
	l.until(t, "beyond step 600", func(f frame) bool { return f.Step > 600 && f.Seq > back.Seq })
	end := ask[frame](t, s, `{"do":"goto","step":777}`)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range append(l.frames, back, end) {
		if f.Runs[0].Step != f.Step || f.Runs[1].Step != f.Step {
			t.Errorf("at step %d the runs are at %d and %d", f.Step, f.Runs[0].Step, f.Runs[1].Step)
		}
	}
	for i, text := range []string{flower, other} {
		alone := open(t, Limits{}, text)
		ask[frame](t, alone, `{"do":"goto","step":777}`)
		a, b := s.runs[i], alone.runs[0]
		if bitsOf(t, nil, a.training.Trainer, a.exp.Network) != bitsOf(t, nil, b.training.Trainer, b.exp.Network) {
			t.Errorf("run %d has other bits than alone", i)
		}
	}
}

// diverging is a training whose numbers become infinite.
const diverging = `{"version":1,"layers":[{"kind":"dense","units":4,"activation":"relu"},{"kind":"dense","units":1}],
"cost":{"kind":"squared-error"},"rule":{"kind":"gd","rate":100},"data":{"kind":"toy","name":"flower"},"seed":2}`

// A run that cannot go on is stopped with a sentence, at the step before, and the other one
// goes on; back at an earlier step it goes on too, to the same end.
func TestOneRunStopsAndTheOtherGoesOn(t *testing.T) {
	calm := strings.Replace(diverging, `"rate":100`, `"rate":0.0001`, 1)
	s := open(t, Limits{apart: -1}, diverging, calm) // with snapshots on the way, where costs are beyond all numbers
	f := ask[frame](t, s, `{"do":"goto","step":400}`)
	stopped := f.Runs[0].Step
	if f.Step != 400 || f.Runs[1].Step != 400 || f.Runs[1].Stopped != "" || stopped >= 400 || !strings.HasPrefix(f.Runs[0].Stopped, fmt.Sprintf("Step %d is not taken, since not all of its numbers would be finite: (Z2 − Y)² becomes +Inf", stopped+1)) {
		t.Fatalf("steps %d and %d, the first is stopped by %q", stopped, f.Runs[1].Step, f.Runs[0].Stopped)
	}
	if f := ask[frame](t, s, `{"do":"goto","step":1}`); f.Runs[0].Stopped != "" || f.Runs[0].Step != 1 {
		t.Errorf("at step 1 it is at %d and stopped by %q", f.Runs[0].Step, f.Runs[0].Stopped)
	}
	if again := ask[frame](t, s, `{"do":"goto","step":400}`); again.Runs[0].Step != stopped || again.Runs[0].Stopped != f.Runs[0].Stopped {
		t.Errorf("the second time it stops at %d by %q", again.Runs[0].Step, again.Runs[0].Stopped)
	}
	alone := open(t, Limits{}, diverging)
	l := listen(t, alone)
	ask[nothing](t, alone, `{"do":"play"}`)
	if f := l.until(t, "that is stopped", func(f frame) bool { return f.Runs[0].Stopped != "" && !f.Playing }); f.Step != stopped {
		t.Errorf("alone it stops at %d, beside another at %d", f.Step, stopped)
	}
}

// A training ends where its settings say so.
func TestATrainingEndsWhereItsSettingsSay(t *testing.T) {
	s := open(t, Limits{}, trainings["Adam, shuffled batches, schedule"])
	l := listen(t, s)
	ask[nothing](t, s, `{"do":"play"}`)
	if f := l.until(t, "that is over", func(f frame) bool { return f.Runs[0].Over && !f.Playing }); f.Step != 70 {
		t.Errorf("it ends at step %d, 70 expected", f.Step)
	}
	if f := ask[frame](t, s, `{"do":"step","by":-1}`); f.Step != 69 || f.Runs[0].Over {
		t.Errorf("one step back is step %d", f.Step)
	}
}

// Epochs are counted from where they begin.
func TestStepsOfEpochs(t *testing.T) {
	s := open(t, Limits{}, chainOf(t, 10)) // 50 examples in batches of 8
	for _, c := range []struct{ by, want int }{{1, 7}, {2, 21}, {-1, 14}} {
		if f := ask[frame](t, s, `{"do":"step","by":%d,"unit":"epoch"}`, c.by); f.Step != c.want || f.Epoch != c.want/7 {
			t.Errorf("%d epochs lead to step %d, epoch %d; step %d expected", c.by, f.Step, f.Epoch, c.want)
		}
	}
	ask[frame](t, s, `{"do":"goto","step":17}`)
	if f := ask[frame](t, s, `{"do":"step","by":-1,"unit":"epoch"}`); f.Step != 14 {
		t.Errorf("an epoch back from step 17 is step %d", f.Step)
	}
	ask[frame](t, s, `{"do":"goto","step":17}`)
	if f := ask[frame](t, s, `{"do":"step","by":1,"unit":"epoch"}`); f.Step != 21 {
		t.Errorf("an epoch on from step 17 is step %d", f.Step)
	}
	if f := ask[frame](t, s, `{"do":"step","by":-9223372036854775808}`); f.Step != 0 {
		t.Errorf("all the way back is step %d", f.Step)
	}
}

// A request that would train for too long says where it came to, and the next goes on.
func TestLongWaysEndWithASentence(t *testing.T) {
	s := open(t, Limits{Work: 20 * time.Millisecond}, flower)
	e := refused(t, s, `{"do":"goto","step":100000000}`)
	if e.Path != "step" || !strings.Contains(e.Text, "ends at step ") {
		t.Errorf("%v", e)
	}
	if f := ask[frame](t, s, `{"do":"frame"}`); f.Step == 0 {
		t.Errorf("it came to step %d", f.Step)
	}
	if st := ask[state](t, s, `{"do":"open","experiment":%s,"step":100000000}`, flower); st.Step == 0 || st.Step == 100000000 {
		t.Errorf("opened at step %d, it comes to some step on the way", st.Step)
	}
}

// Another request that moves the training ends one that is on its way.
func TestAMoveEndsAnother(t *testing.T) {
	s := open(t, Limits{Work: time.Minute}, flower)
	failed := make(chan error)
	go func() {
		_, err := s.Ask([]byte(`{"do":"goto","step":100000000}`))
		failed <- err
	}()
	for ask[frame](t, s, `{"do":"frame"}`).Step == 0 {
	}
	ask[nothing](t, s, `{"do":"pause"}`)
	if err := <-failed; err == nil || !strings.Contains(err.Error(), "another request moved") {
		t.Errorf("%v", err)
	}
}

// Closing ends Run and everything that was started, also while it plays and somebody waits
// for its reply; a closed session answers with a sentence.
func TestClosingLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 10 {
		s := NewSession(Limits{})
		ask[state](t, s, `{"do":"open","experiment":%s,"other":%s}`, flower, flower)
		ended := make(chan error, 1)
		started := make(chan bool, 100)
		go func() {
			ended <- s.Run(context.Background(), func([]byte) error {
				select {
				case started <- true:
				default:
				}
				return nil
			})
		}()
		<-started
		if err := s.Run(context.Background(), nil); err == nil {
			t.Error("a session runs twice")
		}
		ask[nothing](t, s, `{"do":"play"}`)
		go s.Ask([]byte(`{"do":"goto","step":1000000000}`))
		time.Sleep(5 * time.Millisecond)
		s.Close()
		if err := <-ended; err != nil {
			t.Errorf("Run ends with %v", err)
		}
		s.Close()
		if e := refused(t, s, `{"do":"state"}`); e != errClosed {
			t.Errorf("%v", e)
		}
		if err := s.Run(context.Background(), nil); err == nil {
			t.Error("a closed session runs")
		}
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		runtime.GC()
		if runtime.NumGoroutine() <= before {
			return
		}
		if time.Now().After(end) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}

// The context and an error of emit end Run.
func TestRunEndsWithItsContextAndItsReader(t *testing.T) {
	s := open(t, Limits{}, flower)
	ctx, cancel := context.WithCancel(context.Background())
	l := listen(t, s)
	l.cancel()
	if err := <-l.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	gone := errors.New("gone")
	if err := s.Run(ctx, func([]byte) error { return gone }); err != gone {
		t.Errorf("%v", err)
	}
	cancel()
}

// TestSlowSpeedsWait holds that the slowest speeds wait, an hour at most at a time.
func TestSlowSpeedsWait(t *testing.T) {
	for speed, want := range map[float64]time.Duration{5e-324: time.Hour, 1e-10: time.Hour, 0.001: 15 * time.Minute} {
		s := open(t, Limits{}, flower)
		ask[nothing](t, s, `{"do":"play","speed":%g}`, speed)
		s.enter()
		if wait := s.tick(); s.clock != 0 || wait < want || wait > time.Hour {
			t.Errorf("at %g steps a second the first is waited for %v, at least %v expected", speed, wait, want)
		}
		s.mu.Unlock()
	}
}

// TestDifferencesInWords holds what is said of the second of two runs.
func TestDifferencesInWords(t *testing.T) {
	first := `{"version":1,"inputs":2,"layers":[{"kind":"dense","units":3,"activation":"tanh"},{"kind":"dense","units":1,"activation":"sigmoid"}],"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":1}}`
	for _, test := range []struct{ from, to, want string }{
		{"", "", ""},
		{`"tanh"`, `"tanh","init":{"kind":"he"}`, "init he instead of the default"},
		{`"kind":"gd"`, `"kind":"momentum"`, "rule momentum instead of gd"},
		{`"units":3`, `"units":5`, "units 5 instead of 3"},
		{`{"kind":"dense","units":3,"activation":"tanh"},`, "", "number of layers 1 instead of 2"},
		{`"rate":1}`, `"rate":1},"seed":4`, "seed 4 instead of the default"},
	} {
		a, errA := experiment.Parse([]byte(first))
		b, errB := experiment.Parse([]byte(strings.Replace(first, test.from, test.to, 1)))
		if got := difference(a, b); errA != nil || errB != nil || got != test.want {
			t.Errorf("%s: %q, errors %v and %v, %q expected", test.to, got, errA, errB, test.want)
		}
	}
}

// TestFurthestStepStays holds that going back leaves how far it has been, and a new start
// does not.
func TestFurthestStepStays(t *testing.T) {
	s := open(t, Limits{}, flower)
	for _, test := range []struct {
		request        string
		step, furthest int
	}{{`{"do":"goto","step":30}`, 30, 30}, {`{"do":"goto","step":4}`, 4, 30}, {`{"do":"step"}`, 5, 30}, {`{"do":"restart"}`, 0, 0}} {
		ask[any](t, s, "%s", test.request)
		if f := ask[frame](t, s, `{"do":"frame"}`); f.Step != test.step || f.Most != test.furthest {
			t.Errorf("%s: step %d of %d, %d of %d expected", test.request, f.Step, f.Most, test.step, test.furthest)
		}
	}
	ask[frame](t, s, `{"do":"goto","step":3000}`)
	ask[any](t, s, `{"do":"restart"}`)
	if f := ask[frame](t, s, `{"do":"goto","step":20}`); len(f.Runs[0].Curve.Steps) != 21 {
		t.Errorf("after a new start the curve has the points %v, every step to 20 expected", f.Runs[0].Curve.Steps)
	}
}

// TestSpeedsThatAreTooFast holds that what a speed asks for beyond what can be done is not
// made up for later.
func TestSpeedsThatAreTooFast(t *testing.T) {
	s := open(t, Limits{}, flower)
	ask[nothing](t, s, `{"do":"play","speed":1e9}`)
	s.enter()
	defer s.mu.Unlock()
	for s.clock == 0 {
		s.tick()
	}
	if s.pace.from != s.clock {
		t.Errorf("at step %d steps are due since step %d", s.clock, s.pace.from)
	}
}

// TestOnlyDueStepsAreTaken holds that at a speed no step is taken before its time.
func TestOnlyDueStepsAreTaken(t *testing.T) {
	s := open(t, Limits{}, flower)
	begun := time.Now()
	ask[nothing](t, s, `{"do":"play","speed":50}`)
	s.enter()
	defer s.mu.Unlock()
	for range 4 {
		time.Sleep(s.tick())
		if due := int(time.Since(begun).Seconds() * 50); s.clock > due {
			t.Fatalf("step %d is taken, and %d is due", s.clock, due)
		}
	}
}

// TestRequestsGoFirst holds that training stops for a request that waits, however long it may go on.
func TestRequestsGoFirst(t *testing.T) {
	s := open(t, Limits{}, flower)
	s.enter()
	defer s.mu.Unlock()
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	if err := s.advance(maxStep, time.Now().Add(2*time.Second)); err != nil || s.clock > 4096 {
		t.Errorf("%d steps while a request waits, error %v", s.clock, err)
	}
}
