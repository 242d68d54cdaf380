/* Each of the other files tests one part of C; this one calls them. */
#include <stdio.h>

#define TESTS(X) X(expr) X(flow) X(records) X(calls) X(objects) X(jumps) X(text)
#define DECLARE(name) void test_##name(void);
#define CALL(name) puts("== " #name); test_##name();

TESTS(DECLARE)

int main(void)
{
	TESTS(CALL)
	return 0;
}
