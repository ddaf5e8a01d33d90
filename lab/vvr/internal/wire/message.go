// Package wire carries messages between two vvrds over TCP: a JSON header and
// a body of raw bytes, each preceded by its length.
package wire

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// Bounds against a peer that is not one of ours.
const (
	maxHeader = 64 << 20
	maxBody   = 4 << 30
)

// Request is what one daemon asks of another.
type Request struct {
	Op   string          `json:"op"`
	From string          `json:"from"` // the asking site
	Args json.RawMessage `json:"args,omitempty"`
}

// Response answers it; Error is empty when the request was carried out.
type Response struct {
	Error  string          `json:"error,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
}

func writeMessage(w io.Writer, header any, body []byte) error {
	raw, err := json.Marshal(header)
	if err != nil {
		return err
	}
	prefix := make([]byte, 12, 12+len(raw))
	binary.BigEndian.PutUint32(prefix, uint32(len(raw)))
	binary.BigEndian.PutUint64(prefix[4:], uint64(len(body)))
	if _, err := w.Write(append(prefix, raw...)); err != nil {
		return err
	}
	if len(body) == 0 {
		return nil
	}
	_, err = w.Write(body)
	return err
}

func readMessage(r io.Reader, header any) ([]byte, error) {
	var prefix [12]byte
	if _, err := io.ReadFull(r, prefix[:]); err != nil {
		return nil, err
	}
	hn, bn := binary.BigEndian.Uint32(prefix[:]), binary.BigEndian.Uint64(prefix[4:])
	if hn > maxHeader || bn > maxBody {
		return nil, fmt.Errorf("message of %d+%d bytes is no message of ours", hn, bn)
	}
	raw := make([]byte, hn)
	if _, err := io.ReadFull(r, raw); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(raw, header); err != nil {
		return nil, err
	}
	body := make([]byte, bn)
	_, err := io.ReadFull(r, body)
	return body, err
}
