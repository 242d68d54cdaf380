package module

// Op is an instruction of WebAssembly: its byte, or, from Prefixed on, 0xfc00 plus the number behind the prefix 0xfc.
type Op uint16

// Prefixed is the first op that has the prefix byte 0xfc.
const Prefixed Op = 0xfc00

// Immediate says what follows an opcode.
type Immediate uint8

const (
	None     Immediate = iota
	BlockTyp           // a block type
	Index              // one index: of a label, local, global, function
	Labels             // a vector of labels and a default
	Indirect           // a type index and a table index
	MemArg             // alignment and offset
	Zero               // a zero byte
	ZeroZero           // two zero bytes
	Int32              // a signed number of 32 bits
	Int64              // a signed number of 64 bits
	Bits32             // the bits of a float
	Bits64
)

// Instruction is a row of the table of instructions.
type Instruction struct {
	Name string
	Imm  Immediate
}

// The instructions that have names of their own in the compiler; the others are asked for by number from the ranges of the table.
const (
	Unreachable  Op = 0x00
	Nop          Op = 0x01
	Block        Op = 0x02
	Loop         Op = 0x03
	If           Op = 0x04
	Else         Op = 0x05
	End          Op = 0x0b
	Br           Op = 0x0c
	BrIf         Op = 0x0d
	BrTable      Op = 0x0e
	Return       Op = 0x0f
	Call         Op = 0x10
	CallIndirect Op = 0x11
	Drop         Op = 0x1a
	Select       Op = 0x1b
	LocalGet     Op = 0x20
	LocalSet     Op = 0x21
	LocalTee     Op = 0x22
	GlobalGet    Op = 0x23
	GlobalSet    Op = 0x24

	I32Load    Op = 0x28
	I64Load    Op = 0x29
	F32Load    Op = 0x2a
	F64Load    Op = 0x2b
	I32Load8S  Op = 0x2c
	I32Load8U  Op = 0x2d
	I32Load16S Op = 0x2e
	I32Load16U Op = 0x2f
	I64Load8S  Op = 0x30
	I64Load8U  Op = 0x31
	I64Load16S Op = 0x32
	I64Load16U Op = 0x33
	I64Load32S Op = 0x34
	I64Load32U Op = 0x35
	I32Store   Op = 0x36
	I64Store   Op = 0x37
	F32Store   Op = 0x38
	F64Store   Op = 0x39
	I32Store8  Op = 0x3a
	I32Store16 Op = 0x3b
	I64Store8  Op = 0x3c
	I64Store16 Op = 0x3d
	I64Store32 Op = 0x3e
	MemorySize Op = 0x3f
	MemoryGrow Op = 0x40
	I32Const   Op = 0x41
	I64Const   Op = 0x42
	F32Const   Op = 0x43
	F64Const   Op = 0x44

	I32Eqz  Op = 0x45
	I32Eq   Op = 0x46
	I32Ne   Op = 0x47
	I32LtS  Op = 0x48
	I32LtU  Op = 0x49
	I32GtS  Op = 0x4a
	I32GtU  Op = 0x4b
	I32LeS  Op = 0x4c
	I32LeU  Op = 0x4d
	I32GeS  Op = 0x4e
	I32GeU  Op = 0x4f
	I64Eqz  Op = 0x50
	I64Eq   Op = 0x51
	I64Ne   Op = 0x52
	I64LtS  Op = 0x53
	I64LtU  Op = 0x54
	I64GtS  Op = 0x55
	I64GtU  Op = 0x56
	I64LeS  Op = 0x57
	I64LeU  Op = 0x58
	I64GeS  Op = 0x59
	I64GeU  Op = 0x5a
	F32Eq   Op = 0x5b
	F32Ne   Op = 0x5c
	F32Lt   Op = 0x5d
	F32Gt   Op = 0x5e
	F32Le   Op = 0x5f
	F32Ge   Op = 0x60
	F64Eq   Op = 0x61
	F64Ne   Op = 0x62
	F64Lt   Op = 0x63
	F64Gt   Op = 0x64
	F64Le   Op = 0x65
	F64Ge   Op = 0x66
	I32Clz  Op = 0x67
	I32Ctz  Op = 0x68
	I32Pop  Op = 0x69
	I32Add  Op = 0x6a
	I32Sub  Op = 0x6b
	I32Mul  Op = 0x6c
	I32DivS Op = 0x6d
	I32DivU Op = 0x6e
	I32RemS Op = 0x6f
	I32RemU Op = 0x70
	I32And  Op = 0x71
	I32Or   Op = 0x72
	I32Xor  Op = 0x73
	I32Shl  Op = 0x74
	I32ShrS Op = 0x75
	I32ShrU Op = 0x76
	I32Rotl Op = 0x77
	I32Rotr Op = 0x78
	I64Clz  Op = 0x79
	I64Ctz  Op = 0x7a
	I64Pop  Op = 0x7b
	I64Add  Op = 0x7c
	I64Sub  Op = 0x7d
	I64Mul  Op = 0x7e
	I64DivS Op = 0x7f
	I64DivU Op = 0x80
	I64RemS Op = 0x81
	I64RemU Op = 0x82
	I64And  Op = 0x83
	I64Or   Op = 0x84
	I64Xor  Op = 0x85
	I64Shl  Op = 0x86
	I64ShrS Op = 0x87
	I64ShrU Op = 0x88
	I64Rotl Op = 0x89
	I64Rotr Op = 0x8a

	F32Abs      Op = 0x8b
	F32Neg      Op = 0x8c
	F32Ceil     Op = 0x8d
	F32Floor    Op = 0x8e
	F32Trunc    Op = 0x8f
	F32Nearest  Op = 0x90
	F32Sqrt     Op = 0x91
	F32Add      Op = 0x92
	F32Sub      Op = 0x93
	F32Mul      Op = 0x94
	F32Div      Op = 0x95
	F32Min      Op = 0x96
	F32Max      Op = 0x97
	F32Copysign Op = 0x98
	F64Abs      Op = 0x99
	F64Neg      Op = 0x9a
	F64Ceil     Op = 0x9b
	F64Floor    Op = 0x9c
	F64Trunc    Op = 0x9d
	F64Nearest  Op = 0x9e
	F64Sqrt     Op = 0x9f
	F64Add      Op = 0xa0
	F64Sub      Op = 0xa1
	F64Mul      Op = 0xa2
	F64Div      Op = 0xa3
	F64Min      Op = 0xa4
	F64Max      Op = 0xa5
	F64Copysign Op = 0xa6

	I32WrapI64     Op = 0xa7
	I64ExtendI32S  Op = 0xac
	I64ExtendI32U  Op = 0xad
	F32ConvertI32S Op = 0xb2
	F32ConvertI64S Op = 0xb4
	F32DemoteF64   Op = 0xb6
	F64ConvertI32S Op = 0xb7
	F64ConvertI64S Op = 0xb9
	F64PromoteF32  Op = 0xbb
	I32BitsF32     Op = 0xbc
	I64BitsF64     Op = 0xbd
	F32BitsI32     Op = 0xbe
	F64BitsI64     Op = 0xbf
	I32Extend8S    Op = 0xc0
	I32Extend16S   Op = 0xc1
	I64Extend8S    Op = 0xc2
	I64Extend16S   Op = 0xc3
	I64Extend32S   Op = 0xc4

	I32SatF32S Op = Prefixed + 0
	I32SatF64S Op = Prefixed + 2
	I64SatF32S Op = Prefixed + 4
	I64SatF64S Op = Prefixed + 6
	MemoryCopy Op = Prefixed + 10
	MemoryFill Op = Prefixed + 11
)

// Instructions has a row for each op that there is.
var Instructions = map[Op]Instruction{
	Unreachable: {"unreachable", None}, Nop: {"nop", None}, Block: {"block", BlockTyp}, Loop: {"loop", BlockTyp}, If: {"if", BlockTyp},
	Else: {"else", None}, End: {"end", None}, Br: {"br", Index}, BrIf: {"br_if", Index}, BrTable: {"br_table", Labels}, Return: {"return", None},
	Call: {"call", Index}, CallIndirect: {"call_indirect", Indirect}, Drop: {"drop", None}, Select: {"select", None},
	LocalGet: {"local.get", Index}, LocalSet: {"local.set", Index}, LocalTee: {"local.tee", Index},
	GlobalGet: {"global.get", Index}, GlobalSet: {"global.set", Index},
	MemorySize: {"memory.size", Zero}, MemoryGrow: {"memory.grow", Zero},
	I32Const: {"i32.const", Int32}, I64Const: {"i64.const", Int64}, F32Const: {"f32.const", Bits32}, F64Const: {"f64.const", Bits64},
	MemoryCopy: {"memory.copy", ZeroZero}, MemoryFill: {"memory.fill", Zero},
	I32WrapI64: {"i32.wrap_i64", None}, I64ExtendI32S: {"i64.extend_i32_s", None}, I64ExtendI32U: {"i64.extend_i32_u", None},
	F32ConvertI32S: {"f32.convert_i32_s", None}, F32ConvertI64S: {"f32.convert_i64_s", None}, F32DemoteF64: {"f32.demote_f64", None},
	F64ConvertI32S: {"f64.convert_i32_s", None}, F64ConvertI64S: {"f64.convert_i64_s", None}, F64PromoteF32: {"f64.promote_f32", None},
	I32BitsF32: {"i32.reinterpret_f32", None}, I64BitsF64: {"i64.reinterpret_f64", None},
	F32BitsI32: {"f32.reinterpret_i32", None}, F64BitsI64: {"f64.reinterpret_i64", None},
	I32SatF32S: {"i32.trunc_sat_f32_s", None}, I32SatF64S: {"i32.trunc_sat_f64_s", None},
	I64SatF32S: {"i64.trunc_sat_f32_s", None}, I64SatF64S: {"i64.trunc_sat_f64_s", None},
}

func init() {
	row := func(first Op, imm Immediate, names ...string) {
		for i, n := range names {
			Instructions[first+Op(i)] = Instruction{n, imm}
		}
	}
	row(I32Load, MemArg, "i32.load", "i64.load", "f32.load", "f64.load", "i32.load8_s", "i32.load8_u", "i32.load16_s", "i32.load16_u",
		"i64.load8_s", "i64.load8_u", "i64.load16_s", "i64.load16_u", "i64.load32_s", "i64.load32_u",
		"i32.store", "i64.store", "f32.store", "f64.store", "i32.store8", "i32.store16", "i64.store8", "i64.store16", "i64.store32")
	for _, t := range []struct {
		eqz Op
		typ string
	}{{I32Eqz, "i32."}, {I64Eqz, "i64."}} {
		for i, n := range []string{"eqz", "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"} {
			row(t.eqz+Op(i), None, t.typ+n)
		}
	}
	for i, n := range []string{"eq", "ne", "lt", "gt", "le", "ge"} {
		row(F32Eq+Op(i), None, "f32."+n)
		row(F64Eq+Op(i), None, "f64."+n)
	}
	for i, n := range []string{"clz", "ctz", "popcnt", "add", "sub", "mul", "div_s", "div_u", "rem_s", "rem_u", "and", "or", "xor", "shl", "shr_s", "shr_u", "rotl", "rotr"} {
		row(I32Clz+Op(i), None, "i32."+n)
		row(I64Clz+Op(i), None, "i64."+n)
	}
	for i, n := range []string{"abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt", "add", "sub", "mul", "div", "min", "max", "copysign"} {
		row(F32Abs+Op(i), None, "f32."+n)
		row(F64Abs+Op(i), None, "f64."+n)
	}
	row(I32Extend8S, None, "i32.extend8_s", "i32.extend16_s", "i64.extend8_s", "i64.extend16_s", "i64.extend32_s")
}
