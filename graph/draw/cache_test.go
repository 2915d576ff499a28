package draw

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// What Graphviz caches is the user's own, and the temporary directory is what it was.
func TestCacheIsPrivate(t *testing.T) {
	if dir := os.Getenv("CHAINRULE_EXPECT_TMPDIR"); dir != "" {
		if os.TempDir() != dir {
			t.Errorf("the temporary directory is %s, %s expected", os.TempDir(), dir)
		}
		return
	}
	for _, home := range []string{t.TempDir(), ""} {
		shared := t.TempDir()
		start := exec.Command(os.Args[0], "-test.run=^TestCacheIsPrivate$")
		start.Env = []string{"TMPDIR=" + shared, "HOME=" + home, "CHAINRULE_EXPECT_TMPDIR=" + shared}
		if out, err := start.CombinedOutput(); err != nil {
			t.Errorf("home %q: %v\n%s", home, err, out)
		}
		left, err := os.ReadDir(shared)
		if err != nil || len(left) > 0 {
			t.Errorf("home %q: left in the shared directory: %v, error %v", home, left, err)
		}
		if home == "" {
			continue
		}
		cached := 0
		filepath.WalkDir(home, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				cached++
			}
			return err
		})
		if cached == 0 {
			t.Error("nothing is cached in the user's directory")
		}
	}
}
