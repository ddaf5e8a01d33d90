package image

import "fmt"

// Apply returns the image that results from applying the delta to im. Its error
// means that frame and body do not belong together.
func Apply(im *Image, d Delta, body []byte) (*Image, error) {
	out := &Image{Entries: make(map[string]*Entry, len(im.Entries)+len(d.Puts)), Total: im.Total}
	for p, e := range im.Entries {
		out.Entries[p] = e
	}
	for _, p := range d.Deletes {
		delete(out.Entries, p)
	}
	for _, put := range d.Puts {
		e := &Entry{Attributes: put.At}
		if put.At.Kind == KindFile {
			var err error
			if e.Chunks, body, err = applyFile(im.Entries[put.Path], put, body); err != nil {
				return nil, err
			}
		}
		out.Entries[put.Path] = e
	}
	if len(body) != 0 {
		return nil, fmt.Errorf("frame body has %d bytes too many", len(body))
	}
	return out, nil
}

func applyFile(old *Entry, put Put, body []byte) ([]*Chunk, []byte, error) {
	count := int((put.At.Size + ChunkSize - 1) / ChunkSize)
	chunks := make([]*Chunk, count)
	owned := make([]bool, count)
	for i := range chunks {
		want := chunkLength(put.At.Size, i)
		if old != nil && old.Kind == KindFile && i < len(old.Chunks) && len(old.Chunks[i].Data) == want {
			chunks[i] = old.Chunks[i]
			continue
		}
		data := make([]byte, want)
		if old != nil && old.Kind == KindFile && i < len(old.Chunks) {
			copy(data, old.Chunks[i].Data)
		}
		chunks[i], owned[i] = &Chunk{Data: data}, true
	}
	for _, r := range put.Ranges {
		if r.Offset < 0 || r.Length < 0 || r.Offset+r.Length > put.At.Size || int64(len(body)) < r.Length {
			return nil, nil, fmt.Errorf("frame range of %s does not fit its size or body", put.Path)
		}
		for n := int64(0); n < r.Length; {
			i := int((r.Offset + n) / ChunkSize)
			if !owned[i] {
				chunks[i], owned[i] = &Chunk{Data: append([]byte(nil), chunks[i].Data...)}, true
			}
			copied := copy(chunks[i].Data[(r.Offset+n)%ChunkSize:], body[n:r.Length])
			n += int64(copied)
		}
		body = body[r.Length:]
	}
	return chunks, body, nil
}

func chunkLength(size int64, i int) int {
	if rest := size - int64(i)*ChunkSize; rest < ChunkSize {
		return int(rest)
	}
	return ChunkSize
}
