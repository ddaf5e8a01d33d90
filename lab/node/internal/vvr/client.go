// Package vvr speaks to the volume replicator's daemon of the own site, which alone decides whether a
// volume may be written.
package vvr

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"time"
)

// Client talks over one unix socket; every call is a connection of its own.
type Client struct {
	Socket string
}

// Answer is what the daemon says about a volume. Path is the folder that holds the volume now.
type Answer struct {
	OK       bool   `json:"ok"`
	Path     string `json:"path"`
	Writable bool   `json:"writable"`
	Reason   string `json:"reason"`
}

type request struct {
	Op        string `json:"op"`
	Volume    string `json:"volume"`
	TimeoutMs int64  `json:"timeoutMs,omitempty"`
	SizeBytes int64  `json:"sizeBytes,omitempty"`
}

// Attach asks where the volume is and whether it may be written now.
func (c Client) Attach(ctx context.Context, volume string) (Answer, error) {
	return c.call(ctx, request{Op: "attach", Volume: volume})
}

// AwaitAttach answers as Attach does, but as soon as the volume is writable or after patience.
func (c Client) AwaitAttach(ctx context.Context, volume string, patience time.Duration) (Answer, error) {
	return c.call(ctx, request{Op: "await-attach", Volume: volume, TimeoutMs: patience.Milliseconds()})
}

// CreatePlain makes a volume that belongs to no volume group. Making it again is no error.
func (c Client) CreatePlain(ctx context.Context, volume string, sizeBytes int64) error {
	return c.demand(ctx, request{Op: "create-plain", Volume: volume, SizeBytes: sizeBytes})
}

// DeletePlain removes a volume with all its data, whatever volume it is.
func (c Client) DeletePlain(ctx context.Context, volume string) error {
	return c.demand(ctx, request{Op: "delete-plain", Volume: volume})
}

func (c Client) demand(ctx context.Context, ask request) error {
	answer, err := c.call(ctx, ask)
	if err == nil && !answer.OK {
		err = fmt.Errorf("%s %s: %s", ask.Op, ask.Volume, answer.Reason)
	}
	return err
}

func (c Client) call(ctx context.Context, ask request) (Answer, error) {
	var answer Answer
	connection, err := (&net.Dialer{}).DialContext(ctx, "unix", c.Socket)
	if err != nil {
		return answer, fmt.Errorf("volume replicator: %w", err)
	}
	defer connection.Close()
	// Closing the connection is the only way to give up a read that waits for an answer.
	stop := context.AfterFunc(ctx, func() { _ = connection.Close() })
	defer stop()
	if err := json.NewEncoder(connection).Encode(ask); err != nil {
		return answer, fmt.Errorf("volume replicator: %w", err)
	}
	line, err := bufio.NewReader(connection).ReadBytes('\n')
	if ctx.Err() != nil {
		return answer, ctx.Err()
	}
	if err != nil {
		return answer, fmt.Errorf("volume replicator: %w", err)
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return answer, fmt.Errorf("volume replicator answered %q: %w", line, err)
	}
	return answer, nil
}
