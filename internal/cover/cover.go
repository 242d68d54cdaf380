// Package cover instruments the source of packages for coverage.
//
// It takes a package's Go files and gives them with counters in every block, and two files more: one declares the
// counters and describes the blocks (the meta-data), the other registers the package with the runtime before any
// of its variables is initialised. The blocks are those of the installed Go's cover tool, which does the rewriting, so
// profiles agree with gc's to the column.
package cover

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Modes are the ways of counting, in the order of the runtime's numbers for them, which start at 1.
var Modes = []string{"set", "count", "atomic"}

// Tool is the installed cover tool.
type Tool struct {
	Goroot string
	Mode   string // one of Modes
	Work   string // a directory for its files; the meta-data stays there
}

// Package is what is known of the package to instrument.
type Package struct {
	ImportPath, Name string
	Module           string   // path of its module, if any
	Local            bool     // made of named files: the profile shows their names, not the import path
	Files            []string // absolute
}

// Source is an instrumented package.
type Source struct {
	Files    [][]byte // instead of Package.Files
	Register []byte   // must come first among the package's files
	Vars     []byte
	Prefix   string // of the names of counters
	Meta     string // file with the meta-data, alone in its directory; "" if there is nothing to count
}

// toolInput and toolOutput are what the go command and the cover tool tell each other.
type toolInput struct {
	OutConfig, PkgPath, PkgName, Granularity, ModulePath string
	Local                                                bool
	EmitMetaFile                                         string
}

type toolOutput struct {
	MetaVar, MetaHash, CounterPrefix, PkgIdVar string
	MetaLen                                    int
}

// Instrument rewrites a package.
func (t *Tool) Instrument(p *Package) (*Source, error) {
	sum := sha256.Sum256([]byte(p.ImportPath))
	id := hex.EncodeToString(sum[:])
	dir := filepath.Join(t.Work, id[:12])
	// The runtime looks for meta-data of packages that are not linked under this name.
	meta := filepath.Join(dir, "meta", "covmeta."+id)
	if err := os.MkdirAll(filepath.Dir(meta), 0o777); err != nil {
		return nil, err
	}
	in := toolInput{
		OutConfig: filepath.Join(dir, "coveragecfg"), PkgPath: p.ImportPath, PkgName: p.Name, Granularity: "perblock",
		ModulePath: p.Module, Local: p.Local, EmitMetaFile: meta,
	}
	outputs := []string{filepath.Join(dir, "covervars.go")}
	for _, name := range p.Files {
		outputs = append(outputs, filepath.Join(dir, strings.TrimSuffix(filepath.Base(name), ".go")+".cover.go"))
	}
	if err := t.run(dir, &in, "goCover_"+id[:12]+"_", p.Files, outputs); err != nil {
		return nil, err
	}
	return t.collect(&in, outputs)
}

func (t *Tool) run(dir string, in *toolInput, prefix string, files, outputs []string) error {
	data, err := json.Marshal(in)
	if err != nil {
		return err
	}
	config, list := filepath.Join(dir, "pkgcfg.txt"), filepath.Join(dir, "coveroutfiles.txt")
	if err := os.WriteFile(config, data, 0o666); err != nil {
		return err
	}
	if err := os.WriteFile(list, []byte(strings.Join(outputs, "\n")+"\n"), 0o666); err != nil {
		return err
	}
	args := append([]string{"-pkgcfg", config, "-mode", t.Mode, "-var", prefix, "-outfilelist", list}, files...)
	cmd := exec.Command(filepath.Join(t.Goroot, "pkg", "tool", "linux_amd64", "cover"), args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		if text := bytes.TrimSpace(out); len(text) > 0 {
			return fmt.Errorf("%s", text)
		}
		return fmt.Errorf("running the installed Go's cover tool: %w", err)
	}
	return nil
}

// collect reads what the tool wrote.
func (t *Tool) collect(in *toolInput, outputs []string) (*Source, error) {
	s := &Source{}
	var err error
	if s.Vars, err = os.ReadFile(outputs[0]); err != nil {
		return nil, err
	}
	for _, name := range outputs[1:] {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		s.Files = append(s.Files, data)
	}
	data, err := os.ReadFile(in.OutConfig)
	if err != nil {
		return nil, err
	}
	var out toolOutput
	if err := json.Unmarshal(data, &out); err != nil {
		return nil, fmt.Errorf("reading the output of the cover tool: %w", err)
	}
	s.Prefix = out.CounterPrefix + "_"
	if st, err := os.Stat(in.EmitMetaFile); err == nil && st.Size() > 0 {
		s.Meta = in.EmitMetaFile
	}
	s.Register, err = t.register(in, &out)
	return s, err
}

// register is a file that tells the runtime about the package's meta-data. The functions of the package use the
// number that this gives in return, unless theirs is fixed because they may run before.
func (t *Tool) register(in *toolInput, out *toolOutput) ([]byte, error) {
	id, err := t.fixedID(in.PkgPath)
	if err != nil {
		return nil, err
	}
	hash, err := hex.DecodeString(out.MetaHash)
	if err != nil || len(hash) != 16 {
		return nil, fmt.Errorf("reading the output of the cover tool: bad checksum %q", out.MetaHash)
	}
	to := out.PkgIdVar + " = "
	if id != notFixed {
		to = "_ = "
	}
	var bytes []string
	for _, b := range hash {
		bytes = append(bytes, strconv.Itoa(int(b)))
	}
	mode := 0
	for i, m := range Modes {
		if m == t.Mode {
			mode = i + 1
		}
	}
	name := out.CounterPrefix
	return fmt.Appendf(nil, `package %s

import "unsafe"

var _ = %[2]sregister()

func %[2]sregister() int {
	%s%saddMeta(unsafe.Pointer(&%s), %d, [16]byte{%s}, %q, %d, %d, 1)
	return 0
}

//go:linkname %[2]saddMeta runtime.addCovMeta
func %[2]saddMeta(meta unsafe.Pointer, size uint32, hash [16]byte, path string, id int, mode, granularity uint8) uint32
`, in.PkgName, name, to, name, out.MetaVar, out.MetaLen, strings.Join(bytes, ", "), in.PkgPath, id, mode), nil
}

// notFixed is the number that stands for packages without a fixed one.
const notFixed = -1

// fixedID is the number of a package that the runtime itself may depend on. Go's list of them stands in its package
// internal/coverage; the first has -2, the next -3.
func (t *Tool) fixedID(path string) (int, error) {
	name := filepath.Join(t.Goroot, "src", "internal", "coverage", "pkid.go")
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		return 0, err
	}
	id := notFixed
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "rtPkgs" || len(spec.Values) != 1 {
			return true
		}
		lit, ok := spec.Values[0].(*ast.CompositeLit)
		if !ok {
			return true
		}
		for i, e := range lit.Elts {
			if s, ok := e.(*ast.BasicLit); ok && s.Value == strconv.Quote(path) {
				id = -2 - i
			}
		}
		return false
	})
	return id, nil
}

// Main is a file for a command: when the command's variables are initialised it asks the runtime to write the
// meta-data, and the counters when the program ends. It must come last among the files.
func Main(name string) []byte {
	return []byte("package " + name + `

import (
	_ "runtime/coverage"
	_ "unsafe"
)

var _ = goCover_start()

func goCover_start() int {
	goCover_initHook(false)
	return 0
}

//go:linkname goCover_initHook runtime/coverage.initHook
func goCover_initHook(isTest bool)
`)
}
