// Processes: the program starts itself in several roles.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

func role(name string) {
	switch name {
	case "echo":
		fmt.Println(strings.Join(os.Args[2:], "|"), os.Getenv("ROLE_ENV"))
	case "upper":
		sc := bufio.NewScanner(os.Stdin)
		for sc.Scan() {
			fmt.Println(strings.ToUpper(sc.Text()))
		}
		fmt.Fprintln(os.Stderr, "done")
	case "exit":
		os.Exit(7)
	case "kill":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "sleep":
		time.Sleep(time.Minute)
	case "fd":
		f := os.NewFile(3, "three")
		io.WriteString(f, "through fd 3")
		f.Close()
	}
}

func main() {
	if len(os.Args) > 1 {
		role(os.Args[1])
		return
	}
	self, err := os.Executable()
	if err != nil {
		fmt.Println(err)
		return
	}
	cmd := exec.Command(self, "echo", "a", "b c", "")
	cmd.Env = append(os.Environ(), "ROLE_ENV=set")
	out, err := cmd.Output()
	fmt.Printf("%q %v\n", out, err)

	cmd = exec.Command(self, "upper")
	cmd.Stdin = strings.NewReader("one\ntwo\n")
	both, err := cmd.CombinedOutput()
	fmt.Printf("%q %v\n", both, err)

	err = exec.Command(self, "exit").Run()
	var exit *exec.ExitError
	fmt.Println(err, errors.As(err, &exit), exit.ExitCode())
	err = exec.Command(self, "kill").Run()
	fmt.Println(err)

	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err = exec.CommandContext(ctx, self, "sleep").Run()
	fmt.Println(err, ctx.Err())

	cmd = exec.Command(self, "upper")
	in, _ := cmd.StdinPipe()
	pipe, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		fmt.Println(err)
	}
	rd := bufio.NewReader(pipe)
	for i := range 3 {
		fmt.Fprintf(in, "line %d\n", i)
		s, err := rd.ReadString('\n')
		fmt.Printf("%q %v\n", s, err)
	}
	in.Close()
	fmt.Println(cmd.Wait(), cmd.ProcessState.Success())

	r, w, _ := os.Pipe()
	cmd = exec.Command(self, "fd")
	cmd.ExtraFiles = []*os.File{w}
	fmt.Println(cmd.Run())
	w.Close()
	b, _ := io.ReadAll(r)
	fmt.Println(string(b))
	_, err = exec.LookPath("surely-no-such-program")
	fmt.Println(err, errors.Is(err, exec.ErrNotFound))
	fmt.Println(exec.Command("/no/such/program").Run())

	results := make(chan string)
	for i := range 8 {
		go func() {
			var b bytes.Buffer
			c := exec.Command(self, "echo", fmt.Sprint(i))
			c.Stdout = &b
			if err := c.Run(); err != nil {
				b.WriteString(err.Error())
			}
			results <- b.String()
		}()
	}
	seen := 0
	for range 8 {
		if len(<-results) > 0 {
			seen++
		}
	}
	fmt.Println(seen)
}
