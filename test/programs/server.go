package programs

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// server is a command that runs beside the steps. What it writes is kept for messages, not compared.
type server struct {
	cmd  *exec.Cmd
	log  lockedBuffer
	done chan struct{}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (m *machine) start(args []string) error {
	exe, err := m.find(args[0])
	if err != nil {
		return err
	}
	s := &server{cmd: exec.Command(exe, args[1:]...), done: make(chan struct{})}
	s.cmd.Dir = m.work
	s.cmd.Env = append(append(os.Environ(), m.env...), "PWD="+m.work)
	s.cmd.Stdout, s.cmd.Stderr = &s.log, &s.log
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.cmd.WaitDelay = time.Second
	if err := s.cmd.Start(); err != nil {
		return err
	}
	go func() {
		s.cmd.Wait()
		close(s.done)
	}()
	m.servers[args[0]] = s
	return nil
}

func (m *machine) stop(args []string) error {
	s := m.servers[args[0]]
	if s == nil {
		return fmt.Errorf("%s was not started", args[0])
	}
	s.cmd.Process.Signal(stopSignal)
	select {
	case <-s.done:
	case <-time.After(patience):
		s.cmd.Process.Signal(syscall.SIGQUIT)
		time.Sleep(time.Second)
		return fmt.Errorf("%s goes on %v after %v", args[0], patience, stopSignal)
	}
	m.write("stop "+args[0], s.cmd.ProcessState.String()+"\n")
	return nil
}

func (m *machine) killServers() {
	for _, s := range m.servers {
		syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL)
		<-s.done
	}
}

func (m *machine) serverLogs() string {
	var b strings.Builder
	for name, s := range m.servers {
		log := s.log.String()
		fmt.Fprintf(&b, "\nlog of %s:\n%s", name, log[max(0, len(log)-4000):])
	}
	return b.String()
}

func (m *machine) listen(args []string) error {
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		c, err := net.Dial("tcp", "127.0.0.1:"+args[0])
		if err == nil {
			return c.Close()
		}
		if time.Since(start) > patience {
			return err
		}
		for name, s := range m.servers {
			select {
			case <-s.done:
				return fmt.Errorf("%s has ended: %v", name, s.cmd.ProcessState)
			default:
			}
		}
	}
}

func (m *machine) get(args []string) error {
	client := http.Client{Timeout: patience}
	r, err := client.Get(args[0])
	if err != nil {
		return err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	m.write("get "+args[0], fmt.Sprintf("%s\n%s", r.Status, body))
	return nil
}

func (m *machine) show(args []string) error {
	for _, name := range args {
		data, err := os.ReadFile(filepath.Join(m.work, name))
		if err != nil {
			return err
		}
		m.write("show "+name, string(data))
	}
	return nil
}

func (m *machine) tree(args []string) error {
	var b strings.Builder
	root := filepath.Join(m.work, args[0])
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(name)
		rel, _ := filepath.Rel(root, name)
		fmt.Fprintf(&b, "%s %d %x\n", rel, len(data), sha256.Sum256(data))
		return err
	})
	m.write("tree "+args[0], b.String())
	return err
}

func writeFile(name, data string) error {
	return errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(data), 0o666))
}
