package kernel

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// GuardArgument makes vvrd run as the guard instead of the daemon.
const GuardArgument = "guard"

// Guard is a small child process that holds the list of processes stopped right
// now. When the daemon dies, however it dies, the pipe between them closes and
// the guard continues them: a killed simulator must not freeze applications.
type Guard struct {
	mu    sync.Mutex
	pipe  io.WriteCloser
	child *exec.Cmd
}

// StartGuard starts the guard as a child in a session of its own, so that a
// signal to the daemon's process group does not take both.
func StartGuard(program string) (*Guard, error) {
	cmd := exec.Command(program, GuardArgument)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() { _ = cmd.Wait() }()
	return &Guard{pipe: pipe, child: cmd}, nil
}

// PID is the guard's process id.
func (g *Guard) PID() int { return g.child.Process.Pid }

// Stopping tells the guard what is about to be stopped; nil means nothing is.
func (g *Guard) Stopping(list []Process) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	_, err = g.pipe.Write(append(raw, '\n'))
	return err
}

// Close ends the guard; it continues whatever was still stopped.
func (g *Guard) Close() { _ = g.pipe.Close() }

// RunGuard is the guard's main: it ends when the daemon's end of the pipe closes.
func RunGuard() {
	var last []Process
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		var list []Process
		if json.Unmarshal(line, &list) == nil {
			last = list
		}
	}
	for _, p := range last {
		p.Continue()
	}
}
