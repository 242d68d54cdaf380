package load

import (
	"go/build"
	"slices"
)

// CgoFiles are the files of a package, but for the standard library's, that would be compiled with cgo and import "C".
func (p *Package) CgoFiles(goos, goarch string) []string {
	if p.Standard || p.Dir == "" {
		return nil
	}
	ctx := build.Default
	ctx.GOOS, ctx.GOARCH, ctx.CgoEnabled = goos, goarch, true
	found, _ := ctx.ImportDir(p.Dir, 0)
	return found.CgoFiles
}

// ChainTo is a shortest chain of packages by which a command or named package comes to import p, from p's importer upwards.
func (p *Program) ChainTo(to *Package) []string {
	from := map[*Package]*Package{}
	queue := slices.Clone(p.Roots)
	for i := 0; i < len(queue); i++ {
		q := queue[i]
		if q == to {
			break
		}
		for _, imported := range q.Imports {
			if from[imported] == nil && !slices.Contains(p.Roots, imported) {
				from[imported] = q
				queue = append(queue, imported)
			}
		}
	}
	var chain []string
	for q := from[to]; q != nil; q = from[q] {
		chain = append(chain, q.ImportPath)
	}
	if len(chain) == 0 {
		return []string{"nobody: it was named"}
	}
	return chain
}
