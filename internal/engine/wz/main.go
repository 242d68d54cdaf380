package main

import (
	"os"

	"strata/internal/engine"
)

func main() { os.Exit(engine.Main(os.Args[1], os.Args[2:])) }
