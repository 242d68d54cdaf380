//go:build strata

package runtime

import "internal/profilerecord"

func memProfileRecord(r *memRecord) profilerecord.MemProfileRecord {
	return profilerecord.MemProfileRecord{
		AllocBytes: r.n.allocBytes, FreeBytes: r.n.freeBytes,
		AllocObjects: r.n.allocs, FreeObjects: r.n.frees,
		Stack: r.b.stack(),
	}
}
