package daemon

import (
	"encoding/json"
	"fmt"
	"time"

	"changeover.test/lab/vvr/internal/config"
	"changeover.test/lab/vvr/internal/report"
	"changeover.test/lab/vvr/internal/wire"
)

// Link timing. A real RLINK's heartbeat is slower; a lab has no patience.
const (
	heartbeat    = 200 * time.Millisecond
	linkTimeout  = 900 * time.Millisecond
	dialTimeout  = 500 * time.Millisecond
	beatTimeout  = 600 * time.Millisecond
	callTimeout  = 10 * time.Second
	maxReconnect = 500 * time.Millisecond
)

// rvgView is what a site says about its RVG in a heartbeat.
type rvgView struct {
	Role       string        `json:"role"`
	Primary    string        `json:"primary"`
	Epoch      int64         `json:"epoch"`
	Consistent bool          `json:"consistent"`
	Transition *transition   `json:"transition,omitempty"`
	Marks      int64         `json:"marks"`
	Takeover   *takeover     `json:"takeover,omitempty"`
	Member     report.Member `json:"member"`
	RDS        *report.RDS   `json:"rds,omitempty"` // from a Primary
}

// siteView is a heartbeat, and the answer to one.
type siteView struct {
	RVGs map[string]rvgView `json:"rvgs"`
}

// peer is the link to another site. It counts as connected only while both
// directions work: our heartbeats are answered, and its heartbeats arrive.
type peer struct {
	cfg             config.Peer
	lastOut, lastIn time.Time
	view            siteView // last known; the link may be down since
	nudge           chan struct{}
}

func newPeer(c config.Peer) *peer { return &peer{cfg: c, nudge: make(chan struct{}, 1)} }

func (p *peer) connected() bool {
	now := time.Now()
	return now.Sub(p.lastOut) < linkTimeout && now.Sub(p.lastIn) < linkTimeout
}

// keepLink exchanges heartbeats for ever.
func (d *Daemon) keepLink(p *peer) {
	var client *wire.Client
	retry := heartbeat
	for {
		var answer siteView
		var err error
		if client == nil {
			client, err = wire.Dial(d.site, p.cfg.Dial, dialTimeout)
		}
		if err == nil {
			err = client.Call("heartbeat", d.ownView(), &answer, beatTimeout)
		}
		if err != nil {
			if client != nil {
				client.Close()
				client = nil
			}
			retry = min(retry*2, maxReconnect)
		} else {
			retry = heartbeat
			d.heard(p, answer, true)
		}
		t := time.NewTimer(retry)
		select {
		case <-t.C:
		case <-p.nudge:
		case <-d.done:
			return
		}
		t.Stop()
	}
}

// heard takes in what the peer says and acts on it.
func (d *Daemon) heard(p *peer, view siteView, answered bool) {
	d.mu.Lock()
	was := p.connected()
	if answered {
		p.lastOut = time.Now()
	} else {
		p.lastIn = time.Now()
	}
	for name, v := range p.view.RVGs {
		// A second Primary until now: what it has must be asked anew.
		if r := d.rvgs[name]; r != nil && r.secondPrimary(p.cfg.Site, v) && view.RVGs[name].Role != rolePrimary {
			if l := r.links[p.cfg.Site]; l != nil {
				l.acked = nil
			}
		}
	}
	p.view = view
	for name, v := range view.RVGs {
		if r := d.rvgs[name]; r != nil && v.RDS != nil && v.Role == rolePrimary && r.Primary == p.cfg.Site {
			r.LastRDS, r.Epoch = v.RDS, max(r.Epoch, v.Epoch)
		}
	}
	if !was && p.connected() {
		for _, r := range d.rvgs {
			kick(r.kick)
			if l := r.links[p.cfg.Site]; l != nil {
				kick(l.kick)
			}
		}
	}
	d.announce()
	d.mu.Unlock()
	d.settle(p)
}

// ownView is what this site's heartbeats say.
func (d *Daemon) ownView() siteView {
	d.mu.Lock()
	all := make([]*rvg, 0, len(d.rvgs))
	for _, r := range d.rvgs {
		all = append(all, r)
	}
	d.mu.Unlock()
	out := siteView{RVGs: map[string]rvgView{}}
	for _, r := range all {
		out.RVGs[r.Spec.Name] = d.viewOf(r)
	}
	return out
}

func (d *Daemon) viewOf(r *rvg) rvgView {
	live := d.lookAlive(r)
	d.mu.Lock()
	defer d.mu.Unlock()
	v := rvgView{Role: r.Role, Primary: r.Primary, Epoch: r.Epoch, Consistent: r.Consistent,
		Transition: copyOf(r.Transition), Marks: r.Marks, Takeover: copyOf(r.Takeover), Member: d.member(r)}
	if r.Role == rolePrimary {
		full := d.primaryRDS(r, live)
		v.RDS = &full
	}
	return v
}

// nudgePeers sends heartbeats now, so that everybody sees a change at once.
func (d *Daemon) nudgePeers() {
	for _, p := range d.peers {
		kick(p.nudge)
	}
}

// ask sends one request over a connection of its own.
func (d *Daemon) ask(site, op string, args, result any) error {
	p := d.peers[site]
	if p == nil {
		return fmt.Errorf("no link to %s", site)
	}
	d.delay()
	c, err := wire.Dial(d.site, p.cfg.Dial, dialTimeout)
	if err != nil {
		return err
	}
	defer c.Close()
	return c.Call(op, args, result, callTimeout)
}

// handlePeer serves the other sites.
func (d *Daemon) handlePeer(req wire.Request, body []byte) (any, error) {
	p := d.peers[req.From]
	if p == nil {
		return nil, fmt.Errorf("%s knows no site %q", d.site, req.From)
	}
	if req.Op == "heartbeat" {
		view, err := decode[siteView](req.Args)
		if err != nil {
			return nil, err
		}
		answer := d.ownView()
		d.heard(p, view, false)
		return answer, nil
	}
	result, err := d.carryOut(req, body)
	d.delay() // of the answer
	return result, err
}

func decode[T any](raw json.RawMessage) (T, error) {
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err
}

func copyOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
