package daemon

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"time"

	"changeover.test/lab/vvr/internal/image"
	"changeover.test/lab/vvr/internal/wire"
)

var errTorn = errors.New("a process wrote while the frame was taken")

// frame turns one image of the Secondary into the next; its bytes are the body.
type frame struct {
	RVG    string      `json:"rvg"`
	Stream string      `json:"stream"`
	Base   int64       `json:"base"`
	Seq    int64       `json:"seq"`
	Delta  image.Delta `json:"delta"`
	// InPlace frames belong to a resynchronisation: they are written over the
	// current generation and leave the Secondary inconsistent.
	InPlace bool `json:"inPlace,omitempty"`
}

type handshake struct {
	RVG    string `json:"rvg"`
	Stream string `json:"stream"`
}

type handshakeAnswer struct {
	Manifest map[string]image.ManifestEntry `json:"manifest"`
}

// errBase is the Secondary's answer to a frame that does not follow what it has.
const errBase = "frame does not follow the data here"

const shipRetry = 200 * time.Millisecond

// ship is the loop of one RLINK on the Primary's side.
func (d *Daemon) ship(r *rvg, l *rlink) {
	for {
		wait := d.shipOnce(r, l)
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-l.kick:
		case <-r.stop:
			return
		case <-d.done:
			return
		}
		t.Stop()
	}
}

func (d *Daemon) shipOnce(r *rvg, l *rlink) time.Duration {
	d.mu.Lock()
	ready, img, acked := d.shipping(r, l.site), r.shippable, l.acked
	resync := l.resyncing && r.Role == rolePrimary && d.peers[l.site].connected()
	l.sending = ready || resync
	d.mu.Unlock()
	var err error
	switch {
	case resync:
		err = d.resynchronise(r, l)
	case !ready || img == nil:
	case acked == nil:
		err = d.shakeHands(r, l, img)
		kick(l.kick)
	case acked != img:
		err = d.sendFrame(r, l, img, false)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	l.sending, l.underWay = false, 0
	l.lastError = ""
	if err != nil {
		l.lastError = err.Error()
		d.dropClient(l)
	}
	if resync || (ready && acked != img) {
		d.announce()
	}
	return shipRetry
}

// shakeHands learns what the Secondary has and opens a new stream on it.
func (d *Daemon) shakeHands(r *rvg, l *rlink, local *image.Image) error {
	stream := newID()
	var a handshakeAnswer
	if err := d.exchange(l, "handshake", handshake{r.Spec.Name, stream}, nil, &a); err != nil {
		return err
	}
	base := image.FromManifest(a.Manifest, local)
	d.mu.Lock()
	defer d.mu.Unlock()
	base.Total = r.seen.Total
	if l.trusted {
		base, l.trusted = local, false
	}
	l.acked, l.pos = base, position{Stream: stream}
	return nil
}

// sendFrame ships the difference to img and notes the acknowledgement.
func (d *Daemon) sendFrame(r *rvg, l *rlink, img *image.Image, inPlace bool) error {
	d.mu.Lock()
	acked, pos := l.acked, l.pos
	d.mu.Unlock()
	delta, body := image.Diff(acked, img)
	f := frame{RVG: r.Spec.Name, Stream: pos.Stream, Base: pos.Seq, Seq: pos.Seq + 1, Delta: delta, InPlace: inPlace}
	err := d.exchange(l, "frame", f, body, nil)
	d.mu.Lock()
	defer d.mu.Unlock()
	if l.acked != acked || l.pos != pos {
		return nil // the roles changed while the frame was under way
	}
	if err != nil {
		if wire.IsRemote(err) {
			l.acked = nil // ask anew what it has
		}
		return err
	}
	l.acked, l.pos.Seq = img, f.Seq
	if !img.TakenAt.IsZero() {
		l.upToDateAt = img.TakenAt
	}
	// The acknowledgement says what the next heartbeat would.
	if v, ok := d.peers[l.site].view.RVGs[r.Spec.Name]; ok {
		v.Consistent = !inPlace
		d.peers[l.site].view.RVGs[r.Spec.Name] = v
	}
	return nil
}

// exchange uses the RLINK's connection with its bandwidth and delay.
func (d *Daemon) exchange(l *rlink, op string, args any, body []byte, result any) error {
	d.mu.Lock()
	client, peer := l.client, d.peers[l.site]
	d.mu.Unlock()
	if client == nil {
		var err error
		if client, err = wire.Dial(d.site, peer.cfg.Dial, dialTimeout); err != nil {
			return err
		}
		d.mu.Lock()
		l.client = client
		d.mu.Unlock()
	}
	d.delay()
	pace := d.throttle()
	return client.Stream(op, args, body, result, func(n int) {
		pace(n)
		d.mu.Lock()
		l.underWay += int64(n)
		d.mu.Unlock()
	}, func() bool {
		d.mu.Lock()
		defer d.mu.Unlock()
		return peer.connected()
	})
}

// dropClient forgets the connection after an error. Callers hold d.mu.
func (d *Daemon) dropClient(l *rlink) {
	if l.client != nil {
		l.client.Close()
		l.client = nil
	}
}

// throttle returns a pacer for one message; a changed limit holds at once.
func (d *Daemon) throttle() func(int) {
	free := time.Now()
	return func(n int) {
		d.mu.Lock()
		limit := d.sim.BandwidthBytesPerSec
		d.mu.Unlock()
		now := time.Now()
		if limit <= 0 || free.Before(now) {
			free = now
		}
		if limit > 0 {
			free = free.Add(time.Duration(float64(n) / float64(limit) * float64(time.Second)))
			d.wait(time.Until(free))
		}
	}
}

// delay is the simulated one-way delay of what this site sends.
func (d *Daemon) delay() {
	d.mu.Lock()
	ms := d.sim.DelayMs
	d.mu.Unlock()
	d.wait(time.Duration(ms) * time.Millisecond)
}

// wait lets a simulated duration pass, or ends with the daemon.
func (d *Daemon) wait(duration time.Duration) {
	if duration <= 0 {
		return
	}
	t := time.NewTimer(duration)
	defer t.Stop()
	select {
	case <-t.C:
	case <-d.done:
	}
}

func newID() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
