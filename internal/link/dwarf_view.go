package link

import "strings"

// Debuggers look for the runtime's types and variables by the names that they
// have in Go's runtime. A view shows a type of Strata's runtime under such a
// name, with the fields that debuggers read renamed; everything else stays as
// it is, and offsets come from the descriptor.

type view struct {
	name   string // as debuggers know it
	of     string // the type that it shows
	fields map[string]string
}

var views = []view{
	{"runtime.g", "runtime/internal/task.G", map[string]string{
		"Stack": "stack", "Sched": "sched", "GoID": "goid", "GoPC": "gopc", "StartPC": "startpc", "Status": "atomicstatus",
		"WaitSince": "waitsince", "WaitReason": "waitreason", "M": "m", "Defer": "_defer", "Panic": "_panic", "Labels": "labels",
		"ParentGoID": "parentGoid", "LockedM": "lockedm"}},
	{"runtime.stack", "runtime/internal/task.Stack", map[string]string{"Lo": "lo", "Hi": "hi"}},
	{"runtime.gobuf", "runtime/internal/task.Gobuf", map[string]string{"SP": "sp", "PC": "pc", "BP": "bp", "Ctxt": "ctxt"}},
	{"runtime.m", "runtime/internal/task.M", map[string]string{"G0": "g0", "GSignal": "gsignal", "CurG": "curg", "P": "p", "ProcID": "procid", "ID": "id"}},
	{"runtime._defer", "runtime/internal/task.Defer", map[string]string{"Heap": "heap", "SP": "sp", "PC": "pc", "Fn": "fn", "Link": "link"}},
	{"runtime.sudog", "runtime/internal/task.Sudog", map[string]string{"G": "g", "Next": "next", "Prev": "prev", "Elem": "elem"}},
	{"runtime.waitq", "runtime.waitq", nil},
	{"runtime.hchan", "runtime.hchan", map[string]string{"count": "qcount", "size": "dataqsiz", "elemSize": "elemsize", "elem": "elemtype"}},
	{"runtime.moduledata", "runtime/internal/stack.ModuleData", map[string]string{
		"Text": "text", "EText": "etext", "Types": "types", "ETypes": "etypes", "Next": "next", "TypeMap": "typemap"}},
}

// DebugTypes lists the types, by package path and name, that debuggers ask for whatever the program is.
func DebugTypes() []string {
	list := []string{
		"internal/abi.Type", "internal/abi.ITab", "internal/runtime/maps.Map", "internal/runtime/maps.table", "internal/runtime/maps.groupsReference",
	}
	for _, v := range views {
		list = append(list, v.of)
	}
	return list
}

// knownVar is a variable of the runtime that debuggers look for.
type knownVar struct{ name, symbol, typ string }

var knownVars = []knownVar{
	{"runtime.allgs", "runtime/internal/sched.allgs", ""},
	{"runtime.allglen", "runtime/internal/sched.allgLen", ""},
	{"runtime.firstmoduledata", moduledataSym, "runtime.moduledata"},
}

// views registers the views, and the two layouts of interfaces.
func (t *typeUnit) views() {
	for _, v := range views {
		if d := t.descriptor("type:" + v.of); d != nil {
			t.want(t.structure(v.name, d.size(), func() []member { return t.viewFields(d, v.fields) }))
		}
	}
	data := member{"data", 8, "type:unsafe.Pointer", false}
	t.structure("runtime.iface", 16, func() []member {
		return []member{{"tab", 0, t.pointerTo("type:internal/abi.ITab"), false}, data}
	})
	t.structure("runtime.eface", 16, func() []member {
		return []member{{"_type", 0, t.pointerTo("type:internal/abi.Type"), false}, data}
	})
	for _, name := range []string{"type:internal/abi.Type", "type:internal/abi.ITab"} {
		t.want(name)
	}
}

// viewFields are the fields of a view, which refer to other views where there are any.
func (t *typeUnit) viewFields(d *descriptorView, names map[string]string) []member {
	list := d.fields()
	for i := range list {
		m := &list[i]
		if name, ok := names[m.name]; ok {
			m.name = name
		}
		m.typ = t.viewed(m.typ)
	}
	return list
}

// viewed replaces a type, or a pointer to one, by its view.
func (t *typeUnit) viewed(key string) string {
	name, pointer := strings.CutPrefix(strings.TrimPrefix(key, "type:"), "*")
	for _, v := range views {
		switch {
		case v.of != name || t.made[v.name] == nil:
		case pointer:
			return t.pointerTo(v.name)
		default:
			return v.name
		}
	}
	return key
}

// channel is the runtime's channel of a given element, whose queues know what they hold.
func (t *typeUnit) channel(elem string) string {
	arg := "<" + strings.TrimPrefix(elem, "type:") + ">"
	sudog := t.viewVariant("sudog", arg, map[string]string{"elem": t.pointerTo(elem)})
	waiting := t.pointerTo(sudog)
	waitq := t.viewVariant("waitq", arg, map[string]string{"first": waiting, "last": waiting})
	return t.viewVariant("hchan", arg, map[string]string{"recvq": waitq, "sendq": waitq})
}

// viewVariant is the view runtime.NAME with other types for some fields, under NAME and an argument.
func (t *typeUnit) viewVariant(name, arg string, types map[string]string) string {
	for _, v := range views {
		if v.name != "runtime."+name {
			continue
		}
		d := t.descriptor("type:" + v.of)
		if d == nil {
			return ""
		}
		return t.structure(name+arg, d.size(), func() []member {
			list := t.viewFields(d, v.fields)
			for i := range list {
				if typ, ok := types[list[i].name]; ok {
					list[i].typ = typ
				}
			}
			return list
		})
	}
	return ""
}
