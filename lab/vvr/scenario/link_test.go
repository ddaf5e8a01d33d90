package scenario

import (
	"io"
	"net"
	"sync"
	"testing"
)

// link is a TCP proxy that can be cut: connections then die and new ones are refused.
type link struct {
	address string
	mu      sync.Mutex
	cut     bool
	conns   []net.Conn
}

func newLink(t *testing.T, target string) *link {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	k := &link{address: l.Addr().String()}
	t.Cleanup(func() { _ = l.Close(); k.set(true) })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go k.serve(c, target)
		}
	}()
	return k
}

func (k *link) serve(c net.Conn, target string) {
	up, err := net.Dial("tcp", target)
	if err != nil {
		_ = c.Close()
		return
	}
	k.mu.Lock()
	if k.cut {
		_ = c.Close()
		_ = up.Close()
	}
	k.conns = append(k.conns, c, up)
	k.mu.Unlock()
	go func() { _, _ = io.Copy(up, c); _ = up.Close() }()
	_, _ = io.Copy(c, up)
	_ = c.Close()
}

func (k *link) set(cut bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.cut = cut
	if cut {
		for _, c := range k.conns {
			_ = c.Close()
		}
		k.conns = nil
	}
}
