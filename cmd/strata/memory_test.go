package main

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

func TestMemoryBudget(t *testing.T) {
	const gb = 1 << 30
	for _, c := range []struct {
		name  string
		files map[string]string
		want  int64
	}{
		{"nothing known", nil, math.MaxInt64},
		{"machine", map[string]string{"proc/meminfo": "MemTotal:       16777216 kB\nMemAvailable:    4194304 kB\n"}, 4 * gb},
		{"group", map[string]string{
			"proc/meminfo": "MemAvailable:    4194304 kB\n", "proc/self/cgroup": "0::/user/build\n",
			"sys/fs/cgroup/user/build/memory.max": "2147483648\n", "sys/fs/cgroup/user/memory.max": "max\n"}, 2 * gb},
		{"group around it", map[string]string{
			"proc/self/cgroup":                    "0::/user/build\n",
			"sys/fs/cgroup/user/build/memory.max": "2147483648\n", "sys/fs/cgroup/user/memory.max": "1073741824\n"}, gb},
		{"container", map[string]string{"proc/self/cgroup": "0::/outside/id\n", "sys/fs/cgroup/memory.max": "1073741824\n"}, gb},
		{"version 1", map[string]string{
			"proc/self/cgroup": "12:cpu,cpuacct:/a\n5:memory:/b\n1:name=systemd:/a\n",
			"sys/fs/cgroup/memory/b/memory.limit_in_bytes": "1073741824\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes":   "9223372036854771712\n"}, gb},
		{"nonsense", map[string]string{"proc/meminfo": "MemAvailable: lots kB\n", "proc/self/cgroup": "x\n"}, math.MaxInt64},
	} {
		root := t.TempDir()
		for name, text := range c.files {
			file := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got := min(availableMemory(root), groupLimit(root)); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestPace(t *testing.T) {
	for _, c := range []struct {
		live, had int64
		want      int
	}{
		{0, 448, 1000}, {1, 448, 1000}, {100, 448, 348}, {224, 448, 100}, {299, 448, growth}, {1000, 448, growth}, {1000, 1500, growth}, {600, 1500, 150}, {100, 50, growth},
	} {
		if got := pace(c.live<<20, c.had<<20); got != c.want {
			t.Errorf("%d MB live, %d MB had: %d, want %d", c.live, c.had, got, c.want)
		}
	}
}
