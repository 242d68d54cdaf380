package c2go

import (
	"go/token"
	"strings"
)

// reserved are names that the translation itself writes, besides Go's keywords.
var reserved = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(`any append bool byte cap clear close comparable complex complex64 complex128 copy delete error
		false float32 float64 imag int int8 int16 int32 int64 iota len make max min new nil panic print println real recover rune
		string true uint uint8 uint16 uint32 uint64 uintptr unsafe libc math init main bp fr raw _`) {
		m[s] = true
	}
	return m
}()

// goName is C's name, as far as Go leaves it free.
func goName(c string) string {
	if token.IsKeyword(c) || reserved[c] {
		return c + "_"
	}
	if strings.ContainsRune(c, '$') {
		return strings.ReplaceAll(c, "$", "_dollar_")
	}
	return c
}
