package daemon

import (
	"bufio"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// localRequest is one line on vvrd.sock; see README.md for the protocol.
type localRequest struct {
	Op          string          `json:"op"`
	Volume      string          `json:"volume"`
	TimeoutMs   int64           `json:"timeoutMs"`
	SizeBytes   int64           `json:"sizeBytes"`
	Node        string          `json:"node"`
	Argv        []string        `json:"argv"`
	Stdin       string          `json:"stdin"`
	Interactive bool            `json:"interactive"` // the client answers {"prompt":…} with {"answer":…}
	Set         json.RawMessage `json:"set"`
	Get         bool            `json:"get"`
	AddRVG      json.RawMessage `json:"addRvg"`
	RemoveRVG   string          `json:"removeRvg"`
}

// failure is the answer that says no.
type failure struct {
	OK     bool   `json:"ok"`
	Reason string `json:"reason"`
}

type success struct {
	OK bool `json:"ok"`
}

// maxSocketPath is sun_path's length without its terminating zero (unix(7)).
const maxSocketPath = 107

func (d *Daemon) listenLocal() error {
	path := filepath.Join(d.stateDir, "vvrd.sock")
	if len(path) > maxSocketPath {
		return &os.PathError{Op: "listen (path longer than 107 bytes)", Path: path, Err: os.ErrInvalid}
	}
	_ = os.Remove(path) // of a daemon that was killed
	l, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	// vradmin may run as anybody inside its pod.
	if err := os.Chmod(path, 0o666); err != nil {
		return err
	}
	d.local = l
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go d.serveLocal(c)
		}
	}()
	return nil
}

// localConn is a client's connection. A command goes on when its client is
// gone: writing the answer then simply fails.
type localConn struct {
	mu    sync.Mutex
	conn  net.Conn
	lines *bufio.Reader
}

func (c *localConn) send(answer any) {
	raw, err := json.Marshal(answer)
	if err != nil {
		raw, _ = json.Marshal(failure{Reason: err.Error()})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = c.conn.Write(append(raw, '\n'))
}

func (d *Daemon) serveLocal(conn net.Conn) {
	defer conn.Close()
	c := &localConn{conn: conn, lines: bufio.NewReader(conn)}
	for {
		line, err := c.lines.ReadBytes('\n')
		if err != nil {
			return
		}
		var q localRequest
		if err := json.Unmarshal(line, &q); err != nil {
			c.send(failure{Reason: err.Error()})
			continue
		}
		answer, hangUp := d.answerLocal(c, q)
		if hangUp {
			return
		}
		c.send(answer)
	}
}

func (d *Daemon) answerLocal(c *localConn, q localRequest) (answer any, hangUp bool) {
	switch q.Op {
	case "attach":
		return d.attach(q.Volume), false
	case "await-attach":
		return d.awaitAttach(q.Volume, time.Duration(q.TimeoutMs)*time.Millisecond), false
	case "create-plain":
		return d.createPlain(q.Volume, q.SizeBytes), false
	case "delete-plain":
		return d.deleteVolume(q.Volume), false
	case "list":
		return d.list(), false
	case "sim":
		return d.simulate(q), false
	case "vradmin":
		return d.localCommand(c, q)
	case "vxprint":
		return d.vxprint(q.Argv), false
	}
	return failure{Reason: "unknown op " + q.Op}, false
}

// localCommand runs vradmin for a client. With the switch migrateOutliveClient
// a migrate's client loses its connection at once while the command goes on.
func (d *Daemon) localCommand(c *localConn, q localRequest) (any, bool) {
	in := invocation{node: q.Node, argv: q.Argv, confirm: func(question string) string {
		if !q.Interactive {
			return q.Stdin
		}
		c.send(map[string]string{"prompt": question})
		line, err := c.lines.ReadBytes('\n')
		var a struct {
			Answer string `json:"answer"`
		}
		if err != nil || json.Unmarshal(line, &a) != nil {
			return ""
		}
		return a.Answer
	}}
	parsed, _ := parse(q.Argv)
	d.mu.Lock()
	leave := d.sim.MigrateOutliveClient && parsed.verb == "migrate"
	d.mu.Unlock()
	if leave {
		go d.vradmin(in)
		return nil, true
	}
	return d.vradmin(in), false
}
