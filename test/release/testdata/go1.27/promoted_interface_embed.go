package main

import (
	"fmt"
	"io"
	"strings"
)

type W struct {
	io.Writer
	n int
}
type V struct {
	W
	io.Reader
}

func main() {
	var sb strings.Builder
	v := V{Writer: &sb, n: 3, Reader: strings.NewReader("in")}
	fmt.Fprintf(v, "x%d", v.n)
	b, _ := io.ReadAll(v)
	fmt.Println(sb.String(), string(b))
}
