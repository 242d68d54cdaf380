package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"strata/internal/load"
	"strata/internal/reuse"
	"strata/internal/vcs"
	"strata/internal/wire"
)

// earlier is a command line, of which an earlier run in the same place may be known: nothing has to be done if all that it read
// is as it was and what it wrote is there. A nil *earlier knows nothing and notes nothing.
type earlier struct {
	b       *buildFlags
	key     reuse.Key
	store   *reuse.Store
	inputs  *reuse.Inputs // of this run
	outputs []output      // of this run
}

// output is an executable that a command wrote.
type output struct {
	path string // absolute; "" if it was thrown away
	name string // what it is called where the command chooses the place
	sum  reuse.Sum
	file reuse.State // of path
	main mainPlace
	vcs  string // what it was stamped with
}

// mainPlace is where a command comes from, for the state of version control; zero if that does not matter.
type mainPlace struct{ dir, module, path string }

// recall looks for earlier runs of the command called word with these flags on packages.
func (b *buildFlags) recall(word string, flags, packages []string) *earlier {
	store, id := b.results()
	dir, err := os.Getwd()
	if store == nil || err != nil || b.v || b.x || b.work || b.cover.on || b.gcflags.diagnoses() {
		return nil
	}
	goroot, _, err := load.FindGoroot(nil)
	if err != nil {
		return nil // loading says what is wrong
	}
	parts := []string{"command", id, goroot, word, dir, fmt.Sprint(len(flags), len(packages))}
	parts = slices.Concat(parts, flags, packages, load.Environment(nil))
	e := &earlier{b: b, key: reuse.KeyOf(parts...), store: store, inputs: reuse.NewInputs(time.Now())}
	for _, name := range load.SettingFiles() {
		e.inputs.Add(reuse.Content, name)
	}
	named := []string{}
	if b.pgo != "auto" && b.pgo != "off" && b.pgo != "" {
		named = append(named, b.pgo)
	}
	for _, flag := range b.list {
		if name, ok := strings.CutPrefix(flag, "-overlay="); ok {
			named = append(named, name)
		}
	}
	for _, name := range named {
		if name, err := filepath.Abs(name); err == nil {
			e.inputs.Add(reuse.Content, name)
		}
	}
	return e
}

// done gives the executables of an earlier run that still hold, all in their places; ok is false if there is work to do. An executable
// whose place the command chooses is put into dir.
func (e *earlier) done(dir string) (list []output, ok bool) {
	if e == nil {
		return nil, false
	}
	in, record, ok := reuse.LoadAnswer(e.store, e.key)
	if !ok {
		return nil, false
	}
	var d wire.Decoder
	d.Reset(record)
	_, isDir := outputDir(e.b.out)
	ok = d.Bool() == isDir
	list = wire.List(&d, func(o *output) { *o = decodeOutput(&d) })
	if d.Err() != nil || !ok {
		return nil, false
	}
	stale := in.Stale()
	for i := range list {
		o := &list[i]
		if !e.b.stampedSame(o) {
			return nil, false
		}
		if o.path == "" && dir != "" {
			o.path = filepath.Join(dir, o.name)
		}
		found, moved := e.put(o)
		if !found {
			return nil, false
		}
		stale = stale || moved && dir == ""
	}
	if stale {
		in.Refresh()
		e.inputs, e.outputs = in, list
		e.save()
	}
	return list, true
}

// stampedSame tells whether version control says what it said when o was written.
func (b *buildFlags) stampedSame(o *output) bool {
	if o.main == (mainPlace{}) {
		return true
	}
	state, err := b.stateOf(o.main)
	return err == nil && stampText(state) == o.vcs
}

// put sees to it that an output is in its place; moved tells that the file there has another state than it had.
func (e *earlier) put(o *output) (ok, moved bool) {
	if o.path == "" {
		return true, false
	}
	if now := reuse.StateOf(o.path); now == o.file && now != (reuse.State{}) {
		return true, false
	} else if now.Mode() == o.file.Mode() {
		if sum, err := reuse.SumFile(o.path); err == nil && sum == o.sum {
			o.file = now
			return true, true
		}
	}
	if st, err := os.Stat(o.path); err == nil && !st.Mode().IsRegular() || checkOverwrite(new(load.Package), o.path) != nil {
		return false, false
	}
	err := writeWhole(o.path, func(tmp *os.File) error {
		if !e.store.GetFile(exeFile(o.sum), o.sum, tmp) {
			return errNotKept
		}
		return nil
	})
	o.file = reuse.StateOf(o.path)
	return err == nil, true
}

var errNotKept = errors.New("not in the store")

// wrote notes that main's executable, with a checksum, is at path now.
func (e *earlier) wrote(main *load.Package, path, name string, sum reuse.Sum) {
	if e == nil {
		return
	}
	o := output{path: path, name: name, sum: sum, main: e.b.place(main), vcs: e.b.stamped}
	if path != "" {
		if abs, err := filepath.Abs(path); err == nil {
			o.path = abs
		}
		o.file = reuse.StateOf(o.path)
	}
	if e.b.pgo == "auto" && main.Dir != "" {
		e.inputs.Add(reuse.Content, filepath.Join(main.Dir, defaultProfile))
	}
	e.outputs = append(e.outputs, o)
}

// forget says that something happened that an earlier run cannot stand for.
func (e *earlier) forget() {
	if e != nil {
		e.inputs.Forget()
	}
}

// save keeps what this run came to, for later ones.
func (e *earlier) save() {
	if e == nil {
		return
	}
	var w wire.Encoder
	_, isDir := outputDir(e.b.out)
	w.Bool(isDir)
	wire.PutList(&w, e.outputs, func(o *output) { o.encode(&w) })
	reuse.SaveAnswer(e.store, e.key, e.inputs, w.Record())
}

func (o *output) encode(e *wire.Encoder) {
	for _, s := range []string{o.path, o.name, o.main.dir, o.main.module, o.main.path, o.vcs} {
		e.String(s)
	}
	e.Bytes(o.sum[:])
	o.file.Encode(e)
}

func decodeOutput(d *wire.Decoder) (o output) {
	for _, s := range []*string{&o.path, &o.name, &o.main.dir, &o.main.module, &o.main.path, &o.vcs} {
		*s = d.String()
	}
	copy(o.sum[:], d.Bytes())
	o.file = reuse.DecodeState(d)
	return o
}

// stampText shows a state of version control.
func stampText(s *vcs.State) string {
	if s == nil {
		return ""
	}
	return fmt.Sprintf("%+v", *s)
}

// results opens the store of results and gives the identity of this compiler; the store is nil if it is not to be used.
func (b *buildFlags) results() (*reuse.Store, string) {
	if !b.cacheable() {
		return nil, ""
	}
	return b.shared.results()
}
