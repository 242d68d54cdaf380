package load

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// check type-checks packages, given in dependency order, as many at once as the session allows. Packages that
// another load has checked or is checking are only waited for.
func (l *loader) check(packages []*Package) {
	var wg sync.WaitGroup
	var done atomic.Int64
	for _, p := range packages {
		p.start.Do(func() { go l.s.checkPackage(p) })
		if l.s.cfg.Progress != nil {
			wg.Go(func() {
				<-p.done
				l.s.cfg.Progress(int(done.Add(1)), len(packages), p.ImportPath)
			})
		}
	}
	for _, p := range packages {
		<-p.done
	}
	wg.Wait()
}

// checkPackage waits for p's imports, then checks p.
func (s *Session) checkPackage(p *Package) {
	defer close(p.done)
	for _, d := range p.Imports {
		<-d.done
		p.DepErrors = p.DepErrors || d.DepErrors || len(d.Errors) > 0
	}
	s.slots <- struct{}{}
	defer func() { <-s.slots }()

	var errs []*Error
	for _, f := range p.allFiles {
		errs = append(errs, f.errs...)
	}
	syntaxOK := len(errs) == 0
	p.Info = &types.Info{
		Types:        map[ast.Expr]types.TypeAndValue{},
		Defs:         map[*ast.Ident]types.Object{},
		Uses:         map[*ast.Ident]types.Object{},
		Selections:   map[*ast.SelectorExpr]*types.Selection{},
		Implicits:    map[ast.Node]types.Object{},
		Instances:    map[*ast.Ident]types.Instance{},
		Scopes:       map[ast.Node]*types.Scope{},
		FileVersions: map[*ast.File]string{},
	}
	var typeErrs []*Error
	conf := types.Config{
		Importer:         packageImporter{p},
		Sizes:            s.sizes,
		GoVersion:        p.GoVersion,
		IgnoreFuncBodies: s.cfg.SkipBodies,
		Error:            func(err error) { typeErrs = addTypeError(typeErrs, err) },
	}
	p.Types = types.NewPackage(p.Path, p.Name)
	checker := types.NewChecker(&conf, s.fset, p.Types, p.Info)
	if err := checker.Files(p.Files); err != nil && len(typeErrs) == 0 {
		typeErrs = addTypeError(typeErrs, err)
	}
	typeErrs = slices.DeleteFunc(typeErrs, func(e *Error) bool { return e.dropped })
	s.directives(p)
	if syntaxOK {
		errs = append(typeErrs, s.declarationErrors(p)...)
		if len(errs) == 0 && !p.Standard {
			errs = p.limitErrors(conf.Sizes)
		}
		if len(errs) == 0 && p.IsMain() && p.Types.Scope().Lookup("main") == nil {
			errs = append(errs, &Error{Msg: "runtime.main_main·f: function main is undeclared in the main package"})
		}
	}
	if syntaxOK && !p.Standard {
		if debug := s.debugErrors(p); len(debug) > 0 {
			errs = debug
		}
	}
	for _, e := range sortErrors(s.fset, errs) {
		p.Errors = append(p.Errors, e)
	}
}

// declarationErrors are what gc finds beside go/types. It looks at what declarations want of directives when these are
// written as they should.
func (s *Session) declarationErrors(p *Package) []*Error {
	var errs []*Error
	for _, f := range p.Files {
		errs = append(errs, branchErrors(f, func(pos token.Pos) string { return place(s.fset.Position(pos), s.cfg.Dir) })...)
	}
	directives := len(errs)
	if !p.Standard {
		for _, f := range p.Files {
			errs = append(errs, p.directiveErrors(f)...)
		}
	}
	if len(errs) > directives {
		return errs
	}
	errs = append(append(errs, s.bodyErrors(p)...), p.embedErrs...)
	if !p.Standard {
		errs = append(errs, linknameErrors(p)...)
	}
	for _, f := range p.Files {
		errs = append(errs, p.misplacedDirectives(f)...)
	}
	return errs
}

// packageImporter resolves imports to the package's own, already checked, imports.
type packageImporter struct{ p *Package }

func (im packageImporter) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	want := path
	if to, ok := im.p.ImportMap[path]; ok {
		want = to
	}
	for _, d := range im.p.Imports {
		if d.ImportPath == want {
			if d.Types == nil || !d.Types.Complete() && len(d.Errors) == 0 {
				break
			}
			return d.Types, nil
		}
	}
	return nil, fmt.Errorf("package %s is not in std", path)
}

// bodyErrors finds functions without a body that nothing else can provide, as the compiler does.
func (s *Session) bodyErrors(p *Package) []*Error {
	var errs []*Error
	linked := map[string]bool{}
	for _, ln := range p.Linknames {
		linked[ln.Local] = true
	}
	for _, f := range p.Files {
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name == "_" {
				continue
			}
			switch {
			case fn.Body == nil && p.meta.complete && len(p.SFiles) == 0 && (fn.Recv != nil || !linked[fn.Name.Name]):
				errs = append(errs, &Error{Pos: fn.Name.Pos(), Msg: "missing function body"})
			case fn.Body != nil && hasPragma(p.Pragmas[fn], "go:noescape"):
				errs = append(errs, &Error{Pos: fn.Name.Pos(), Msg: "can only use //go:noescape with external func implementations"})
			}
		}
	}
	return errs
}

func hasPragma(list []Directive, name string) bool {
	for _, d := range list {
		if d.Name == name {
			return true
		}
	}
	return false
}

// addTypeError adds an error of go/types; its continuation lines, which start with a tab, join the error
// they belong to.
func addTypeError(list []*Error, err error) []*Error {
	te, ok := err.(types.Error)
	if !ok {
		return append(list, &Error{Msg: err.Error()})
	}
	if rest, ok := strings.CutPrefix(te.Msg, "\t"); ok && len(list) > 0 {
		last := list[len(list)-1]
		last.More = append(last.More, &Error{Pos: te.Pos, Msg: rest})
		return list
	}
	if isBranchError(te.Msg) {
		// Its continuation lines join an error that is not kept.
		return append(list, &Error{dropped: true})
	}
	return append(list, &Error{Pos: te.Pos, Msg: compilerWords(te.Msg)})
}
