package dataset

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// What is no text is told so, and not what its separators might be.
func TestBinaryIsNoText(t *testing.T) {
	for seed := range uint64(50) {
		rng := rand.New(rand.NewPCG(seed, 0))
		random := make([]byte, 200+100*seed)
		for i := range random {
			random[i] = byte(rng.IntN(256))
		}
		random[0] = 'a' // no mark of an encoding
		for _, encoding := range []string{"", "latin1"} {
			_, _, err := ReadCSV(strings.NewReader(string(random)), "t.csv", CSV{Encoding: encoding})
			if err == nil || !strings.Contains(err.Error(), "not text but a binary file: ") {
				t.Errorf("seed %d, %q: %v", seed, encoding, err)
			}
		}
	}
	_, _, err := ReadCSV(strings.NewReader("a,b;c,d;\n\x00\x00,;\n"), "t.csv", CSV{})
	if err == nil || !strings.Contains(err.Error(), "2: a NUL byte") {
		t.Errorf("two separators and NUL: %v", err)
	}
	if err := checkText([]byte("a,b\x1b\n1,\x07x\n\t\r")); err != nil {
		t.Errorf("a table with a stray byte: %v", err)
	}
}
