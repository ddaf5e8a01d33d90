package image

import (
	"bytes"
	"crypto/sha256"
)

// ManifestEntry describes a path by its attributes and the digests of its chunks.
type ManifestEntry struct {
	At     Attributes `json:"at"`
	Chunks [][]byte   `json:"chunks,omitempty"`
}

// Manifest lets a Primary learn what a Secondary has without moving content.
func (im *Image) Manifest() map[string]ManifestEntry {
	out := make(map[string]ManifestEntry, len(im.Entries))
	for p, e := range im.Entries {
		m := ManifestEntry{At: e.Attributes}
		for _, c := range e.Chunks {
			sum := sha256.Sum256(c.Data)
			m.Chunks = append(m.Chunks, sum[:])
		}
		out[p] = m
	}
	return out
}

// FromManifest rebuilds the image behind a manifest as far as local content
// allows: chunks with the same digest are taken from local, the rest is unknown.
func FromManifest(m map[string]ManifestEntry, local *Image) *Image {
	out := &Image{Entries: make(map[string]*Entry, len(m)), Total: local.Total}
	for p, me := range m {
		e := &Entry{Attributes: me.At}
		mine := local.Entries[p]
		for i, sum := range me.Chunks {
			c := &Chunk{}
			if mine != nil && i < len(mine.Chunks) && digestIs(mine.Chunks[i].Data, sum) {
				c = mine.Chunks[i]
			}
			e.Chunks = append(e.Chunks, c)
		}
		out.Entries[p] = e
	}
	return out
}

func digestIs(data, sum []byte) bool {
	have := sha256.Sum256(data)
	return bytes.Equal(have[:], sum)
}
