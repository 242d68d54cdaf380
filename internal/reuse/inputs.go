package reuse

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"strata/internal/wire"
)

// Kind is what matters of a file or directory.
type Kind uint8

const (
	Content Kind = iota // the bytes of a file
	Header              // those of a Go file up to the end of its imports, of other files all
	Names               // which files of a directory the go command looks at
	Tree                // these, and the directory's subdirectories
	Any                 // all names in a directory
	Exists              // whether there is something, and whether that is a directory

	forgotten // see Forget
)

// Sum is a checksum.
type Sum [sha256.Size]byte

// Inputs lists what a result was made from: files, directories, and names behind which there is nothing. It is safe for
// concurrent use.
//
// Whether an input is the same is decided by its state: device, inode, size, mode, times of change. Nobody can set the time of
// a file's last change, so an equal state means an equal input, with one exception: times are coarse, and a file may
// change twice within one tick. That is why inputs that have changed since shortly before the work began are never recorded.
// Where the state differs, the checksum decides.
type Inputs struct {
	since time.Time
	mu    sync.Mutex
	items map[inputName]*input
	stale bool // a state has changed, but no content: worth writing anew
}

type inputName struct {
	kind Kind
	name string
}

type input struct {
	inputName
	state State
	sum   Sum
	known bool // sum is that of what was read
}

// State is what the file system says of a file; zero if there is none.
type State struct{ dev, ino, size, mtime, ctime, mode int64 }

// Mode is the file's mode as the system has it.
func (s State) Mode() int64 { return s.mode }

// Encode writes the state.
func (s State) Encode(e *wire.Encoder) {
	for _, v := range []int64{s.dev, s.ino, s.size, s.mtime, s.ctime, s.mode} {
		e.Int(v)
	}
}

// DecodeState reads what Encode wrote.
func DecodeState(d *wire.Decoder) (s State) {
	for _, v := range []*int64{&s.dev, &s.ino, &s.size, &s.mtime, &s.ctime, &s.mode} {
		*v = d.Int()
	}
	return s
}

// tick is how coarse times of change may be.
const tick = 20 * time.Millisecond

// ErrChanged says that an input changed while it was used.
var ErrChanged = errors.New("an input has changed while it was used")

// NewInputs makes an empty list for work that began at a time.
func NewInputs(since time.Time) *Inputs {
	return &Inputs{since: since, items: map[inputName]*input{}}
}

// Add notes an input by its absolute name.
func (in *Inputs) Add(kind Kind, name string) {
	if in == nil {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	n := inputName{kind, name}
	if in.items[n] == nil {
		in.items[n] = &input{inputName: n}
	}
}

// AddSum notes a file whose content had the checksum when it was read.
func (in *Inputs) AddSum(name string, sum Sum) {
	if in == nil {
		return
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	n := inputName{Content, name}
	in.items[n] = &input{inputName: n, sum: sum, known: true}
}

// AddAll notes what another list has.
func (in *Inputs) AddAll(other *Inputs) {
	if in == nil || other == nil {
		return
	}
	other.mu.Lock()
	defer other.mu.Unlock()
	in.mu.Lock()
	defer in.mu.Unlock()
	for n, i := range other.items {
		if in.items[n] == nil {
			in.items[n] = &input{inputName: n, sum: i.sum, known: i.known}
		}
	}
}

// list gives the inputs in order.
func (in *Inputs) list() []*input {
	out := make([]*input, 0, len(in.items))
	for _, i := range in.items {
		out = append(out, i)
	}
	slices.SortFunc(out, func(a, b *input) int {
		if a.name != b.name {
			return strings.Compare(a.name, b.name)
		}
		return int(a.kind) - int(b.kind)
	})
	return out
}

// Encode takes the inputs' states and checksums and writes them. It fails if one of them has changed since the work began.
func (in *Inputs) Encode(e *wire.Encoder) error {
	in.mu.Lock()
	defer in.mu.Unlock()
	list := in.list()
	var bad atomic.Pointer[string]
	parallel(len(list), func(n int) {
		i := list[n]
		i.state = StateOf(i.name)
		if i.state.ctime > in.since.Add(-tick).UnixNano() {
			if !in.settled(i) {
				bad.Store(&i.name)
				return
			}
			i.state = State{} // the checksum decides
		} else if i.known {
			if i.state == (State{}) && i.sum != missing {
				bad.Store(&i.name) // it has been removed
			}
			return
		}
		sum, err := i.summed()
		if err != nil || i.known && sum != i.sum {
			bad.Store(&i.name)
		}
		i.sum, i.known = sum, err == nil
	})
	if name := bad.Load(); name != nil {
		return fmt.Errorf("%w: %s", ErrChanged, *name)
	}
	encodeInputs(e, list)
	return nil
}

// settled tells whether a directory that has changed since the work began has no new entries that matter: the work's own output may
// be among the others.
func (in *Inputs) settled(i *input) bool {
	if i.kind != Names && i.kind != Tree && i.kind != Any {
		return false
	}
	entries, err := os.ReadDir(i.name)
	if err != nil {
		return false
	}
	for _, e := range entries {
		name := filepath.Join(i.name, e.Name())
		if i.kind != Any && !listed(e, i.kind == Tree) || e.IsDir() && in.items[inputName{i.kind, name}] != nil {
			continue
		}
		var st syscall.Stat_t
		if syscall.Lstat(name, &st) != nil || st.Ctim.Nano() > in.since.Add(-tick).UnixNano() {
			return false
		}
	}
	return true
}

func encodeInputs(e *wire.Encoder, list []*input) {
	wire.PutList(e, list, func(p **input) {
		i := *p
		e.Uint(uint64(i.kind))
		e.String(i.name)
		e.Bytes(i.sum[:])
		i.state.Encode(e)
	})
}

// DecodeInputs reads a list that Encode wrote.
func DecodeInputs(d *wire.Decoder) *Inputs {
	in := NewInputs(time.Now())
	list := wire.List(d, func(p **input) {
		i := &input{inputName: inputName{Kind(d.Uint()), d.String()}, known: true}
		copy(i.sum[:], d.Bytes())
		i.state = DecodeState(d)
		*p = i
	})
	for _, i := range list {
		in.items[i.inputName] = i
	}
	return in
}

// Same tells whether all inputs of a decoded list are as they were.
func (in *Inputs) Same() bool {
	list := make([]*input, 0, len(in.items))
	for _, i := range in.items {
		list = append(list, i)
	}
	var changed, stale atomic.Bool
	parallel(len(list), func(n int) {
		i := list[n]
		if changed.Load() {
			return
		}
		now := StateOf(i.name)
		if now == i.state && (now != (State{}) || i.sum == missing) {
			return
		}
		if sum, err := i.summed(); err != nil || sum != i.sum {
			changed.Store(true)
			return
		}
		stale.Store(true)
	})
	in.stale = stale.Load()
	return !changed.Load()
}

// Stale tells whether Same had to read files whose content turned out to be the same: encoding the list anew saves that.
func (in *Inputs) Stale() bool { return in.stale }

// StateOf asks the file system about a file.
func StateOf(name string) State {
	var st syscall.Stat_t
	for {
		err := syscall.Stat(name, &st)
		if err == syscall.EINTR {
			continue
		}
		if err != nil {
			return State{}
		}
		break
	}
	return State{dev: int64(st.Dev), ino: int64(st.Ino), size: st.Size, mtime: st.Mtim.Nano(), ctime: st.Ctim.Nano(), mode: int64(st.Mode)}
}

var errKind = errors.New("unknown kind of input")

// summed reads what matters of an input. That it is not there is a fact like any other.
func (i *input) summed() (Sum, error) {
	switch i.kind {
	case Content, Header:
		data, err := os.ReadFile(i.name)
		if err != nil {
			return absent(err)
		}
		if i.kind == Header {
			data = header(i.name, data)
		}
		return sha256.Sum256(data), nil
	case Names, Tree, Any:
		entries, err := os.ReadDir(i.name)
		if err != nil {
			return absent(err)
		}
		h := sha256.New()
		for _, e := range entries {
			if i.kind == Any || listed(e, i.kind == Tree) {
				fmt.Fprintf(h, "%q %v\n", e.Name(), e.Type())
			}
		}
		return Sum(h.Sum(nil)), nil
	case Exists:
		st, err := os.Stat(i.name)
		if err != nil {
			return absent(err)
		}
		if st.IsDir() {
			return Sum{2}, nil
		}
		return Sum{3}, nil
	}
	return Sum{}, errKind
}

// missing is the checksum of what is not there.
var missing = Sum{1}

// absent tells from an error whether something is not there.
func absent(err error) (Sum, error) {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return missing, nil
	}
	return Sum{}, err
}

// header gives a Go file up to the end of its imports, whole if it cannot be parsed that far.
func header(name string, src []byte) []byte {
	if !strings.HasSuffix(name, ".go") {
		return src
	}
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, name, src, parser.ImportsOnly)
	if err != nil {
		return src
	}
	end := f.Name.End()
	for _, d := range f.Decls {
		end = d.End()
	}
	return src[:fset.Position(end).Offset]
}

// extensions are those of files that the go command looks at in a package's directory.
var extensions = map[string]bool{
	".go": true, ".s": true, ".S": true, ".sx": true, ".h": true, ".hh": true, ".hpp": true, ".hxx": true, ".c": true, ".cc": true,
	".cpp": true, ".cxx": true, ".m": true, ".f": true, ".F": true, ".for": true, ".f90": true, ".swig": true, ".swigcxx": true,
	".syso": true, ".pgo": true, ".mod": true, ".work": true,
}

// listed tells whether the go command looks at a directory's entry.
func listed(e fs.DirEntry, dirs bool) bool {
	name := e.Name()
	if name[0] == '_' || name[0] == '.' {
		return false
	}
	if e.IsDir() {
		return dirs || name == "vendor"
	}
	return extensions[filepath.Ext(name)]
}

// parallel runs work(0..n-1), several at once where that pays.
func parallel(n int, work func(i int)) {
	const share = 64
	jobs := min(runtime.GOMAXPROCS(0), (n+share-1)/share)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range jobs {
		wg.Go(func() {
			for {
				from := int(next.Add(share)) - share
				if from >= n {
					return
				}
				for i := from; i < min(from+share, n); i++ {
					work(i)
				}
			}
		})
	}
	wg.Wait()
}

// Forget makes the list one that is never recorded: something was used that nothing is known of.
func (in *Inputs) Forget() {
	if in != nil {
		in.Add(forgotten, "")
	}
}

// Refresh begins anew with a decoded list whose inputs are the same, so that their states are taken once more.
func (in *Inputs) Refresh() { in.since = time.Now() }
