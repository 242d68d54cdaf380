//go:build strata

package runtime

import "internal/profilerecord"

// memProfileRecord has one size for all objects of a record, since buckets are by size.
func memProfileRecord(r *memRecord) profilerecord.MemProfileRecord {
	return profilerecord.MemProfileRecord{
		ObjectSize:   int64(r.b.size),
		AllocObjects: r.n.allocs, FreeObjects: r.n.frees,
		Stack: r.b.stack(),
	}
}
