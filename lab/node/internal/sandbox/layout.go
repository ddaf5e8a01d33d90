package sandbox

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"changeover.test/lab/node/internal/sandbox/child"
)

// hostFolders are shown read-only in every container in place of an image.
var hostFolders = []string{"/usr", "/bin", "/lib", "/lib64", "/sbin", "/etc", "/opt"}

// Layout lists the mounts of a container: the host's programs, the kernel's folders, what the
// laboratory exposes and the pod's volumes, parents before children.
func Layout(exposed []string, volumes []child.Mount) []child.Mount {
	var mounts []child.Mount
	for _, folder := range hostFolders {
		if _, err := os.Lstat(folder); err == nil {
			mounts = append(mounts, child.Mount{Source: folder, Target: folder, ReadOnly: true, Host: true})
		}
	}
	for _, folder := range []string{"/proc", "/dev"} {
		mounts = append(mounts, child.Mount{Source: folder, Target: folder})
	}
	for _, folder := range exposed {
		folder = filepath.Clean(folder)
		if _, err := os.Stat(folder); err != nil || underHostFolder(folder) {
			continue
		}
		mounts = append(mounts, child.Mount{Source: folder, Target: folder, ReadOnly: true})
	}
	mounts = append(mounts, volumes...)
	sort.SliceStable(mounts, func(a, b int) bool { return depth(mounts[a].Target) < depth(mounts[b].Target) })
	return mounts
}

func underHostFolder(folder string) bool {
	for _, host := range hostFolders {
		if folder == host || strings.HasPrefix(folder, host+"/") {
			return true
		}
	}
	return false
}

func depth(path string) int { return strings.Count(filepath.Clean(path), "/") }
