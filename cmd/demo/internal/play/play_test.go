package play

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// flower is the network of the notes on the planar flower.
var flower = net(2, "tanh", `{"kind":"gd","rate":1.2}`, `{"kind":"toy","name":"flower"}`, "")

// net returns an experiment with a hidden layer of 4 units as JSON; more are further fields.
func net(seed int, activation, rule, data, more string) string {
	return fmt.Sprintf(`{"version":1,"layers":[{"kind":"dense","units":4,"activation":%q},{"kind":"dense","units":1,"activation":"sigmoid"}],
"cost":{"kind":"cross-entropy"},"rule":%s,"data":%s,"seed":%d%s}`, activation, rule, data, seed, more)
}

// newSession returns a session that is closed with the test.
func newSession(t testing.TB, l Limits) *Session {
	if l.Work == 0 {
		l.Work = time.Hour // however slow the machine
	}
	s := NewSession(l)
	t.Cleanup(s.Close)
	return s
}

// ask sends a request and reads the reply.
func ask[T any](t testing.TB, s *Session, request string, args ...any) (reply T) {
	t.Helper()
	text := fmt.Sprintf(request, args...)
	raw, err := s.Ask([]byte(text))
	if err != nil {
		t.Fatalf("%.300s: %v", text, err)
	}
	if err := json.Unmarshal(raw, &reply); err != nil {
		t.Fatalf("%.300s: %v in %.300s", text, err, raw)
	}
	return reply
}

// refused sends a request that is an error, and returns it.
func refused(t testing.TB, s *Session, request string, args ...any) *RequestError {
	t.Helper()
	text := fmt.Sprintf(request, args...)
	_, err := s.Ask([]byte(text))
	e, ok := err.(*RequestError)
	if !ok || strings.TrimSpace(e.Text) == "" {
		t.Fatalf("%.300s: %v, a RequestError with a sentence expected", text, err)
	}
	return e
}

// open opens experiments and returns the session.
func open(t testing.TB, l Limits, experiments ...string) *Session {
	t.Helper()
	s := newSession(t, l)
	if len(experiments) == 1 {
		ask[state](t, s, `{"do":"open","experiment":%s}`, experiments[0])
	} else {
		ask[state](t, s, `{"do":"open","experiment":%s,"other":%s}`, experiments[0], experiments[1])
	}
	return s
}

// UnmarshalJSON reads a number as MarshalJSON writes it.
func (v *number) UnmarshalJSON(text []byte) error {
	n, err := readNumber(text)
	*v = number(n)
	return err
}

// UnmarshalJSON reads numbers as MarshalJSON writes them.
func (v *numbers) UnmarshalJSON(text []byte) error {
	var all []number
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	*v = nil
	if all != nil {
		*v = numbers{}
	}
	for _, n := range all {
		*v = append(*v, float64(n))
	}
	return nil
}

// randomRequests is how many requests a test makes at random; empty is its own number.
var randomRequests = os.Getenv("PLAY_REQUESTS")
