// Package image holds the content of an RVG's volumes at one moment, and what
// can be done with such moments: compare, ship the difference, apply it.
//
// An Image never changes once made. Content is cut into chunks that images
// share, so that keeping "what the Secondary has" beside "what the Primary has
// now" costs memory only for what differs.
package image

import "time"

// ChunkSize is the size of a chunk in bytes, and so of one region of a DCM.
const ChunkSize = 64 << 10

// Kinds of entry. Sockets, pipes and devices are not replicated.
const (
	KindDir  = "dir"
	KindFile = "file"
	KindLink = "link"
)

// Chunk is a piece of a file; the last one of a file may be short. A chunk with
// nil Data is unknown: it equals nothing and is always shipped whole.
type Chunk struct{ Data []byte }

var zeroChunk = &Chunk{Data: make([]byte, ChunkSize)}

// Attributes are what is replicated beside the content.
type Attributes struct {
	Kind  string `json:"kind"`
	Mode  uint32 `json:"mode"`
	UID   int    `json:"uid"`
	GID   int    `json:"gid"`
	MTime int64  `json:"mtime,omitempty"` // nanoseconds; 0 for directories and links
	Size  int64  `json:"size,omitempty"`
	Link  string `json:"link,omitempty"`
}

// stamp tells without reading whether a file can have changed since it was read.
type stamp struct {
	ino    uint64
	ctime  int64
	mtime  int64
	size   int64
	mode   uint32
	racyAt int64 // changes younger than this, at the time of reading, prove nothing
}

// Entry is one path. Entries are shared between images and never modified.
type Entry struct {
	Attributes
	Chunks []*Chunk
	stamp  stamp
}

// Image maps a path (volume name first, slash separated) to its entry.
// Total is the number of changed bytes captured since the daemon started, up
// to and including this image: the difference of two Totals is SRL content.
// TakenAt is when the writers stood still for it; zero where nobody took it.
type Image struct {
	Entries map[string]*Entry
	Total   int64
	TakenAt time.Time
}

// Empty is the image of nothing.
func Empty() *Image { return &Image{Entries: map[string]*Entry{}} }

func sameChunks(a, b *Entry) bool {
	if len(a.Chunks) != len(b.Chunks) {
		return false
	}
	for i := range a.Chunks {
		if !sameChunk(a.Chunks[i], b.Chunks[i]) {
			return false
		}
	}
	return true
}

func sameEntry(a, b *Entry) bool {
	return a == b || (a.Attributes == b.Attributes && sameChunks(a, b))
}

// Same reports whether both images hold the same volumes, byte for byte.
func Same(a, b *Image) bool {
	if a == b {
		return true
	}
	if len(a.Entries) != len(b.Entries) {
		return false
	}
	for path, ea := range a.Entries {
		eb, ok := b.Entries[path]
		if !ok || !sameEntry(ea, eb) {
			return false
		}
	}
	return true
}

// With returns a copy in which path is entry (nil removes it).
func (im *Image) With(path string, entry *Entry) *Image {
	out := &Image{Entries: make(map[string]*Entry, len(im.Entries)+1), Total: im.Total}
	for p, e := range im.Entries {
		out.Entries[p] = e
	}
	if entry == nil {
		delete(out.Entries, path)
	} else {
		out.Entries[path] = entry
	}
	return out
}

// Unknown returns an image with the same paths of which no content is trusted,
// so that the next comparison ships everything (autosync).
func (im *Image) Unknown() *Image {
	out := &Image{Entries: make(map[string]*Entry, len(im.Entries)), Total: im.Total}
	for p, e := range im.Entries {
		u := &Entry{Attributes: e.Attributes, Chunks: make([]*Chunk, len(e.Chunks))}
		for i := range u.Chunks {
			u.Chunks[i] = &Chunk{}
		}
		out.Entries[p] = u
	}
	return out
}

// Without returns a copy without anything below the volume.
func (im *Image) Without(volume string) *Image {
	out := &Image{Entries: make(map[string]*Entry, len(im.Entries)), Total: im.Total}
	for p, e := range im.Entries {
		if p != volume && !hasPrefixDir(p, volume) {
			out.Entries[p] = e
		}
	}
	return out
}

func hasPrefixDir(path, dir string) bool {
	return len(path) > len(dir) && path[len(dir)] == '/' && path[:len(dir)] == dir
}
