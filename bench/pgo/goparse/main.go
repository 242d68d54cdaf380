// Command goparse parses, walks and prints Go source.
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"

	"strata/bench/pgo/internal/load"
)

//go:embed main.go
var source []byte

func main() {
	var src bytes.Buffer
	src.Write(source)
	for i := range 40 {
		fmt.Fprintf(&src, "\nfunc f%d(a, b int, s []string) (n int, err error) {\n\tfor i := range s {\n\t\tif len(s[i]) > a && b != 0 {\n\t\t\tn += len(s[i]) * (a - b)\n\t\t} else {\n\t\t\treturn 0, fmt.Errorf(\"%%d: %%s\", i, s[i])\n\t\t}\n\t}\n\treturn n, nil\n}\n", i)
	}
	load.Run(40, func() string {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "main.go", src.Bytes(), parser.ParseComments)
		if err != nil {
			panic(err)
		}
		nodes := 0
		ast.Inspect(f, func(n ast.Node) bool {
			if n != nil {
				nodes++
			}
			return true
		})
		var out bytes.Buffer
		if err := format.Node(&out, fset, f); err != nil {
			panic(err)
		}
		return fmt.Sprint(nodes, out.Len())
	})
}
