package c2go

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// bad are programs that cannot be translated, and what is said of them.
var bad = []struct{ name, text, want string }{
	{"broken", "int f( {\n", "bad.c:1:8: "},
	{"missing brace", "int main(void) {\n\treturn 0;\n", "bad.c:2:1: "},
	{"missing header", "#include <nowhere.h>\nint x;\n", "bad.c:1:10: include file not found"},
	{"undeclared", "int f(void) { return nothing; }\n", "bad.c:1:22: "},
	{"undefined function", "int g(int);\nint f(void) {\n\treturn g(1);\n}\n", "bad.c:3:9: undefined: function g"},
	{"undefined variable", "extern int n;\nint f(void) {\n\treturn n;\n}\n", "bad.c:3:9: undefined: n"},
	{"twice", "int f(void) { return 0; }\nint f(void) { return 1; }\n", "bad.c:2:5: "},
	{"assembly", "int f(void) {\n\t__asm__(\"nop\");\n\treturn 0;\n}\n", "bad.c:2:2: inline assembly cannot be translated"},
	{"assembly outside", "__asm__(\".globl x\");\n", "bad.c:1:1: inline assembly cannot be translated"},
	{"vector", "typedef int v __attribute__((vector_size(16)));\nv f(v a) { return a; }\n", "vector types are not supported"},
	{"constructor", "static int n;\n__attribute__((constructor)) static void f(void) { n = 1; }\nint main(void) { return n; }\n", "bad.c:2:16: attribute constructor"},
	{"destructor", "void f(void) __attribute__((unused, __destructor__(101)));\nvoid f(void) {}\n", "bad.c:1:37: attribute destructor"},
	{"cleanup", "void f(int *p) { *p = 0; }\nint g(void) {\n\tint n __attribute__((cleanup(f))) = 1;\n\treturn n;\n}\n", "bad.c:3:23: attribute cleanup"},
	{"mode", "typedef int wide __attribute__((mode(DI)));\nwide n;\n", "bad.c:1:33: attribute mode"},
	{"alias", "int f(void) { return 1; }\nint g(void) __attribute__((alias(\"f\")));\nint h(void) { return g(); }\n", "bad.c:2:28: attribute alias"},
	{"threads", "int pthread_create();\nint f(void) {\n\treturn pthread_create(0, 0, 0, 0);\n}\n", "bad.c:3:9: pthread_create: threads"},
	{"thread local", "static _Thread_local int n = 1;\nint f(void) { return n; }\n", "thread-local variables are not supported"},
	{"label", "int f(void) {\n\tgoto out;\n}\n", "bad.c:2:"},
	{"utf-16", "\xff\xfei\x00n\x00t\x00", "bad.c:1:1: the file is in UTF-16"},
	{"nul", "int a;\nint \x00b;\n", "bad.c:2:5: NUL character"},
	{"endless include", "#include \"bad.c\"\n", "bad.c:1:"},
	{"exponential macro", exponential(60), "bad.c:"},
	{"error directive", "\n#error no such machine\n", "bad.c:2:"},
}

// exponential are macros whose expansion has 2^n tokens.
func exponential(n int) string {
	var b strings.Builder
	b.WriteString("#define m0 1+\n")
	for i := 1; i <= n; i++ {
		b.WriteString("#define m" + itoa(i) + " m" + itoa(i-1) + " m" + itoa(i-1) + "\n")
	}
	b.WriteString("int x = m" + itoa(n) + " 0;\n")
	return b.String()
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

// TestBadInput checks that what cannot be translated is told with its position, and that nothing is written then.
func TestBadInput(t *testing.T) {
	for _, c := range bad {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "bad.c")
			if err := os.WriteFile(file, []byte(c.text), 0o666); err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(dir, "out")
			err := Run(&Options{}, out, []string{file})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("something was written")
			}
		})
	}
}

// TestGoodInput checks that what is odd but right C is translated.
func TestGoodInput(t *testing.T) {
	long := "#define LONG \"" + strings.Repeat("x", 1<<20) + "\"\nconst char *s = LONG;\nint n = sizeof LONG;\n"
	for _, c := range []struct{ name, text string }{
		{"old style", "int f(a, b) char *a; int b; { return a[b]; }\nint g(void) { return f(\"x\", 0); }\n"},
		{"latin-1", "/* \xe9t\xe9 */ const char *s = \"\xe9\";\n"},
		{"byte order mark", "\xef\xbb\xbfint x;\n"},
		{"long macro", long},
		{"no newline", "int x = 1;"},
		{"crlf", "int f(void)\r\n{\r\n#define A \\\r\n 1\r\n\treturn A;\r\n}\r\n"},
		{"empty", ""},
		{"trigraph-like", "const char *s = \"??=\";\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "good.c")
			if err := os.WriteFile(file, []byte(c.text), 0o666); err != nil {
				t.Fatal(err)
			}
			a, err := Translate(&Options{Libc: "t/internal/libc", Package: "t"}, []string{file})
			if err != nil {
				t.Fatal(err)
			}
			b, _ := Translate(&Options{Libc: "t/internal/libc", Package: "t"}, []string{file})
			if string(a[0].Text) != string(b[0].Text) {
				t.Error("two translations differ")
			}
		})
	}
}
