//go:build linux

package libc

import (
	"os"
	"syscall"
	"unsafe"
)

// path is a file name.
func path(p uintptr) string { return string(str(p)) }

// count is the result of a system call that counts.
func count(n int, err error) int64 {
	if err != nil {
		setError(err)
		return -1
	}
	return int64(n)
}

// again repeats a system call that a signal interrupted; Go's runtime uses signals.
func again(f func() (int, error)) int64 {
	for {
		n, err := f()
		if err != syscall.EINTR {
			return count(n, err)
		}
	}
}

func Open(p uintptr, flags int32, va uintptr) int32 {
	mode := uint32(0)
	if flags&syscall.O_CREAT != 0 {
		mode = uint32(*(*uint64)(at(va)))
	}
	return int32(again(func() (int, error) { return syscall.Open(path(p), int(flags), mode) }))
}

func Open64(p uintptr, flags int32, va uintptr) int32 { return Open(p, flags, va) }

func Creat(p uintptr, mode uint32) int32 {
	return int32(again(func() (int, error) {
		return syscall.Open(path(p), syscall.O_CREAT|syscall.O_WRONLY|syscall.O_TRUNC, mode)
	}))
}

func Close(fd int32) int32 { return result(syscall.Close(int(fd))) }

func Read(fd int32, p uintptr, n uint64) int64 {
	return again(func() (int, error) { return syscall.Read(int(fd), bytesAt(p, n)) })
}

func Write(fd int32, p uintptr, n uint64) int64 {
	return again(func() (int, error) { return syscall.Write(int(fd), bytesAt(p, n)) })
}

func Pread(fd int32, p uintptr, n uint64, off int64) int64 {
	return again(func() (int, error) { return syscall.Pread(int(fd), bytesAt(p, n), off) })
}

func Pwrite(fd int32, p uintptr, n uint64, off int64) int64 {
	return again(func() (int, error) { return syscall.Pwrite(int(fd), bytesAt(p, n), off) })
}

func Lseek(fd int32, off int64, whence int32) int64 {
	n, err := syscall.Seek(int(fd), off, int(whence))
	if err != nil {
		setError(err)
		return -1
	}
	return n
}

func Access(p uintptr, mode int32) int32    { return result(syscall.Access(path(p), uint32(mode))) }
func Unlink(p uintptr) int32                { return result(syscall.Unlink(path(p))) }
func Rmdir(p uintptr) int32                 { return result(syscall.Rmdir(path(p))) }
func Chdir(p uintptr) int32                 { return result(syscall.Chdir(path(p))) }
func Mkdir(p uintptr, mode uint32) int32    { return result(syscall.Mkdir(path(p), mode)) }
func Chmod(p uintptr, mode uint32) int32    { return result(syscall.Chmod(path(p), mode)) }
func Fchmod(fd int32, mode uint32) int32    { return result(syscall.Fchmod(int(fd), mode)) }
func Chown(p uintptr, u, g uint32) int32    { return result(syscall.Chown(path(p), int(u), int(g))) }
func Fchown(fd int32, u, g uint32) int32    { return result(syscall.Fchown(int(fd), int(u), int(g))) }
func Fsync(fd int32) int32                  { return result(syscall.Fsync(int(fd))) }
func Fdatasync(fd int32) int32              { return result(syscall.Fdatasync(int(fd))) }
func Ftruncate(fd int32, n int64) int32     { return result(syscall.Ftruncate(int(fd), n)) }
func Truncate(p uintptr, n int64) int32     { return result(syscall.Truncate(path(p), n)) }
func Link(p, q uintptr) int32               { return result(syscall.Link(path(p), path(q))) }
func Symlink(p, q uintptr) int32            { return result(syscall.Symlink(path(p), path(q))) }
func Umask(mode uint32) uint32              { return uint32(syscall.Umask(int(mode))) }
func Getpid() int32                         { return int32(os.Getpid()) }
func Getppid() int32                        { return int32(os.Getppid()) }
func Getuid() uint32                        { return uint32(os.Getuid()) }
func Geteuid() uint32                       { return uint32(os.Geteuid()) }
func Getgid() uint32                        { return uint32(os.Getgid()) }
func Getegid() uint32                       { return uint32(os.Getegid()) }
func Getpagesize() int32                    { return int32(os.Getpagesize()) }
func Dup(fd int32) int32                    { n, err := syscall.Dup(int(fd)); return int32(count(n, err)) }
func Readlink(p, q uintptr, n uint64) int64 { return count(syscall.Readlink(path(p), bytesAt(q, n))) }

func Dup2(old, new int32) int32 {
	if err := syscall.Dup3(int(old), int(new), 0); err != nil {
		setError(err)
		return -1
	}
	return new
}

func Getcwd(p uintptr, n uint64) uintptr {
	d, err := os.Getwd()
	switch {
	case err != nil:
		setError(err)
		return 0
	case p == 0:
		return cString(d)
	case uint64(len(d)) >= n:
		Errno = outOfRange
		return 0
	}
	copy(bytesAt(p, uint64(len(d))), d)
	*b(p + uintptr(len(d))) = 0
	return p
}

func Isatty(fd int32) int32 {
	var s syscall.Stat_t
	if err := syscall.Fstat(int(fd), &s); err != nil || s.Mode&syscall.S_IFMT != syscall.S_IFCHR {
		Errno = 25
		return 0
	}
	return 1
}

// Fcntl locks, and reads and sets flags.
func Fcntl(fd, cmd int32, va uintptr) int32 {
	arg := uintptr(0)
	if va != 0 {
		arg = *word(va)
	}
	n, _, e := syscall.Syscall(syscall.SYS_FCNTL, uintptr(fd), uintptr(cmd), arg)
	if e != 0 {
		Errno = int32(e)
		return -1
	}
	return int32(n)
}

func Sysconf(n int32) int64 {
	switch n {
	case 30:
		return int64(os.Getpagesize())
	case 2:
		return 100
	}
	return 1
}

// fill writes what C's struct stat has.
func (s *statBuf) fill(p uintptr) {
	q := func(i uintptr) *int64 { return (*int64)(at(p + 8*i)) }
	*q(0), *q(1), *q(2) = int64(s.Dev), int64(s.Ino), int64(s.Nlink)
	*(*uint32)(at(p + 24)), *(*uint32)(at(p + 28)), *(*uint32)(at(p + 32)) = s.Mode, s.Uid, s.Gid
	*q(5), *q(6), *q(7), *q(8) = int64(s.Rdev), s.Size, int64(s.Blksize), s.Blocks
	*q(9), *q(10), *q(11), *q(12), *q(13), *q(14) = s.Atim.Sec, s.Atim.Nsec, s.Mtim.Sec, s.Mtim.Nsec, s.Ctim.Sec, s.Ctim.Nsec
}

type statBuf syscall.Stat_t

func filled(s *syscall.Stat_t, err error, p uintptr) int32 {
	if err != nil {
		setError(err)
		return -1
	}
	(*statBuf)(s).fill(p)
	return 0
}

func Stat(p, buf uintptr) int32 {
	var s syscall.Stat_t
	err := syscall.Stat(path(p), &s)
	return filled(&s, err, buf)
}

func Lstat(p, buf uintptr) int32 {
	var s syscall.Stat_t
	err := syscall.Lstat(path(p), &s)
	return filled(&s, err, buf)
}

func Fstat(fd int32, buf uintptr) int32 {
	var s syscall.Stat_t
	err := syscall.Fstat(int(fd), &s)
	return filled(&s, err, buf)
}

func Utimes(p, tv uintptr) int32 {
	if tv == 0 {
		return result(syscall.Utimes(path(p), nil))
	}
	return result(syscall.Utimes(path(p), (*[2]syscall.Timeval)(at(tv))[:]))
}

func Utime(p, buf uintptr) int32 {
	if buf == 0 {
		return result(syscall.Utimes(path(p), nil))
	}
	t := (*[2]int64)(at(buf))
	return result(syscall.Utimes(path(p), []syscall.Timeval{{Sec: t[0]}, {Sec: t[1]}}))
}

func Getrusage(who int32, p uintptr) int32 {
	var r syscall.Rusage
	if err := syscall.Getrusage(int(who), &r); err != nil {
		setError(err)
		return -1
	}
	copy(bytesAt(p, 144), unsafe.Slice((*byte)(unsafe.Pointer(&r)), 144))
	return 0
}

// cpuTime is how long the process has run, in nanoseconds.
func cpuTime() int64 {
	var r syscall.Rusage
	syscall.Getrusage(0, &r)
	return r.Utime.Nano() + r.Stime.Nano()
}
