package pod

import (
	"bytes"
	"sync"
)

// limitedText keeps the first 1 KiB of what a probe says, from two streams at once.
type limitedText struct {
	mu   sync.Mutex
	text bytes.Buffer
}

const textLimit = 1024

func (t *limitedText) Write(some []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text.Write(some[:min(len(some), max(0, textLimit-t.text.Len()))])
	return len(some), nil
}

func (t *limitedText) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}
