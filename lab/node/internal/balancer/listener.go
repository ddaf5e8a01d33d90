package balancer

import (
	"context"
	"io"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// listener forwards the connections of one front.
type listener struct {
	socket net.Listener
	turn   atomic.Uint64

	mu       sync.Mutex
	backends []string
	open     map[*pair]struct{}
}

// pair is one forwarded connection.
type pair struct {
	backend        string
	client, server *net.TCPConn
}

const dialTimeout = time.Second

func listen(front Front) (*listener, error) {
	socket, err := net.Listen("tcp", front.String())
	if err != nil {
		return nil, err
	}
	l := &listener{socket: socket, open: map[*pair]struct{}{}}
	go l.accept()
	return l, nil
}

func (l *listener) accept() {
	for {
		connection, err := l.socket.Accept()
		if err != nil {
			return
		}
		go l.forward(connection.(*net.TCPConn))
	}
}

// setBackends takes the ready endpoints of now and resets connections to those that are not ready any
// more, so that a client learns at once that its server is gone.
func (l *listener) setBackends(backends []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.backends = backends
	for p := range l.open {
		if !slices.Contains(backends, p.backend) {
			reset(p.client)
			reset(p.server)
		}
	}
}

func (l *listener) close() {
	_ = l.socket.Close()
	l.setBackends(nil)
}

// reset closes so that the other side gets a RST rather than an orderly end.
func reset(connection *net.TCPConn) {
	_ = connection.SetLinger(0)
	_ = connection.Close()
}

func (l *listener) forward(client *net.TCPConn) {
	p := l.connect(client)
	if p == nil {
		// Nobody to serve: a reset lets the client fail fast instead of waiting.
		reset(client)
		return
	}
	defer func() {
		l.mu.Lock()
		delete(l.open, p)
		l.mu.Unlock()
	}()
	upward := make(chan error, 1)
	go func() { upward <- pipe(p.server, p.client) }()
	downward := pipe(p.client, p.server)
	if downward != nil || <-upward != nil {
		reset(p.client)
		reset(p.server)
	}
	_ = p.client.Close()
	_ = p.server.Close()
}

// connect finds a backend that answers, each in its turn.
func (l *listener) connect(client *net.TCPConn) *pair {
	l.mu.Lock()
	backends := l.backends
	l.mu.Unlock()
	first := int(l.turn.Add(1))
	for i := range backends {
		backend := backends[(first+i)%len(backends)]
		ctx, cancel := context.WithTimeout(context.Background(), dialTimeout)
		server, err := (&net.Dialer{}).DialContext(ctx, "tcp", backend)
		cancel()
		if err != nil {
			continue
		}
		p := &pair{backend: backend, client: client, server: server.(*net.TCPConn)}
		l.mu.Lock()
		// It may have ceased to be ready while we connected.
		ready := slices.Contains(l.backends, backend)
		if ready {
			l.open[p] = struct{}{}
		}
		l.mu.Unlock()
		if ready {
			return p
		}
		reset(p.server)
	}
	return nil
}

// pipe copies one way and passes on the end of the stream. An error (a reset from the other side, an
// endpoint that died) ends the whole pair: half of a connection helps nobody.
func pipe(to, from *net.TCPConn) error {
	_, err := io.Copy(to, from)
	if err != nil {
		reset(from)
		reset(to)
		return err
	}
	return to.CloseWrite()
}
