package wire

import (
	"encoding/json"
	"net"
	"sync"
)

// Handler carries out one request; its error is sent to the asking site.
type Handler func(req Request, body []byte) (any, error)

// Server answers peers. Closing it ends the connections too.
type Server struct {
	listener net.Listener
	handler  Handler
	mu       sync.Mutex
	open     map[net.Conn]bool
	closed   bool
}

// Serve listens on the address and returns at once.
func Serve(address string, handler Handler) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{listener: l, handler: handler, open: map[net.Conn]bool{}}
	go s.accept()
	return s, nil
}

// Close stops listening and ends every connection.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	_ = s.listener.Close()
	for c := range s.open {
		_ = c.Close()
	}
}

func (s *Server) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			_ = c.Close()
			return
		}
		s.open[c] = true
		s.mu.Unlock()
		go s.converse(c)
	}
}

func (s *Server) converse(c net.Conn) {
	defer func() {
		_ = c.Close()
		s.mu.Lock()
		delete(s.open, c)
		s.mu.Unlock()
	}()
	for {
		var req Request
		body, err := readMessage(c, &req)
		if err != nil {
			return
		}
		var res Response
		result, err := s.handler(req, body)
		if err == nil {
			res.Result, err = json.Marshal(result)
		}
		if err != nil {
			res.Error = err.Error()
		}
		if err := writeMessage(c, res, nil); err != nil {
			return
		}
	}
}
