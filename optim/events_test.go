package optim_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"chainrule/optim"
)

// message is a decoded protocol buffer: its fields in order, numbers as they are.
type message []struct {
	number int
	value  any // uint64, uint32 for fixed ones, or []byte
}

func decode(t *testing.T, b []byte) (m message) {
	t.Helper()
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		b = b[n:]
		var v any
		switch key & 7 {
		case 0:
			u, n := binary.Uvarint(b)
			v, b = u, b[n:]
		case 1:
			v, b = binary.LittleEndian.Uint64(b), b[8:]
		case 2:
			size, n := binary.Uvarint(b)
			v, b = b[n:][:size], b[n:][size:]
		case 5:
			v, b = binary.LittleEndian.Uint32(b), b[4:]
		default:
			t.Fatalf("wire type %d", key&7)
		}
		m = append(m, struct {
			number int
			value  any
		}{int(key >> 3), v})
	}
	return m
}

// An independent reader finds in an event file what was written: records whose
// checksums are right, and in each the step and the scalars.
func TestWriteEvents(t *testing.T) {
	h := optim.History{
		{Epoch: 1, Step: 5, Cost: 0.5, Metrics: []optim.Metric{{"accuracy", 0.25}, {"Genauigkeit Ω", math.NaN()}}},
		{Epoch: 2, Step: 300, Cost: 0.1, Metrics: []optim.Metric{{"accuracy", 1}, {"Genauigkeit Ω", math.Inf(-1)}}},
	}
	var file bytes.Buffer
	if err := h.WriteEvents(&file, time.Unix(1234, 500_000_000)); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for b := file.Bytes(); len(b) > 0; {
		size := binary.LittleEndian.Uint64(b)
		event := b[12:][:size]
		for _, part := range [][]byte{b[:8], event} {
			c := crc32.Checksum(part, crc32.MakeTable(crc32.Castagnoli))
			masked := uint32(uint64(c)>>15|uint64(c)<<17) + 0xa282ead8
			stored := b[8:]
			if len(part) != 8 || &part[0] != &b[0] {
				stored = b[12+size:]
			}
			if got := binary.LittleEndian.Uint32(stored); got != masked {
				t.Errorf("checksum %x, %x expected", got, masked)
			}
		}
		b = b[12+size+4:]
		line := ""
		for _, f := range decode(t, event) {
			switch f.number {
			case 1:
				line += fmt.Sprint("at ", math.Float64frombits(f.value.(uint64)))
			case 2:
				line += fmt.Sprint(" step ", f.value)
			case 3:
				line += fmt.Sprintf(" version %s", f.value)
			case 5:
				for _, v := range decode(t, f.value.([]byte)) {
					value := decode(t, v.value.([]byte))
					line += fmt.Sprintf(" %s=%v", value[0].value, math.Float32frombits(value[1].value.(uint32)))
				}
			}
		}
		lines = append(lines, line)
	}
	want := `at 1234.5 version brain.Event:2
at 1234.5 step 5 cost/epoch=0.5 accuracy=0.25 Genauigkeit Ω=NaN
at 1234.5 step 300 cost/epoch=0.1 accuracy=1 Genauigkeit Ω=-Inf`
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("\n%s\nexpected\n%s", got, want)
	}
	for n := range 3 {
		if err := h.WriteEvents(&failing{n}, time.Time{}); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("a writer that fails at call %d: %v", n, err)
		}
	}
}

// failing fails after some writes.
type failing struct{ good int }

func (f *failing) Write(p []byte) (int, error) {
	if f.good--; f.good < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}
