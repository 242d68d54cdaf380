package main

import (
	"bufio"
	"bytes"
	"math"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
)

// Until its heap has firstCollection bytes the compiler collects no garbage: most builds end before. Then the heap may
// grow by growth percent between collections, or to freeHeap bytes, or to a fifth more than was ever alive, where that is more: what a program's
// syntax took is used again while code is generated, when less is alive. Larger values hardly save time, since memory that is new to
// the process has to be zeroed by the kernel and misses every cache.
const (
	firstCollection = 384 << 20
	freeHeap        = 448 << 20
	growth          = 50
)

// tuneCollector sets when garbage is collected. Where there is less memory than the heap would like, it is collected earlier, and
// more often the closer the heap gets to what there is. GOGC or GOMEMLIMIT set by the user win.
func tuneCollector() {
	if os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	limit := int64(math.MaxInt64)
	if budget := memoryBudget("/"); budget < math.MaxInt64 {
		limit = budget / 5 * 4 // the rest is for the runtime's own memory, mapped files and what the kernel keeps for the process
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(min(firstCollection, limit/2))
	had := min(freeHeap, limit/2)
	afterCollection(func() {
		_, live := heapSizes()
		had = max(had, int64(live)/5*6)
		debug.SetGCPercent(pace(int64(live), had))
		debug.SetMemoryLimit(limit)
	})
}

// afterCollection calls do whenever garbage has been collected.
func afterCollection(do func()) {
	sentinel := new([16]byte) // dies at once; its finalizer runs after the next collection
	runtime.SetFinalizer(sentinel, func(*[16]byte) {
		do()
		afterCollection(do)
	})
}

// pace is by how many percent a heap with live bytes may grow until the next collection; it may have had bytes in any case.
func pace(live, had int64) int {
	const most = 1000
	if live <= 0 {
		return most
	}
	return int(min(max((had-live)*100/live, growth), most))
}

// memoryBudget is how many bytes the process may use without harm: the least of what the machine has available, what its
// control groups and its own limit of address space allow. root is where the file systems are. What cannot be read does not limit.
func memoryBudget(root string) int64 {
	budget := min(availableMemory(root), groupLimit(root))
	var as syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_AS, &as) == nil && as.Cur < math.MaxInt64 {
		budget = min(budget, int64(as.Cur))
	}
	return budget
}

// availableMemory is what the machine can give without paging others out.
func availableMemory(root string) int64 {
	data, err := os.ReadFile(filepath.Join(root, "proc/meminfo"))
	if err != nil {
		return math.MaxInt64
	}
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		words := strings.Fields(lines.Text()) // MemAvailable:   1234 kB
		if len(words) == 3 && words[0] == "MemAvailable:" {
			if kb, err := strconv.ParseInt(words[1], 10, 64); err == nil {
				return kb << 10
			}
		}
	}
	return math.MaxInt64
}

// groupLimit is the least limit of the process's control group and those around it, of either version of the interface.
func groupLimit(root string) int64 {
	limit := int64(math.MaxInt64)
	data, _ := os.ReadFile(filepath.Join(root, "proc/self/cgroup"))
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		part := strings.SplitN(lines.Text(), ":", 3) // number:controllers:path
		if len(part) != 3 {
			continue
		}
		mount, file := "sys/fs/cgroup", "memory.max"
		if part[1] != "" {
			mount, file = "sys/fs/cgroup/memory", "memory.limit_in_bytes"
			if !strings.Contains(","+part[1]+",", ",memory,") {
				continue
			}
		}
		// In a container the path may be that outside, which is not there: the group's own files are at the top then.
		for dir := path.Clean("/" + part[2]); ; dir = path.Dir(dir) {
			limit = min(limit, readLimit(filepath.Join(root, mount, dir, file)))
			if dir == "/" {
				break
			}
		}
	}
	return limit
}

// readLimit reads a file with a number of bytes, or "max".
func readLimit(name string) int64 {
	data, err := os.ReadFile(name)
	if err != nil {
		return math.MaxInt64
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64)
	if err != nil || n <= 0 {
		return math.MaxInt64
	}
	return n
}
