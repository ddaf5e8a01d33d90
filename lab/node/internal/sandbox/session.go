package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Stat is what we read from /proc/<pid>/stat (proc_pid_stat(5)).
type Stat struct {
	State     byte
	Group     int
	Session   int
	StartTime uint64 // clock ticks since boot: together with the pid it names a process for good
}

// ReadStat reads the state of one process.
func ReadStat(pid int) (Stat, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return Stat{}, err
	}
	// The program's name is in parentheses and may hold anything: count fields after the last one.
	fields := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:])
	if len(fields) < 20 {
		return Stat{}, fmt.Errorf("process %d: unexpected stat line", pid)
	}
	number := func(index int) int { value, _ := strconv.Atoi(string(fields[index])); return value }
	start, err := strconv.ParseUint(string(fields[19]), 10, 64)
	return Stat{State: fields[0][0], Group: number(2), Session: number(3), StartTime: start}, err
}

// Members lists the living processes of a session or process group, its leader included. Zombies
// hold nothing open and do not count.
func Members(session int) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var members []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		stat, err := ReadStat(pid)
		if err != nil || stat.State == 'Z' || stat.State == 'X' {
			continue
		}
		if stat.Session == session || stat.Group == session {
			members = append(members, pid)
		}
	}
	return members
}

// Signal sends a signal to the process group of the container, as its leader and the children that
// stayed with it see it.
func (p *Process) Signal(signal syscall.Signal) error {
	err := syscall.Kill(-p.Pid, signal)
	if errors.Is(err, syscall.ESRCH) {
		return nil
	}
	return err
}

// KillAll ends every process of the container's session at once and returns when they are gone. A
// process that made a session of its own (a daemon) has left the container and stays: that descriptors
// can outlive a pod is something this laboratory must be able to show.
func (p *Process) KillAll() {
	killSession(p.Pid)
	<-p.done
}

func killSession(session int) {
	// Members may fork between the look and the blow, so look again until nobody is left.
	for members := Members(session); len(members) > 0; members = Members(session) {
		for _, pid := range members {
			killAndWait(pid)
		}
	}
}

// killAndWait ends one process and waits for its end on a pidfd, which neither polls nor mistakes a
// reused process id for the process.
func killAndWait(pid int) {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	if err := unix.PidfdSendSignal(fd, unix.SIGKILL, nil, 0); err != nil {
		return
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		// A process in an uninterruptible wait dies late; ten seconds later the caller looks again.
		left := time.Until(deadline)
		if left <= 0 {
			return
		}
		ready, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, int(left.Milliseconds())+1)
		if ready > 0 || (err != nil && !errors.Is(err, unix.EINTR)) {
			return
		}
	}
}
