package load

// Forget drops the syntax of the program's packages, and what the checker noted about it. Types, positions and checksums stay.
// Programs of the same session share packages: they must need no syntax either.
func (p *Program) Forget() {
	for _, q := range p.Packages {
		q.Files, q.Info, q.Pragmas, q.strays = nil, nil, nil, nil
		for _, f := range q.allFiles {
			f.syntax = nil
		}
		for i := range q.Linknames {
			q.Linknames[i].File = nil
		}
	}
}
