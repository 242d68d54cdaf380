//go:build strata

// Package runtime is the public face of Strata's runtime: the exported
// functions and types, start-up, fatal errors and tracebacks, statistics and
// profiles, and the names that the standard library's packages find by
// linkname. The machinery lies in the packages under runtime/internal, from
// the kernel up to the language; hooks.go connects them.
package runtime
