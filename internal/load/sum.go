package load

import (
	"crypto/sha256"
	"fmt"
	"slices"
)

// SourceSum is a checksum of everything a package is made of but its imports: names and contents of its files.
func (p *Program) SourceSum(pkg *Package) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s\n", pkg.ImportPath, pkg.GoVersion)
	for _, f := range pkg.allFiles {
		fmt.Fprintf(h, "%s %x\n", f.name, f.sum)
	}
	for _, name := range slices.Concat(pkg.SFiles, pkg.HFiles, pkg.EmbedFiles) {
		data, err := p.ReadFile(name)
		if err != nil {
			return sum, err
		}
		fmt.Fprintf(h, "%s %x\n", name, sha256.Sum256(data))
	}
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// Standard gives the part of p that is the same in every program of the session: standard packages and what they
// import, without test variants. It is nil if p has no runtime of that kind.
func (p *Program) Standard() *Program {
	sub := &Program{Fset: p.Fset, Goroot: p.Goroot, ByPath: map[string]*Package{}, session: p.session}
	for _, q := range p.Packages { // imports come first
		if q.Standard && q.ForTest == "" && !q.IsMain() && len(q.Errors) == 0 &&
			!slices.ContainsFunc(q.Imports, func(d *Package) bool { return sub.ByPath[d.ImportPath] != d }) {
			sub.Packages = append(sub.Packages, q)
			sub.ByPath[q.ImportPath] = q
		}
	}
	if sub.ByPath["runtime"] == nil {
		return nil
	}
	sub.Roots = sub.Packages
	return sub
}
