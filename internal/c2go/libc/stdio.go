package libc

import (
	"io"
	"os"
	"unsafe"
)

// The streams of C. A FILE is eight bytes of C's heap that hold the number of the stream in the table.
var (
	Stdin  uintptr
	Stdout uintptr
	Stderr uintptr
	files  []*stream
)

// stream is an open file or memory.
type stream struct {
	f        *os.File
	in       []byte // read and not taken yet
	inBuf    []byte
	out      []byte // written and not passed on yet
	back     []byte // ungetc's, the last first
	eof, bad bool
	mode     int32 // of buffering: _IOFBF, _IOLBF, _IONBF
	append   bool
	canRead  bool
	canWrite bool
	path     string // to remove when it is closed
	cmem     uintptr
}

const (
	fullBuffer = iota
	lineBuffer
	noBuffer
	eof        = -1
	bufferSize = 1 << 15
)

func init() {
	Stdin = newStream(&stream{f: os.Stdin, canRead: true})
	Stdout = newStream(&stream{f: os.Stdout, canWrite: true, mode: lineBufferIfTerminal(os.Stdout)})
	Stderr = newStream(&stream{f: os.Stderr, canWrite: true, mode: noBuffer})
}

func lineBufferIfTerminal(f *os.File) int32 {
	if i, err := f.Stat(); err == nil && i.Mode()&os.ModeCharDevice != 0 {
		return lineBuffer
	}
	return fullBuffer
}

func newStream(s *stream) uintptr {
	p := Malloc(8)
	s.cmem = p
	for i, old := range files {
		if old == nil {
			files[i] = s
			*(*int64)(at(p)) = int64(i)
			return p
		}
	}
	*(*int64)(at(p)) = int64(len(files))
	files = append(files, s)
	return p
}

func streamOf(f uintptr) *stream { return files[*(*int64)(at(f))] }

// flush passes on what was written.
func (s *stream) flush() bool {
	if len(s.out) == 0 {
		return true
	}
	n, err := s.f.Write(s.out)
	s.out = s.out[:copy(s.out, s.out[n:])]
	if err != nil {
		s.out = s.out[:0]
		s.fail(err)
		return false
	}
	return true
}

func (s *stream) fail(err error) {
	s.bad = true
	setError(err)
}

func (s *stream) write(p []byte) bool {
	if !s.canWrite {
		s.bad = true
		Errno = 9
		return false
	}
	s.dropInput()
	s.out = append(s.out, p...)
	return s.wrote(p)
}

// wrote passes on what the mode of buffering says, after p was appended.
func (s *stream) wrote(p []byte) bool {
	switch {
	case s.mode == noBuffer || len(s.out) >= bufferSize:
		return s.flush()
	case s.mode == lineBuffer:
		for _, c := range p {
			if c == '\n' {
				return s.flush()
			}
		}
	}
	return true
}

// dropInput moves the file's position back to where the program has read to.
func (s *stream) dropInput() {
	if n := len(s.in) + len(s.back); n > 0 && s.f != nil {
		s.f.Seek(int64(-n), io.SeekCurrent)
		s.in, s.back = nil, nil
	}
}

// fill reads more; it reports whether there is something.
func (s *stream) fill() bool {
	if !s.canRead {
		s.bad = true
		Errno = 9
		return false
	}
	if s.f == nil {
		s.eof = true
		return false
	}
	if s == files[0] && files[1] != nil {
		files[1].flush()
	}
	s.flush()
	if s.inBuf == nil {
		s.inBuf = make([]byte, bufferSize)
	}
	n, err := s.f.Read(s.inBuf)
	s.in = s.inBuf[:n]
	if n > 0 {
		return true
	}
	if err == nil || err == io.EOF {
		s.eof = true
	} else {
		s.fail(err)
	}
	return false
}

func (s *stream) getc() int32 {
	if n := len(s.back); n > 0 {
		c := s.back[n-1]
		s.back = s.back[:n-1]
		return int32(c)
	}
	if len(s.in) == 0 && !s.fill() {
		return eof
	}
	c := s.in[0]
	s.in = s.in[1:]
	return int32(c)
}

func (s *stream) ungetc(c int32) {
	if c != eof {
		s.back = append(s.back, byte(c))
		s.eof = false
	}
}

func (s *stream) read(p []byte) int {
	n := 0
	for n < len(p) {
		if len(s.back) > 0 {
			p[n] = byte(s.getc())
			n++
			continue
		}
		if len(s.in) == 0 && !s.fill() {
			break
		}
		m := copy(p[n:], s.in)
		s.in = s.in[m:]
		n += m
	}
	return n
}

func openMode(mode string) (flag int, ok bool) {
	if mode == "" {
		return 0, false
	}
	plus := false
	excl := 0
	for _, c := range mode[1:] {
		plus = plus || c == '+'
		if c == 'x' {
			excl = os.O_EXCL
		}
	}
	switch {
	case mode[0] == 'r' && plus:
		return os.O_RDWR, true
	case mode[0] == 'r':
		return os.O_RDONLY, true
	case mode[0] == 'w' && plus:
		return os.O_RDWR | os.O_CREATE | os.O_TRUNC | excl, true
	case mode[0] == 'w':
		return os.O_WRONLY | os.O_CREATE | os.O_TRUNC | excl, true
	case mode[0] == 'a' && plus:
		return os.O_RDWR | os.O_CREATE | os.O_APPEND, true
	case mode[0] == 'a':
		return os.O_WRONLY | os.O_CREATE | os.O_APPEND, true
	}
	return 0, false
}

func Fopen(path, mode uintptr) uintptr {
	flag, ok := openMode(string(str(mode)))
	if !ok {
		Errno = 22
		return 0
	}
	f, err := os.OpenFile(string(str(path)), flag, 0o666)
	if err != nil {
		setError(err)
		return 0
	}
	return newStream(streamFor(f, flag))
}

func streamFor(f *os.File, flag int) *stream {
	access := flag & (os.O_WRONLY | os.O_RDWR)
	return &stream{f: f, canRead: access != os.O_WRONLY, canWrite: access != os.O_RDONLY, append: flag&os.O_APPEND != 0, mode: lineBufferIfTerminal(f)}
}

func Fdopen(fd int32, mode uintptr) uintptr {
	flag, ok := openMode(string(str(mode)))
	if !ok {
		Errno = 22
		return 0
	}
	return newStream(streamFor(os.NewFile(uintptr(fd), "fd"), flag))
}

func Freopen(path, mode, f uintptr) uintptr {
	s := streamOf(f)
	s.flush()
	flag, ok := openMode(string(str(mode)))
	if !ok || path == 0 {
		Errno = 22
		return 0
	}
	g, err := os.OpenFile(string(str(path)), flag, 0o666)
	if err != nil {
		setError(err)
		return 0
	}
	if *(*int64)(at(f)) > 2 {
		s.f.Close()
	}
	n := streamFor(g, flag)
	n.cmem = f
	files[*(*int64)(at(f))] = n
	return f
}

func Fclose(f uintptr) int32 {
	i := *(*int64)(at(f))
	s := files[i]
	ok := s.flush()
	s.dropInput()
	if s.f != nil {
		if err := s.f.Close(); err != nil {
			setError(err)
			ok = false
		}
	}
	if s.path != "" {
		os.Remove(s.path)
	}
	files[i] = nil
	if i > 2 {
		Free(f)
	} else {
		files[i] = &stream{cmem: f}
	}
	return Int(ok) - 1
}

func Tmpfile() uintptr {
	f, err := os.CreateTemp("", "c2go")
	if err != nil {
		setError(err)
		return 0
	}
	return newStream(&stream{f: f, canRead: true, canWrite: true, path: f.Name()})
}

func Fflush(f uintptr) int32 {
	if f != 0 {
		return Int(streamOf(f).flush()) - 1
	}
	ok := true
	for _, s := range files {
		if s != nil && s.f != nil {
			ok = s.flush() && ok
		}
	}
	return Int(ok) - 1
}

func Fileno(f uintptr) int32 {
	if s := streamOf(f); s.f != nil {
		return int32(s.f.Fd())
	}
	Errno = 9
	return -1
}

func Setvbuf(f, buf uintptr, mode int32, n uint64) int32 {
	streamOf(f).mode = mode
	return 0
}

func Setbuf(f, buf uintptr) {
	if buf == 0 {
		streamOf(f).mode = noBuffer
	} else {
		streamOf(f).mode = fullBuffer
	}
}

func Setlinebuf(f uintptr) { streamOf(f).mode = lineBuffer }

func Feof(f uintptr) int32   { return Int(streamOf(f).eof) }
func Ferror(f uintptr) int32 { return Int(streamOf(f).bad) }

func Clearerr(f uintptr) { s := streamOf(f); s.eof, s.bad = false, false }

func Fputc(c int32, f uintptr) int32 {
	s := streamOf(f)
	if s.mode == fullBuffer && s.canWrite && len(s.in)+len(s.back) == 0 && len(s.out) < bufferSize {
		s.out = append(s.out, byte(c))
		return int32(byte(c))
	}
	if !s.write([]byte{byte(c)}) {
		return eof
	}
	return int32(byte(c))
}

func Putc(c int32, f uintptr) int32          { return Fputc(c, f) }
func Putchar(c int32) int32                  { return Fputc(c, Stdout) }
func Putc_unlocked(c int32, f uintptr) int32 { return Fputc(c, f) }
func Putchar_unlocked(c int32) int32         { return Fputc(c, Stdout) }

func Fputs(p, f uintptr) int32 {
	if !streamOf(f).write(str(p)) {
		return eof
	}
	return 1
}

func Puts(p uintptr) int32 {
	if Fputs(p, Stdout) == eof {
		return eof
	}
	return Fputc('\n', Stdout)
}

func Fwrite(p uintptr, size, n uint64, f uintptr) uint64 {
	if size == 0 || n == 0 {
		return 0
	}
	if !streamOf(f).write(bytesAt(p, size*n)) {
		return 0
	}
	return n
}

func Fread(p uintptr, size, n uint64, f uintptr) uint64 {
	if size == 0 || n == 0 {
		return 0
	}
	return uint64(streamOf(f).read(bytesAt(p, size*n))) / size
}

func Fgetc(f uintptr) int32 {
	s := streamOf(f)
	if len(s.back) == 0 && len(s.in) > 0 {
		c := s.in[0]
		s.in = s.in[1:]
		return int32(c)
	}
	return s.getc()
}

func Getc(f uintptr) int32          { return Fgetc(f) }
func Getchar() int32                { return Fgetc(Stdin) }
func Getc_unlocked(f uintptr) int32 { return Fgetc(f) }

func Ungetc(c int32, f uintptr) int32 {
	streamOf(f).ungetc(c)
	return c
}

func Fgets(p uintptr, n int32, f uintptr) uintptr {
	s := streamOf(f)
	i := uintptr(0)
	for int32(i) < n-1 {
		c := s.getc()
		if c == eof {
			break
		}
		*b(p + i) = byte(c)
		i++
		if c == '\n' {
			break
		}
	}
	if i == 0 || n <= 0 {
		return 0
	}
	*b(p + i) = 0
	return p
}

func Getline(line, size, f uintptr) int64 { return Getdelim(line, size, '\n', f) }

func Getdelim(line, size uintptr, delim int32, f uintptr) int64 {
	s := streamOf(f)
	var t []byte
	for {
		c := s.getc()
		if c == eof {
			break
		}
		t = append(t, byte(c))
		if c == delim {
			break
		}
	}
	if len(t) == 0 {
		return -1
	}
	if *word(line) == 0 || uint64(*word(size)) < uint64(len(t))+1 {
		*word(size) = uintptr(len(t) + 1)
		*word(line) = Realloc(*word(line), uint64(len(t)+1))
	}
	copy(bytesAt(*word(line), uint64(len(t))), t)
	*b(*word(line) + uintptr(len(t))) = 0
	return int64(len(t))
}

func Fseek(f uintptr, off int64, whence int32) int32 {
	s := streamOf(f)
	s.flush()
	if s.f == nil {
		Errno = 9
		return -1
	}
	if whence == 1 {
		off -= int64(len(s.in) + len(s.back))
	}
	s.in, s.back, s.eof = nil, nil, false
	if _, err := s.f.Seek(off, int(whence)); err != nil {
		setError(err)
		return -1
	}
	return 0
}

func Fseeko(f uintptr, off int64, whence int32) int32 { return Fseek(f, off, whence) }
func Ftello(f uintptr) int64                          { return Ftell(f) }

func Ftell(f uintptr) int64 {
	s := streamOf(f)
	if s.f == nil {
		Errno = 9
		return -1
	}
	n, err := s.f.Seek(0, io.SeekCurrent)
	if err != nil {
		setError(err)
		return -1
	}
	if s.append && len(s.out) > 0 {
		s.flush()
		n, _ = s.f.Seek(0, io.SeekEnd)
	}
	return n - int64(len(s.in)+len(s.back)) + int64(len(s.out))
}

func Rewind(f uintptr) {
	Fseek(f, 0, 0)
	streamOf(f).bad = false
}

func Fgetpos(f, pos uintptr) int32 {
	*(*int64)(at(pos)) = Ftell(f)
	return 0
}

func Fsetpos(f, pos uintptr) int32 { return Fseek(f, *(*int64)(at(pos)), 0) }

func Remove(p uintptr) int32 { return result(os.Remove(string(str(p)))) }

func Rename(p, q uintptr) int32 { return result(os.Rename(string(str(p)), string(str(q)))) }

func Perror(p uintptr) {
	t := errorText(Errno) + "\n"
	if p != 0 && *b(p) != 0 {
		t = string(str(p)) + ": " + t
	}
	streamOf(Stderr).write([]byte(t))
}

var tmpnam [32]byte

func Tmpnam(p uintptr) uintptr {
	f, err := os.CreateTemp("", "c2go")
	if err != nil {
		return 0
	}
	f.Close()
	os.Remove(f.Name())
	if p == 0 {
		p = uintptr(unsafe.Pointer(&tmpnam))
	}
	t := f.Name()
	copy(bytesAt(p, uint64(len(t))), t)
	*b(p + uintptr(len(t))) = 0
	return p
}

func Printf(f, va uintptr) int32 { return Vfprintf(Stdout, f, va) }

func Fprintf(file, f, va uintptr) int32 { return Vfprintf(file, f, va) }

func Vprintf(f, ap uintptr) int32 { return Vfprintf(Stdout, f, ap) }

func Vfprintf(file, f, ap uintptr) int32 {
	s := streamOf(file)
	if !s.canWrite {
		s.write(nil)
		return -1
	}
	s.dropInput()
	n := len(s.out)
	s.out = format(s.out, f, ap)
	n = len(s.out) - n
	if !s.wrote(s.out[len(s.out)-n:]) {
		return -1
	}
	return int32(n)
}

func Dprintf(fd int32, f, va uintptr) int32 {
	t := format(nil, f, va)
	if _, err := os.NewFile(uintptr(fd), "fd").Write(t); err != nil {
		setError(err)
		return -1
	}
	return int32(len(t))
}

func Sprintf(p, f, va uintptr) int32 { return Vsnprintf(p, ^uint64(0), f, va) }

func Vsprintf(p, f, ap uintptr) int32 { return Vsnprintf(p, ^uint64(0), f, ap) }

func Snprintf(p uintptr, n uint64, f, va uintptr) int32 { return Vsnprintf(p, n, f, va) }

var scratch []byte

func Vsnprintf(p uintptr, n uint64, f, ap uintptr) int32 {
	t := format(scratch[:0], f, ap)
	if cap(t) <= 1<<16 {
		scratch = t[:0]
	}
	if n > 0 {
		m := min(uint64(len(t)), n-1)
		copy(bytesAt(p, m), t[:m])
		*b(p + uintptr(m)) = 0
	}
	return int32(len(t))
}

func Asprintf(p, f, va uintptr) int32 { return Vasprintf(p, f, va) }

func Vasprintf(p, f, ap uintptr) int32 {
	t := format(nil, f, ap)
	*word(p) = cString(string(t))
	return int32(len(t))
}
