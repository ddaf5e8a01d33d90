package child

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// ownFolders exist in every container and are private to it.
var ownFolders = map[string]os.FileMode{
	"/tmp": 0o1777, "/var/tmp": 0o1777, "/run": 0o755, "/var/run": 0o755, "/var/lib": 0o755,
	"/root": 0o700, "/home": 0o755,
}

// buildRoot makes the container's root on a tmpfs in this process's own mount namespace and makes it
// the root of that namespace. Nothing of it is visible on the host, and the kernel removes all of it
// with the last process of the container: there is nothing to unmount by hand.
func buildRoot(spec Spec) error {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	if err := unix.Mount("tmpfs", spec.Root, "tmpfs", 0, "mode=0755"); err != nil {
		return fmt.Errorf("mount the container's root: %w", err)
	}
	for folder, mode := range ownFolders {
		if err := makeFolder(filepath.Join(spec.Root, folder), mode); err != nil {
			return err
		}
	}
	for _, mount := range spec.Mounts {
		if err := bind(spec, mount); err != nil {
			return fmt.Errorf("mount %s at %s: %w", mount.Source, mount.Target, err)
		}
	}
	if spec.Hostname != "" {
		if err := unix.Sethostname([]byte(spec.Hostname)); err != nil {
			return fmt.Errorf("set host name: %w", err)
		}
	}
	return pivot(spec.Root)
}

func makeFolder(path string, mode os.FileMode) error {
	if err := os.MkdirAll(path, 0o755); err != nil {
		return err
	}
	// os.FileMode keeps the sticky bit elsewhere than the kernel does.
	return unix.Chmod(path, uint32(mode&0o7777))
}

func bind(spec Spec, mount Mount) error {
	target := filepath.Join(spec.Root, mount.Target)
	info, err := os.Lstat(mount.Source)
	if err != nil {
		return err
	}
	if mount.Host && info.Mode()&os.ModeSymlink != 0 {
		link, err := os.Readlink(mount.Source)
		if err != nil {
			return err
		}
		return os.Symlink(link, target)
	}
	if mount.Host && info.IsDir() && needsUpper(spec, mount) {
		return overlay(spec.Root, mount)
	}
	if info, err = os.Stat(mount.Source); err != nil {
		return err
	}
	if err := makeTarget(target, info.IsDir()); err != nil {
		return err
	}
	if err := unix.Mount(mount.Source, target, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return err
	}
	if !mount.ReadOnly {
		return nil
	}
	attributes := &unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	return unix.MountSetattr(unix.AT_FDCWD, target, unix.AT_RECURSIVE, attributes)
}

func makeTarget(target string, folder bool) error {
	if folder {
		return os.MkdirAll(target, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(target, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return file.Close()
}

// needsUpper says whether another mount lands inside this read-only host folder at a place that the
// host does not have, such as /etc/orders.
func needsUpper(spec Spec, mount Mount) bool {
	for _, other := range spec.Mounts {
		if other.Target != mount.Target && strings.HasPrefix(other.Target, mount.Target+"/") {
			if _, err := os.Stat(filepath.Join(mount.Source, strings.TrimPrefix(other.Target, mount.Target))); err != nil {
				return true
			}
		}
	}
	return false
}

// overlay shows a host folder with a private upper layer, so that mount points can be made in it
// without touching the host.
func overlay(root string, mount Mount) error {
	layers := filepath.Join(root, ".layers", mount.Target)
	upper, work, target := filepath.Join(layers, "upper"), filepath.Join(layers, "work"), filepath.Join(root, mount.Target)
	for _, folder := range []string{upper, work, target} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
	}
	options := fmt.Sprintf("lowerdir=%s,upperdir=%s,workdir=%s", mount.Source, upper, work)
	return unix.Mount("overlay", target, "overlay", 0, options)
}

// pivot makes root the root of the mount namespace and lets go of every mount of the host, so that a
// container holds no mount but its own (pivot_root(2), "pivot_root(\".\", \".\")").
func pivot(root string) error {
	if err := unix.Chdir(root); err != nil {
		return err
	}
	if err := unix.PivotRoot(".", "."); err != nil {
		return fmt.Errorf("pivot root: %w", err)
	}
	if err := unix.Unmount(".", unix.MNT_DETACH); err != nil {
		return fmt.Errorf("let go of the host's mounts: %w", err)
	}
	return unix.Chdir("/")
}

// enterRoot joins the namespaces of a running container. Entering the mount namespace, rather than
// only its root folder, makes a file that the command opens count as open in that namespace's mounts,
// which is where the kernel's tables are read from.
func enterRoot(Spec) error {
	// A thread may change its mount namespace only when it shares its root and working directory
	// with no other thread (setns(2)).
	if err := unix.Unshare(unix.CLONE_FS); err != nil {
		return fmt.Errorf("separate from other threads: %w", err)
	}
	namespaces := errors.Join(
		unix.Setns(UtsFD, unix.CLONE_NEWUTS),
		unix.Setns(MountFD, unix.CLONE_NEWNS),
	)
	if namespaces != nil {
		return fmt.Errorf("enter the container: %w", namespaces)
	}
	return errors.Join(unix.Close(UtsFD), unix.Close(MountFD))
}
