package symname

import (
	"go/types"
	"sort"
)

// localNumber returns the number of a type declared inside a function: its
// place among all such declarations of the package in order of source. It is 0
// for other types.
func (n *Namer) localNumber(obj *types.TypeName) int {
	pkg := obj.Pkg()
	if pkg == nil || obj.Parent() == nil || obj.Parent() == pkg.Scope() {
		return 0
	}
	if m, ok := n.local.Load(pkg); ok {
		return m.(map[*types.TypeName]int)[obj]
	}
	// Two goroutines may both count; they get the same numbers.
	m := countLocals(pkg)
	n.local.Store(pkg, m)
	return m[obj]
}

// countLocals walks the scopes of the package file by file: the children of
// the package scope stand in the order in which the files were given to the
// checker, while positions compare only within a file.
func countLocals(pkg *types.Package) map[*types.TypeName]int {
	m := map[*types.TypeName]int{}
	for i := 0; i < pkg.Scope().NumChildren(); i++ {
		var found []*types.TypeName
		file := pkg.Scope().Child(i)
		for j := 0; j < file.NumChildren(); j++ {
			found = collectLocals(file.Child(j), found)
		}
		sort.Slice(found, func(a, b int) bool { return found[a].Pos() < found[b].Pos() })
		for _, obj := range found {
			m[obj] = len(m) + 1
		}
	}
	return m
}

func collectLocals(s *types.Scope, found []*types.TypeName) []*types.TypeName {
	for _, name := range s.Names() {
		if obj, ok := s.Lookup(name).(*types.TypeName); ok && !obj.IsAlias() {
			if _, param := obj.Type().(*types.TypeParam); !param {
				found = append(found, obj)
			}
		}
	}
	for i := 0; i < s.NumChildren(); i++ {
		found = collectLocals(s.Child(i), found)
	}
	return found
}
