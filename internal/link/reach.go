package link

import (
	"fmt"
	"sort"
	"strings"

	"strata/internal/object"
	"strata/internal/rtcall"
)

// Reachability. A worklist floods from the roots along relocations. It runs
// hand in hand with compilation: symbols may be added at any time; those that
// are reached but not defined yet are handed out by Next for somebody to define.
//
// Methods follow rapid type analysis: a method of a type is reachable when
// the type gets into an interface (it is "used") and either a method of the
// same name and signature is called through an interface, or reflection may
// look methods up. A used type makes the types used that its descriptor leads
// to, since reflection can walk there; a used interface type counts its
// methods as called, since reflection can call them.
//
// The result does not depend on the order of events: every rule is monotone,
// and events that come late are applied to what came before.

// node is a symbol by name, defined or not.
type node struct {
	name    string
	sym     *object.Symbol
	targets []*node // of sym's relocations, filled when scanned
	from    *node   // who reached it first, for error messages

	reached, scanned, used, expanded, asked bool

	sect *section
	addr uint64
}

// candidate is a method of a used type that nobody has called yet.
type candidate struct {
	typ   *node
	first int // index of its three relocations
	m     object.Method
	live  bool
	refl  bool
}

// Reach is the incremental reachability analysis.
type Reach struct {
	nodes   map[string]*node
	order   []*node // reached, in the order in which they were reached
	queue   []*node // reached and defined, to be scanned
	missing []*node

	called  map[string]bool // method keys
	named   map[string]bool // method names that reflection asks for
	reflect bool            // reflection may ask for any exported method
	byKey   map[string][]*candidate
	byName  map[string][]*candidate // exported ones only
	all     []*candidate

	duplicates []string

	// Blocks from which nodes and target lists are cut: there are very many.
	spareNodes   []node
	spareTargets []*node
}

// NewReach returns an analysis with these roots.
func NewReach(entry ...string) *Reach {
	r := &Reach{
		nodes: map[string]*node{}, called: map[string]bool{}, named: map[string]bool{},
		byKey: map[string][]*candidate{}, byName: map[string][]*candidate{},
	}
	for _, e := range entry {
		r.Root(e)
	}
	return r
}

func (r *Reach) node(name string) *node {
	n := r.nodes[name]
	if n == nil {
		if len(r.spareNodes) == 0 {
			r.spareNodes = make([]node, 512)
		}
		n, r.spareNodes = &r.spareNodes[0], r.spareNodes[1:]
		n.name = name
		r.nodes[name] = n
	}
	return n
}

// targetList returns a list of k nodes.
func (r *Reach) targetList(k int) []*node {
	if k > len(r.spareTargets) {
		r.spareTargets = make([]*node, max(k, 4096))
	}
	list := r.spareTargets[:k:k]
	r.spareTargets = r.spareTargets[k:]
	return list
}

// Root makes a symbol reachable.
func (r *Reach) Root(name string) { r.mark(r.node(name), nil) }

// Reached reports whether the symbol is known to be reachable so far.
func (r *Reach) Reached(name string) bool {
	n := r.nodes[name]
	return n != nil && n.reached
}

// From names a symbol that leads to another one, "" if there is none.
func (r *Reach) From(name string) string {
	if n := r.nodes[name]; n != nil && n.from != nil {
		return n.from.name
	}
	return ""
}

// Next returns a reachable symbol that has no definition yet. Each is
// returned once; ok is false when there is none at the moment. A symbol
// without definition at the end is an error of Link, unless it is weak.
func (r *Reach) Next() (name string, ok bool) {
	r.flood()
	for len(r.missing) > 0 {
		n := r.missing[0]
		r.missing = r.missing[1:]
		if n.sym == nil {
			return n.name, true
		}
	}
	return "", false
}

// Add defines a symbol, reachable or not. Of several DupOK definitions the
// first stays, a tentative variable gives way to one with content; anything
// else of the same name is an error that Link reports.
func (r *Reach) Add(s *object.Symbol) {
	n := r.node(s.Name)
	old := n.sym
	switch {
	case old == nil, old.Flags&object.Weak != 0 && s.Flags&object.Weak == 0:
		n.sym = s
		n.scanned = false
	case s.Flags&object.Weak != 0:
		return
	case old.Kind == object.BSS && old.Flags&object.DupOK == 0:
		if s.Kind == object.BSS && s.Size <= old.Size {
			return
		}
		n.sym = s // old had nothing to scan
		n.scanned = false
	case s.Kind == object.BSS, old.Flags&object.DupOK != 0, old == s:
		return
	default:
		r.duplicates = append(r.duplicates, s.Name)
		return
	}
	if n.reached {
		r.queue = append(r.queue, n)
	}
}

// Symbols returns the reachable symbols that are defined, sorted by name.
func (r *Reach) Symbols() []*object.Symbol {
	r.flood()
	out := make([]*object.Symbol, 0, len(r.order))
	for _, n := range r.order {
		if n.sym != nil {
			out = append(out, n.sym)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

func (r *Reach) mark(n, from *node) {
	if n.reached {
		return
	}
	n.reached, n.from = true, from
	r.order = append(r.order, n)
	if n.sym != nil {
		r.queue = append(r.queue, n)
	} else if !n.asked {
		n.asked = true
		r.missing = append(r.missing, n)
	}
}

// markUsed says that values of a type get into interfaces.
func (r *Reach) markUsed(n *node) {
	if n.used {
		return
	}
	n.used = true
	if n.reached && n.sym != nil && !n.expanded && n.scanned {
		r.queue = append(r.queue, n)
	}
}

func (r *Reach) flood() {
	for len(r.queue) > 0 {
		n := r.queue[len(r.queue)-1]
		r.queue = r.queue[:len(r.queue)-1]
		if !n.scanned {
			r.scan(n)
		}
		if n.used && !n.expanded && isDescriptor(n) {
			r.expand(n)
		}
	}
}

// isDescriptor tells descriptors from the names and masks that go with them.
func isDescriptor(n *node) bool {
	return n.sym != nil && n.sym.Kind == object.TypeDesc && isTypeName(n.name)
}

func isTypeName(name string) bool {
	return strings.HasPrefix(name, "type:") && !strings.HasPrefix(name, "type:.")
}

// scan follows the relocations of a symbol.
func (r *Reach) scan(n *node) {
	n.scanned = true
	s := n.sym
	if s.Flags&object.ReflectMethod != 0 {
		r.useReflection()
	}
	n.targets = r.targetList(len(s.Relocs))
	for i := range s.Relocs {
		rel := &s.Relocs[i]
		switch rel.Kind {
		case object.UseIfaceMethod:
			r.call(rel.Target)
			continue
		case object.UseNamedMethod:
			r.callNamed(rel.Target)
			continue
		}
		if rel.Target == "" || rel.Kind.Spells() {
			continue
		}
		var t *node
		if i > 0 && n.targets[i-1] != nil && s.Relocs[i-1].Target == rel.Target {
			t = n.targets[i-1]
		} else {
			t = r.node(rel.Target)
		}
		n.targets[i] = t
		switch rel.Kind {
		case object.UseIface:
			r.markUsed(t)
		case object.MethodOff, object.MethodAbs64:
			r.mark(r.node(rtcall.Unreachable), nil)
		case object.WeakTypeOff, object.MethodTypeOff:
		default:
			r.mark(t, n)
		}
	}
}

// expand applies the rules for a descriptor that is in use.
func (r *Reach) expand(n *node) {
	n.expanded = true
	for i := range n.sym.Relocs {
		k := n.sym.Relocs[i].Kind
		if (k == object.Abs64 || k == object.TypeOff || k == object.WeakTypeOff) && isTypeName(n.sym.Relocs[i].Target) {
			r.markUsed(n.targets[i])
		}
	}
	if isInterface(n.sym) {
		for _, m := range n.sym.Methods {
			r.call(m.Key)
		}
		return
	}
	first := 0
	for _, m := range n.sym.Methods {
		for first < len(n.sym.Relocs) && n.sym.Relocs[first].Kind != object.MethodTypeOff {
			first++
		}
		c := &candidate{typ: n, first: first, m: m}
		first += 3
		r.all = append(r.all, c)
		r.byKey[m.Key] = append(r.byKey[m.Key], c)
		if m.Exported {
			r.byName[m.Name] = append(r.byName[m.Name], c)
			if r.reflect || r.named[m.Name] {
				r.keep(c, true)
			}
		}
		if r.called[m.Key] {
			r.keep(c, false)
		}
	}
}

// Offset and value of abi.Type.Kind_ of interfaces.
const (
	kindOff       = 23
	kindInterface = 20
)

func isInterface(s *object.Symbol) bool {
	return len(s.Data) > kindOff && s.Data[kindOff] == kindInterface
}

// keep makes a method reachable. By reflection its type can be walked too.
func (r *Reach) keep(c *candidate, byReflection bool) {
	if byReflection && !c.refl {
		c.refl = true
		r.markUsed(c.typ.targets[c.first])
	}
	if c.live {
		return
	}
	c.live = true
	for i := c.first; i < c.first+3; i++ {
		r.mark(c.typ.targets[i], c.typ)
	}
}

func (r *Reach) call(key string) {
	if r.called[key] {
		return
	}
	r.called[key] = true
	for _, c := range r.byKey[key] {
		r.keep(c, false)
	}
}

func (r *Reach) callNamed(name string) {
	if r.named[name] {
		return
	}
	r.named[name] = true
	for _, c := range r.byName[name] {
		r.keep(c, true)
	}
}

func (r *Reach) useReflection() {
	if r.reflect {
		return
	}
	r.reflect = true
	for _, c := range r.all {
		if c.m.Exported {
			r.keep(c, true)
		}
	}
}

// undefined reports the reached symbols without definition, each with some of
// those who refer to it.
func (r *Reach) undefined(linkerMade func(string) bool) error {
	var bad []*node
	for _, n := range r.order {
		if n.sym == nil && !linkerMade(n.name) {
			bad = append(bad, n)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	sort.Slice(bad, func(i, j int) bool { return bad[i].name < bad[j].name })
	users := map[*node][]string{}
	for _, n := range r.order {
		for _, t := range n.targets {
			if t != nil && t.sym == nil && len(users[t]) < 4 && !contains(users[t], n.name) {
				users[t] = append(users[t], n.name)
			}
		}
	}
	e := new(UndefinedError)
	for _, n := range bad {
		sort.Strings(users[n])
		e.Symbols = append(e.Symbols, Undefined{n.name, users[n]})
	}
	return e
}

// UndefinedError says which symbols nothing defines.
type UndefinedError struct{ Symbols []Undefined }

// Undefined is a symbol without definition, with some of those who refer to it.
type Undefined struct {
	Name  string
	Users []string
}

// String is the message about one symbol.
func (u Undefined) String() string {
	if len(u.Users) == 0 {
		return "undefined: " + u.Name
	}
	return fmt.Sprintf("undefined: %s (referred to by %s)", u.Name, strings.Join(u.Users, ", "))
}

// shownUndefined is how many symbols a message names.
const shownUndefined = 20

func (e *UndefinedError) Error() string {
	var lines []string
	for _, u := range e.Symbols[:min(len(e.Symbols), shownUndefined)] {
		lines = append(lines, u.String())
	}
	if n := len(e.Symbols) - len(lines); n > 0 {
		lines = append(lines, fmt.Sprintf("... and %d more", n))
	}
	return "link: " + strings.Join(lines, "\n")
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
