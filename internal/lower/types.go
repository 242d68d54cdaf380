package lower

import (
	"crypto/sha256"
	"encoding/hex"
	"go/constant"
	"go/types"
	"math"
	"strconv"
	"strings"

	"strata/internal/object"
	"strata/internal/rtcall"
	"strata/internal/typedesc"
)

// newDesc makes the builder of descriptors, which asks the program for the functions they point to.
func (p *Program) newDesc() *typedesc.Builder {
	return typedesc.New(p.Names, p.Sizes, typedesc.Callbacks{
		Type:   func(sym string, t types.Type) { p.typeSym(t) },
		Equal:  p.eqFuncSym,
		Hash:   p.hashFuncSym,
		Method: p.methodEntries,
	})
}

// defineType makes a descriptor known. Its helper symbols (names, masks) come with it.
func (p *Program) defineType(sym string, t types.Type) {
	p.defineData(sym, func() ([]*object.Symbol, error) { return p.desc.Descriptor(t), nil })
}

// itabSym names the method table of a concrete type for an interface type with methods.
func (p *Program) itabSym(t, iface types.Type) string {
	if o := p.owner(t, iface); o != p {
		return o.itabSym(t, iface)
	}
	sym := p.Names.Itab(t, iface)
	p.define(sym, func() Def {
		return &DataDef{Sym: sym, build: func() ([]*object.Symbol, error) {
			p.typeSym(t)
			p.typeSym(iface)
			return []*object.Symbol{p.desc.Itab(t, iface)}, nil
		}}
	})
	return sym
}

// ifaceWord names what the first word of an interface of type iface holds for values of type t.
func (p *Program) ifaceWord(t, iface types.Type) string {
	if isEmptyInterface(iface) {
		return p.typeSym(t)
	}
	return p.itabSym(t, iface)
}

// stringSym names read-only data that holds the bytes of a string.
func (p *Program) stringSym(s string) string {
	sym := rtcall.StringData + contentName(s)
	p.defineData(sym, func() ([]*object.Symbol, error) {
		return []*object.Symbol{{Name: sym, Kind: object.ROData, Flags: object.DupOK, Align: 1, Size: int64(len(s)), Data: []byte(s)}}, nil
	})
	return sym
}

// contentName turns bytes into a part of a symbol name: themselves if short and plain, a hash otherwise.
func contentName(s string) string {
	if len(s) <= 24 && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' }) < 0 {
		return strconv.Quote(s)
	}
	h := sha256.Sum256([]byte(s))
	return strconv.Itoa(len(s)) + "." + hex.EncodeToString(h[:16])
}

// constSym names read-only memory that holds a constant of a basic type.
func (p *Program) constSym(v constant.Value, t types.Type) string {
	if isString(t) {
		return p.stringHeaderSym(constant.StringVal(v))
	}
	data := p.constBytes(v, t)
	sym := "go:const." + strconv.Itoa(len(data)) + "." + hex.EncodeToString(data)
	p.defineData(sym, func() ([]*object.Symbol, error) {
		return []*object.Symbol{{Name: sym, Kind: object.ROData, Flags: object.DupOK, Align: int32(p.alignof(t)), Size: int64(len(data)), Data: data}}, nil
	})
	return sym
}

// stringHeaderSym names read-only memory that holds a string value.
func (p *Program) stringHeaderSym(s string) string {
	sym := "go:stringhdr." + contentName(s)
	p.defineData(sym, func() ([]*object.Symbol, error) {
		o := &object.Symbol{Name: sym, Kind: object.ROData, Flags: object.DupOK, Align: 8, Size: 16, Data: make([]byte, 16)}
		putInt(o.Data[8:], int64(len(s)), 8)
		if len(s) > 0 {
			o.Relocs = []object.Reloc{{Kind: object.Abs64, Target: p.stringSym(s)}}
		}
		return []*object.Symbol{o}, nil
	})
	return sym
}

// boxDef is the definition of a value in an interface that a pass has named (rtcall.BoxedNumber, BoxedString); nil if sym is none.
func (p *Program) boxDef(sym string) Def {
	o := &object.Symbol{Name: sym, Kind: object.ROData, Flags: object.DupOK, Align: 8}
	if digits, ok := strings.CutPrefix(sym, rtcall.BoxedNumber); ok {
		n, err := strconv.ParseUint(digits, 16, 64)
		if err != nil {
			return nil
		}
		o.Data = make([]byte, 8)
		putInt(o.Data, int64(n), 8)
	} else {
		name, ok := strings.CutPrefix(sym, rtcall.BoxedString)
		digits, data, _ := strings.Cut(name, ".")
		n, err := strconv.ParseInt(digits, 10, 64)
		if !ok || err != nil {
			return nil
		}
		o.Data = make([]byte, 16)
		putInt(o.Data[8:], n, 8)
		o.Relocs = []object.Reloc{{Kind: object.Abs64, Target: rtcall.StringData + data}}
	}
	o.Size = int64(len(o.Data))
	return &DataDef{Sym: sym, build: func() ([]*object.Symbol, error) { return []*object.Symbol{o}, nil }}
}

func putInt(b []byte, v, size int64) {
	for i := range size {
		b[i] = byte(v >> (8 * i))
	}
}

// constBytes is the memory image of a constant of a boolean or numeric type.
func (p *Program) constBytes(v constant.Value, t types.Type) []byte {
	size := p.sizeof(t)
	data := make([]byte, size)
	switch u := under(t).(*types.Basic); {
	case u.Info()&types.IsBoolean != 0:
		if constant.BoolVal(v) {
			data[0] = 1
		}
	case u.Info()&types.IsComplex != 0:
		c := constant.ToComplex(v)
		putInt(data, floatBits(constant.Real(c), size/2), size/2)
		putInt(data[size/2:], floatBits(constant.Imag(c), size/2), size/2)
	case u.Info()&types.IsFloat != 0:
		putInt(data, floatBits(v, size), size)
	default:
		putInt(data, intBits(v), size)
	}
	return data
}

// intBits is an integer constant's value modulo 2^64.
func intBits(v constant.Value) int64 {
	v = constant.ToInt(v)
	if i, ok := constant.Int64Val(v); ok {
		return i
	}
	u, _ := constant.Uint64Val(v)
	return int64(u)
}

// floatBits is the bit pattern of a constant rounded once to a float of a size in bytes.
func floatBits(v constant.Value, size int64) int64 {
	if size == 4 {
		f, _ := constant.Float32Val(constant.ToFloat(v))
		return int64(math.Float32bits(f))
	}
	f, _ := constant.Float64Val(constant.ToFloat(v))
	return int64(math.Float64bits(f))
}

// zeroSym names read-only zeros, at least size bytes.
func (p *Program) zeroSym(size int64) string {
	n := int64(1024)
	for n < size {
		n *= 2
	}
	sym := "go:zero." + strconv.FormatInt(n, 10)
	p.defineData(sym, func() ([]*object.Symbol, error) {
		return []*object.Symbol{{Name: sym, Kind: object.BSS, Flags: object.DupOK, Align: 16, Size: n}}, nil
	})
	return sym
}

// constArraySym names read-only data that holds an array of constants.
func (b *builder) constArraySym(list []elementInit, elem types.Type, n int64) (string, bool) {
	p := b.p
	size := p.sizeof(elem)
	u, ok := under(elem).(*types.Basic)
	if !ok || n*size > 1<<26 {
		return "", false
	}
	data := make([]byte, n*size)
	var relocs []object.Reloc
	key := ""
	for _, x := range list {
		v := b.info.Types[x.e].Value
		at := data[x.i*size:]
		if u.Info()&types.IsString == 0 {
			copy(at, p.constBytes(v, elem))
			continue
		}
		s := constant.StringVal(v)
		putInt(at[8:], int64(len(s)), 8)
		if s != "" {
			sym := p.stringSym(s)
			relocs = append(relocs, object.Reloc{Off: int32(x.i * size), Kind: object.Abs64, Target: sym})
			key += strconv.FormatInt(x.i, 10) + sym
		}
	}
	h := sha256.Sum256(append([]byte(key), data...))
	sym := "go:array." + strconv.FormatInt(n*size, 10) + "." + hex.EncodeToString(h[:16])
	align := int32(p.alignof(elem))
	p.defineData(sym, func() ([]*object.Symbol, error) {
		return []*object.Symbol{{Name: sym, Kind: object.ROData, Flags: object.DupOK, Align: align, Size: n * size, Data: data, Relocs: relocs}}, nil
	})
	return sym, true
}

// byteValuesSym makes a read-only table of 256 words known, each of which holds its index: the boxed values of a byte. The runtime
// declares it for its own use.
func (p *Program) byteValuesSym() string {
	p.define(rtcall.ByteValues, p.byteValuesDef)
	return rtcall.ByteValues
}

func (p *Program) byteValuesDef() Def {
	return &DataDef{Sym: rtcall.ByteValues, build: func() ([]*object.Symbol, error) {
		data := make([]byte, 256*8)
		for i := range 256 {
			data[8*i] = byte(i)
		}
		return []*object.Symbol{{Name: rtcall.ByteValues, Kind: object.ROData, Flags: object.DupOK, Align: 8, Size: int64(len(data)), Data: data}}, nil
	}}
}
