#include <stdio.h>
#include <setjmp.h>
#include <stdlib.h>

static jmp_buf top;
static void deep(int n) { char room[100]; room[0] = n; if (n == 0) longjmp(top, 42); deep(n - 1); printf("not %d\n", room[0]); }

static int guarded(void (*f)(int), int x)
{
	jmp_buf saved;
	volatile int tries = 0;
	int r;
	switch (r = setjmp(saved)) {
	case 0:
		tries++;
		if (x) longjmp(saved, x);
		f(0);
		return 1;
	case 5:
		tries += 10;
		x = 7;
		longjmp(saved, 7);
	default:
		tries += 100;
	}
	return tries * 10 + r;
}

static void thrower(int n) { if (n > 1) longjmp(top, n); }

static void quiet(int n) { (void)n; }

void test_jumps(void)
{
	int i, r;
	if ((r = setjmp(top)) == 0)
		deep(20);
	else
		printf("jumped %d\n", r);
	printf("%d %d %d\n", guarded(quiet, 0), guarded(quiet, 5), guarded(quiet, 9));
	for (i = 0; i < 4; i++) {
		int k = setjmp(top);
		if (k) {
			printf("caught %d\n", k);
			continue;
		}
		thrower(i);
		printf("returned %d\n", i);
	}
}
