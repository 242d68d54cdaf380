//go:build go1.27

package goroot

// Current is the release that this Strata serves.
var Current = &go127
