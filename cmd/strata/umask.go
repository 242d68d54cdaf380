package main

import (
	"io/fs"
	"sync"
	"syscall"
)

// umask reads the process's file mode mask, which only setting it tells.
var umask = sync.OnceValue(func() fs.FileMode {
	m := syscall.Umask(0)
	syscall.Umask(m)
	return fs.FileMode(m)
})
