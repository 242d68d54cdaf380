#include <stdio.h>
#include <limits.h>
#include <stdint.h>

#define SHOW(e) printf("%-28s %lld\n", #e, (long long)(e))

static int calls;
static int f(int x) { calls++; return x; }

static void wrap(void)
{
	volatile int m = INT_MAX, n = INT_MIN;
	volatile unsigned u = UINT_MAX;
	unsigned char c = 250;
	signed char s = 127;
	short h = -1;
	SHOW(u + 1);
	SHOW(u * u);
	SHOW((unsigned)m + 1);
	SHOW((unsigned short)(n + 5));
	c += 10;
	SHOW(c);
	s++;
	SHOW(s);
	SHOW((unsigned short)h);
	SHOW((unsigned)h);
	SHOW((unsigned long)h);
	SHOW(c << 24);
	SHOW(~c);
	SHOW(-c);
	SHOW(-7 / 2);
	SHOW(-7 % 2);
	SHOW(n >> 3);
	SHOW(u >> 3);
	SHOW(1u << 31);
	SHOW(1LL << 40);
	SHOW(h < 1u);
	SHOW((long)h < 1u);
	SHOW(sizeof(h + c));
	SHOW(sizeof(char[3][5]));
	SHOW('a' + '\377');
	SHOW(L'x' + 0);
}

static void order(void)
{
	int i = 0, a[4] = { 1, 2, 3, 4 }, *p = a, j;
	i = i++ + 0 * 3;
	SHOW(i);
	SHOW(*p++);
	SHOW(*++p);
	SHOW((*p)++);
	SHOW(a[2]);
	j = (i = 5, i + 1);
	SHOW(j);
	SHOW(i += j -= 2);
	SHOW(i == j ? f(1) : f(2));
	SHOW(f(0) && f(1));
	SHOW(f(1) || f(1));
	SHOW(f(0) ?: f(7));
	SHOW(calls);
	SHOW(!f(3) + !!f(3));
	SHOW(({ int t = f(4); t * t; }));
	while (i-- > 0 && (j = f(i)) != 2)
		;
	SHOW(i * 100 + j);
	SHOW(p - a);
	SHOW(&a[3] > p);
	SHOW(*(2 + a));
	SHOW(1[a]);
}

static void floats(void)
{
	double d = 0.1, z = -0.0, big = 1e300;
	float g = 0.1f;
	printf("%.17g %.9g %.17g\n", d + 0.2, g, g * 3.0);
	printf("%g %g %g %g\n", z, 1 / z, big * big, -(big * big));
	printf("%d %d %d\n", (int)-1.9, (int)2.9f, (unsigned char)3.99);
	printf("%.17g %.17g\n", (double)0xffffffffffffffffULL, (double)(float)16777217);
	printf("%d %d\n", d == 0.1f, (float)d == 0.1f);
	printf("%lld %llu\n", (long long)1e18, (unsigned long long)1.8e19);
	d = 1e16;
	d += 1;
	d -= 1e16;
	g /= 3;
	printf("%g %a %.3e %G\n", d, 1.0 / 3, g, 1e-10);
}

static void bools(void)
{
	_Bool b = 3, c = 0.25, d = (void *)0;
	printf("%d %d %d %d\n", b, c, d, b + c + d);
	b--;
	c = b | 2;
	printf("%d %d %zu\n", b, c, sizeof b);
}

#define TYPE(x) _Generic((x), int: "int", unsigned: "unsigned", long: "long", double: "double", char *: "char *", default: "other")

void test_expr(void)
{
	wrap();
	order();
	floats();
	bools();
	puts(TYPE(1));
	puts(TYPE(1u + 1));
	puts(TYPE(1L));
	puts(TYPE('a'));
	puts(TYPE("s"));
	puts(TYPE(1.f));
	printf("%d\n", __builtin_types_compatible_p(int, signed));
	printf("%d %d %d\n", __builtin_popcount(0xff), __builtin_clz(1), __builtin_ctz(8));
}
