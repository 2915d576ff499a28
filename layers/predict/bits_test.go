package predict_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"maps"
	"math"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"chainrule/internal/kernel"
	"chainrule/layers"
)

// addBits adds the bits of outputs to a sum.
func addBits(h hash.Hash, outputs []float64) {
	var b [8]byte
	for _, v := range outputs {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(v))
		h.Write(b[:])
	}
}

// bitsOfAll checks that every example has the bits that it has alone, among any number of
// others and at any place, and returns a sum of the bits of all.
func bitsOfAll(t *testing.T, sizes []int) string {
	sum := sha256.New()
	all := networks()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		s := all[name]
		for _, dtype := range []string{"float64", "float32"} {
			s.Dtype = dtype
			m := model(t, layers.Model{Network: network(t, s), Settings: s})
			const different = 23 // prime, so that an example comes to every place
			x, k := examplesFor(s, different), m.Outputs()
			alone := make([]float64, different*k)
			for i := range different {
				if err := m.Predict(alone[i*k:][:k], x[i*s.Inputs:][:s.Inputs]); err != nil {
					t.Fatal(name, err)
				}
			}
			addBits(sum, alone)
			for _, n := range sizes {
				for _, shift := range []int{0, 1, 7} {
					if n >= 100 && shift > 0 { // every example comes to many places anyway
						break
					}
					batch, got := make([]float64, 0, n*s.Inputs), make([]float64, n*k)
					for i := range n {
						at := (i*3 + shift) % different
						batch = append(batch, x[at*s.Inputs:][:s.Inputs]...)
					}
					if err := m.Predict(got, batch); err != nil {
						t.Fatal(name, err)
					}
					for i := range n {
						at := (i*3 + shift) % different
						if !slices.Equal(got[i*k:][:k], alone[at*k:][:k]) {
							t.Fatalf("%s in %s: example %d of %d has other bits than alone: %v, %v", name, dtype, i, n, got[i*k:][:k], alone[at*k:][:k])
						}
					}
				}
			}
		}
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

// The bits of an example are its own, with every set of instructions, and with AVX2 the
// same as with AVX-512. The processor's features are taken away from a run of the test
// in a process of its own.
func TestBits(t *testing.T) {
	const in = "CHAINRULE_TEST_BITS"
	sizes := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 100, 1000}
	if os.Getenv(in) != "" {
		fmt.Printf("vectors %v, bits %s\n", kernel.Vectorised(), bitsOfAll(t, sizes))
		return
	}
	if testing.Short() {
		sizes = []int{2, 13, 100}
	}
	bitsOfAll(t, sizes)
	if testing.Short() || runtime.GOARCH != "amd64" {
		return
	}
	run := func(without string) string {
		self := exec.Command(os.Args[0], "-test.run=^TestBits$")
		self.Env = append(os.Environ(), in+"=1", "GODEBUG="+without)
		out, err := self.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", cmp.Or(without, "all features"), err, out)
		}
		line, _, _ := strings.Cut(string(out), "\n")
		return line
	}
	best, avx2, portable := run(""), run("cpu.avx512f=off"), run("cpu.avx512f=off,cpu.avx2=off")
	if best != avx2 {
		t.Errorf("%s with all features, %s without AVX-512", best, avx2)
	}
	if !strings.HasPrefix(portable, "vectors false") {
		t.Errorf("%s without vectors", portable)
	}
}
