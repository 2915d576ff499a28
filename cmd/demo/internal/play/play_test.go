package play

import (
	"encoding/json"
	"testing"
)

const flower = `{"version":1,"layers":[{"kind":"dense","units":4,"activation":"tanh"},{"kind":"dense","units":1,"activation":"sigmoid"}],
"cost":{"kind":"cross-entropy"},"rule":{"kind":"gd","rate":1.2},"data":{"kind":"toy","name":"flower"},"seed":2}`

// ask sends a request and returns the reply, read.
func ask(t *testing.T, s *Session, request string) map[string]any {
	t.Helper()
	reply, err := s.Ask([]byte(request))
	if err != nil {
		t.Fatalf("%s: %v", request, err)
	}
	var v map[string]any
	if err := json.Unmarshal(reply, &v); err != nil {
		t.Fatalf("%s: %v in %s", request, err, reply)
	}
	return v
}

func TestSkeleton(t *testing.T) {
	s := NewSession(Limits{})
	defer s.Close()
	reply, err := s.Ask([]byte(`{"do":"open","experiment":` + flower + `}`))
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.3000s", reply)
	reply, err = s.Ask([]byte(`{"do":"goto","step":1000}`))
	t.Logf("%.1500s %v", reply, err)
	reply, err = s.Ask([]byte(`{"do":"step","by":-1}`))
	t.Logf("%.300s %v", reply, err)
}
