package kernel

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"time"
)

// Stopper stops the openers of a volume for the instant of a capture. Whatever
// happens they run again: the list is with the guard and in a file before the
// first SIGSTOP is sent.
type Stopper struct {
	guard *Guard
	path  string // stopped.json: read again at the next start
}

// NewStopper continues what an earlier daemon left stopped, then is ready.
func NewStopper(path string, guard *Guard) *Stopper {
	s := &Stopper{guard: guard, path: path}
	if raw, err := os.ReadFile(path); err == nil {
		var left []Process
		if json.Unmarshal(raw, &left) == nil {
			for _, p := range left {
				p.Continue()
			}
		}
		_ = os.Remove(path)
	}
	return s
}

// errNotStopped: somebody could not be stopped in time (a long fsync); the
// capture is tried again later.
var errNotStopped = fmt.Errorf("a process with an open volume did not stop in time")

// While stops the openers, waits until every thread of them is stopped, runs
// capture and continues them. Openers that somebody else had stopped already
// are left stopped. Bounded by limit before capture runs.
func (s *Stopper) While(openers []Opener, limit time.Duration, capture func() error) error {
	var list []Process
	for _, o := range openers {
		if o.PID > 1 && !allStopped(o.PID) {
			list = append(list, Process{PID: o.PID, Start: o.Start})
		}
	}
	if len(list) == 0 {
		return capture()
	}
	if err := s.remember(list); err != nil {
		return err
	}
	defer s.release(list)
	for _, p := range list {
		_ = syscall.Kill(p.PID, syscall.SIGSTOP)
	}
	deadline := time.Now().Add(limit)
	for wait := 20 * time.Microsecond; ; wait = min(wait*2, 2*time.Millisecond) {
		if stopped(list) {
			return capture()
		}
		if time.Now().After(deadline) {
			return errNotStopped
		}
		// The kernel offers no event for "a stranger's child has stopped".
		pause(wait)
	}
}

func (s *Stopper) remember(list []Process) error {
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	if err := s.guard.Stopping(list); err != nil {
		return err
	}
	// No fsync: the file is for a killed daemon, and page cache survives that.
	return os.WriteFile(s.path, raw, 0o600)
}

func (s *Stopper) release(list []Process) {
	for _, p := range list {
		p.Continue()
	}
	_ = os.Remove(s.path)
	_ = s.guard.Stopping(nil)
}

func stopped(list []Process) bool {
	for _, p := range list {
		if !allStopped(p.PID) {
			return false
		}
	}
	return true
}

func pause(d time.Duration) {
	t := time.NewTimer(d)
	<-t.C
}
