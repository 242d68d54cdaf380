// Package cache keeps records on disk from one run of the toolchain to the next.
//
// A cache is a directory with a folder per key; whatever decides what records mean goes into the key. A
// folder holds segments: files with many records by name, written once and never changed. A new segment appears whole,
// by renaming, so that concurrent builds and killed ones do no harm. Everything read is checked; what is not as
// it was written counts as missing. A cache only saves time: losing any of it is no error.
package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// Limits of the cache. Folders that no build has used for maxAge go, and the longest unused ones when all are larger than maxSize.
const (
	maxAge    = 5 * 24 * time.Hour
	maxSize   = 4 << 30
	trimEvery = 24 * time.Hour
	touchEach = time.Hour // how exactly the time of use is kept
)

const trimFile = "trim"

// Dir is the directory of the cache: $STRATACACHE, or strata in the user's cache directory. "off" means none.
func Dir() (string, error) {
	if dir := os.Getenv("STRATACACHE"); dir != "" {
		if dir != "off" && !filepath.IsAbs(dir) {
			return "", errors.New("STRATACACHE is not an absolute path")
		}
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", errors.New("build cache is required, but could not be located: STRATACACHE is not defined and " + err.Error())
	}
	return filepath.Join(dir, "strata"), nil
}

// Clean removes everything in the cache.
func Clean(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if isFolder(e) || e.Name() == trimFile {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// folderName is the name of a key's folder.
func folderName(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:16])
}

func isFolder(e fs.DirEntry) bool {
	name := e.Name()
	return e.IsDir() && len(name) == 32 && strings.Trim(name, "0123456789abcdef") == ""
}

// touch notes that a folder is in use.
func touch(dir string) {
	now := time.Now()
	if st, err := os.Stat(dir); err == nil && now.Sub(st.ModTime()) > touchEach {
		os.Chtimes(dir, now, now)
	}
}

// Trim removes what has not been used for long, once a day, and tells whether it did.
func Trim(dir string) bool {
	now := time.Now()
	mark := filepath.Join(dir, trimFile)
	if st, err := os.Stat(mark); err == nil && now.Sub(st.ModTime()) < trimEvery {
		return false
	}
	if os.WriteFile(mark, nil, 0o666) != nil {
		return false
	}
	os.Chtimes(mark, now, now)
	trim(dir, now, maxSize)
	return true
}

// trim removes old folders, and more of them as long as the rest is larger than size.
func trim(dir string, now time.Time, size int64) {
	type folder struct {
		path string
		used time.Time
		size int64
	}
	entries, _ := os.ReadDir(dir)
	var list []folder
	total := int64(0)
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !isFolder(e) {
			continue
		}
		f := folder{path: filepath.Join(dir, e.Name()), used: info.ModTime()}
		files, _ := os.ReadDir(f.path)
		for _, file := range files {
			if info, err := file.Info(); err == nil {
				f.size += info.Size()
			}
		}
		list = append(list, f)
		total += f.size
	}
	sort.Slice(list, func(i, j int) bool { return list[i].used.Before(list[j].used) })
	for _, f := range list {
		if now.Sub(f.used) > maxAge || total > size {
			os.RemoveAll(f.path)
			total -= f.size
		}
	}
}
