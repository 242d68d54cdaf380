package lower

import (
	"go/ast"
	"go/types"

	"strata/internal/object"
	"strata/internal/ssa"
)

// minMapArrays is the length from which map literals of constants are filled
// by a loop over arrays of keys and values.
const minMapArrays = 16

// mapFromArrays fills a map from static arrays if the whole literal is constant.
func (b *builder) mapFromArrays(e *ast.CompositeLit, u *types.Map, m val) bool {
	if len(e.Elts) < minMapArrays {
		return false
	}
	base := b.staticName()
	n := int64(len(e.Elts))
	c := &staticEncoder{p: b.p, pkg: b.pkg, info: b.info, sub: b.sub, base: base}
	keys := c.newSym(base+"_keys", types.NewArray(u.Key(), n))
	vals := c.newSym(base+"_vals", types.NewArray(u.Elem(), n))
	keys.ro, vals.ro = true, true
	ks, vs := b.p.sizeof(u.Key()), b.p.sizeof(u.Elem())
	for i, el := range e.Elts {
		kv := el.(*ast.KeyValueExpr)
		if !c.put(keys, int64(i)*ks, kv.Key, u.Key()) || !c.put(vals, int64(i)*vs, kv.Value, u.Elem()) {
			return false
		}
	}
	c.define()
	p := b.p
	for _, s := range []*staticSym{keys, vals} {
		p.defineData(s.name, func() ([]*object.Symbol, error) {
			return []*object.Symbol{p.staticObject(s)}, nil
		})
	}
	kp, vp := b.globalAddr(keys.name), b.globalAddr(vals.name)
	b.countTo(b.int(n), func(i *ssa.Value) {
		k := b.load(b.addIndex(kp, i, ks), u.Key())
		v := b.load(b.addIndex(vp, i, vs), u.Elem())
		b.store(b.mapAssign(m, k), v)
	})
	return true
}
