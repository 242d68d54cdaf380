package link

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// The executable is written beside its destination and renamed, so that a
// failed link leaves the old file, and a running program its text.
func writeFile(path string, img []byte) (err error) {
	if strings.HasPrefix(path, "/proc/") {
		return os.WriteFile(path, img, 0o777) // whoever asks has it open, and it has no other name yet
	}
	if st, e := os.Stat(path); e == nil && !st.Mode().IsRegular() {
		if st.IsDir() {
			return fmt.Errorf("link: output %s is a directory", path)
		}
		return os.WriteFile(path, img, 0o777) // a device or pipe
	}
	f, err := createTemp(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
			if errors.Is(err, syscall.ENOSPC) {
				err = fmt.Errorf("link: no space left for %s (%d bytes)", path, len(img))
			} else {
				err = fmt.Errorf("link: %w", err)
			}
		}
	}()
	if _, err = f.Write(img); err != nil {
		f.Close()
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// createTemp makes a new executable file in dir; the kernel applies the umask.
func createTemp(dir string) (*os.File, error) {
	for i := 0; ; i++ {
		name := filepath.Join(dir, fmt.Sprintf(".strata-link-%d-%d", os.Getpid(), i))
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o777)
		if err == nil || !errors.Is(err, os.ErrExist) {
			return f, err
		}
	}
}
