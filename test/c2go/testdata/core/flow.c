#include <stdio.h>

static void duff(char *to, const char *from, int count)
{
	int n = (count + 7) / 8;
	switch (count % 8) {
	case 0: do { *to++ = *from++;
	case 7:      *to++ = *from++;
	case 6:      *to++ = *from++;
	case 5:      *to++ = *from++;
	case 4:      *to++ = *from++;
	case 3:      *to++ = *from++;
	case 2:      *to++ = *from++;
	case 1:      *to++ = *from++;
		} while (--n > 0);
	}
}

static int through(int x)
{
	int r = 0;
	switch (x) {
	case 1:
		r += 1;
	case 2:
	case 3:
		r += 10;
		break;
	default:
		r += 100;
	case -5 ... -1:
		r += 1000;
		if (x == -3)
			break;
		r += 5;
	}
	return r;
}

static int into(int x)
{
	int i = 0, sum = 0;
	if (x > 2)
		goto inside;
	for (i = 0; i < 5; i++) {
		sum += i;
		if (i == 3)
			continue;
inside:
		sum += 100;
		if (sum > 350)
			goto out;
	}
	while (x < 10) {
		int k = x * 2;
		if (k == 8) { x++; continue; }
		if (k > 14) break;
		sum += k;
		x++;
	}
out:
	return sum;
}

static int computed(const char *code)
{
	static const void *const ops[] = { &&inc, &&dec, &&dbl, &&end };
	int v = 0;
	goto *ops[*code++ - '0'];
inc:
	v++;
	goto *ops[*code++ - '0'];
dec:
	v--;
	goto *ops[*code++ - '0'];
dbl:
	v *= 2;
	goto *ops[*code++ - '0'];
end:
	return v;
}

static int nested(void)
{
	int n = 0, i, j;
	for (i = 0, j = 10; i < j; i++, j--) {
		switch (i) {
		case 2:
			continue;
		case 4:
			goto done;
		}
		do {
			n++;
			if (n % 7 == 0)
				break;
			if (n % 2)
				continue;
			n += 2;
		} while (n % 5);
	}
done:
	return n * 100 + i;
}

static unsigned long sw(unsigned long x)
{
	switch (x) {
	case 0xffffffffffffffffUL: return 1;
	case 5: { int t = 3; return t; }
	case 'a': case 'b': return 4;
	}
	return 2;
}

/* Labels in another arm of an if, and in another clause of a switch. */
static int arms(int x)
{
	int r = 0;
	if (x > 5) {
		r = 1;
		if (x == 7)
			goto other;
	} else {
		r = 2;
other:
		r += 10;
	}
	switch (x) {
	case 1:
		r += 100;
		goto shared;
	case 2: {
		r += 200;
shared:
		r += 1000;
		break;
	}
	default:
		r += 2000;
		if (x == 9) goto shared;
	}
	return r;
}

void test_flow(void)
{
	char to[21] = "";
	int i;
	duff(to, "abcdefghijklmnopqrst", 20);
	puts(to);
	for (i = -6; i < 5; i++)
		printf("%d ", through(i));
	printf("\n%d %d %d\n", into(0), into(3), into(2));
	printf("%d\n", computed("000212203"));
	printf("%d\n", nested());
	printf("%d %d %d %d %d\n", arms(1), arms(2), arms(6), arms(7), arms(9));
	printf("%lu %lu %lu %lu\n", sw(-1), sw(5), sw('b'), sw(6));
	for (;;) {
		if (i++ > 8) break;
	}
	do printf("%d\n", i); while (0);
	{ int i = 3; { int i = 4; printf("%d", i); } printf("%d\n", i); }
}
