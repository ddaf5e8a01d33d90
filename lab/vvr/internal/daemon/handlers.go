package daemon

import (
	"fmt"

	"changeover.test/lab/vvr/internal/wire"
)

// forwarded is a vradmin command that the Primary's daemon has to run.
type forwarded struct {
	RVG  string   `json:"rvg"`
	Argv []string `json:"argv"`
}

// carryOut serves everything but heartbeats.
func (d *Daemon) carryOut(req wire.Request, body []byte) (any, error) {
	switch req.Op {
	case "frame":
		f, err := decode[frame](req.Args)
		if err != nil {
			return nil, err
		}
		return d.receiveFrame(f, body, req.From)
	case "handshake":
		h, err := decode[handshake](req.Args)
		if err != nil {
			return nil, err
		}
		return d.receiveHandshake(h, req.From)
	case "command":
		f, err := decode[forwarded](req.Args)
		if err != nil {
			return nil, err
		}
		return d.runForwarded(f), nil
	}
	s, err := decode[step](req.Args)
	if err != nil {
		return nil, err
	}
	switch req.Op {
	case "prepare":
		return d.prepare(s)
	case "promote":
		return d.promote(s)
	case "abort":
		return d.abort(s)
	case "follow":
		return d.follow(s)
	}
	return nil, fmt.Errorf("unknown request %q", req.Op)
}
