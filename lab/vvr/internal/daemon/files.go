package daemon

import (
	"encoding/json"
	"io/fs"
	"os"
	"sync"
	"syscall"
)

var selfPID = os.Getpid()

// copyOwner gives path the mode and owner of info.
func copyOwner(info fs.FileInfo, path string) error {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		if err := os.Lchown(path, int(st.Uid), int(st.Gid)); err != nil && !os.IsPermission(err) {
			return err
		}
		return syscall.Chmod(path, st.Mode&0o7777)
	}
	return nil
}

// lineLog is a file of JSON lines.
type lineLog struct {
	mu   sync.Mutex
	path string
	file *os.File
}

func openLineLog(path string) (*lineLog, error) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	return &lineLog{path: path, file: f}, err
}

// write appends one line; with sync it is on the disk when write returns.
func (l *lineLog) write(line any, sync bool) error {
	raw, err := json.Marshal(line)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.file.Write(append(raw, '\n')); err != nil {
		return err
	}
	if sync {
		return l.file.Sync()
	}
	return nil
}
