//go:build strata

package lang

import (
	"internal/abi"
	"internal/runtime/atomic"
	"runtime/internal/stack"
	"runtime/internal/task"
	"unsafe"
)

// typelinks is the list that reflection searches, made when it first asks.
var typelinks struct {
	lock task.Mutex
	made uint32 // 1 once list stands
	list []*abi.Type
}

// reflect_compiledTypelinks returns the types that reflection finds by their strings, sorted by them. There is one module.
//
//go:linkname reflect_compiledTypelinks reflect.compiledTypelinks
func reflect_compiledTypelinks() ([]*abi.Type, [][]*abi.Type) {
	if atomic.LoadAcq(&typelinks.made) == 0 {
		list := linkedTypes(&stack.Module)
		task.Lock(&typelinks.lock)
		if typelinks.made == 0 {
			typelinks.list = list
			atomic.StoreRel(&typelinks.made, 1)
		}
		task.Unlock(&typelinks.lock)
	}
	return typelinks.list, nil
}

func linkedTypes(md *stack.ModuleData) []*abi.Type {
	list := make([]*abi.Type, len(md.TypeLinks))
	for i, off := range md.TypeLinks {
		list[i] = (*abi.Type)(unsafe.Pointer(md.Types + uintptr(off)))
	}
	return list
}
