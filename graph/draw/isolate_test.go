package draw

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"chainrule/layers"
	"github.com/tetratelabs/wazero"
)

// faultVariable makes a process that lays a picture out behave as the fault of this name.
const faultVariable = "CHAINRULE_TEST_LAYOUT_FAULT"

func TestMain(m *testing.M) {
	if given, ok := os.LookupEnv(limitVariable); ok {
		switch os.Getenv(faultVariable) {
		case "endless":
			os.Exit(serve(given, endless))
		case "deaf": // to the limit, but leaving nothing behind for ever
			os.Exit(serve("20s", endless))
		case "crash":
			panic("a fault")
		case "mute":
			os.Exit(3)
		}
	}
	Isolate(0)
	os.Exit(m.Run())
}

// endless is a loop in WebAssembly, which Go can stop as little as Graphviz.
func endless(string) ([]byte, error) {
	ctx := context.Background()
	r := wazero.NewRuntime(ctx)
	// A module whose one function, named f, is (loop br 0).
	module, err := r.Instantiate(ctx, []byte("\x00asm\x01\x00\x00\x00"+
		"\x01\x04\x01\x60\x00\x00"+"\x03\x02\x01\x00"+"\x07\x05\x01\x01f\x00\x00"+
		"\x0a\x09\x01\x07\x00\x03\x40\x0c\x00\x0b\x0b"))
	if err != nil {
		return nil, err
	}
	_, err = module.ExportedFunction("f").Call(ctx)
	return nil, err
}

// A layout that never ends, and one that breaks off, are errors that say so.
func TestLayoutFaults(t *testing.T) {
	_, out := network(t, 4, 2, 1)
	before := limit
	t.Cleanup(func() { limit = before })
	for fault, c := range map[string]struct {
		limit time.Duration
		want  string
	}{
		"endless": {300 * time.Millisecond, "draw: graphviz: no layout within 300ms"},
		"deaf":    {300 * time.Millisecond, "draw: graphviz: no layout within 300ms"},
		"crash":   {time.Minute, "draw: graphviz: panic: a fault"},
		"mute":    {time.Minute, "draw: graphviz: exit status 3"},
	} {
		t.Setenv(faultVariable, fault)
		limit = c.limit
		svg, err := SVG(out...)
		if err == nil || err.Error() != c.want || svg != nil {
			t.Errorf("%s: %d bytes, error %v, want %s", fault, len(svg), err, c.want)
		}
	}
	t.Setenv(faultVariable, "")
	limit = before
	if _, err := SVG(out...); err != nil {
		t.Errorf("the next picture: %v", err)
	}
	if _, err := renderApart("no graph", time.Minute); err == nil || !strings.Contains(err.Error(), "syntax error") {
		t.Errorf("a source that is none: error %v", err)
	}
}

// A process whose layout never ends does so itself when nobody ends it.
func TestLayoutEndsAlone(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), limitVariable+"=200ms", faultVariable+"=endless")
	said, err := cmd.CombinedOutput()
	if err == nil || cmd.ProcessState.ExitCode() != 1 || string(said) != "no layout within 200ms\n" {
		t.Errorf("error %v, output %q", err, said)
	}
	cmd = exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), limitVariable+"=soon")
	if said, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(said), `invalid duration "soon"`) {
		t.Errorf("a limit that is none: error %v, output %q", err, said)
	}
}

// Layouts of random networks are the same in a process of their own and, one after
// the other, in this one.
func TestRandomLayouts(t *testing.T) {
	count := 100
	if testing.Short() {
		count = 8
	}
	r := rand.New(rand.NewPCG(1, 2))
	for i := range count {
		s := sketch{hidden: []layers.Activation{layers.Tanh, layers.ReLU, layers.Sigmoid}[r.IntN(3)],
			loss: []string{"", "softmax", "squared-error"}[r.IntN(3)], forward: r.IntN(3) == 0, update: r.IntN(2) == 0}
		for range 2 + r.IntN(5) {
			s.sizes = append(s.sizes, 2+r.IntN(8))
		}
		p, err := newPicture(Settings{}, s.nodes(t))
		if err != nil {
			t.Fatal(err)
		}
		source := p.dot()
		alone, err := renderApart(source, time.Minute)
		if err != nil {
			t.Fatalf("picture %d, %v: %v", i, s, err)
		}
		engine.Lock()
		shared, err := renderHere(source)
		engine.Unlock()
		if err != nil || string(shared) != string(alone) {
			t.Errorf("picture %d, %v: in this process another layout, error %v", i, s, err)
		}
	}
}

func BenchmarkLayout(b *testing.B) {
	_, out := network(b, 64, 3, 8, 8, 8, 1)
	p, err := newPicture(Settings{}, out)
	if err != nil {
		b.Fatal(err)
	}
	for name, layout := range map[string]func(string) ([]byte, error){
		"here":  renderHere,
		"apart": func(source string) ([]byte, error) { return renderApart(source, time.Minute) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := layout(p.dot()); err != nil {
					b.Fatal(fmt.Errorf("%s: %w", name, err))
				}
			}
		})
	}
}
