package gen

import (
	"fmt"
	"strings"
)

// expr writes an expression of type t. It has no effects; it may panic only if g.risk allows, and then at most once.
func (g *gen) expr(t *typ, depth int) string {
	if depth <= 0 {
		return g.leaf(t)
	}
	switch t.kind {
	case signed, unsigned:
		return g.integer(t, depth)
	case float:
		return g.float(t, depth)
	case boolean:
		return g.boolean(depth)
	case text:
		return g.text(depth)
	case complexNumber:
		return g.complex(depth)
	}
	return g.leaf(t)
}

// leaf is a variable, a part of one, or a literal.
func (g *gen) leaf(t *typ) string {
	if !g.chance(4) {
		if s := g.read(t); s != "" {
			return s
		}
	}
	return g.literal(t, 2)
}

// fresh is an expression that the compiler may not treat as a constant by the language's rules.
func (g *gen) fresh(t *typ) string {
	if s := g.read(t); s != "" && !g.chance(4) {
		return s
	}
	return fmt.Sprintf("id[%s](%s)", t.name, g.literal(t, 1))
}

// read finds a variable or a part of a variable of type t.
func (g *gen) read(t *typ) string {
	for range 6 {
		if len(g.scope) == 0 {
			return ""
		}
		v := g.scope[g.pick(len(g.scope))]
		if s := g.part(v.name, v.t, t, 3); s != "" {
			return s
		}
	}
	return ""
}

// part gives an expression of type want inside x of type t.
func (g *gen) part(x string, t, want *typ, depth int) string {
	if t.same(want) {
		if want.kind == slice {
			return "clone(" + x + ")"
		}
		return x
	}
	if depth == 0 {
		return ""
	}
	switch t.kind {
	case structure:
		f := t.fields[g.pick(len(t.fields))]
		return g.part(x+"."+f.name, f.t, want, depth-1)
	case array:
		return g.part(fmt.Sprintf("%s[%s]", x, g.arrayIndex(t.n)), t.elem, want, depth-1)
	case slice:
		return g.part(fmt.Sprintf("at(%s, %s)", x, g.small()), t.elem, want, depth-1)
	case mapping:
		return g.part(fmt.Sprintf("%s[%s]", x, g.literal(t.key, 0)), t.elem, want, depth-1)
	case pointer:
		return g.part("(*"+x+")", t.elem, want, depth-1)
	case text:
		if want.isInt() && want.bits == 64 && want.kind == signed && !strings.HasPrefix(want.name, "N") && want.name == "int" {
			return "len(" + x + ")"
		}
	}
	return ""
}

// small is an int expression, usually small, possibly negative.
func (g *gen) small() string {
	if v := g.intVar(); v != "" && !g.chance(3) {
		return v
	}
	return fmt.Sprint(g.pick(9))
}

func (g *gen) intVar() string {
	for range 4 {
		if len(g.scope) == 0 {
			return ""
		}
		if v := g.scope[g.pick(len(g.scope))]; v.t.same(intType) {
			return v.name
		}
	}
	return ""
}

// arrayIndex is an index that is in range, unless the statement may panic.
func (g *gen) arrayIndex(n int) string {
	v := g.intVar()
	switch {
	case v == "" || g.chance(3):
		return fmt.Sprint(g.pick(n))
	case g.risk && g.chance(6):
		g.risk = false
		return v
	case n&(n-1) == 0:
		return fmt.Sprintf("%s&%d", v, n-1)
	}
	return fmt.Sprintf("uint(%s)%%%d", v, n)
}

var intOps = []string{"+", "-", "*", "&", "|", "^", "&^"}

func (g *gen) integer(t *typ, depth int) string {
	x := func() string { return g.expr(t, depth-1) }
	switch g.pick(14) {
	case 0, 1, 2, 3:
		return fmt.Sprintf("(%s %s %s)", g.fresh(t), one(g, intOps...), x())
	case 4:
		return fmt.Sprintf("((%s + %s) %s %s)", g.fresh(t), g.literal(t, 0), one(g, intOps...), x())
	case 5:
		return g.division(t, depth)
	case 6:
		return g.shift(t, depth)
	case 7:
		return fmt.Sprintf("%s(%s)", one(g, "-", "^"), g.fresh(t))
	case 8, 9:
		return g.convert(t, depth)
	case 10:
		return fmt.Sprintf("cond(%s, %s, %s)", g.expr(boolType, depth-1), x(), x())
	case 11:
		return fmt.Sprintf("%s(%s, %s)", one(g, "min", "max"), g.fresh(t), x())
	case 12:
		return g.bits(t)
	}
	return g.leaf(t)
}

// division divides by something that is not zero, or, if the statement may panic, by anything.
func (g *gen) division(t *typ, depth int) string {
	op := one(g, "/", "%")
	switch {
	case g.chance(2):
		n := 1 + g.pick(12)
		if g.chance(3) {
			n = 1 << g.pick(7)
		}
		if t.kind == signed && g.chance(3) {
			return fmt.Sprintf("(%s %s %s(%d))", g.fresh(t), op, t.name, -n)
		}
		return fmt.Sprintf("(%s %s %d)", g.fresh(t), op, n)
	case g.risk && g.chance(3):
		g.risk = false
		return fmt.Sprintf("(%s %s %s)", g.fresh(t), op, g.fresh(t))
	}
	return fmt.Sprintf("(%s %s (%s | 1))", g.fresh(t), op, g.fresh(t))
}

func (g *gen) shift(t *typ, depth int) string {
	op := one(g, "<<", ">>")
	switch g.pick(4) {
	case 0:
		return fmt.Sprintf("(%s %s %d)", g.fresh(t), op, g.pick(t.bits+3))
	case 1:
		return fmt.Sprintf("(%s %s (%s & %d))", g.fresh(t), op, g.fresh(byteType), t.bits-1)
	case 2:
		if g.risk {
			g.risk = false
			return fmt.Sprintf("(%s %s (%s %% 8))", g.fresh(t), op, g.fresh(intType))
		}
	}
	return fmt.Sprintf("(%s %s %s)", g.fresh(t), op, g.fresh(one(g, byteType, uint64Type)))
}

// convert makes t from another number.
func (g *gen) convert(t *typ, depth int) string {
	switch g.pick(6) {
	case 0:
		return fmt.Sprintf("%s(f2i(float64(%s)))", t.name, g.fresh(one(g, floats...)))
	case 1:
		return fmt.Sprintf("%s(len(%s))", t.name, g.fresh(stringType))
	case 2:
		return fmt.Sprintf("%s(at([]byte(%s), %s))", t.name, g.fresh(stringType), g.small())
	}
	return fmt.Sprintf("%s(%s)", t.name, g.wrap(g.intKind(), depth-1))
}

// wrap is an integer expression that is no constant.
func (g *gen) wrap(t *typ, depth int) string {
	return fmt.Sprintf("(%s + %s)", g.fresh(t), g.expr(t, depth))
}

// bits calls functions that compilers know.
func (g *gen) bits(t *typ) string {
	x := fmt.Sprintf("uint64(%s)", g.fresh(g.intKind()))
	switch g.pick(8) {
	case 0:
		return fmt.Sprintf("%s(bits.OnesCount64(%s))", t.name, x)
	case 1:
		return fmt.Sprintf("%s(bits.LeadingZeros%s)", t.name, one(g, "64("+x+")", "32(uint32("+x+"))", "8(uint8("+x+"))"))
	case 2:
		return fmt.Sprintf("%s(bits.TrailingZeros%s)", t.name, one(g, "64("+x+")", "32(uint32("+x+"))", "16(uint16("+x+"))"))
	case 3:
		return fmt.Sprintf("%s(bits.RotateLeft64(%s, %s))", t.name, x, g.small())
	case 4:
		return fmt.Sprintf("%s(bits.RotateLeft%s, %s))", t.name, one(g, "32(uint32("+x+")", "16(uint16("+x+")", "8(uint8("+x+")"), g.small())
	case 5:
		return fmt.Sprintf("%s(bits.ReverseBytes64(%s))", t.name, x)
	case 6:
		return fmt.Sprintf("%s(mulhi(%s, uint64(%s)))", t.name, x, g.fresh(g.intKind()))
	}
	return fmt.Sprintf("%s(bits.Len64(%s))", t.name, x)
}

func (g *gen) float(t *typ, depth int) string {
	switch g.pick(9) {
	case 0, 1, 2, 3:
		return fmt.Sprintf("(%s %s %s)", g.fresh(t), one(g, "+", "-", "*", "/"), g.fresh(t))
	case 4:
		return fmt.Sprintf("%s(%s)", t.name, g.wrap(g.intKind(), depth-1))
	case 5:
		return fmt.Sprintf("%s(%s)", t.name, g.fresh(one(g, floats...)))
	case 6:
		return fmt.Sprintf("%s(math.%s(float64(%s)))", t.name, one(g, "Sqrt", "Floor", "Ceil", "Trunc", "Abs", "RoundToEven"), g.fresh(t))
	case 7:
		return fmt.Sprintf("cond(%s, %s, -%s)", g.expr(boolType, depth-1), g.fresh(t), g.fresh(t))
	}
	return fmt.Sprintf("%s(%s, %s)", one(g, "min", "max"), g.fresh(t), g.expr(t, depth-1))
}

func (g *gen) complex(depth int) string {
	c := basics[3]
	switch g.pick(3) {
	case 0:
		return fmt.Sprintf("complex(%s, %s)", g.expr(float64Typ, depth-1), g.fresh(float64Typ))
	case 1:
		return "-" + g.fresh(c)
	}
	return fmt.Sprintf("(%s %s %s)", g.fresh(c), one(g, "+", "-", "*"), g.fresh(c))
}

func (g *gen) boolean(depth int) string {
	switch g.pick(8) {
	case 0:
		return "!" + g.fresh(boolType)
	case 1:
		return fmt.Sprintf("(%s %s %s)", g.expr(boolType, depth-1), one(g, "&&", "||"), g.fresh(boolType))
	case 2, 3, 4:
		t := one(g, basics[1], floats[0], floats[1], g.intKind(), g.intKind(), intType)
		return fmt.Sprintf("(%s %s %s)", g.fresh(t), one(g, "<", "<=", ">", ">=", "==", "!="), g.expr(t, depth-1))
	case 5:
		if t := g.anyType(2); t.comparable() {
			return fmt.Sprintf("(%s %s %s)", g.fresh(t), one(g, "==", "!="), g.fresh(t))
		}
	case 6:
		if t := g.anyType(1); t.comparable() {
			return fmt.Sprintf("(any(%s) == any(%s))", g.fresh(t), g.fresh(one(g, t, intType)))
		}
	}
	return g.leaf(boolType)
}

func (g *gen) text(depth int) string {
	s := g.fresh(stringType)
	switch g.pick(9) {
	case 0, 1:
		return fmt.Sprintf("(%s + %s)", s, g.expr(stringType, depth-1))
	case 2:
		return fmt.Sprintf("sub(%s, %s, %s)", s, g.small(), g.small())
	case 3:
		return fmt.Sprintf("string([]byte(%s))", s)
	case 4:
		return fmt.Sprintf("string([]rune(%s))", s)
	case 5:
		return fmt.Sprintf("string(rune(%s))", g.wrap(int32Type, 0))
	case 6:
		return fmt.Sprintf("strings.%s(%s)", one(g, "ToUpper", "TrimSpace", "ToLower"), s)
	case 7:
		return fmt.Sprintf("strconv.Itoa(%s)", g.expr(intType, depth-1))
	}
	return fmt.Sprintf("cond(%s, %s, %s)", g.expr(boolType, depth-1), s, g.leaf(stringType))
}
