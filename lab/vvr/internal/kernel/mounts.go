package kernel

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mount is the part of a mountinfo line (proc(5)) that says what is mounted:
// "id parent major:minor root mountpoint …".
type mount struct {
	id            int
	dev           string
	root, atPoint string
}

// mountTable finds, per process, the mounts whose root lies below the volumes.
type mountTable struct {
	dev    string // major:minor of the volumes' filesystem
	fsPath string // the volumes' directory as a path inside that filesystem
	cache  map[int][]mount
}

// newMountTable translates dir into a path of its filesystem, because the root
// field of mountinfo is one: a volume may live on a mount of its own.
func newMountTable(dir string) *mountTable {
	t := &mountTable{cache: map[int][]mount{}}
	best := mount{}
	for _, m := range readMounts("self") {
		if (m.atPoint == "/" || below(dir, m.atPoint)) && len(m.atPoint) >= len(best.atPoint) {
			best = m
		}
	}
	t.dev = best.dev
	rel := strings.TrimPrefix(dir, strings.TrimSuffix(best.atPoint, "/"))
	t.fsPath = filepath.Join(best.root, rel)
	return t
}

func (t *mountTable) ours(pid int) []mount {
	if found, ok := t.cache[pid]; ok {
		return found
	}
	var found []mount
	for _, m := range readMounts(strconv.Itoa(pid)) {
		// A mount of a removed directory shows "//deleted" after its root.
		if m.dev == t.dev && below(strings.TrimSuffix(m.root, "//deleted"), t.fsPath) {
			found = append(found, m)
		}
	}
	t.cache[pid] = found
	return found
}

// fdBelow reports whether the descriptor was opened through such a mount.
func (t *mountTable) fdBelow(pid int, fd string) bool {
	mounts := t.ours(pid)
	if len(mounts) == 0 {
		return false
	}
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%s", pid, fd))
	if err != nil {
		return false
	}
	for _, line := range strings.Split(string(raw), "\n") {
		if v, ok := strings.CutPrefix(line, "mnt_id:"); ok {
			id, _ := strconv.Atoi(strings.TrimSpace(v))
			for _, m := range mounts {
				if m.id == id {
					return true
				}
			}
		}
	}
	return false
}

// pathBelow does the same for cwd and root, which have no fdinfo: by mount point.
func (t *mountTable) pathBelow(pid int, path string) bool {
	for _, m := range t.ours(pid) {
		if strings.HasSuffix(path, m.atPoint) || below(path, m.atPoint) {
			return true
		}
	}
	return false
}

func readMounts(pid string) []mount {
	raw, err := os.ReadFile("/proc/" + pid + "/mountinfo")
	if err != nil {
		return nil
	}
	var out []mount
	for _, line := range strings.Split(string(raw), "\n") {
		f := strings.SplitN(line, " ", 6)
		if len(f) < 6 {
			continue
		}
		id, _ := strconv.Atoi(f[0])
		out = append(out, mount{id: id, dev: f[2], root: unescape(f[3]), atPoint: unescape(f[4])})
	}
	return out
}

// unescape undoes mountinfo's octal escapes of space, tab, newline, backslash.
func unescape(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

// sameDevice compares the hexadecimal major:minor of /proc/<pid>/maps.
func sameDevice(hex string, dev uint64) bool {
	var major, minor uint64
	if _, err := fmt.Sscanf(hex, "%x:%x", &major, &minor); err != nil {
		return false
	}
	return dev == makeDevice(major, minor)
}

// makeDevice is glibc's makedev.
func makeDevice(major, minor uint64) uint64 {
	return (major&0xfff)<<8 | (major&^0xfff)<<32 | minor&0xff | (minor&^0xff)<<12
}
