package dataset

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var big = flag.Bool("dataset.big", false, "measure the memory that a CSV file of 1 GB takes (Linux)")

// TestBig reads a file of 1 GB in a process of its own and compares the largest
// memory of the process with that of the numbers. Run it alone:
// go test ./optim/dataset -run TestBig -v -dataset.big
func TestBig(t *testing.T) {
	if path := os.Getenv("DATASET_BIG"); path != "" {
		readBig(t, path)
		return
	}
	if !*big {
		t.Skip("needs -dataset.big")
	}
	path := filepath.Join(t.TempDir(), "big.csv")
	if err := writeBig(path, 1e9); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestBig$", "-test.v")
	cmd.Env = append(os.Environ(), "DATASET_BIG="+path)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "MB/s") {
			t.Log(strings.TrimSpace(line))
		}
	}
}

// readBig reads one file and reports speed and memory of this process.
func readBig(t *testing.T, path string) {
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	s, _, err := OpenCSV(path, CSV{})
	if err != nil {
		t.Fatal(err)
	}
	seconds := time.Since(start).Seconds()
	peak, err := peakMemory()
	if err != nil {
		t.Skip(err)
	}
	ratio := peak / float64(8*len(s.X))
	t.Logf("%d examples of %d features, %.0f MB/s, %.0f MB at most, %.2f times the numbers",
		s.Len(), len(s.Features), float64(info.Size())/1e6/seconds, peak/1e6, ratio)
	if ratio > 2.5 {
		t.Errorf("%.2f times the memory of the numbers, 2.5 at most expected", ratio)
	}
}

// peakMemory returns the largest number of bytes that this process had in memory.
func peakMemory() (float64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	kilobytes := 0.0
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	_, err = fmt.Sscan(rest, &kilobytes)
	return 1024 * kilobytes, err
}

// writeBig writes a file of at least size bytes: 30 features with two to four
// digits and a class.
func writeBig(path string, size int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	w.WriteString(strings.Join(names(30), ",") + ",kind\n")
	block := rows(10_000, 30)
	for written := 0; written < size; written += len(block) {
		w.Write(block)
	}
	return w.Flush()
}

func names(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("f%d", i)
	}
	return out
}

// rows returns examples of n features and 3 classes as CSV without a header.
func rows(m, n int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for j := range m {
		for range n {
			fmt.Fprintf(&b, "%.2f,", 100*rng.Float64())
		}
		fmt.Fprintf(&b, "class%d\n", j%3)
	}
	return b.Bytes()
}

func BenchmarkReadCSV(b *testing.B) {
	text := append([]byte(strings.Join(names(30), ",")+",kind\n"), rows(20_000, 30)...)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, _, err := ReadCSV(bytes.NewReader(text), "", CSV{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkScaling(b *testing.B) {
	s := &Set{X: make([]float64, 784*5000), Class: make([]int, 5000), Features: names(784), Classes: names(1)}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range s.X {
		s.X[i] = rng.Float64()
	}
	b.SetBytes(int64(8 * len(s.X)))
	for b.Loop() {
		s.Scaling()
	}
}
