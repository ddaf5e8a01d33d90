package kernel

import (
	"os"
	"strconv"
	"strings"
	"syscall"
)

// Process is a pid with the start time that makes it unmistakable.
type Process struct {
	PID   int    `json:"pid"`
	Start uint64 `json:"start"`
}

// identity reads command name and start time (proc(5): fields 2 and 22).
func identity(pid int) (comm string, start uint64, ok bool) {
	comm, fields := readStat("/proc/" + strconv.Itoa(pid) + "/stat")
	if len(fields) < 20 {
		return "", 0, false
	}
	start, err := strconv.ParseUint(fields[19], 10, 64)
	return comm, start, err == nil
}

// readStat splits a stat file into the command and the fields after it: the
// first of them is the state (field 3). The command may contain anything.
func readStat(path string) (string, []string) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", nil
	}
	s := string(raw)
	open, closing := strings.IndexByte(s, '('), strings.LastIndexByte(s, ')')
	if open < 0 || closing < open {
		return "", nil
	}
	return s[open+1 : closing], strings.Fields(s[closing+1:])
}

// allStopped reports whether every thread is stopped or dead. One thread still
// finishing an fsync keeps the process from counting as stopped.
func allStopped(pid int) bool {
	base := "/proc/" + strconv.Itoa(pid) + "/task"
	tasks, err := readNames(base)
	if err != nil {
		return true // gone: writes nothing any more
	}
	for _, t := range tasks {
		_, f := readStat(base + "/" + t + "/stat")
		if len(f) == 0 {
			continue
		}
		switch f[0] {
		case "T", "t", "Z", "X":
		default:
			return false
		}
	}
	return true
}

// Continue sends SIGCONT unless the pid belongs to another process by now.
func (p Process) Continue() {
	if _, start, ok := identity(p.PID); ok && start == p.Start {
		_ = syscall.Kill(p.PID, syscall.SIGCONT)
	}
}
