#include <stdio.h>
#include <string.h>
#include <stdlib.h>

int shared = 7;
extern int shared;
static int tentative;
static int tentative;
static const char *const names[] = { "zero", "one", [3] = "three" };
static char text[] = "array", fixed[3] = "abc", big[8] = { 'x', 'y' };
static int grid[2][3] = { { 1, 2 }, { 4, 5, 6 } };
static int ranged[] = { [0 ... 2] = 7, [5] = 1 };
static int *inside = &grid[1][1];
static char *middle = text + 2;
static double numbers[] = { 1, 2.5, -0.0, 1e10 };
static long self = sizeof(grid) / sizeof(grid[0]);
static struct { int *p; const char *s; int (*f)(const char *, ...); } refs = { &shared, "str", printf };

static int counter(void) { static int n = 10; static char seen[4]; seen[n & 3]++; return n++ + seen[0]; }

static int vla(int n, int m, int a[n][m])
{
	int b[n], i, j, s = 0;
	for (i = 0; i < n; i++) {
		int c[i + 1];
		c[i] = i * 10;
		b[i] = c[i];
		for (j = 0; j < m; j++)
			s += a[i][j];
	}
	return s * 1000 + b[n - 1] + (int)sizeof b + (int)sizeof a[0];
}

void test_objects(void)
{
	int local[4] = { 1, 2 }, m[2][3] = { 1, 2, 3, 4, 5, 6 }, i, *heap;
	char s[] = "local", t[10] = "short";
	const char *p = "pointer";
	volatile int v = 3;
	int *ip = (int[]){ 4, 5, 6 };
	_Alignas(16) char aligned[5];
	printf("%d %d %s %s %d\n", shared, tentative, names[3], names[1], names[2] == 0);
	printf("%s %.3s %s %zu %d %d\n", text, fixed, big, sizeof text, grid[0][2], *inside);
	printf("%s %g %g %ld %d\n", middle, numbers[1], 1 / numbers[2], self, ranged[2] + ranged[3] + ranged[5]);
	*refs.p += 1;
	refs.f("%s %d\n", refs.s, shared);
	counter(); counter();
	printf("%d\n", counter());
	printf("%d %d %d\n", vla(2, 3, m), local[1] + local[3], m[1][2]);
	s[0] = 'L';
	strcat(t, "er");
	printf("%s %s %c %d %d\n", s, t, p[3], v, ip[2]);
	heap = calloc(4, sizeof *heap);
	heap[2] = 5;
	heap = realloc(heap, 1000);
	heap[200] = 1;
	printf("%d %d\n", heap[2] + heap[1], (int)((unsigned long)aligned % 16));
	free(heap);
	for (i = 0; i < 3; i++) { char *q = __builtin_alloca(16); sprintf(q, "a%d", i); printf("%s ", q); }
	printf("%s %d %c\n", __func__, (int)sizeof("four"), "index"[2]);
	printf("%s %c\n", &"a string"[2], *((char *)&"other"[1] + 1));
	{ extern int shared; int tentative = 4; shared += tentative; }
	printf("%d\n", shared);
	{ typedef int row[3]; row r = { 1, 2, 3 }; row *rp = &r; printf("%d %d\n", (*rp)[1], (int)sizeof(row)); }
	{ int type = 1, func = 2, range = 3, len = 4; printf("%d\n", type + func + range + len); }
}
