package ssa

import "testing"

const sample = `func "main.f" (i64 ptr f64) (i64) pragma=0x2 {
  slot s0 "x" size=24 align=8 ptrs=05 zeroed
  slot s1 "a b" size=1 align=1
b0:
  v0 = Arg.i64 [0]
  v1 = Arg.ptr [1]
  v2 = Const.i64 [-7]
  v3 = ConstF.f64 [0.1]
  v4 = ConstF.f32 [-0]
  v5 = ConstF.f64 [0x7ff8000000000001]
  v6 = LocalAddr.ptr {s0} [8]
  v7 = GlobalAddr.ptr {"type:struct { x int }"} [16]
  v8 = Alloc.ptr {new(T)} size=16 align=8 ptrs=02 type="type:main.T" onstack
  v9: Zero {main.T} align=8 ptrs=02 [16] v8
  v10: Store [8] v6 v0
  v11 = Lt.bool v0 v2
  v12 = Call.tuple {runtime.f} (ptr) (i64 bool) result=s1 noescape v7
  v13 = Result.i64 [0] v12
  if v11 -> b1 b2 likely
b1: <- b0 b1
  v14 = Phi.i64 v13 v15
  v15 = Add.i64 v14 v0
  v16 = Eq.bool v15 v2
  if v16 -> b1 b3
b2: <- b0 cold
  v17: Call {runtime.die} () () noreturn
  unreachable
b3: <- b1
  ret v15
}
`

func TestParse(t *testing.T) {
	f, err := Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(f); err != nil {
		t.Fatal(err)
	}
	if got := f.String(); got != sample {
		t.Errorf("got:\n%s\nwant:\n%s", got, sample)
	}
}

func TestParseErrors(t *testing.T) {
	for _, src := range []string{
		"", "b0:", "func \"f\" {", "func \"f\" {\nb0:\n  v1 = Nonsense.i64\n  ret\n}",
		"func \"f\" {\nb0:\n  v1 = Copy.i64 v9\n  ret\n}", "func \"f\" {\nb0:\n  jump -> b7\n}",
	} {
		if _, err := Parse(src); err == nil {
			t.Errorf("no error for %q", src)
		}
	}
}
