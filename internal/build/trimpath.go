package build

import (
	"path"
	"path/filepath"
	"strings"

	"strata/internal/load"
)

// trimmed is what -trimpath makes of a file's name: the import path of its package, with the module's version if
// it has one, and the name in the package's directory.
func trimmed(p *load.Package, file string) string {
	dir := p.ImportPath
	if p.ForTest != "" {
		dir, _, _ = strings.Cut(dir, " ")
	}
	if m := p.Module; m != nil && m.Version != "" {
		dir = m.Path + "@" + m.Version + strings.TrimPrefix(dir, m.Path)
	}
	return path.Join(dir, filepath.Base(file))
}

// trimNames maps the names of a program's Go files to trimmed ones.
func trimNames(prog *load.Program) map[string]string {
	names := map[string]string{}
	for _, p := range prog.Packages {
		for _, file := range p.FileNames {
			names[file] = trimmed(p, file)
		}
	}
	return names
}
