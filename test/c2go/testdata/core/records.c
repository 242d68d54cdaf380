#include <stdio.h>
#include <string.h>
#include <stddef.h>

struct small { char c; short s; };
struct mixed { char c; double d; int i; char tail[3]; };
struct bits { unsigned a : 3; int b : 5; unsigned long c : 33; char d; int : 0; unsigned e : 1; _Bool f : 1; };
struct __attribute__((packed)) packed { char c; int i; short s; };
union any { int i; float f; unsigned char b[8]; double d; struct { short lo, hi; }; };
struct outer { int tag; union { int i; struct { char x, y; } p; }; struct { int z; } named; struct small arr[2]; };
struct node { struct node *next; int v; };
struct flex { int n; int data[]; };
typedef struct { int x, y; } point;

static struct mixed make(char c, double d) { struct mixed m = { c, d, .tail = "ab" }; m.i = (int)d; return m; }
static point swap(point p) { point q = { p.y, p.x }; p.x = 99; return q; }

static struct node third = { 0, 3 }, second = { &third, 2 }, first = { &second, 1 };
static struct bits table[] = { { 1, -2, 1L << 32, 'x', 1, 1 }, { .c = 5, .a = 7 } };
static union any unions[2] = { { .f = 1.0f }, { .b = { 1, 2, 3 } } };
static struct outer outers[] = { [1] = { 5, .p = { 'a', 'b' }, { 9 }, { { 'c', 3 }, { 'd' } } }, [0].tag = 1 };

void test_records(void)
{
	struct bits b = { 0 };
	union any u;
	struct packed pk = { 1, 2, 3 };
	struct mixed m = make('q', 2.5), n;
	struct { struct flex f; int room[3]; } fl = { { 3 }, { 1, 2, 3 } };
	point p = { 1, 2 }, pts[3] = { [1] = { 5, 6 }, { 7 } }, *pp = &pts[1];
	const struct node *nd;
	printf("%zu %zu %zu %zu %zu %zu\n", sizeof(struct small), sizeof(struct mixed), sizeof(struct bits), sizeof(struct packed), sizeof(union any), sizeof(struct outer));
	printf("%zu %zu %zu\n", offsetof(struct mixed, tail), offsetof(struct packed, s), offsetof(struct outer, arr[1].s));
	b.a = 9; b.b = -17; b.c = 0x1ffffffffUL; b.d = 'z'; b.e = 3; b.f = 2;
	printf("%d %d %ld %c %d %d\n", b.a, b.b, (long)b.c, b.d, b.e, b.f);
	printf("%d\n", b.a++);
	printf("%d\n", --b.a);
	b.c += 5; b.b ^= 3;
	printf("%ld %d %d\n", (long)b.c, b.b, (b.a = 12));
	printf("%d %d %ld %c %d\n", table[0].a, table[0].b, (long)table[0].c, table[0].d, table[0].e);
	u.d = 1.0;
	printf("%x %x %d %d\n", u.i, u.b[7], u.lo, unions[1].b[2]);
	u.f = 2.5f; u.hi++;
	printf("%g %x\n", u.f, unions[0].i);
	pk.i += 40; pk.s = -1;
	printf("%d %d %d\n", pk.c, pk.i, pk.s);
	n = m; n.tail[1] = 'Z';
	printf("%c %g %d %s %s\n", n.c, n.d, n.i, n.tail, m.tail);
	printf("%d %d\n", fl.f.data[1], fl.room[2]);
	p = swap(p);
	printf("%d %d %d %d %d\n", p.x, p.y, swap(*pp).x, pts[2].x, pts[0].y);
	for (nd = &first; nd; nd = nd->next) printf("%d ", nd->v);
	printf("\n%d %c %d %d %d\n", outers[1].tag, outers[1].p.y, outers[1].named.z, outers[1].arr[0].s, outers[0].tag);
	*pp = (point){ .y = 8, .x = 9 };
	printf("%d %d %d\n", pts[1].x, pts[1].y, (&(point){ 3, 4 })->y);
	memset(&p, 0xff, sizeof p);
	printf("%d %d\n", p.x, (p.x == p.y) + memcmp(&p, pts, sizeof p) > 0);
}
