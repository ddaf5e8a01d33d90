package pod

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"changeover.test/lab/node/internal/sandbox"
	"changeover.test/lab/node/internal/sandbox/child"
)

var execNumber atomic.Int64

// Command is one exec: streams that are nil are not connected.
type Command struct {
	Args     []string
	In       io.Reader
	Out, Err io.Writer
}

// leftoverOutput is how long output is awaited after the command ended while a child of it still
// holds the stream open.
const leftoverOutput = 500 * time.Millisecond

// Exec runs a command in a running container to its end and gives its exit code. The end of the
// caller does not end the command: as with a real runtime, an exec outlives its client, and what it
// still says is read and dropped.
func (w *Worker) Exec(name string, command Command) (int32, error) {
	c := w.find(name)
	if c == nil {
		return 0, fmt.Errorf("container %s not found in pod %s", name, w.name())
	}
	streams, copied, err := connect(command)
	if err != nil {
		return 0, err
	}
	process, err := w.enter(c, command.Args, streams)
	closeAll(streams)
	if err != nil {
		return 0, err
	}
	exit := process.Exit()
	select {
	case <-copied:
	case <-time.After(leftoverOutput):
	}
	go w.dropExec(c, process)
	return exit.Code, nil
}

// ask runs a probe's or a hook's command and kills it when ctx ends.
func (w *Worker) ask(ctx context.Context, c *container, args []string) (int32, string, error) {
	var said limitedText
	streams, copied, err := connect(Command{Args: args, Out: &said, Err: &said})
	if err != nil {
		return 0, "", err
	}
	process, err := w.enter(c, args, streams)
	closeAll(streams)
	if err != nil {
		return 0, "", err
	}
	defer func() { go w.dropExec(c, process) }()
	select {
	case <-process.Done():
	case <-ctx.Done():
		process.KillAll()
		return 0, "", fmt.Errorf("command timed out")
	}
	select {
	case <-copied:
	case <-ctx.Done():
	}
	return process.Exit().Code, said.String(), nil
}

func (w *Worker) enter(c *container, args []string, streams sandbox.Streams) (*sandbox.Process, error) {
	w.mu.Lock()
	leader, env := c.process, c.env
	w.mu.Unlock()
	if leader == nil {
		return nil, fmt.Errorf("container %s is not running", c.spec.Name)
	}
	spec := child.Spec{Args: args, Env: env, Dir: c.spec.WorkingDir}
	spec.UID, spec.GID = user(w.object(), c.spec)
	folder := filepath.Join(w.dir, "containers", c.spec.Name)
	record := filepath.Join(folder, fmt.Sprintf("exec-%d%s", execNumber.Add(1), sandbox.RecordSuffix))
	process, err := sandbox.Enter(leader, spec, streams, record)
	if err != nil {
		return nil, fmt.Errorf("failed to exec in container: unable to start container process: %w", err)
	}
	w.mu.Lock()
	c.execs[process] = true
	ended := c.process != leader
	w.mu.Unlock()
	if ended {
		// The container ended before it could know of this exec.
		process.KillAll()
	}
	return process, nil
}

// dropExec forgets an exec that left no process behind; otherwise its processes end with the
// container.
func (w *Worker) dropExec(c *container, process *sandbox.Process) {
	if !process.Ended() || len(sandbox.Members(process.Pid)) > 0 {
		return
	}
	w.mu.Lock()
	delete(c.execs, process)
	w.mu.Unlock()
	process.Forget()
}

// connect makes pipes between the command's streams and a process; copied is closed when all output
// has been read.
func connect(command Command) (sandbox.Streams, <-chan struct{}, error) {
	var streams sandbox.Streams
	copied := make(chan struct{})
	readers := 0
	ended := make(chan struct{}, 2)
	output := func(to io.Writer) (*os.File, error) {
		if to == nil {
			return nil, nil
		}
		read, write, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		readers++
		go func() {
			_, _ = io.Copy(to, read)
			// The client is gone or does not listen: read on, so that the command does not die of it.
			_, _ = io.Copy(io.Discard, read)
			_ = read.Close()
			ended <- struct{}{}
		}()
		return write, nil
	}
	var err error
	if streams.Out, err = output(command.Out); err != nil {
		return streams, nil, err
	}
	if streams.Err, err = output(command.Err); err != nil {
		closeAll(streams)
		return streams, nil, err
	}
	if command.In != nil {
		read, write, err := os.Pipe()
		if err != nil {
			closeAll(streams)
			return streams, nil, err
		}
		streams.In = read
		go func() {
			_, _ = io.Copy(write, command.In)
			_ = write.Close()
		}()
	}
	count := readers
	go func() {
		for range count {
			<-ended
		}
		close(copied)
	}()
	return streams, copied, nil
}

func closeAll(streams sandbox.Streams) {
	for _, file := range []*os.File{streams.In, streams.Out, streams.Err} {
		if file != nil {
			_ = file.Close()
		}
	}
}
