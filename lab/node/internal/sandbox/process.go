// Package sandbox starts containers and execs as local processes, knows which processes belong to
// them, and ends exactly those.
package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"changeover.test/lab/node/internal/sandbox/child"
)

// Process is the leader of one container or exec. It leads its own session, so its session id is its
// process id: "the processes of this container" are those of its session and group.
type Process struct {
	Pid       int
	StartTime uint64
	Started   time.Time

	record string
	done   chan struct{}
	exit   Exit
}

// Exit says how a process ended. Code follows the shell: 128 + signal number for a signal.
type Exit struct {
	Code   int32
	Signal int32
	At     time.Time
}

// Streams are the standard streams of a new process; nil means /dev/null.
type Streams struct {
	In, Out, Err *os.File
}

// Start runs a container's command in new mount and UTS namespaces. It returns once the command
// itself runs, or with the reason why it does not. The process is written to recordFile before it may
// do anything, so that a kubelet started after a crash finds it.
func Start(spec child.Spec, streams Streams, recordFile string) (*Process, error) {
	command := &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{child.InitName}, Env: []string{},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWUTS},
	}
	return launch(command, spec, launchOptions{streams: streams, record: recordFile})
}

// Enter runs a command inside the running container led by leader.
func Enter(leader *Process, spec child.Spec, streams Streams, recordFile string) (*Process, error) {
	if leader.Ended() {
		return nil, errors.New("container is not running")
	}
	command := &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{child.EnterName}, Env: []string{},
		SysProcAttr: &syscall.SysProcAttr{Setsid: true},
	}
	var namespaces []*os.File
	for _, name := range []string{"mnt", "uts"} {
		file, err := os.Open(fmt.Sprintf("/proc/%d/ns/%s", leader.Pid, name))
		if err != nil {
			return nil, fmt.Errorf("container is not running: %w", err)
		}
		defer file.Close()
		namespaces = append(namespaces, file)
	}
	return launch(command, spec, launchOptions{streams: streams, record: recordFile, extra: namespaces})
}

type launchOptions struct {
	streams Streams
	record  string
	extra   []*os.File
}

func launch(command *exec.Cmd, spec child.Spec, options launchOptions) (*Process, error) {
	raw, err := json.Marshal(spec)
	if err != nil {
		return nil, err
	}
	specRead, specWrite, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer specWrite.Close()
	errorRead, errorWrite, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, specRead.Close())
	}
	defer errorRead.Close()
	setStreams(command, options.streams)
	command.ExtraFiles = append([]*os.File{specRead, errorWrite}, options.extra...)
	err = command.Start()
	_ = specRead.Close()
	_ = errorWrite.Close()
	if err != nil {
		return nil, err
	}
	process := &Process{Pid: command.Process.Pid, Started: time.Now(), record: options.record, done: make(chan struct{})}
	stat, statErr := ReadStat(process.Pid)
	process.StartTime = stat.StartTime
	go process.reap(command)
	if err := errors.Join(statErr, writeRecord(options.record, process)); err != nil {
		return nil, process.abort(err)
	}
	if _, err := specWrite.Write(raw); err != nil {
		return nil, process.abort(err)
	}
	_ = specWrite.Close()
	// A successful exec closes the child's end without a word.
	text, err := io.ReadAll(errorRead)
	if err != nil || len(text) > 0 {
		return nil, process.abort(errors.Join(err, errorText(text)))
	}
	return process, nil
}

func errorText(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	return errors.New(string(text))
}

func setStreams(command *exec.Cmd, streams Streams) {
	// A typed nil in an interface is not nil: assign only what is there.
	if streams.In != nil {
		command.Stdin = streams.In
	}
	if streams.Out != nil {
		command.Stdout = streams.Out
	}
	if streams.Err != nil {
		command.Stderr = streams.Err
	}
}

func (p *Process) abort(reason error) error {
	p.KillAll()
	p.Forget()
	return reason
}

func (p *Process) reap(command *exec.Cmd) {
	_ = command.Wait()
	p.exit = exitOf(command.ProcessState)
	close(p.done)
}

func exitOf(state *os.ProcessState) Exit {
	exit := Exit{Code: 255, At: time.Now()}
	status, known := state.Sys().(syscall.WaitStatus)
	switch {
	case !known:
	case status.Signaled():
		exit.Signal = int32(status.Signal())
		exit.Code = 128 + exit.Signal
	default:
		exit.Code = int32(status.ExitStatus())
	}
	return exit
}

// Done is closed when the leader has ended.
func (p *Process) Done() <-chan struct{} { return p.done }

// Ended says whether the leader has ended.
func (p *Process) Ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Exit is valid once Done is closed.
func (p *Process) Exit() Exit {
	<-p.done
	return p.exit
}
