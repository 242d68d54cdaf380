package main

import (
	"crypto/sha256"
	"fmt"
	"hash"
	"os"
	"slices"

	"strata/internal/load"
	"strata/internal/reuse"
)

// linked is what a command comes to, by all that its executable is made from. An equal one need not be made again.
type linked struct {
	store *reuse.Store // nil: it is neither kept nor looked for
	key   reuse.Key
	sum   reuse.Sum // once it is made
}

// maxKept is the size in bytes of executables that are too large to be kept.
const maxKept = 512 << 20

// executable names what main comes to with build information.
func (b *buildFlags) executable(prog *load.Program, main *load.Package, info string) (*linked, error) {
	store, id := b.results()
	if store == nil || b.cover.on || b.gcflags.diagnoses() {
		return new(linked), nil
	}
	h := sha256.New()
	fmt.Fprintf(h, "executable\n%s\n%s\n%s\n%q\n", id, prog.Goroot, goVersion(prog), info)
	fmt.Fprintf(h, "%v %v %v %+v %+v %q\n", b.designs, b.trimpath, b.opt, b.gcflags, b.ldflags, b.edges)
	if err := b.sumProfile(h); err != nil {
		return nil, err
	}
	debug := debugPackages(prog, b)
	for _, p := range prog.For(main).Packages {
		sum, err := prog.SourceSum(p)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(h, "%s %x %v %q\n", p.Path, sum, debug != nil && debug(p), imported(p))
	}
	return &linked{store: store, key: reuse.Key(h.Sum(nil))}, nil
}

// imported says what p's imports mean.
func imported(p *load.Package) (paths []string) {
	for _, d := range p.Imports {
		paths = append(paths, d.ImportPath)
	}
	for from, to := range p.ImportMap {
		paths = append(paths, from+" "+to)
	}
	slices.Sort(paths)
	return paths
}

func (b *buildFlags) sumProfile(h hash.Hash) error {
	if b.profile == "" {
		return nil
	}
	sum, err := reuse.SumFile(b.profile)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(h, "%x\n", sum)
	return err
}

// exeFile names the copy of an executable.
func exeFile(sum reuse.Sum) reuse.Key { return reuse.KeyOf("executable file", string(sum[:])) }

// restore writes the executable if it is known, and tells whether it was.
func (x *linked) restore(tmp *os.File) bool {
	data := x.store.Get(x.key)
	if len(data) != len(x.sum) {
		return false
	}
	x.sum = reuse.Sum(data)
	return x.store.GetFile(exeFile(x.sum), x.sum, tmp)
}

// keep keeps the executable for others. That it cannot be kept harms nobody.
func (x *linked) keep(name string) {
	if x.store == nil {
		return
	}
	st, err := os.Stat(name)
	if err != nil {
		return
	}
	if st.Size() > maxKept {
		x.sum, _ = reuse.SumFile(name)
		return
	}
	sum, err := reuse.SumFile(name)
	x.sum = sum
	if err == nil && x.store.PutFile(exeFile(sum), name) == nil {
		x.store.Put(x.key, sum[:])
	}
}
