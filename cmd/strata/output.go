package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"unsafe"

	"strata/internal/load"
)

// An executable is written into a file without a name, which gets its name when it is whole. So nothing is left of a build that
// ends in any way, by a signal that nobody can catch or without memory.

// writeWhole makes an executable file, which appears when write has filled it, or not at all.
func writeWhole(out string, write func(tmp *os.File) error) error {
	tmp, err := nameless(filepath.Dir(out))
	if err != nil {
		return writeNamed(out, write)
	}
	defer tmp.Close()
	if err := write(tmp); err != nil {
		return err
	}
	return giveName(tmp, out)
}

const (
	oTmpfile        = 0o20000000 | syscall.O_DIRECTORY
	atFdcwd         = -100
	atSymlinkFollow = 0x400
)

// nameless makes a file in dir that has no name there. Not every file system can. Its Name is the one in /proc, by which it can be
// opened; the kernel applies the umask to its mode.
func nameless(dir string) (*os.File, error) {
	fd, err := syscall.Open(dir, oTmpfile|syscall.O_RDWR|syscall.O_CLOEXEC, 0o777)
	if err != nil {
		return nil, err
	}
	name := fmt.Sprintf("/proc/%d/fd/%d", os.Getpid(), fd)
	if _, err := os.Stat(name); err != nil { // without /proc there is no way back to a name
		syscall.Close(fd)
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

// giveName puts a nameless file at out, in place of what is there.
func giveName(tmp *os.File, out string) error {
	err := link(tmp.Name(), out)
	for i := 0; errors.Is(err, os.ErrExist); i++ {
		// A name can only be taken over by renaming. A killed process leaves the other name if it dies just here.
		beside := filepath.Join(filepath.Dir(out), fmt.Sprintf(".%s-%d-%d", filepath.Base(out), os.Getpid(), i))
		if err = link(tmp.Name(), beside); err == nil {
			if err = os.Rename(beside, out); err != nil {
				os.Remove(beside)
			}
			return err
		}
	}
	return err
}

// link gives the file behind a name in /proc another name.
func link(from, to string) error {
	old, err := syscall.BytePtrFromString(from)
	if err != nil {
		return err
	}
	name, err := syscall.BytePtrFromString(to)
	if err != nil {
		return err
	}
	cwd := atFdcwd
	_, _, errno := syscall.Syscall6(syscall.SYS_LINKAT, uintptr(cwd), uintptr(unsafe.Pointer(old)), uintptr(cwd), uintptr(unsafe.Pointer(name)), atSymlinkFollow, 0)
	if errno != 0 {
		return &os.LinkError{Op: "link", Old: from, New: to, Err: errno}
	}
	return nil
}

// writeNamed is writeWhole for file systems that have no files without names.
func writeNamed(out string, write func(tmp *os.File) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(out), "."+filepath.Base(out)+"-")
	if err != nil {
		return err
	}
	forget := removeAtSignal(tmp.Name())
	defer forget()
	defer os.Remove(tmp.Name()) // fails, as it should, once the file has its name
	defer tmp.Close()
	if err := write(tmp); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := os.Chmod(tmp.Name(), 0o777&^umask()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), out)
}

// objectMagic are the beginnings of files that a build may replace: executables, objects and archives of the systems that Go knows.
var objectMagic = []string{
	"!<arch>\n", "<bigaf>\n", "\x7fELF", "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe",
	"MZ\x90\x00\x03\x00", "MZx\x00\x01\x00", "\x00\x00\x01\xeb", "\x00\x00\x8a\x97", "\x00\x00\x06G", "\x00asm", "\x01\xdf", "\x01\xf7",
}

// outputError is about the place for an executable, not about the program.
type outputError struct{ error }

// checkOverwrite refuses to replace what no build can have made: a directory, or a file that is neither empty nor an object.
func checkOverwrite(main *load.Package, out string) error {
	refuse := func(why string) error {
		return &outputError{fmt.Errorf("%s: strata build %[1]s: build output %q already exists and is %s", main.ImportPath, out, why)}
	}
	st, err := os.Stat(out)
	switch {
	case err != nil:
		return nil
	case st.IsDir():
		return refuse("a directory")
	case !st.Mode().IsRegular() || st.Size() == 0:
		return nil
	}
	head := make([]byte, 8)
	if f, err := os.Open(out); err == nil {
		io.ReadFull(f, head)
		f.Close()
	}
	for _, magic := range objectMagic {
		if bytes.HasPrefix(head, []byte(magic)) {
			return nil
		}
	}
	return refuse("not an object file")
}
