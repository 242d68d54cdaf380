//go:debug fips140=on

package main

import (
	"crypto/fips140"
	"crypto/sha256"
	"fmt"
)

func main() {
	fmt.Println(fips140.Enabled())
	fmt.Printf("%x\n", sha256.Sum256([]byte("abc")))
}
