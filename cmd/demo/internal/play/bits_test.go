package play

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"chainrule/layers"
	"chainrule/optim"
	"chainrule/optim/experiment"
)

// trainings are experiments whose steps keep something: rules, layers, batches, schedules,
// and what looks at a history.
var trainings = map[string]string{
	"gradient descent": flower,
	"momentum":         net(3, "relu", `{"kind":"momentum","rate":0.1,"l2":0.01}`, `{"kind":"toy","name":"moons","noise":0.2}`, ""),
	"Adam, shuffled batches, schedule": net(4, "tanh", `{"kind":"adam","rate":0.05,"clip-norm":1}`, `{"kind":"toy","name":"moons","examples":90}`,
		`,"batch":16,"steps":70,"schedule":{"kind":"cosine","warmup":5}`),
	"dropout and norms": `{"version":1,"layers":[{"kind":"dense","units":6,"activation":"relu"},{"kind":"batch-norm"},{"kind":"dropout","rate":0.3},
		{"kind":"dense","units":5,"activation":"tanh"},{"kind":"layer-norm"},{"kind":"dense","units":3,"activation":"softmax"}],
		"cost":{"kind":"cross-entropy"},"rule":{"kind":"adamw","rate":0.01,"weight-decay":0.1},"data":{"kind":"toy","name":"blobs","examples":80},"batch":32,"seed":5}`,
	"plateau": net(6, "sigmoid", `{"kind":"rmsprop","rate":0.05}`, `{"kind":"toy","name":"circles","examples":60,"val":0.3}`,
		`,"batch":20,"schedule":{"kind":"plateau","patience":2,"ratio":0.5}`),
	"patience": net(7, "tanh", `{"kind":"gd","rate":3}`, `{"kind":"toy","name":"xor","examples":40,"val":0.5,"noise":0.5}`, `,"batch":8,"patience":3`),
	"float32":  net(8, "tanh", `{"kind":"adam","rate":0.05}`, `{"kind":"toy","name":"flower"}`, `,"dtype":"float32"`),
}

// bitsOf are those of all that a run has become: parameters, what layers and the rule keep,
// rates.
func bitsOf(t *testing.T, params []float64, trainer *optim.Trainer, net layers.Layer) string {
	t.Helper()
	state, err := trainer.State()
	if err != nil {
		t.Fatal(err)
	}
	rates, err := trainer.Rates()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprint(rates)
	for _, p := range slices.Concat(net.Params(), layers.State(net), state) {
		for _, v := range float64s(p.Value()) {
			text += fmt.Sprintf(" %x", math.Float64bits(v))
		}
	}
	return text
}

// independent trains an experiment without a session, and returns the bits after each of so
// many steps, or those of the end.
func independent(t *testing.T, text string, steps int) (bits []string) {
	t.Helper()
	x, err := experiment.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	e, err := experiment.New(x)
	if err != nil {
		t.Fatal(err)
	}
	training, err := e.Training()
	if err != nil {
		t.Fatal(err)
	}
	defer training.Close()
	stop := errors.New("enough")
	bits = append(bits, bitsOf(t, nil, training.Trainer, e.Network))
	training.OnStep = func(p optim.Progress) error {
		bits = append(bits, bitsOf(t, nil, training.Trainer, e.Network))
		if p.Step == steps {
			return stop
		}
		return nil
	}
	if err := training.Run(context.Background()); err != nil && !errors.Is(err, stop) {
		t.Fatal(err)
	}
	if len(bits) <= steps { // it came to its end, and perhaps went back to its best
		bits[len(bits)-1] = bitsOf(t, nil, training.Trainer, e.Network)
	}
	return bits
}

// At every step, come to from wherever, a run has the bits of a training without a session:
// also where there is hardly room for a snapshot.
func TestAnyStepHasTheSameBits(t *testing.T) {
	const steps = 60
	for name, text := range trainings {
		for _, bytes := range []int{1, 20_000, 0} {
			if testing.Short() && bytes == 20_000 {
				continue
			}
			t.Run(fmt.Sprintf("%s, %d bytes", name, bytes), func(t *testing.T) {
				want := independent(t, text, steps)
				last := len(want) - 1
				s := open(t, Limits{Snapshots: bytes, apart: -1}, text)
				r := s.runs[0]
				rng := rand.New(rand.NewPCG(1, uint64(bytes)))
				check := func(asked int, f frame) {
					t.Helper()
					step := min(asked, last)
					if f.Step != step && !f.Runs[0].Over {
						t.Fatalf("step %d asked for, %d reached, %d expected", asked, f.Step, step)
					}
					if got := bitsOf(t, nil, r.training.Trainer, r.exp.Network); got != want[step] {
						t.Fatalf("step %d has other bits than the training has there", step)
					}
				}
				check(steps, ask[frame](t, s, `{"do":"goto","step":%d}`, steps))
				for range 12 {
					to := rng.IntN(steps + 1)
					check(to, ask[frame](t, s, `{"do":"goto","step":%d}`, to))
				}
				check(0, ask[frame](t, s, `{"do":"goto","step":0}`))
				check(1, ask[frame](t, s, `{"do":"step"}`))
				check(0, ask[frame](t, s, `{"do":"step","by":-1}`))
				ask[state](t, s, `{"do":"restart"}`)
				check(0, ask[frame](t, s, `{"do":"frame"}`))
				check(7, ask[frame](t, s, `{"do":"step","by":7}`))
				if bytes == 20_000 && r.size > r.share {
					t.Errorf("snapshots take %d bytes, at most %d expected", r.size, r.share)
				}
				if bytes == 1 && len(r.snapshots) != 1 {
					t.Errorf("there are %d snapshots without room, the first alone expected", len(r.snapshots))
				}
			})
		}
	}
}

// Snapshots that are thinned stand the denser the nearer they are to the present, and keep
// to their room.
func TestSnapshotsAreThinnedTowardsThePast(t *testing.T) {
	s := open(t, Limits{Snapshots: 60_000, apart: -1}, flower)
	ask[frame](t, s, `{"do":"goto","step":2000}`)
	for range 300 { // by single steps, so that there is a snapshot of each
		ask[frame](t, s, `{"do":"step"}`)
	}
	r := s.runs[0]
	if r.size > 60_000 || len(r.snapshots) < 10 || r.snapshots[0].step != 0 {
		t.Fatalf("%d snapshots of %d bytes, the first of step %d", len(r.snapshots), r.size, r.snapshots[0].step)
	}
	n := len(r.snapshots)
	late := r.snapshots[n-1].step - r.snapshots[n-3].step
	early := r.snapshots[2].step - r.snapshots[0].step
	if late >= early || late > 20 {
		t.Errorf("the last three snapshots span %d steps, the first three %d", late, early)
	}
}

// TestSnapshotsAreApart holds that a training is not interrupted for more snapshots than are
// told.
func TestSnapshotsAreApart(t *testing.T) {
	s := open(t, Limits{}, flower)
	begun := time.Now()
	ask[frame](t, s, `{"do":"goto","step":3000}`)
	if n, most := len(s.runs[0].snapshots), 2+int(time.Since(begun)/apart); n < 1 || n > most {
		t.Errorf("%d snapshots in %v, at most %d expected", n, time.Since(begun), most)
	}
	if d := s.apart(&run{keeping: time.Second}); d != keepShare*time.Second {
		t.Errorf("snapshots of a second are %v apart", d)
	}
}
