package image

import (
	"bytes"
	"sort"
)

// Range is a run of bytes of one file whose new content travels in the body.
type Range struct {
	Offset int64 `json:"o"`
	Length int64 `json:"n"`
}

// Put makes a path what it shall be; the ranges' bytes follow one another in
// the frame's body, in the order of Puts and Ranges.
type Put struct {
	Path   string     `json:"path"`
	At     Attributes `json:"at"`
	Ranges []Range    `json:"ranges,omitempty"`
}

// Delta turns one image into another. Renames travel as a delete and a put.
type Delta struct {
	Deletes []string `json:"deletes,omitempty"`
	Puts    []Put    `json:"puts,omitempty"`
}

// Empty reports whether the delta changes nothing.
func (d Delta) Empty() bool { return len(d.Deletes) == 0 && len(d.Puts) == 0 }

// Diff computes the delta from a to b and its body.
func Diff(a, b *Image) (Delta, []byte) {
	var d Delta
	var body bytes.Buffer
	for _, p := range sortedPaths(a) {
		if _, ok := b.Entries[p]; !ok {
			d.Deletes = append(d.Deletes, p)
		}
	}
	for _, p := range sortedPaths(b) {
		old, now := a.Entries[p], b.Entries[p]
		if old != nil && sameEntry(old, now) {
			continue
		}
		put := Put{Path: p, At: now.Attributes}
		if now.Kind == KindFile {
			put.Ranges = fileRanges(old, now, &body)
		}
		d.Puts = append(d.Puts, put)
	}
	return d, body.Bytes()
}

// ChangedBytes is the amount a DCM would mark between a and b: whole regions.
func ChangedBytes(a, b *Image) int64 {
	var n int64
	for p, now := range b.Entries {
		old := a.Entries[p]
		if old == now {
			continue
		}
		for i, c := range now.Chunks {
			if old == nil || i >= len(old.Chunks) || !sameChunk(old.Chunks[i], c) {
				n += int64(len(c.Data))
			}
		}
	}
	return n
}

// WrittenBytes is the amount that writes between a and b added to an SRL: what
// changed in a region, not the region.
func WrittenBytes(a, b *Image) int64 {
	var n int64
	for p, now := range b.Entries {
		old := a.Entries[p]
		if old == now {
			continue
		}
		for i, c := range now.Chunks {
			switch {
			case old == nil || i >= len(old.Chunks):
				n += int64(len(c.Data))
			case sameChunk(old.Chunks[i], c):
			case old.Chunks[i].Data == nil:
				n += int64(len(c.Data))
			default:
				from, to := trim(old.Chunks[i].Data, c.Data)
				n += int64(max(to-from, 0))
			}
		}
	}
	return n
}

func fileRanges(old, now *Entry, body *bytes.Buffer) []Range {
	var out []Range
	for i, c := range now.Chunks {
		base := int64(i) * ChunkSize
		from, to := 0, len(c.Data)
		if old != nil && old.Kind == KindFile && i < len(old.Chunks) {
			was := old.Chunks[i]
			if sameChunk(was, c) {
				continue
			}
			if was.Data != nil {
				from, to = trim(was.Data, c.Data)
				if from >= to { // only shortened: the new size says it all
					continue
				}
			}
		}
		body.Write(c.Data[from:to])
		r := Range{Offset: base + int64(from), Length: int64(to - from)}
		if n := len(out); n > 0 && out[n-1].Offset+out[n-1].Length == r.Offset {
			out[n-1].Length += r.Length
		} else {
			out = append(out, r)
		}
	}
	return out
}

func sameChunk(a, b *Chunk) bool {
	return a == b || (a.Data != nil && b.Data != nil && bytes.Equal(a.Data, b.Data))
}

// trim returns the part [from,to) of now that differs from was. The common
// suffix is only trimmed when both have the same length.
func trim(was, now []byte) (from, to int) {
	to = len(now)
	for from < len(was) && from < to && was[from] == now[from] {
		from++
	}
	if len(was) == len(now) {
		for to > from && was[to-1] == now[to-1] {
			to--
		}
	}
	return from, to
}

func sortedPaths(im *Image) []string {
	out := make([]string, 0, len(im.Entries))
	for p := range im.Entries {
		out = append(out, p)
	}
	sort.Strings(out)
	return out
}
