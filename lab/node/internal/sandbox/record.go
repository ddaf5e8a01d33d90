package sandbox

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// RecordSuffix ends the name of every file that records a started process.
const RecordSuffix = ".process"

type record struct {
	Pid       int    `json:"pid"`
	StartTime uint64 `json:"startTime"`
	Boot      string `json:"boot"`
}

func bootID() string {
	raw, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	return strings.TrimSpace(string(raw))
}

func writeRecord(path string, process *Process) error {
	raw, err := json.Marshal(record{Pid: process.Pid, StartTime: process.StartTime, Boot: bootID()})
	if err != nil {
		return err
	}
	// Rename makes it whole or absent: a torn record would hide a process for ever.
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Forget removes the process's record once it has ended.
func (p *Process) Forget() { _ = os.Remove(p.record) }

// KillLeftovers ends the processes that an earlier kubelet recorded under folder and removes their
// records. It answers how many it found alive. A recorded process id that now names another process
// (other start time, other boot) is left alone.
func KillLeftovers(folder string) (int, error) {
	killed := 0
	err := filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, RecordSuffix) {
			return err
		}
		if killRecorded(path) {
			killed++
		}
		return os.Remove(path)
	})
	return killed, err
}

func killRecorded(path string) bool {
	raw, err := os.ReadFile(path)
	var found record
	if err != nil || json.Unmarshal(raw, &found) != nil || found.Boot != bootID() || found.Pid <= 1 {
		return false
	}
	// The kernel does not give a session's number to a new process while the session has members, so
	// a missing leader does not matter, but a leader with another start time means that the number
	// was free and belongs to somebody else now.
	if stat, err := ReadStat(found.Pid); err == nil && stat.StartTime != found.StartTime {
		return false
	}
	if len(Members(found.Pid)) == 0 {
		return false
	}
	killSession(found.Pid)
	return true
}
