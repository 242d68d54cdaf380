// Package regexp: all matchers and replacements.
package main

import (
	"fmt"
	"regexp"
	"strings"
)

func main() {
	re := regexp.MustCompile(`(?P<year>\d{4})-(?P<month>\d{2})-(\d{2})`)
	text := "on 2024-01-15 and 1999-12-31, not 99-1-1"
	fmt.Println(re.FindString(text), re.FindStringIndex(text), re.FindAllString(text, -1))
	fmt.Println(re.FindAllStringSubmatchIndex(text, -1), re.SubexpNames(), re.NumSubexp(), re.SubexpIndex("month"))
	fmt.Println(re.ReplaceAllString(text, "${month}/$3/${year}"), re.ReplaceAllLiteralString(text, "$1"))
	fmt.Println(re.ReplaceAllStringFunc(text, strings.ToUpper))
	fmt.Printf("%q\n", regexp.MustCompile(`\s*[,;]\s*`).Split("a , b;c,,d", -1))
	cases := []struct{ re, s string }{
		{`^a+b*?c?$`, "aaabb"}, {`(?i)hello`, "HeLLo"}, {`(a|ab)(c|bcd)(d*)`, "abcd"}, {`[^aeiou\s]+`, "quick brown"},
		{`\bfoo\b`, "a foo b"}, {`(?s).+`, "a\nb"}, {`(?m)^\w+$`, "one\ntwo"}, {`x{2,4}`, "xxxxx"}, {`(?U)a+`, "aaa"},
		{`\p{Greek}+`, "abc αβγ"}, {`[[:digit:]]+`, "a12"}, {``, "abc"}, {`(a*)*`, "b"}, {`日本?`, "日本語"}, {`\x{1F600}`, "😀"},
	}
	for _, c := range cases {
		r := regexp.MustCompile(c.re)
		fmt.Printf("%-22s %-12q %v %q\n", c.re, c.s, r.FindStringSubmatchIndex(c.s), r.FindAllString(c.s, 3))
	}
	fmt.Println(regexp.MustCompilePOSIX(`(a|ab)(c|bcd)(d*)`).FindStringSubmatch("abcd"))
	for _, bad := range []string{`a(b`, `[z-a]`, `*`, `a{1001}`, `(?P<n`, `\8`, `[[:nope:]]`} {
		_, err := regexp.Compile(bad)
		fmt.Println(err)
	}
	long := strings.Repeat("a", 2000)
	fmt.Println(regexp.MustCompile(`(a?){20}a{20}`).MatchString(long[:20]), regexp.MustCompile(`(x+x+)+y`).MatchString(strings.Repeat("x", 200)))
	fmt.Println(len(regexp.MustCompile(`(a|b)*c|(a|ab)*c`).FindString(long+"c")), regexp.QuoteMeta("[a+b]*"))
}
