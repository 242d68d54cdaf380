package rtcall

// Functions whose meaning a pass knows: what to do with the call cannot be said by a flag.
const (
	NewObject       = "runtime.newobject"
	MallocGC        = "runtime.mallocgc"
	MakeSlice       = "runtime.makeslice"
	GrowSlice       = "runtime.growslice"
	MakeMap         = "runtime.makemap"       // of a type, a size, and memory for the header
	MakeMapSmall    = "runtime.makemap_small" // empty, for few elements of any type
	MapIterStart    = "runtime.mapIterStart"  // of a type, a map, and the iterator
	Rand            = "runtime.rand"
	AssertE2I       = "runtime.assertE2I"
	AssertE2I2      = "runtime.assertE2I2"
	InterfaceSwitch = "runtime.interfaceSwitch"
	MemMove         = "runtime.memmove"
	MemClear        = "runtime.memclrNoHeapPointers"
	MemEqual        = "runtime.memequal"
	MemEqualVar     = "runtime.memequal_varlen"
	PanicBounds     = "runtime.panicBounds"
	PanicWrap       = "runtime.panicwrap"
	Unreachable     = "runtime.unreachableMethod" // in method tables, for methods that reachability has dropped; a program may lack it
	StringToBytes   = "runtime.stringtoslicebyte"
	MoreStack       = "runtime.morestack"
	MoreStackNoCtxt = "runtime.morestack_noctxt"
	WriteBarrier2   = "runtime.gcWriteBarrier2"
)

// Variables of the runtime that compiled code reads.
const (
	BarrierOn      = "runtime.writeBarrier"
	MemProfileRate = "runtime.MemProfileRate"
	NoSwitchCache  = "runtime.noSwitchCache" // where variables of type switches point before any
	ZeroBase       = "runtime.zerobase"      // the address of all objects without size
	ByteValues     = "runtime.staticuint64s" // the numbers below 256, for interfaces
	ZeroValue      = "runtime.zeroVal"       // zeros, more than any scalar, string or slice needs
)

// Read-only memory for values in interfaces that passes find to be known. The rest of the name is the value: a number's 64 bits in
// hexadecimal, or the length of a string, a dot, and what follows StringData in the name of its bytes' symbol.
const (
	BoxedNumber = "go:const.box."
	BoxedString = "go:const.str."
	StringData  = "go:string."
)

// InitFrame is what the initialisers of packages are called in stacks; there is no such function.
const InitFrame = "runtime.doInit"
