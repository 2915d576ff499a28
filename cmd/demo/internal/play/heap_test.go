package play

import (
	"runtime"
	"testing"
)

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// Snapshots take no more memory than they are counted for, and what is kept does not grow
// once there are as many as there may be.
func TestMemoryOfSnapshots(t *testing.T) {
	for name, text := range map[string]string{"flower": flower, "norms": trainings["dropout and norms"]} {
		s := open(t, Limits{apart: -1}, text)
		r := s.runs[0]
		ask[frame](t, s, `{"do":"goto","step":10}`)
		before, counted := heap(), r.size
		for step := 11; len(r.snapshots) < 1000; step++ {
			r.forward(step)
			if err := r.keep(); err != nil {
				t.Fatal(err)
			}
		}
		took, said := int64(heap()-before), int64(r.size-counted)
		if took > said || took < said/4 {
			t.Errorf("%s: 1000 snapshots take %d bytes and are counted as %d", name, took, said)
		}
		for step := r.step() + 1; step < 6000; step++ {
			r.forward(step)
			if err := r.keep(); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(r.snapshots); n != maxSnapshots || r.snapshots[0].step != 0 || r.snapshots[n-1].step != 5999 {
			t.Errorf("%s: %d snapshots from step %d to %d", name, n, r.snapshots[0].step, r.snapshots[n-1].step)
		}
	}
}
