// Strings: iteration, conversion, builders, splitting, Unicode.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

func reverse(s string) string {
	r := []rune(s)
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	return string(r)
}

func main() {
	s := "a é 日 😀 \xff \xe6\x97 z"
	for i, r := range s {
		fmt.Print(i, ":", r, " ")
	}
	fmt.Println(len(s), utf8.RuneCountInString(s), utf8.ValidString(s))
	for i := range len(s) {
		fmt.Printf("%02x", s[i])
	}
	fmt.Printf("\n%q %+q %x\n", s, s, reverse("héllo, 世界"))
	fmt.Println([]byte("é"), []rune("é日"), string([]rune{65, 0x10FFFF + 1, -1, 0xD800}), string(rune(26085)), string([]byte{0x41, 0xff}))
	fmt.Println("a" < "b", "a" < "aa", "Z" < "a", "é" > "z", s[2:4] == "é", s[:0] == "", "x"+s[:1]+"y")
	words := strings.FieldsFunc("one,two;;three", func(r rune) bool { return strings.ContainsRune(",;", r) })
	fmt.Println(words, strings.Split("a,b,,c", ","), strings.SplitN("a,b,c", ",", 2), strings.SplitAfter("a,b", ","), strings.Fields("  x  y\tz\n"))
	fmt.Println(strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, "aBcÉé"), strings.Title("hello world"), strings.EqualFold("Straße", "STRASSE"), strings.ToUpper("ǆ ß ŉ"), strings.TrimFunc("123abc456", unicode.IsDigit))
	fmt.Println(strings.NewReplacer("a", "1", "b", "2", "ab", "3").Replace("abcab"), strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace("<b>"), strings.Index("chicken", "ken"), strings.LastIndex("go gopher", "go"), strings.Count("cheese", "e"), strings.Count("abc", ""))
	before, after, ok := strings.Cut("k=v=w", "=")
	fmt.Println(before, after, ok, strings.TrimLeft("xxabc", "x"), strings.TrimPrefix("prefix-x", "prefix-"), strings.Repeat("ab", 3), strings.ContainsAny("x", ""))
	var b strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&b, "%d,", i)
	}
	h := 0
	for _, c := range b.String() {
		h = h*31 + int(c)
	}
	fmt.Println(b.Len(), h)
	for _, x := range []string{"42", "-0x1F", "0b101", "9223372036854775808", "1e3", "abc", "", "1_000"} {
		i, err := strconv.ParseInt(x, 0, 64)
		fmt.Print(i, " ", err, "; ")
	}
	fmt.Println()
	for _, x := range []string{"3.25", "1e400", "-inf", "0x1p-2", "1.7976931348623157e308", "4.9e-324", "nan", "1.5e", "0.1e-1000"} {
		f, err := strconv.ParseFloat(x, 64)
		fmt.Print(f, " ", err, "; ")
	}
	fmt.Println()
	fmt.Println(strconv.Quote("a\n\x00é\u200b"), strconv.Itoa(-123), strconv.FormatInt(255, 36), strconv.FormatFloat(1.0/3, 'e', 5, 32), strconv.AppendBool(nil, true), strconv.QuoteToASCII("日"))
	u, err := strconv.Unquote(`"\u00e9\t\x41"`)
	fmt.Println(u, err, utf16.Encode([]rune("😀a")), unicode.Is(unicode.Han, '世'), unicode.IsSpace('\u00a0'), unicode.SimpleFold('K'))
	sc := bufio.NewScanner(strings.NewReader("line one\nline two\r\n\nlast"))
	for sc.Scan() {
		fmt.Printf("%q ", sc.Text())
	}
	sc = bufio.NewScanner(strings.NewReader("w1 w2\nw3"))
	sc.Split(bufio.ScanWords)
	for sc.Scan() {
		fmt.Print(sc.Text(), "|")
	}
	fmt.Println()
	tw := tabwriter.NewWriter(&b, 0, 8, 2, ' ', tabwriter.AlignRight|tabwriter.Debug)
	b.Reset()
	fmt.Fprintln(tw, "a\tbbb\tc")
	fmt.Fprintln(tw, "aaaa\tb\tccccc")
	tw.Flush()
	fmt.Print(b.String())
	buf := bytes.NewBufferString("hello world")
	buf.Truncate(8)
	x, _ := buf.ReadByte()
	line, err := buf.ReadString('w')
	fmt.Println(x, line, err, buf.Len(), bytes.Equal([]byte("a"), []byte("a")), bytes.Title([]byte("abc")), bytes.IndexByte([]byte("xyz"), 'z'))
	m := map[string]int{}
	key := []byte("key")
	m[string(key)]++
	key[0] = 'K'
	m[string(key)] += 2
	fmt.Println(m, m["key"], strings.Compare("a", "b"), strings.Clone("c"))
	switch string(key) {
	case "Key":
		fmt.Println("switch ok")
	}
	long := strings.Repeat("abcdefghij", 100)
	fmt.Println(strings.Index(long, "jabcdefghijabcdefghijk"), strings.Index(long+"k", "jabcdefghijabcdefghijk"), strings.LastIndexByte(long, 'a'), strings.IndexAny(long, "xyzj"))
}
