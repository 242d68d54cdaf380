package programs

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"strata/test/internal/harness"
)

// machine carries out the steps of a script with one set of executables, in a folder of its own, and writes down what came out.
// Both toolchains' executables get the same folder, ports and environment, one after the other, so that little needs normalising.
type machine struct {
	script     *script
	work       string
	module     string // folder of the program's module in the module cache
	env        []string
	ports      map[string]string // by name: PORT1
	transcript bytes.Buffer
	last       string // what the last step wrote
	servers    map[string]*server
}

// stepLimit bounds one command, patience what is tried again until it works.
const (
	stepLimit = 5 * time.Minute
	patience  = time.Minute
)

// verb is a kind of step: how many words it needs and what it does.
type verb struct {
	min int
	do  func(m *machine, args []string) error
}

// verbs are the steps of scripts.
var verbs = map[string]verb{
	"run":    {1, (*machine).run},    // a command that succeeds
	"fail":   {1, (*machine).fail},   // a command that fails
	"quiet":  {1, (*machine).quiet},  // a command that succeeds; what it writes is not compared
	"retry":  {1, (*machine).retry},  // a command that succeeds before long
	"start":  {1, (*machine).start},  // a server: its executable's name is its name
	"stop":   {1, (*machine).stop},   // SIGTERM, and the exit status
	"listen": {1, (*machine).listen}, // wait until a port accepts connections
	"get":    {1, (*machine).get},    // GET of an address: status and body
	"show":   {1, (*machine).show},   // files
	"tree":   {1, (*machine).tree},   // a folder's names, sizes and checksums
	"want":   {1, (*machine).want},   // what the last step wrote matches a regular expression
	"env":    {1, (*machine).setenv}, // NAME=value for the commands that follow
}

func newMachine(s *script, work, module string, ports map[string]string) *machine {
	m := &machine{script: s, work: work, module: module, ports: ports, servers: map[string]*server{}}
	home := filepath.Join(work, "home")
	m.env = []string{
		"PATH=" + filepath.Join(work, "bin") + ":" + os.Getenv("PATH"),
		"HOME=" + home, "XDG_CONFIG_HOME=" + home + "/config", "XDG_CACHE_HOME=" + home + "/cache", "XDG_DATA_HOME=" + home + "/data",
		"TMPDIR=" + filepath.Join(work, "tmp"), "TZ=UTC", "LANG=C.UTF-8", "TERM=dumb", "NO_COLOR=1",
	}
	return m
}

// freePorts finds a free port of the loopback interface for every one that the script names.
func freePorts(s *script) (map[string]string, error) {
	ports := map[string]string{}
	for i := 1; i <= 9; i++ {
		name := fmt.Sprintf("PORT%d", i)
		if !s.mentions("$" + name) {
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close()
		_, ports[name], _ = net.SplitHostPort(l.Addr().String())
	}
	return ports, nil
}

func (s *script) mentions(word string) bool {
	for _, st := range s.steps {
		if strings.Contains(strings.Join(st.args, " "), word) {
			return true
		}
	}
	for _, f := range s.files {
		if strings.Contains(f.data, word) {
			return true
		}
	}
	return false
}

// expand replaces $WORK, $MODULE and the ports; all else that has a dollar is the shell's or the program's.
func (m *machine) expand(text string) string {
	pairs := []string{"$WORK", m.work, "$MODULE", m.module}
	for name, port := range m.ports {
		pairs = append(pairs, "$"+name, port)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// play lays out the script's files and carries out its steps.
func (m *machine) play() error {
	for _, dir := range []string{"home", "tmp"} {
		if err := os.MkdirAll(filepath.Join(m.work, dir), 0o777); err != nil {
			return err
		}
	}
	for _, f := range m.script.files {
		if strings.HasPrefix(f.name, sourcePrefix) {
			continue
		}
		if err := writeFile(filepath.Join(m.work, f.name), m.expand(f.data)); err != nil {
			return err
		}
	}
	defer m.killServers()
	for _, st := range m.script.steps {
		if err := m.step(st); err != nil {
			return fmt.Errorf("%s/%s.txt:%d: %s: %w%s", testdata, m.script.name, st.line, st.verb, err, m.serverLogs())
		}
	}
	return nil
}

func (m *machine) step(st step) error {
	args := make([]string, len(st.args))
	for i, a := range st.args {
		args[i] = m.expand(a)
	}
	return verbs[st.verb].do(m, args)
}

// write adds what a step wrote to the transcript.
func (m *machine) write(heading, text string) {
	m.last = text
	fmt.Fprintf(&m.transcript, "> %s\n%s", heading, text)
	if text != "" && !strings.HasSuffix(text, "\n") {
		m.transcript.WriteByte('\n')
	}
}

// command runs a command; "< file" at its end names its standard input.
func (m *machine) command(args []string) (*harness.Result, error) {
	c := harness.Command{Dir: m.work, Env: m.env, Limit: stepLimit}
	if n := len(args) - 2; n > 0 && args[n] == "<" {
		in, err := os.ReadFile(filepath.Join(m.work, args[n+1]))
		if err != nil {
			return nil, err
		}
		c.Stdin, args = in, args[:n]
	}
	exe, err := m.find(args[0])
	if err != nil {
		return nil, err
	}
	c.Args = append([]string{exe}, args[1:]...)
	r := c.Run()
	if r.Err != nil {
		return nil, r.Err
	}
	if r.TimedOut {
		return nil, fmt.Errorf("not done after %v\n%s%s", stepLimit, r.Stdout, r.Stderr)
	}
	return r, nil
}

// find looks for a command where the script's PATH says, not where the test's own does.
func (m *machine) find(name string) (string, error) {
	if exe := filepath.Join(m.work, "bin", name); executableFile(exe) {
		return exe, nil
	}
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if exe := filepath.Join(dir, name); executableFile(exe) {
			return exe, nil
		}
	}
	return "", fmt.Errorf("no command %s", name)
}

func executableFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0
}

func outcome(r *harness.Result) string {
	text := string(r.Stdout)
	if len(r.Stderr) > 0 {
		text += "standard error:\n" + string(r.Stderr)
	}
	return text
}

func (m *machine) run(args []string) error {
	r, err := m.command(args)
	if err != nil {
		return err
	}
	m.write(strings.Join(args, " "), outcome(r))
	if r.Exit != 0 {
		return fmt.Errorf("exit status %d\n%s", r.Exit, outcome(r))
	}
	return nil
}

func (m *machine) fail(args []string) error {
	r, err := m.command(args)
	if err != nil {
		return err
	}
	m.write(strings.Join(args, " "), fmt.Sprintf("%sexit status %d\n", outcome(r), r.Exit))
	if r.Exit == 0 {
		return fmt.Errorf("succeeds\n%s", outcome(r))
	}
	return nil
}

func (m *machine) quiet(args []string) error {
	r, err := m.command(args)
	if err != nil {
		return err
	}
	m.last = outcome(r)
	if r.Exit != 0 {
		return fmt.Errorf("exit status %d\n%s", r.Exit, m.last)
	}
	return nil
}

func (m *machine) retry(args []string) error {
	for start := time.Now(); ; time.Sleep(200 * time.Millisecond) {
		r, err := m.command(args)
		if err != nil {
			return err
		}
		if r.Exit == 0 {
			m.write(strings.Join(args, " "), outcome(r))
			return nil
		}
		if time.Since(start) > patience {
			return fmt.Errorf("exit status %d after %v\n%s", r.Exit, patience, outcome(r))
		}
	}
}

func (m *machine) want(args []string) error {
	re, err := regexp.Compile("(?m)" + strings.Join(args, " "))
	if err != nil {
		return err
	}
	if !re.MatchString(m.last) {
		return fmt.Errorf("%s does not match\n%s", re, m.last)
	}
	return nil
}

func (m *machine) setenv(args []string) error {
	m.env = append(m.env, args...)
	return nil
}

// stopSignal is what servers are asked to end with.
const stopSignal = syscall.SIGTERM
