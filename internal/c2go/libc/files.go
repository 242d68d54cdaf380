package libc

import (
	"os"
	"path/filepath"
	"strings"
)

func Mkstemp(p uintptr) int32 {
	t := string(str(p))
	if !strings.HasSuffix(t, "XXXXXX") {
		Errno = 22
		return -1
	}
	f, err := os.CreateTemp(filepath.Dir(t), filepath.Base(t[:len(t)-6])+"*.tmp")
	if err != nil {
		setError(err)
		return -1
	}
	// Names of six random characters are C's; Go's are longer.
	for i := 0; ; i++ {
		copy(bytesAt(p+uintptr(len(t)-6), 6), randomName())
		if os.Link(f.Name(), string(str(p))) == nil {
			break
		}
		if i == 100 {
			Errno = 17
			return -1
		}
	}
	os.Remove(f.Name())
	kept := f.Fd()
	openFiles = append(openFiles, f)
	return int32(kept)
}

// openFiles keeps files from being closed by Go's collector, whose descriptors C has.
var openFiles []*os.File

var nameState = uint64(os.Getpid())

func randomName() string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	n := make([]byte, 6)
	for i := range n {
		nameState = nameState*6364136223846793005 + 1442695040888963407
		n[i] = letters[nameState>>33%62]
	}
	return string(n)
}

func Mkdtemp(p uintptr) uintptr {
	t := string(str(p))
	for range 100 {
		copy(bytesAt(p+uintptr(len(t)-6), 6), randomName())
		if err := os.Mkdir(string(str(p)), 0o700); err == nil {
			return p
		} else if !os.IsExist(err) {
			setError(err)
			return 0
		}
	}
	return 0
}

func Realpath(p, out uintptr) uintptr {
	t, err := filepath.Abs(string(str(p)))
	if err == nil {
		t, err = filepath.EvalSymlinks(t)
	}
	if err != nil {
		setError(err)
		return 0
	}
	if out == 0 {
		return cString(t)
	}
	copy(bytesAt(out, uint64(len(t)+1)), t+"\x00")
	return out
}

// Popen refuses: translated programs start no others.
func Popen(command, mode uintptr) uintptr {
	Errno = 38
	return 0
}

func Pclose(f uintptr) int32 {
	Errno = 10
	return -1
}

func Gethostname(p uintptr, n uint64) int32 {
	h, err := os.Hostname()
	if err != nil {
		return result(err)
	}
	copy(bytesAt(p, min(n, uint64(len(h)+1))), h+"\x00")
	return 0
}

// The state of getopt.
var (
	Optarg uintptr
	Optind int32 = 1
	Opterr int32 = 1
	Optopt int32
	inside int // in the argument with several letters
)

func Getopt(argc int32, argv, letters uintptr) int32 {
	if Optind >= argc {
		return -1
	}
	arg := string(str(*word(argv + 8*uintptr(Optind))))
	if inside == 0 {
		if len(arg) < 2 || arg[0] != '-' {
			return -1
		}
		if arg == "--" {
			Optind++
			return -1
		}
		inside = 1
	}
	c := arg[inside]
	inside++
	set := string(str(letters))
	i := strings.IndexByte(set, c)
	Optarg = 0
	if c == ':' || i < 0 {
		Optopt = int32(c)
		if inside == len(arg) {
			Optind, inside = Optind+1, 0
		}
		return '?'
	}
	if i+1 < len(set) && set[i+1] == ':' {
		p := *word(argv + 8*uintptr(Optind))
		rest := inside
		Optind, inside = Optind+1, 0
		switch {
		case rest < len(arg):
			Optarg = p + uintptr(rest)
		case Optind < argc:
			Optarg = *word(argv + 8*uintptr(Optind))
			Optind++
		default:
			Optopt = int32(c)
			if set[0] == ':' {
				return ':'
			}
			return '?'
		}
		return int32(c)
	}
	if inside == len(arg) {
		Optind, inside = Optind+1, 0
	}
	return int32(c)
}
