// Package kernel asks the kernel which processes have a volume open, and stops
// and continues them. Pod objects are never asked: descriptors outlive pods.
package kernel

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// Opener is a process with something of a volume open, and how.
type Opener struct {
	PID   int    `json:"pid"`
	Start uint64 `json:"start"` // clock ticks since boot: tells a reused pid apart
	Name  string `json:"name"`
	How   string `json:"how"` // "fd 3", "cwd", "root" or "map"
	Path  string `json:"path"`
}

// Volumes names the directory whose content counts as "the volume": every
// generation below it, linked or already removed.
type Volumes struct {
	Dir string // absolute, no trailing slash, symlinks resolved
	// Ignore holds pids that never count: the daemon itself and its guard.
	Ignore map[int]bool
}

type scan struct {
	v      Volumes
	dev    uint64
	inodes map[uint64]bool
	mounts *mountTable
}

// Openers lists every process that has a file or directory below the volumes
// open (descriptor, working directory, root). With maps it also looks for
// memory mappings whose descriptor is closed; that costs milliseconds more.
// A volume that is only mounted somewhere is not open.
func (v Volumes) Openers(maps bool) ([]Opener, error) {
	var st syscall.Stat_t
	if err := syscall.Stat(v.Dir, &st); err != nil {
		return nil, err
	}
	s := &scan{v: v, dev: st.Dev, inodes: map[uint64]bool{}, mounts: newMountTable(v.Dir)}
	s.collectInodes(v.Dir)
	procs, err := readNames("/proc")
	if err != nil {
		return nil, err
	}
	var out []Opener
	for _, name := range procs {
		pid, err := strconv.Atoi(name)
		if err != nil || v.Ignore[pid] {
			continue
		}
		if how, path := s.inspect(pid, maps); how != "" {
			comm, start, ok := identity(pid)
			if ok {
				out = append(out, Opener{PID: pid, Start: start, Name: comm, How: how, Path: path})
			}
		}
	}
	return out, nil
}

// collectInodes gathers the inodes of everything below the volumes, so that an
// open file is recognised whatever name the opener's mount namespace gives it.
func (s *scan) collectInodes(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		full := filepath.Join(dir, e.Name())
		var st syscall.Stat_t
		if syscall.Lstat(full, &st) != nil {
			continue
		}
		if st.Mode&syscall.S_IFMT != syscall.S_IFLNK {
			s.inodes[st.Ino] = true
		}
		if e.IsDir() {
			s.collectInodes(full)
		}
	}
}

func (s *scan) inspect(pid int, maps bool) (how, path string) {
	base := "/proc/" + strconv.Itoa(pid)
	for _, link := range []string{"cwd", "root"} {
		if p, ok := s.isOurs(pid, base+"/"+link, ""); ok {
			return link, p
		}
	}
	fds, err := readNames(base + "/fd")
	if err != nil {
		return "", "" // gone, or not ours to look at
	}
	for _, fd := range fds {
		if p, ok := s.isOurs(pid, base+"/fd/"+fd, fd); ok {
			return "fd " + fd, p
		}
	}
	if maps {
		if p := s.mapped(base); p != "" {
			return "map", p
		}
	}
	return "", ""
}

// isOurs decides about one magic link of /proc: by its name where the opener
// shares our mount namespace, by device and inode anywhere, and for files that
// have no name any more by the mount they were opened through.
func (s *scan) isOurs(pid int, link, fd string) (string, bool) {
	target, err := os.Readlink(link)
	if err != nil || !strings.HasPrefix(target, "/") {
		return "", false // sockets, pipes, anonymous inodes
	}
	if below(target, s.v.Dir) {
		return target, true
	}
	var st syscall.Stat_t
	if syscall.Stat(link, &st) != nil || st.Dev != s.dev {
		return "", false
	}
	if s.inodes[st.Ino] {
		return target, true
	}
	if strings.HasSuffix(target, "(deleted)") || st.Nlink == 0 {
		if fd != "" {
			return target, s.mounts.fdBelow(pid, fd)
		}
		return target, s.mounts.pathBelow(pid, strings.TrimSuffix(target, " (deleted)"))
	}
	return "", false
}

// mapped looks through the memory mappings: device and inode, or the path.
func (s *scan) mapped(base string) string {
	raw, err := os.ReadFile(base + "/maps")
	if err != nil {
		return ""
	}
	for _, line := range strings.Split(string(raw), "\n") {
		f := strings.Fields(line)
		if len(f) < 6 || !strings.HasPrefix(f[5], "/") {
			continue
		}
		path := strings.Join(f[5:], " ")
		ino, _ := strconv.ParseUint(f[4], 10, 64)
		if below(path, s.v.Dir) || (s.inodes[ino] && sameDevice(f[3], s.dev)) {
			return path
		}
	}
	return ""
}

func below(path, dir string) bool {
	return strings.HasPrefix(path, dir) && (len(path) == len(dir) || path[len(dir)] == '/')
}

func readNames(dir string) ([]string, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
}
