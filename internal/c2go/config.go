package c2go

import (
	"embed"
	"fmt"
	"strings"

	"modernc.org/cc/v4"
)

// headers are the system headers of the C library that translated programs use; no header of the host is ever read.
//
//go:embed include
var headers embed.FS

// systemRoot is what names of embedded headers begin with, so that no file of the host can be meant.
const systemRoot = "<c2go>"

// expansionLimit bounds the work of macro expansion; SQLite's amalgamation needs about a hundredth of it.
const expansionLimit = 10_000_000

// predefined are the macros of the machine that translated programs see: LP64, little endian, with the language of GCC 4.9.
const predefined = `
#define __STDC__ 1
#define __STDC_VERSION__ 201112L
#define __STDC_HOSTED__ 1
#define __STDC_NO_THREADS__ 1
#define __STDC_NO_COMPLEX__ 1
#define __STDC_NO_ATOMICS__ 1
#define __STDC_UTF_16__ 1
#define __STDC_UTF_32__ 1
#define __C2GO__ 1
#define __GNUC__ 4
#define __GNUC_MINOR__ 9
#define __GNUC_PATCHLEVEL__ 0
#define __GNUC_STDC_INLINE__ 1
#define __VERSION__ "4.9.0 c2go"
#define __OPTIMIZE__ 1
#define __linux__ 1
#define __linux 1
#define linux 1
#define __gnu_linux__ 1
#define __unix__ 1
#define __unix 1
#define unix 1
#define __ELF__ 1
#define _LP64 1
#define __LP64__ 1
#define __CHAR_BIT__ 8
#define __BIGGEST_ALIGNMENT__ 16
#define __ORDER_LITTLE_ENDIAN__ 1234
#define __ORDER_BIG_ENDIAN__ 4321
#define __ORDER_PDP_ENDIAN__ 3412
#define __BYTE_ORDER__ __ORDER_LITTLE_ENDIAN__
#define __FLOAT_WORD_ORDER__ __ORDER_LITTLE_ENDIAN__
#define __SIZEOF_INT__ 4
#define __SIZEOF_LONG__ 8
#define __SIZEOF_LONG_LONG__ 8
#define __SIZEOF_SHORT__ 2
#define __SIZEOF_FLOAT__ 4
#define __SIZEOF_DOUBLE__ 8
#define __SIZEOF_LONG_DOUBLE__ 8
#define __SIZEOF_SIZE_T__ 8
#define __SIZEOF_WCHAR_T__ 4
#define __SIZEOF_WINT_T__ 4
#define __SIZEOF_PTRDIFF_T__ 8
#define __SIZEOF_POINTER__ 8
#define __SIZE_TYPE__ unsigned long
#define __PTRDIFF_TYPE__ long
#define __WCHAR_TYPE__ int
#define __WINT_TYPE__ unsigned int
#define __INTMAX_TYPE__ long
#define __UINTMAX_TYPE__ unsigned long
#define __CHAR16_TYPE__ unsigned short
#define __CHAR32_TYPE__ unsigned int
#define __SIG_ATOMIC_TYPE__ int
#define __INT8_TYPE__ signed char
#define __INT16_TYPE__ short
#define __INT32_TYPE__ int
#define __INT64_TYPE__ long
#define __UINT8_TYPE__ unsigned char
#define __UINT16_TYPE__ unsigned short
#define __UINT32_TYPE__ unsigned int
#define __UINT64_TYPE__ unsigned long
#define __INTPTR_TYPE__ long
#define __UINTPTR_TYPE__ unsigned long
#define __SCHAR_MAX__ 0x7f
#define __SHRT_MAX__ 0x7fff
#define __INT_MAX__ 0x7fffffff
#define __LONG_MAX__ 0x7fffffffffffffffL
#define __LONG_LONG_MAX__ 0x7fffffffffffffffLL
#define __WCHAR_MAX__ 0x7fffffff
#define __WCHAR_MIN__ (-__WCHAR_MAX__ - 1)
#define __SIZE_MAX__ 0xffffffffffffffffUL
#define __PTRDIFF_MAX__ 0x7fffffffffffffffL
#define __INTMAX_MAX__ 0x7fffffffffffffffL
#define __UINTMAX_MAX__ 0xffffffffffffffffUL
#define __INT8_MAX__ 0x7f
#define __INT16_MAX__ 0x7fff
#define __INT32_MAX__ 0x7fffffff
#define __INT64_MAX__ 0x7fffffffffffffffL
#define __UINT8_MAX__ 0xff
#define __UINT16_MAX__ 0xffff
#define __UINT32_MAX__ 0xffffffffU
#define __UINT64_MAX__ 0xffffffffffffffffUL
#define __INTPTR_MAX__ 0x7fffffffffffffffL
#define __UINTPTR_MAX__ 0xffffffffffffffffUL
#define __FLT_EVAL_METHOD__ 0
#define __FLT_RADIX__ 2
#define __FLT_MANT_DIG__ 24
#define __FLT_DIG__ 6
#define __FLT_MIN_EXP__ (-125)
#define __FLT_MIN_10_EXP__ (-37)
#define __FLT_MAX_EXP__ 128
#define __FLT_MAX_10_EXP__ 38
#define __FLT_MAX__ 3.40282346638528859812e+38F
#define __FLT_MIN__ 1.17549435082228750797e-38F
#define __FLT_EPSILON__ 1.19209289550781250000e-7F
#define __FLT_DENORM_MIN__ 1.40129846432481707092e-45F
#define __DBL_MANT_DIG__ 53
#define __DBL_DIG__ 15
#define __DBL_MIN_EXP__ (-1021)
#define __DBL_MIN_10_EXP__ (-307)
#define __DBL_MAX_EXP__ 1024
#define __DBL_MAX_10_EXP__ 308
#define __DBL_MAX__ ((double)1.79769313486231570815e+308L)
#define __DBL_MIN__ ((double)2.22507385850720138309e-308L)
#define __DBL_EPSILON__ ((double)2.22044604925031308085e-16L)
#define __DBL_DENORM_MIN__ ((double)4.94065645841246544177e-324L)
#define __DECIMAL_DIG__ 17
#define __GCC_ATOMIC_INT_LOCK_FREE 2
`

// builtin declares what the front end and the translator agree on: the translator knows each of these names. Atomic operations are
// plain ones, as there is one thread.
const builtin = `
#define __extension__
#define __restrict_arr restrict
#define __builtin_va_list __builtin_va_list
typedef void *__builtin_va_list;
#define __builtin_va_arg(va, type) (*(type *)__builtin_va_arg_impl(va))
#define __builtin_va_copy(dst, src) ((dst) = (src))
#define __builtin_offsetof(type, member) ((__SIZE_TYPE__) & ((type *)0)->member)
#define __builtin_types_compatible_p(t1, t2) __ccgo__types_compatible_p((t1){}, (t2){})
#define __FUNCTION__ __func__
#define __PRETTY_FUNCTION__ __func__
#define __builtin_huge_val() __builtin_inf()
#define __builtin_huge_valf() __builtin_inff()
#define __builtin_huge_vall() __builtin_inf()
int __predefined_declarator;
typedef __SIZE_TYPE__ __predefined_size_t;
typedef __WCHAR_TYPE__ __predefined_wchar_t;
typedef __PTRDIFF_TYPE__ __predefined_ptrdiff_t;
int __ccgo__types_compatible_p();
void *__builtin_va_arg_impl(__builtin_va_list);
void __builtin_va_start(__builtin_va_list, ...);
void __builtin_va_end(__builtin_va_list);
long __builtin_expect(long, long);
void __builtin_unreachable(void);
void __builtin_trap(void);
void __builtin_prefetch(const void *, ...);
void *__builtin_alloca(__SIZE_TYPE__);
void *__builtin_frame_address(unsigned);
void *__builtin_return_address(unsigned);
__SIZE_TYPE__ __builtin_object_size(const void *, int);
double __builtin_inf(void);
float __builtin_inff(void);
double __builtin_nan(const char *);
float __builtin_nanf(const char *);
int __builtin_clz(unsigned);
int __builtin_clzl(unsigned long);
int __builtin_clzll(unsigned long long);
int __builtin_ctz(unsigned);
int __builtin_ctzl(unsigned long);
int __builtin_ctzll(unsigned long long);
int __builtin_ffs(int);
int __builtin_ffsl(long);
int __builtin_ffsll(long long);
int __builtin_popcount(unsigned);
int __builtin_popcountl(unsigned long);
int __builtin_popcountll(unsigned long long);
int __builtin_parity(unsigned);
int __builtin_parityl(unsigned long);
int __builtin_parityll(unsigned long long);
unsigned short __builtin_bswap16(unsigned short);
unsigned __builtin_bswap32(unsigned);
unsigned long __builtin_bswap64(unsigned long);
int __builtin_isnan(double);
int __builtin_isinf(double);
int __builtin_isfinite(double);
int __builtin_signbit(double);
int __builtin_isunordered(double, double);
int __builtin_isgreater(double, double);
int __builtin_isgreaterequal(double, double);
int __builtin_isless(double, double);
int __builtin_islessequal(double, double);
int __builtin_islessgreater(double, double);
int __builtin_setjmp(void *);
void __sync_synchronize(void);
#define __ATOMIC_RELAXED 0
#define __ATOMIC_CONSUME 1
#define __ATOMIC_ACQUIRE 2
#define __ATOMIC_RELEASE 3
#define __ATOMIC_ACQ_REL 4
#define __ATOMIC_SEQ_CST 5
#define __c2go_before(p, set) ({ __typeof__(p) __p = (p); __typeof__(*__p) __old = *__p; set; __old; })
#define __c2go_after(p, set) ({ __typeof__(p) __p = (p); set; *__p; })
#define __atomic_load_n(p, m) (*(p))
#define __atomic_store_n(p, v, m) ((void)(*(p) = (v)))
#define __atomic_load(p, q, m) ((void)(*(q) = *(p)))
#define __atomic_store(p, q, m) ((void)(*(p) = *(q)))
#define __atomic_exchange_n(p, v, m) __c2go_before(p, *__p = (v))
#define __sync_lock_test_and_set(p, v) __c2go_before(p, *__p = (v))
#define __sync_lock_release(p) ((void)(*(p) = 0))
#define __sync_bool_compare_and_swap(p, o, n) ({ __typeof__(p) __p = (p); int __same = *__p == (o); if (__same) *__p = (n); __same; })
#define __sync_val_compare_and_swap(p, o, n) __c2go_before(p, if (*__p == (o)) *__p = (n))
#define __atomic_compare_exchange_n(p, e, n, w, s, f) ({ __typeof__(p) __p = (p); __typeof__(p) __e = (e); int __same = *__p == *__e; if (__same) *__p = (n); else *__e = *__p; __same; })
#define __atomic_thread_fence(m) ((void)0)
#define __atomic_signal_fence(m) ((void)0)
#define __atomic_fetch_add(p, v, m) __c2go_before(p, *__p = *__p + (v))
#define __atomic_add_fetch(p, v, m) __c2go_after(p, *__p = *__p + (v))
#define __sync_fetch_and_add(p, v) __c2go_before(p, *__p = *__p + (v))
#define __sync_add_and_fetch(p, v) __c2go_after(p, *__p = *__p + (v))
#define __atomic_fetch_sub(p, v, m) __c2go_before(p, *__p = *__p - (v))
#define __atomic_sub_fetch(p, v, m) __c2go_after(p, *__p = *__p - (v))
#define __sync_fetch_and_sub(p, v) __c2go_before(p, *__p = *__p - (v))
#define __sync_sub_and_fetch(p, v) __c2go_after(p, *__p = *__p - (v))
#define __atomic_fetch_and(p, v, m) __c2go_before(p, *__p = *__p & (v))
#define __atomic_and_fetch(p, v, m) __c2go_after(p, *__p = *__p & (v))
#define __sync_fetch_and_and(p, v) __c2go_before(p, *__p = *__p & (v))
#define __sync_and_and_fetch(p, v) __c2go_after(p, *__p = *__p & (v))
#define __atomic_fetch_or(p, v, m) __c2go_before(p, *__p = *__p | (v))
#define __atomic_or_fetch(p, v, m) __c2go_after(p, *__p = *__p | (v))
#define __sync_fetch_and_or(p, v) __c2go_before(p, *__p = *__p | (v))
#define __sync_or_and_fetch(p, v) __c2go_after(p, *__p = *__p | (v))
#define __atomic_fetch_xor(p, v, m) __c2go_before(p, *__p = *__p ^ (v))
#define __atomic_xor_fetch(p, v, m) __c2go_after(p, *__p = *__p ^ (v))
#define __sync_fetch_and_xor(p, v) __c2go_before(p, *__p = *__p ^ (v))
#define __sync_xor_and_fetch(p, v) __c2go_after(p, *__p = *__p ^ (v))
`

// config is the front end's configuration for one translation unit.
func config(o *Options, in *inclusions) (*cc.Config, error) {
	abi, err := cc.NewABI("linux", "amd64")
	if err != nil {
		return nil, err
	}
	c := &cc.Config{
		ABI:             abi,
		FS:              in,
		FSOnly:          true,
		Predefined:      predefined,
		DefaultSizeT:    cc.ULong,
		DefaultPtrdiffT: cc.Long,
		DefaultWcharT:   cc.Int,
		UnsignedEnums:   true,
		ABILayout:       true,
		ExpansionLimit:  expansionLimit,
		HasBuiltin: func(name string) bool {
			return strings.Contains(builtin, " "+name+"(") || strings.Contains(builtin, "*"+name+"(")
		},
		PragmaHandler: in.pragma,
	}
	if err := c.AdjustLongDouble(); err != nil {
		return nil, err
	}
	dirs := append(append([]string{}, o.Include...), systemRoot)
	c.IncludePaths = append([]string{""}, dirs...)
	c.SysIncludePaths = dirs
	return c, c.ApplyOptions("-std=gnu11")
}

// sources are the parts of a translation unit.
func sources(o *Options, c *cc.Config, file string, text []byte) []cc.Source {
	var b strings.Builder
	for _, d := range o.Define {
		name, value, ok := strings.Cut(d, "=")
		if !ok {
			value = "1"
		}
		fmt.Fprintf(&b, "#define %s %s\n", name, value)
	}
	for _, d := range o.Undefine {
		fmt.Fprintf(&b, "#undef %s\n", d)
	}
	return []cc.Source{
		{Name: "<predefined>", Value: c.Predefined},
		{Name: "<builtin>", Value: builtin},
		{Name: "<command-line>", Value: b.String()},
		{Name: file, Value: marked(file, text)},
	}
}
