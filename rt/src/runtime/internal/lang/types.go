//go:build strata

package lang

import (
	"internal/abi"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// Names and types refer to each other by offsets from the start of the type
// section. Types that reflect makes at run time have no such section: what they
// refer to is registered below, and its offset is negative.
var reflectOffs struct {
	lock task.Mutex
	byID []unsafe.Pointer // of -1-id
	idOf map[unsafe.Pointer]int32
}

//go:linkname addReflectOff reflect.addReflectOff
func addReflectOff(p unsafe.Pointer) int32 {
	task.Lock(&reflectOffs.lock)
	id, ok := reflectOffs.idOf[p]
	if !ok {
		if reflectOffs.idOf == nil {
			reflectOffs.idOf = make(map[unsafe.Pointer]int32)
		}
		id = -1 - int32(len(reflectOffs.byID))
		reflectOffs.byID = append(reflectOffs.byID, p)
		reflectOffs.idOf[p] = id
	}
	task.Unlock(&reflectOffs.lock)
	return id
}

func reflectOff(id int32) unsafe.Pointer {
	task.Lock(&reflectOffs.lock)
	var p unsafe.Pointer
	if i := int(-1 - id); i >= 0 && i < len(reflectOffs.byID) {
		p = reflectOffs.byID[i]
	}
	task.Unlock(&reflectOffs.lock)
	if p == nil {
		println("runtime: offset", id, "was never registered")
		throw("runtime: offset base pointer out of range")
	}
	return p
}

func inTypeSection(p unsafe.Pointer) bool {
	md := &stack.Module
	return md.Types <= uintptr(p) && uintptr(p) < md.ETypes
}

// ResolveNameOff returns the name at off, of an object at base.
func ResolveNameOff(base unsafe.Pointer, off abi.NameOff) abi.Name {
	if off == 0 {
		return abi.Name{}
	}
	if !inTypeSection(base) {
		return abi.Name{Bytes: (*byte)(reflectOff(int32(off)))}
	}
	return abi.Name{Bytes: (*byte)(unsafe.Pointer(stack.Module.Types + uintptr(off)))}
}

// ResolveTypeOff returns the type at off. Offset -1 marks a method that the
// linker removed: it resolves to no type.
func ResolveTypeOff(base unsafe.Pointer, off abi.TypeOff) *abi.Type {
	if off == 0 || off == -1 && inTypeSection(base) {
		return nil
	}
	if !inTypeSection(base) {
		return (*abi.Type)(reflectOff(int32(off)))
	}
	return (*abi.Type)(unsafe.Pointer(stack.Module.Types + uintptr(off)))
}

// ResolveTextOff returns the code at off.
func ResolveTextOff(base unsafe.Pointer, off abi.TextOff) unsafe.Pointer {
	if off == -1 && inTypeSection(base) {
		return unsafe.Pointer(abi.FuncPCABIInternal(unreachableMethod))
	}
	if !inTypeSection(base) {
		return reflectOff(int32(off))
	}
	return unsafe.Pointer(stack.Module.Text + uintptr(off))
}

// unreachableMethod stands for methods that the linker found unreachable.
//
//go:linkname unreachableMethod runtime.unreachableMethod
func unreachableMethod() {
	throw("unreachable method called. linker bug?")
}

// TypeString is the name of t as reflect shows it.
func TypeString(t *abi.Type) string {
	s := ResolveNameOff(unsafe.Pointer(t), t.Str).Name()
	if t.TFlag&abi.TFlagExtraStar != 0 {
		return s[1:]
	}
	return s
}

// TypeName is the name of t without its package, "" for an unnamed type.
func TypeName(t *abi.Type) string {
	if !t.HasName() {
		return ""
	}
	s := TypeString(t)
	i := len(s) - 1
	brackets := 0
	for i >= 0 && (s[i] != '.' || brackets != 0) {
		switch s[i] {
		case ']':
			brackets++
		case '[':
			brackets--
		}
		i--
	}
	return s[i+1:]
}

// TypePkgPath is the import path of the package that declares t.
func TypePkgPath(t *abi.Type) string {
	if u := t.Uncommon(); u != nil {
		return ResolveNameOff(unsafe.Pointer(t), u.PkgPath).Name()
	}
	switch t.Kind() {
	case abi.Struct:
		return (*abi.StructType)(unsafe.Pointer(t)).PkgPath.Name()
	case abi.Interface:
		return (*abi.InterfaceType)(unsafe.Pointer(t)).PkgPath.Name()
	}
	return ""
}

// PkgPath is the package path that the name n carries, if it does.
func PkgPath(base unsafe.Pointer, n abi.Name) string {
	if n.Bytes == nil || *n.Data(0)&(1<<2) == 0 {
		return ""
	}
	i, l := n.ReadVarint(1)
	off := 1 + i + l
	if n.HasTag() {
		i2, l2 := n.ReadVarint(off)
		off += i2 + l2
	}
	var at abi.NameOff
	for k := 0; k < 4; k++ {
		at |= abi.NameOff(*n.Data(off + k)) << (8 * k)
	}
	return ResolveNameOff(base, at).Name()
}

//go:linkname reflect_resolveNameOff reflect.resolveNameOff
func reflect_resolveNameOff(base unsafe.Pointer, off int32) unsafe.Pointer {
	return unsafe.Pointer(ResolveNameOff(base, abi.NameOff(off)).Bytes)
}

//go:linkname reflectlite_resolveNameOff internal/reflectlite.resolveNameOff
func reflectlite_resolveNameOff(base unsafe.Pointer, off int32) unsafe.Pointer {
	return unsafe.Pointer(ResolveNameOff(base, abi.NameOff(off)).Bytes)
}

//go:linkname reflect_resolveTypeOff reflect.resolveTypeOff
func reflect_resolveTypeOff(base unsafe.Pointer, off int32) unsafe.Pointer {
	return unsafe.Pointer(ResolveTypeOff(base, abi.TypeOff(off)))
}

//go:linkname reflectlite_resolveTypeOff internal/reflectlite.resolveTypeOff
func reflectlite_resolveTypeOff(base unsafe.Pointer, off int32) unsafe.Pointer {
	return unsafe.Pointer(ResolveTypeOff(base, abi.TypeOff(off)))
}

//go:linkname reflect_resolveTextOff reflect.resolveTextOff
func reflect_resolveTextOff(base unsafe.Pointer, off int32) unsafe.Pointer {
	return ResolveTextOff(base, abi.TextOff(off))
}

//go:linkname reflect_typelinks reflect.typelinks
func reflect_typelinks() ([]unsafe.Pointer, [][]int32) {
	md := &stack.Module
	return []unsafe.Pointer{unsafe.Pointer(md.Types)}, [][]int32{md.TypeLinks}
}
