package image

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// racyWindow: a file changed this shortly before it was read may change again
// without its times moving (coarse kernel clocks), so it is read again next
// time whatever its times say. Git calls such an index entry "racy".
const racyWindow = 20 * time.Millisecond

// Scan reads the volumes below root into an image, using prev to avoid reading
// what cannot have changed and to share equal chunks. Volumes whose directory
// is missing are left out; files that vanish meanwhile are too.
func Scan(root string, volumes []string, prev *Image) (*Image, error) {
	out := &Image{Entries: make(map[string]*Entry, len(prev.Entries)), Total: prev.Total}
	buf := make([]byte, ChunkSize)
	for _, v := range volumes {
		if err := scanPath(out, prev, root, v, buf); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func scanPath(out, prev *Image, root, rel string, buf []byte) error {
	full := filepath.Join(root, rel)
	old := prev.Entries[rel]
	var st syscall.Stat_t
	readAt := time.Now().Add(-racyWindow).UnixNano()
	if err := syscall.Lstat(full, &st); err != nil {
		return ignoreGone(err)
	}
	at := Attributes{Mode: st.Mode & 0o7777, UID: int(st.Uid), GID: int(st.Gid)}
	switch st.Mode & syscall.S_IFMT {
	case syscall.S_IFDIR:
		at.Kind = KindDir
		out.Entries[rel] = keep(old, &Entry{Attributes: at})
		names, err := dirNames(full)
		if err != nil {
			return ignoreGone(err)
		}
		for _, n := range names {
			if err := scanPath(out, prev, root, rel+"/"+n, buf); err != nil {
				return err
			}
		}
	case syscall.S_IFLNK:
		at.Kind = KindLink
		target, err := os.Readlink(full)
		if err != nil {
			return ignoreGone(err)
		}
		at.Link = target
		out.Entries[rel] = keep(old, &Entry{Attributes: at})
	case syscall.S_IFREG:
		at.Kind = KindFile
		s := stamp{ino: st.Ino, ctime: st.Ctim.Nano(), mtime: st.Mtim.Nano(), size: st.Size, mode: st.Mode, racyAt: readAt}
		if unchanged(old, s) {
			out.Entries[rel] = old
			return nil
		}
		at.MTime, at.Size = st.Mtim.Nano(), st.Size
		e, err := readFile(full, at, old, buf)
		if err != nil {
			return ignoreGone(err)
		}
		e.stamp = s
		out.Entries[rel] = e
	}
	return nil
}

// unchanged is true only if the times prove it: equal stamps, and both times
// were already old when the earlier reading took place.
func unchanged(old *Entry, s stamp) bool {
	if old == nil || old.stamp.ino == 0 {
		return false
	}
	o := old.stamp
	return o.ino == s.ino && o.ctime == s.ctime && o.mtime == s.mtime && o.size == s.size && o.mode == s.mode &&
		o.ctime < o.racyAt && o.mtime < o.racyAt
}

func keep(old, fresh *Entry) *Entry {
	if old != nil && sameEntry(old, fresh) {
		return old
	}
	return fresh
}

func dirNames(path string) ([]string, error) {
	d, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
}

func readFile(path string, at Attributes, old *Entry, buf []byte) (*Entry, error) {
	// O_NONBLOCK: the path may have become a pipe since it was looked at.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	e := &Entry{Attributes: at}
	var size int64
	for i := 0; ; i++ {
		n, err := io.ReadFull(f, buf)
		if n > 0 {
			var was *Chunk
			if old != nil && i < len(old.Chunks) {
				was = old.Chunks[i]
			}
			e.Chunks = append(e.Chunks, shareChunk(was, buf[:n]))
			size += int64(n)
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	// What was read is what counts: a growing file may be longer than its stat said.
	e.Size = size
	return e, nil
}

func shareChunk(was *Chunk, data []byte) *Chunk {
	if was != nil && was.Data != nil && bytes.Equal(was.Data, data) {
		return was
	}
	if len(data) == ChunkSize && bytes.Equal(zeroChunk.Data, data) {
		return zeroChunk
	}
	return &Chunk{Data: bytes.Clone(data)}
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ELOOP) || errors.Is(err, syscall.ENXIO) {
		return nil
	}
	return err
}

// Stable reports whether the files of img still carry the stamps they were
// read with: false means somebody wrote while the image was taken.
func Stable(root string, img *Image) bool {
	for rel, e := range img.Entries {
		if e.Kind != KindFile {
			continue
		}
		var st syscall.Stat_t
		if syscall.Lstat(filepath.Join(root, rel), &st) != nil {
			return false
		}
		s := e.stamp
		if st.Ino != s.ino || st.Ctim.Nano() != s.ctime || st.Size != s.size {
			return false
		}
	}
	return true
}
