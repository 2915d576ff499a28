package play

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Limits bound what one session takes. A field that is 0 means the default in its comment.
type Limits struct {
	Snapshots int // bytes of what is kept to go back to; 64 MB
	Examples  int // that are trained on, and as many to judge by; 10,000
	Weights   int // and biases of a network; 100,000
	Layers    int // of a network; 8
	Units     int // of a layer; 1,000
	Values    int // that the layers give for all examples, by which memory is bounded; 2,000,000
	Text      int // bytes of a request, the files in it among them; 0 is [Text]

	// Work is how long a request may train; 10 s. One that has farther to go is an error that
	// says where it came to.
	Work time.Duration

	// Yield, if not nil, is called between slices of work of at most some 10 ms, by a
	// goroutine that trains: where there is one thread, as in a browser, it lets events in.
	Yield func()

	apart time.Duration // between snapshots; 0 is the constant apart, and less than 0 nothing
}

// Text is how many bytes a request has at most if [Limits] say nothing: 4 MB.
const Text = 4 << 20

// withDefaults returns the limits with the defaults put in.
func (l Limits) withDefaults() Limits {
	l.Snapshots = cmp.Or(l.Snapshots, 64<<20)
	l.Examples = cmp.Or(l.Examples, 10_000)
	l.Weights = cmp.Or(l.Weights, 100_000)
	l.Layers = cmp.Or(l.Layers, 8)
	l.Units = cmp.Or(l.Units, 1_000)
	l.Values = cmp.Or(l.Values, 2_000_000)
	l.Text = cmp.Or(l.Text, Text)
	l.Work = cmp.Or(l.Work, 10*time.Second)
	if l.Yield == nil {
		l.Yield = runtime.Gosched
	}
	return l
}

// A Session is what one tab plays with. Any number of goroutines may use it at once. Its
// zero value is not ready to use: [NewSession] makes one.
type Session struct {
	limits Limits

	mu      sync.Mutex   // guards what stands below
	waiting atomic.Int32 // how many wait for mu, for whom a slice of training ends early

	*opened            // nil before something is opened
	class   *classwork // nil without tasks
	closed  bool

	playing bool
	speed   float64 // steps a second, 0 for as many as there are
	moves   int     // counts what changes where the training is, but for playing
	pace    pace

	sequence int           // of frames
	changed  atomic.Bool   // since the last frame that was an event
	news     chan struct{} // holds one while there is something to tell
	wake     chan struct{} // holds one while the training may have something to do

	running atomic.Bool
	stop    context.CancelFunc
	done    chan struct{} // closed when Run trains no more
}

// NewSession returns a session in which nothing is open.
func NewSession(l Limits) *Session {
	return &Session{limits: l.withDefaults(), news: make(chan struct{}, 1), wake: make(chan struct{}, 1)}
}

// errClosed is what a closed session answers.
var errClosed = &RequestError{Text: "the session is closed"}

// Ask answers a request, a JSON object whose field do names it, see the table of requests.
// The error is a *[RequestError] whatever is asked. A request waits for the step at hand,
// and one that goes to another step trains for at most [Limits].Work.
func (s *Session) Ask(request []byte) (reply []byte, err error) {
	handler, fields, err := s.parse(request)
	if err != nil {
		return nil, err
	}
	s.enter()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errClosed
	}
	answer, err := handler(s, fields)
	if err != nil {
		return nil, requestError("", err)
	}
	reply, err = encoded(answer)
	return reply, requestError("", err)
}

// encoded returns a value as JSON; what is in it need not be safe in HTML.
func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// enter waits for the step at hand, and has the goroutine that trains wait meanwhile.
func (s *Session) enter() {
	s.waiting.Add(1)
	s.mu.Lock()
	s.waiting.Add(-1)
}

// Run trains while the session plays, and calls emit with events as JSON, one after the
// other: the present state if something is open, and frames, at most 30 a second and so that
// making them takes a tenth of the time. A frame is made when emit has returned from the one before, so
// that one that waits for a slow reader gets the newest and stops nothing. Run ends with
// ctx, whose error it returns, with an error of emit, or when the session is closed, with
// nil. It is an error if it runs already.
func (s *Session) Run(ctx context.Context, emit func(event []byte) error) error {
	s.enter()
	if s.closed {
		s.mu.Unlock()
		return errClosed
	}
	if !s.running.CompareAndSwap(false, true) {
		s.mu.Unlock()
		return errors.New("play: the session runs already")
	}
	inner, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	s.stop, s.done = cancel, done
	s.mu.Unlock()
	defer s.running.Store(false)

	go func() {
		defer close(done)
		s.train(inner)
	}()
	err := s.tell(inner, emit)
	cancel()
	<-done
	if ctx.Err() == nil && errors.Is(err, context.Canceled) { // by Close
		return nil
	}
	return err
}

// Close ends the training and frees what the session holds. Run returns when emit has, which
// Close does not wait for.
func (s *Session) Close() {
	s.enter()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed, s.playing = true, false
	stop, done := s.stop, s.done
	s.mu.Unlock()
	if stop != nil {
		stop()
		<-done
	}
	s.enter()
	defer s.mu.Unlock()
	s.opened.close()
	s.opened = nil
}

// signal puts one into a channel that holds one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// touch says that a frame would look different.
func (s *Session) touch() {
	s.changed.Store(true)
	signal(s.news)
	signal(s.wake)
}
