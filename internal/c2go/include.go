package c2go

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"modernc.org/cc/v4"
)

// The front end puts no limit to how deeply files include each other. So each file's text is put between two pragmas, at which the
// front end calls back.

const (
	enterPragma = "c2go_enter"
	leavePragma = "c2go_leave"
	mostLevels  = 200
)

// inclusions is the file system that the front end reads: embedded headers below systemRoot, and the host's files.
type inclusions struct {
	depth int
	once  map[string]bool // files with #pragma once that were read
	err   *Error
}

// marked is a file's text as the front end gets it.
func marked(name string, text []byte) []byte {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	var b bytes.Buffer
	fmt.Fprintf(&b, "#pragma %s\n#line 1 %s\n", enterPragma, quote(name))
	b.Write(text)
	fmt.Fprintf(&b, "\n#pragma %s\n", leavePragma)
	return b.Bytes()
}

// Open opens a header.
func (in *inclusions) Open(name string) (fs.File, error) {
	var text []byte
	var err error
	if rest, ok := strings.CutPrefix(name, systemRoot+"/"); ok {
		text, err = headers.ReadFile("include/" + rest)
	} else if text, err = os.ReadFile(name); err == nil {
		if bad := checkText(name, text); bad != nil && in.err == nil {
			in.err = bad.(*Error)
		}
	}
	if err != nil {
		return nil, err
	}
	text = marked(name, text)
	return &memFile{bytes.NewReader(text), name, int64(len(text))}, nil
}

// pragma obeys #pragma once and watches the depth; the front end itself knows #pragma pack.
func (in *inclusions) pragma(toks []cc.Token) error {
	if len(toks) == 0 {
		return nil
	}
	file := toks[0].Position().Filename
	switch toks[0].SrcStr() {
	case enterPragma:
		if in.depth++; in.depth > mostLevels && in.err == nil {
			in.err = &Error{Msg: fmt.Sprintf("%s:1:1: included more than %d levels deep", file, mostLevels)}
		}
		if in.err != nil {
			in.depth--
			return cc.SkipSource
		}
	case leavePragma:
		in.depth--
	case "once":
		if in.once[file] {
			in.depth--
			return cc.SkipSource
		}
		in.once[file] = true
	}
	return nil
}

// memFile is a file in memory.
type memFile struct {
	*bytes.Reader
	name string
	size int64
}

func (f *memFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *memFile) Close() error               { return nil }
func (f *memFile) Name() string               { return f.name }
func (f *memFile) Size() int64                { return f.size }
func (f *memFile) Mode() fs.FileMode          { return 0o444 }
func (f *memFile) ModTime() time.Time         { return time.Time{} }
func (f *memFile) IsDir() bool                { return false }
func (f *memFile) Sys() any                   { return nil }
