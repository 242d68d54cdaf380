#include <stdio.h>
#include <stdarg.h>
#include <stdlib.h>

typedef int (*op)(int, int);
static int add(int a, int b) { return a + b; }
static int mul(int a, int b) { return a * b; }
static op choose(int which) { return which ? mul : add; }
static int (*table[])(int, int) = { add, mul, 0 };
static int (*pick(char c))(int, int) { return c == '+' ? &add : *mul; }

static double sum(int n, ...)
{
	va_list ap, again;
	double s = 0;
	int i;
	va_start(ap, n);
	va_copy(again, ap);
	for (i = 0; i < n; i++)
		s += i % 2 ? va_arg(ap, double) : va_arg(ap, int);
	s = s * 100 + va_arg(again, int);
	va_end(ap);
	va_end(again);
	return s;
}

struct pair { long a; char b; };
static long pairs(int n, ...)
{
	va_list ap;
	long s = 0;
	va_start(ap, n);
	while (n--) {
		struct pair p = va_arg(ap, struct pair);
		s = s * 10 + p.a + p.b;
		s += *va_arg(ap, char *);
	}
	va_end(ap);
	return s;
}

static int vout(const char *f, va_list ap) { return vprintf(f, ap); }
static int out(const char *f, ...) { int n; va_list ap; va_start(ap, f); n = vout(f, ap); va_end(ap); return n; }

static int old(a, c, d) int a; char c; float d; { return a + c + (int)d; }
static int late();
static inline int twice(int x) { return 2 * x; }
static int depth(int n, char *p) { char c = 'a' + n; if (!n) return *p; return depth(n - 1, &c) + c; }
static void none(void) { }
static int by_value(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }

void test_calls(void)
{
	int a[] = { 5, 3, 9, 1, 7 }, i, key = 7, *found;
	struct pair p = { 4, 1 };
	printf("%d %d %d\n", choose(1)(3, 4), table[0](3, 4), pick('+')(5, 6));
	for (i = 0; table[i]; i++) printf("%d ", (*table[i])(i, 10));
	printf("%d\n", table[1] == mul);
	printf("%g %g\n", sum(4, 1, 0.5, 2, 0.25), sum(0, 3));
	printf("%ld\n", pairs(2, p, "a", (struct pair){ 1, 2 }, "b"));
	printf("%d\n", out("%s %c %5.1f|\n", "text", 'c', 2.25));
	printf("%d %d %d %d\n", old(1, 'a', 2.5), late(2), twice(21), depth(3, "x"));
	qsort(a, 5, sizeof *a, by_value);
	found = bsearch(&key, a, 5, sizeof *a, by_value);
	for (i = 0; i < 5; i++) printf("%d ", a[i]);
	printf("%d\n", (int)(found - a));
	none();
	(i > 2 ? none : (void (*)(void))none)();
}

static int late(x) int x; { return x * 3; }
