package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// RemoteError is a refusal by the peer: it was reached and said no. Any other
// error leaves open whether the peer carried the request out.
type RemoteError struct{ Message string }

func (e *RemoteError) Error() string { return e.Message }

// IsRemote reports whether the peer itself refused.
func IsRemote(err error) bool {
	var r *RemoteError
	return errors.As(err, &r)
}

// Client is one connection to a peer; it carries one request at a time.
type Client struct {
	site string
	conn net.Conn
}

// Dial connects within the timeout.
func Dial(site, address string, timeout time.Duration) (*Client, error) {
	c, err := net.DialTimeout("tcp", address, timeout)
	if err != nil {
		return nil, err
	}
	return &Client{site: site, conn: c}, nil
}

// Close ends the connection.
func (c *Client) Close() { _ = c.conn.Close() }

// Call asks and waits at most timeout for the whole exchange.
func (c *Client) Call(op string, args, result any, timeout time.Duration) error {
	if err := c.conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return err
	}
	return c.exchange(op, args, nil, result, c.conn)
}

// Stream sends a large body through throttle and waits for the answer as long
// as alive keeps saying yes; alive is asked four times a second.
func (c *Client) Stream(op string, args any, body []byte, result any, throttle func(int), alive func() bool) error {
	return c.exchange(op, args, body, result, &patient{conn: c.conn, throttle: throttle, alive: alive})
}

func (c *Client) exchange(op string, args any, body []byte, result any, rw io.ReadWriter) error {
	raw, err := json.Marshal(args)
	if err != nil {
		return err
	}
	if err := writeMessage(rw, Request{Op: op, From: c.site, Args: raw}, body); err != nil {
		return err
	}
	var res Response
	if _, err := readMessage(rw, &res); err != nil {
		return err
	}
	if res.Error != "" {
		return &RemoteError{res.Error}
	}
	if result == nil {
		return nil
	}
	if err := json.Unmarshal(res.Result, result); err != nil {
		return fmt.Errorf("answer to %s: %w", op, err)
	}
	return nil
}

// patient writes in pieces and never gives up on a slow link, only on a cut one.
type patient struct {
	conn     net.Conn
	throttle func(int)
	alive    func() bool
}

const (
	piece = 32 << 10
	tick  = 250 * time.Millisecond
)

func (p *patient) Write(b []byte) (int, error) {
	done := 0
	for done < len(b) {
		n := min(piece, len(b)-done)
		p.throttle(n)
		end := done + n
		for done < end {
			_ = p.conn.SetWriteDeadline(time.Now().Add(tick))
			m, err := p.conn.Write(b[done:end])
			done += m
			if err != nil && !p.goOn(err) {
				return done, err
			}
		}
	}
	return done, nil
}

func (p *patient) Read(b []byte) (int, error) {
	for {
		_ = p.conn.SetReadDeadline(time.Now().Add(tick))
		n, err := p.conn.Read(b)
		if n > 0 || err == nil {
			return n, nil
		}
		if !p.goOn(err) {
			return 0, err
		}
	}
}

func (p *patient) goOn(err error) bool {
	var ne net.Error
	return errors.As(err, &ne) && ne.Timeout() && p.alive()
}
