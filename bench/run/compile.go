package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// Compile is what building one program takes. Cold is with empty caches; warm after an edit of the program.
type Compile struct {
	Program                 string
	GCCold, GCWarm          float64 // seconds of CPU time
	StrataCold, StrataWarm  float64
	GCSize, StrataSize      int64 // bytes
	GCStripped, StrataStrip int64 // with -ldflags=-s
}

// subjects are programs from small to large.
var subjects = []struct{ name, src string }{
	{"hello", "package main\n\nfunc main() { println(\"hello\") }\n"},
	{"fmt", "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(\"hello\") }\n"},
	{"json", "package main\n\nimport (\n\t\"encoding/json\"\n\t\"os\"\n)\n\nfunc main() { json.NewEncoder(os.Stdout).Encode(map[string]int{\"a\": 1}) }\n"},
	{"http", "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\"\", nil) }\n"},
}

func compileTimes(dir, strata string) ([]*Compile, error) {
	var list []*Compile
	for _, s := range subjects {
		c := &Compile{Program: s.name}
		work := filepath.Join(dir, "compile-"+s.name)
		if err := os.MkdirAll(work, 0o777); err != nil {
			return nil, err
		}
		gc := []string{"go", "build"}
		if err := c.measure(work, s.src, gc, &c.GCCold, &c.GCWarm, &c.GCSize, &c.GCStripped); err != nil {
			return nil, err
		}
		own := []string{strata, "build"}
		if err := c.measure(work, s.src, own, &c.StrataCold, &c.StrataWarm, &c.StrataSize, &c.StrataStrip); err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
}

// measure builds with empty caches, then after edits.
func (c *Compile) measure(dir, src string, build []string, cold, warm *float64, size, stripped *int64) error {
	cache, err := os.MkdirTemp(dir, "cache")
	if err != nil {
		return err
	}
	env := []string{"GOCACHE=" + cache, "STRATACACHE=" + cache, "XDG_CACHE_HOME=" + cache, "CGO_ENABLED=0"}
	file, exe := filepath.Join(dir, "main.go"), filepath.Join(dir, "a.exe")
	one := func(edit int, more ...string) (float64, error) {
		text := fmt.Sprintf("%s\nvar Edit = %d\n", src, edit)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			return 0, err
		}
		args := append(append(append([]string{}, build...), more...), "-o", exe, file)
		used, err := command(env, args...)
		return used.Seconds(), err
	}
	if *cold, err = one(0); err != nil {
		return err
	}
	if *size, err = sizeOf(exe); err != nil {
		return err
	}
	var times []float64
	for i := range 3 {
		t, err := one(i + 1)
		if err != nil {
			return err
		}
		times = append(times, t)
	}
	*warm = median(times)
	if _, err := one(0, "-ldflags=-s -w"); err != nil {
		return err
	}
	*stripped, err = sizeOf(exe)
	return err
}

func sizeOf(file string) (int64, error) {
	st, err := os.Stat(file)
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

func showCompile(list []*Compile) {
	fmt.Printf("%-10s%10s%10s%7s%10s%10s%7s%12s%12s%12s%12s\n", "compile", "gc cold", "strata", "", "gc warm", "strata", "", "gc size", "strata", "gc -s", "strata -s")
	for _, c := range list {
		fmt.Printf("%-10s%9.2fs%9.2fs%7.2f%9.2fs%9.2fs%7.2f%12d%12d%12d%12d\n", c.Program, c.GCCold, c.StrataCold, c.StrataCold/c.GCCold,
			c.GCWarm, c.StrataWarm, c.StrataWarm/c.GCWarm, c.GCSize, c.StrataSize, c.GCStripped, c.StrataStrip)
	}
}
