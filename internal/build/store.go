package build

import (
	"fmt"
	"go/token"
	"sort"
	"sync"

	"strata/internal/abi"
	"strata/internal/analyze"
	"strata/internal/cache"
	"strata/internal/load"
	"strata/internal/object"
	"strata/internal/ssa"
	"strata/internal/wire"
)

// Records in the store that are no symbols.
const (
	recordInits = "inits "
	recordAsm   = "asm "
	recordHuge  = "huge " // a type that is not described to debuggers
)

// UseStore lets b find what earlier runs compiled, in the cache's directory dir. toolchain identifies the
// compiler; prog is what b's programs are loaded from.
func (b *Base) UseStore(dir, toolchain string, prog *load.Program) error {
	inputs := map[string]cache.Sum{}
	for _, p := range b.std.Packages {
		sum, err := b.std.SourceSum(p)
		if err != nil {
			return err
		}
		inputs[p.Path] = sum
	}
	for _, p := range prog.Packages {
		if _, ok := inputs[p.Path]; !ok || b.std.ByPath[p.Path] != p {
			inputs[p.Path] = cache.Sum{} // nothing that was compiled of a package of that name is meant
		}
	}
	b.store = cache.Open(dir, b.key(toolchain), inputs)
	b.low.InitFuncs = b.storedInits
	b.asm.names = b.storedNames
	return nil
}

// key says all that decides what a compiled function looks like but its source.
func (b *Base) key(toolchain string) string {
	return fmt.Sprintf("%s\n%s\n%v\n%+v", toolchain, b.std.Goroot, b.designs, b.o)
}

// Flush writes what was compiled in this process into the store.
func (b *Base) Flush() error {
	if err := b.flushGroups(); err != nil || b.store == nil {
		return err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	names := make([]string, 0, len(b.done))
	for sym := range b.done {
		if b.fromStore(sym) == nil {
			names = append(names, sym)
		}
	}
	if len(names) == 0 {
		return nil
	}
	sort.Strings(names)
	var e wire.Encoder
	list := make([]cache.Record, 0, len(names))
	for _, sym := range names {
		list = append(list, cache.Record{Name: sym, Data: b.encode(&e, b.done[sym])})
	}
	return b.store.Add(append(list, b.facts(&e)...))
}

// facts are records about packages that are not in the store yet.
func (b *Base) facts(e *wire.Encoder) []cache.Record {
	var list []cache.Record
	put := func(name string, strings []string) {
		if b.store.Lookup(name) == nil {
			wire.PutList(e, strings, func(s *string) { e.String(*s) })
			list = append(list, cache.Record{Name: name, Data: e.Record()})
		}
	}
	for _, p := range b.std.Packages {
		if inits, ok := b.low.KnownInits(p); ok {
			put(recordInits+p.Path, inits)
		}
		if names, ok := b.asm.known(p); ok {
			put(recordAsm+p.Path, names)
		}
	}
	b.huge.Range(func(name, _ any) bool {
		put(recordHuge+name.(string), nil)
		return true
	})
	return list
}

// setHuge notes that a type is not described to debuggers, isHuge tells whether that is known.
func (b *Base) setHuge(sym string) {
	if b != nil {
		b.huge.Store(sym, true)
	}
}

func (b *Base) isHuge(sym string) bool {
	if b == nil {
		return false
	}
	_, ok := b.huge.Load(sym)
	return ok || b.store != nil && b.store.Lookup(recordHuge+sym) != nil
}

func (b *Base) storedInits(p *load.Package) ([]string, bool) { return b.strings(recordInits + p.Path) }

func (b *Base) storedNames(p *load.Package) ([]string, bool) { return b.strings(recordAsm + p.Path) }

func (b *Base) strings(name string) ([]string, bool) {
	data := b.store.Lookup(name)
	if data == nil {
		return nil, false
	}
	var d wire.Decoder
	d.Reset(data)
	list := wire.List(&d, func(s *string) { *s = d.String() })
	return list, d.Err() == nil
}

// encode makes the record of a symbol: two records, of the object and of what callers know, behind the length of the first.
func (b *Base) encode(e *wire.Encoder, f *finished) []byte {
	f.obj.Encode(e)
	e.Bool(f.isFunc)
	object.EncodeRelocs(e, f.refs)
	e.Bool(f.abi != nil)
	if f.abi != nil {
		f.abi.Encode(e)
	}
	e.Bool(f.known != nil)
	obj := e.Record()
	if f.known != nil {
		encodeKnown(e, f.known(), b.pos)
	}
	known := e.Record()
	e.Bytes(obj)
	e.Bytes(known)
	return e.Record()
}

var decoders = sync.Pool{New: func() any { return new(wire.Decoder) }}

// fromStore reads a symbol from the store, nil if it is not there.
func (b *Base) fromStore(sym string) *finished {
	if f, ok := b.old.Load(sym); ok {
		return f.(*finished)
	}
	var f *finished
	if data := b.store.Lookup(sym); data != nil {
		f = b.decode(sym, data)
	}
	got, _ := b.old.LoadOrStore(sym, f)
	return got.(*finished)
}

func (b *Base) decode(sym string, data []byte) *finished {
	d := decoders.Get().(*wire.Decoder)
	defer decoders.Put(d)
	d.Reset(data)
	obj, known := d.Bytes(), d.Bytes()
	if d.Err() != nil {
		return nil
	}
	d.Reset(obj)
	f := &finished{obj: object.DecodeSymbol(d, sym), isFunc: d.Bool(), refs: object.DecodeRelocs(d)}
	if d.Bool() {
		f.abi = abi.DecodeSignature(d)
	}
	analysed := d.Bool()
	if d.Err() != nil {
		return nil
	}
	if analysed {
		f.known = sync.OnceValue(func() *analyze.Known { return decodeKnown(known, b.pos) })
	}
	return f
}

func encodeKnown(e *wire.Encoder, k *analyze.Known, pos *positions) {
	k.Summary.Encode(e)
	e.Int(int64(k.Cost))
	e.Bool(k.Inlinable)
	e.Bool(k.Small)
	e.Bool(k.Func != nil)
	if k.Func != nil {
		k.Func.Encode(e, pos)
	}
}

func decodeKnown(data []byte, pos *positions) *analyze.Known {
	var d wire.Decoder
	d.Reset(data)
	k := &analyze.Known{Summary: analyze.DecodeSummary(&d), Cost: int(d.Int()), Inlinable: d.Bool(), Small: d.Bool()}
	if d.Bool() {
		f, err := ssa.DecodeFunc(&d, pos)
		if err != nil {
			return nil
		}
		k.Func = f
	}
	if d.Err() != nil {
		return nil
	}
	return k
}

// positions names positions by file and offset.
type positions struct {
	fset  *token.FileSet
	once  sync.Once
	files map[string]*token.File
}

func (p *positions) File(pos token.Pos) (string, int) {
	f := p.fset.File(pos)
	if f == nil {
		return "", 0
	}
	return f.Name(), f.Offset(pos)
}

func (p *positions) Pos(name string, offset int) token.Pos {
	p.once.Do(func() {
		p.files = map[string]*token.File{}
		for f := range p.fset.Iterate {
			if p.files[f.Name()] == nil {
				p.files[f.Name()] = f
			}
		}
	})
	f := p.files[name]
	if f == nil || offset > f.Size() {
		return token.NoPos
	}
	return f.Pos(offset)
}

// usesStore says whether some of the program's symbols may come from the store.
func (b *Base) usesStore() bool { return b != nil && b.store != nil && !b.store.Empty() }

// damaged tells whether something that was read from the store turned out not to be as it was written.
func (b *Base) damaged() bool {
	if b == nil {
		return false
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, gr := range b.groups {
		if gr.damaged() {
			return true
		}
	}
	return b.usesStore() && b.store.Damaged()
}

// dropDamaged removes what is damaged and tells whether there was something.
func (b *Base) dropDamaged() bool {
	if !b.damaged() {
		return false
	}
	if b.usesStore() && b.store.Damaged() {
		b.store.Discard()
		b.old.Clear()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, gr := range b.groups {
		if gr.damaged() {
			gr.disk = nil
		}
	}
	return true
}
