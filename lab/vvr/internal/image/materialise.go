package image

import (
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// Materialise changes the directory dir, which holds the image from, into the
// image to: only what differs is written, and every written file is fsync'd.
func Materialise(dir string, from, to *Image) error {
	gone := sortedPaths(from)
	for i := len(gone) - 1; i >= 0; i-- { // children before parents
		p := gone[i]
		now, ok := to.Entries[p]
		if !ok || now.Kind != from.Entries[p].Kind {
			if err := os.RemoveAll(filepath.Join(dir, p)); err != nil {
				return err
			}
		}
	}
	for _, p := range sortedPaths(to) {
		old, now := from.Entries[p], to.Entries[p]
		if old != nil && old.Kind != now.Kind {
			old = nil
		}
		if old != nil && sameEntry(old, now) {
			continue
		}
		if err := materialiseEntry(filepath.Join(dir, p), old, now); err != nil {
			return err
		}
	}
	return nil
}

func materialiseEntry(path string, old, now *Entry) error {
	switch now.Kind {
	case KindDir:
		if err := os.Mkdir(path, 0o700); err != nil && !os.IsExist(err) {
			return err
		}
	case KindLink:
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := os.Symlink(now.Link, path); err != nil {
			return err
		}
		return chown(path, now)
	case KindFile:
		if err := writeFile(path, old, now); err != nil {
			return err
		}
	}
	if err := chown(path, now); err != nil {
		return err
	}
	// After chown, which clears the set-id bits.
	if err := syscall.Chmod(path, now.Mode); err != nil {
		return err
	}
	if now.Kind == KindFile {
		t := time.Unix(0, now.MTime)
		return os.Chtimes(path, t, t)
	}
	return nil
}

func writeFile(path string, old, now *Entry) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if old == nil {
		if err := f.Truncate(0); err != nil {
			return err
		}
	}
	for i, c := range now.Chunks {
		from, to := 0, len(c.Data)
		if old != nil && i < len(old.Chunks) {
			if sameChunk(old.Chunks[i], c) {
				continue
			}
			from, to = trim(old.Chunks[i].Data, c.Data)
		}
		if c == zeroChunk && old == nil {
			continue // stays a hole
		}
		if _, err := f.WriteAt(c.Data[from:to], int64(i)*ChunkSize+int64(from)); err != nil {
			return err
		}
	}
	if err := f.Truncate(now.Size); err != nil {
		return err
	}
	return f.Sync()
}

// chown keeps the owner; without the right to (an unprivileged test) it leaves it.
func chown(path string, e *Entry) error {
	if err := os.Lchown(path, e.UID, e.GID); err != nil && !os.IsPermission(err) {
		return err
	}
	return nil
}
