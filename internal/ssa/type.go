package ssa

// Type is the machine-level type of a Value. Strings, slices, interfaces and
// small structs are taken apart into scalars when source is lowered, so no
// aggregate ever is a Value; larger ones live in memory.
//
// Signedness belongs to operations. Bool is an integer of 1 byte that is 0 or 1.
type Type uint8

const (
	Void Type = iota
	Bool
	I8
	I16
	I32
	I64
	Ptr // a pointer that the collector follows and that moves with its stack; may point inside an object
	F32
	F64
	V128  // 16 bytes for copying and zeroing
	Tuple // several results; taken apart by OpResult
)

var typeNames = [...]string{"void", "bool", "i8", "i16", "i32", "i64", "ptr", "f32", "f64", "v128", "tuple"}

func (t Type) String() string { return typeNames[t] }

var typeSizes = [...]int64{0, 1, 1, 2, 4, 8, 8, 4, 8, 16, 0}

// Size is the size of a value of type t in memory, in bytes.
func (t Type) Size() int64 { return typeSizes[t] }

// Bits is the size of t in bits.
func (t Type) Bits() uint { return uint(typeSizes[t] * 8) }

// IsInt tells whether t lives in an integer register and is no pointer.
func (t Type) IsInt() bool { return t >= Bool && t <= I64 }

// IsFloat tells whether t is F32 or F64.
func (t Type) IsFloat() bool { return t == F32 || t == F64 }

// IsReg tells whether a value of type t occupies a register.
func (t Type) IsReg() bool { return t >= Bool && t <= V128 }

// IntType returns the integer type of a size in bytes.
func IntType(size int64) Type {
	switch size {
	case 1:
		return I8
	case 2:
		return I16
	case 4:
		return I32
	case 8:
		return I64
	}
	panic("ssa: no integer type of that size")
}
