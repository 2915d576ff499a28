package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// machine describes where and with what the results were made, in Markdown.
func (s *session) machine() string {
	lines := []string{
		"| | |", "| --- | --- |",
		"| date | " + time.Now().UTC().Format(time.DateOnly) + " |",
		fmt.Sprintf("| processor | %s, %d logical, %s |", processor(), runtime.NumCPU(), vectors()),
		"| caches | " + caches() + " |",
		"| load before the run | " + s.load + " |",
		fmt.Sprintf("| Go | %s, %s/%s |", runtime.Version(), runtime.GOOS, runtime.GOARCH),
	}
	if v := os.Getenv("GODEBUG"); v != "" {
		lines = append(lines, "| GODEBUG | "+v+" |")
	}
	for _, m := range []string{"gonum.org/v1/gonum", "gorgonia.org/gorgonia"} {
		lines = append(lines, fmt.Sprintf("| %s | %s |", m, moduleVersion(m)))
	}
	names := []string{}
	for name := range s.versions {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		lines = append(lines, fmt.Sprintf("| %s | %s |", name, s.versions[name]))
	}
	for _, m := range s.missing {
		lines = append(lines, "| not there | "+m+" |")
	}
	return strings.Join(lines, "\n") + "\n"
}

// processor returns the model's name.
func processor() string {
	if name := cpuinfo("model name"); name != "" {
		return name
	}
	return runtime.GOARCH
}

// cpuinfo returns a field of Linux' description of the first processor.
func cpuinfo(field string) string {
	data, _ := os.ReadFile("/proc/cpuinfo")
	for _, line := range strings.Split(string(data), "\n") {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == field {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// vectors names the vector instructions that matter here.
func vectors() string {
	flags := strings.Fields(cpuinfo("flags"))
	var have []string
	for _, f := range []string{"avx2", "fma", "avx512f", "avx512vl"} {
		if slices.Contains(flags, f) {
			have = append(have, f)
		}
	}
	if len(have) == 0 {
		return "vector instructions unknown"
	}
	return strings.Join(have, " ")
}

// caches lists those of the first processor.
func caches() string {
	folders, _ := filepath.Glob("/sys/devices/system/cpu/cpu0/cache/index*")
	var list []string
	for _, dir := range folders {
		read := func(name string) string {
			data, _ := os.ReadFile(filepath.Join(dir, name))
			return strings.TrimSpace(string(data))
		}
		if kind := read("type"); kind != "Instruction" && kind != "" {
			list = append(list, fmt.Sprintf("L%s %s", read("level"), read("size")))
		}
	}
	if len(list) == 0 {
		return "unknown"
	}
	return strings.Join(list, ", ")
}

// loadAverage returns that of the last minute.
func loadAverage() string {
	data, err := os.ReadFile("/proc/loadavg")
	if first := strings.Fields(string(data)); err == nil && len(first) > 0 {
		return first[0]
	}
	return "unknown"
}

// moduleVersion returns the version of a module that this program is built with.
func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, m := range info.Deps {
		if m.Path == path {
			return m.Version
		}
	}
	return "unknown"
}
