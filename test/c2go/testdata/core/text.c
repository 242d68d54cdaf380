#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <ctype.h>
#include <errno.h>

void test_text(void)
{
	char b[64], *end, *tok;
	int n = 0;
	printf("[%5d][%-5d][%05d][%+d][% d][%x][%#X][%o][%#o][%u]\n", 42, 42, 42, 42, 42, 255, 255, 8, 8, -1);
	printf("[%8.3f][%-8.2e][%g][%g][%g][%G]\n", 3.14159, 12345.678, 100000.0, 1000000.0, 0.0001, 1e-5);
	printf("[%s][%10s][%-10s][%.2s][%c][%%]\n", "abc", "abc", "abc", "abc", 'x');
	printf("[%hhd][%hd][%ld][%lld][%zu][%td][%jd]\n", 300, 70000, 1L << 40, -1LL, sizeof(int), (long)-3, 5L);
	printf("[%*d][%-*d][%.*f][%p]\n", 6, 1, 6, 2, 2, 1.005, (void *)0);
	printf("[%a][%.0f][%.0f][%#.0f][%5s]\n", 0.5, 0.5, 1.5, 2.0, (char *)0);
	printf("abc%n\n", &n);
	printf("%d %d\n", n, snprintf(b, 5, "%s", "truncated"));
	puts(b);
	n = strtol("0x1fz", &end, 0);
	printf("%d %ld %lu %d\n", n, strtol("-077", 0, 8), strtoul("99", 0, 10), *end);
	n = strtod("1.5e3xyz", &end);
	printf("%d %g %d\n", n, atof("-.25"), (int)strlen(end));
	strcpy(b, "one,two;;three");
	for (tok = strtok(b, ",;"); tok; tok = strtok(0, ",;"))
		printf("<%s>", tok);
	printf("\n%d %d %d\n", strcmp("a", "b") < 0, strncmp("abc", "abd", 2), strcasecmp("ABC", "abc"));
	printf("%s %s %d %d\n", strchr("hello", 'l'), strrchr("hello", 'l'), (int)strspn("aab", "a"), (int)strcspn("xyz", "z"));
	printf("%s %d %d\n", strstr("needle in hay", "in"), isalpha('x') != 0, toupper('q'));
	errno = ERANGE;
	printf("%s %s\n", strerror(errno), strerror(ENOENT));
	printf("%s %d\n", memchr("abcdef", 'd', 6) ? "found" : "none", memcmp("ab", "ac", 2) < 0);
	printf("%d\n", "\x41\101\u00e9"[1] + L"wide"[1]);
}
