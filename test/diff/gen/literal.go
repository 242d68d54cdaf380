package gen

import (
	"fmt"
	"strconv"
	"strings"
)

// literal writes a value of type t.
func (g *gen) literal(t *typ, depth int) string {
	switch t.kind {
	case signed, unsigned:
		return fmt.Sprintf("%s(%s)", t.name, g.number(t))
	case float:
		return fmt.Sprintf("%s(%s)", t.name, one(g, "0", "1", "-1", "0.5", "1.5", "-2.25", "3", "1e10", "1e-10", "123456.789", "-0.1", "7", "16777217"))
	case boolean:
		return one(g, "true", "false")
	case text:
		return strconv.Quote(one(g, "", "a", "hello", "x\x00y", "é", "日本", "\xff", "0123456789abcdef", "A b", " pad ", "😀z"))
	case complexNumber:
		return one(g, "complex(1, 2)", "complex(0, -1)", "complex(0.5, 0.25)", "complex(3, 0)")
	case slice:
		if g.chance(6) {
			return fmt.Sprintf("make(%s, %d)", t.name, g.pick(6))
		}
		return t.name + g.elements(t.elem, g.pick(5), depth)
	case array:
		return t.name + g.elements(t.elem, g.pick(t.n+1), depth)
	case mapping:
		return g.mapLiteral(t, depth)
	case structure:
		return g.structLiteral(t, depth)
	case pointer:
		if t.elem.kind == structure {
			return "&" + g.structLiteral(t.elem, depth)
		}
		return "ptr(" + g.literal(t.elem, depth) + ")"
	}
	panic("unknown kind")
}

func (g *gen) number(t *typ) string {
	if g.chance(2) {
		return fmt.Sprint(g.pick(10))
	}
	edge := uint64(1) << (t.bits - 1)
	if t.kind == signed {
		return one(g, fmt.Sprint(edge-1), fmt.Sprint(-int64(edge)), "-1", "-2", "1", "100", "-100", fmt.Sprint(edge/2), fmt.Sprint(int64(g.r.Uint64()>>1)%int64(edge-1)))
	}
	most := edge - 1 + edge
	return one(g, fmt.Sprint(most), fmt.Sprint(edge), fmt.Sprint(edge-1), "1", "200", fmt.Sprint(g.r.Uint64()%most))
}

func (g *gen) elements(t *typ, n, depth int) string {
	var list []string
	for range n {
		if depth > 0 {
			list = append(list, g.expr(t, depth-1))
		} else {
			list = append(list, g.literal(t, 0))
		}
	}
	return "{" + strings.Join(list, ", ") + "}"
}

// mapLiteral writes a map with different constant keys.
func (g *gen) mapLiteral(t *typ, depth int) string {
	seen := map[string]bool{}
	var list []string
	for range g.pick(4) {
		k := g.literal(t.key, 0)
		if seen[k] || t.key.kind == array {
			continue
		}
		if t.key.isInt() {
			v := k[strings.Index(k, "(")+1:]
			if seen[v] {
				continue
			}
			seen[v] = true
		}
		seen[k] = true
		list = append(list, k+": "+g.literal(t.elem, depth-1))
	}
	return t.name + "{" + strings.Join(list, ", ") + "}"
}

func (g *gen) structLiteral(t *typ, depth int) string {
	var list []string
	for _, f := range t.fields {
		if g.chance(4) {
			continue
		}
		v := g.literal(f.t, depth-1)
		if depth > 0 {
			v = g.expr(f.t, depth-1)
		}
		list = append(list, f.name+": "+v)
	}
	return t.name + "{" + strings.Join(list, ", ") + "}"
}
